"""The verb `run`: one plan, many combinations, every outcome a record."""
