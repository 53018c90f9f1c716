"""Trusted time: tokens of time-stamp authorities (RFC 3161) over checkpoints of the log, and over single records."""
