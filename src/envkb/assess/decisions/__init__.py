"""Judges decisions: whether what they assume still holds. Pure; the day is passed in."""
