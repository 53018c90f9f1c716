"""Finds the ids of records in people's texts."""
