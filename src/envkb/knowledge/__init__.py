"""The folder of a knowledge base: its files, its index, the one query language."""
