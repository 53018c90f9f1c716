"""Judges records: statistics, comparisons. Pure; dates and randomness are passed in."""
