"""What lets a stranger check a record: the log, signatures, time-stamps, verification."""
