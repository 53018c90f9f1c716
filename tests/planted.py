"""Secrets that tests plant, and a way to look for them everywhere."""

import os
from pathlib import Path

SECRETS = {
    "DEPLOY_TOKEN": "tok-9f8e7d6c5b4a39281706",
    "CLOUD_SECRET_KEY": "Zm9vYmFyYmF6cXV4c2VjcmV0",
    "DB_PASSWORD": "correct-horse-battery",
}

PLANTED = (
    "seen by adalovelace on /home/adalovelace/ml, mail ada.l@lab.example, from 10.1.2.3:8080 and "
    "inet6 2001:db8::17, link/ether 52:54:00:ab:cd:ef, https://ada:hunter2@wheels.example/simple, "
    "https://conda.example/t/tk-12345678-abcd-1234-abcd-123456789012/main, ghp_" + "a1B2" * 9 + ", "
    "AKIAIOSFODNN7EXAMPLE, hf_" + "Ab1" * 12 + f", {SECRETS['DEPLOY_TOKEN']}, {SECRETS['DB_PASSWORD']}"
)
LEAKS = (
    "adalovelace",
    "ada.l@lab.example",
    "10.1.2.3",
    "2001:db8::17",
    "52:54:00:ab:cd:ef",
    "hunter2",
    "tk-12345678",
    "ghp_a1B2",
    "AKIAIOSFODNN7EXAMPLE",
    "hf_Ab1",
    *SECRETS.values(),
)


def every_byte(root: Path) -> bytes:
    """Return the bytes of every file below a folder, with the names of the files."""
    found = []
    for folder, _, names in os.walk(root):
        found += [name.encode() + b"\n" + (Path(folder) / name).read_bytes() for name in names]
    return b"\n".join(found)
