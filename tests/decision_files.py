"""Small valid decisions for tests; each changes only what it is about."""

import json
from pathlib import Path, PurePosixPath
from typing import Any

from envkb.knowledge.decisions.files import DecisionFile, parse_decision

OPTIONS = "\n## Considered options\n\n* uv\n* conda\n\n## Decision outcome\n\nChosen: **uv**.\n"


def decision_text(title: str = "Use uv", body: str = OPTIONS, **front: Any) -> str:
    """Return the file of a decision; values of the front matter are written as JSON, which is YAML too."""
    fields = {"status": "proposed", "date": "2026-11-01", "deciders": ["Ada Example"]} | front
    lines = "".join(f"{key}: {json.dumps(value)}\n" for key, value in fields.items())
    return f"---\n{lines}---\n\n# {title}\n{body}"


def make_decision(name: str = "0001-use-uv", title: str = "Use uv", **front: Any) -> DecisionFile:
    """Return a decision that lies nowhere."""
    return parse_decision(decision_text(title, **front).encode(), PurePosixPath(f"kb/decisions/{name}.md"))


def write_decision(root: Path, name: str, title: str = "Use uv", **front: Any) -> Path:
    """Write a decision and return its file."""
    path = root / "kb" / "decisions" / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(decision_text(title, **front), "utf-8", newline="\n")
    return path
