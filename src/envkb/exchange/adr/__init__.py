"""Reads decision records that other tools and people wrote: bytes in, what they say out. Pure."""
