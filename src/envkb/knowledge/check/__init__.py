"""Validates every file of a knowledge base, and says how to mend what is wrong."""
