"""Frozen values: what a record says, with no I/O and no clock."""
