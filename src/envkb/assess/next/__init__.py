"""Which experiment would tell most: what has not been tried, and what has grown old. Pure; the day is passed in."""
