"""Between values and bytes, without I/O: canonical JSON, identity, JSON Schema, redaction."""
