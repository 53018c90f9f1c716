"""Secrets that tests plant, and a way to look for them everywhere."""

import os
from pathlib import Path

SECRETS = {
    "DEPLOY_TOKEN": "tok-9f8e7d6c5b4a39281706",
    "CLOUD_SECRET_KEY": "Zm9vYmFyYmF6cXV4c2VjcmV0",
    "DB_PASSWORD": "correct-horse-battery",
}


def every_byte(root: Path) -> bytes:
    """Return the bytes of every file below a folder, with the names of the files."""
    found = []
    for folder, _, names in os.walk(root):
        found += [name.encode() + b"\n" + (Path(folder) / name).read_bytes() for name in names]
    return b"\n".join(found)
