"""Computes how likely a risk is from the records that can tell of it."""
