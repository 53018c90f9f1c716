"""Decisions as files: reads them, changes single lines of them, and finds what is wrong between them."""
