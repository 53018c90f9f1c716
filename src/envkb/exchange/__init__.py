"""Brings what other tools wrote into a knowledge base, and gives them what it holds."""
