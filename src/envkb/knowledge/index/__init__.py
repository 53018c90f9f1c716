"""The index: rows of all records for lists, filters and search; it keeps itself up to date and can be thrown away."""
