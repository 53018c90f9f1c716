"""Verification: what a reader can be sure of, layer by layer.

Each layer is `PASS`, `FAIL` or `ABSENT`. What is missing is never `PASS`, and what is damaged is never `ABSENT`.
"""
