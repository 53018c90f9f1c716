"""The one query language: `--where`, the filter options and the scopes of risks all mean the same.

    manager = uv and gpu ~ "4070" and package torch >= 2.13 and (tag = wsl or os ~ ubuntu)

What is not known compares with nothing, so a comparison with it does not hold; `!=` and `not` then do.
"""
