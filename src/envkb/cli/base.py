"""Finds the knowledge base that a command works on."""

from pathlib import Path

from envkb.errors import UsageError
from envkb.knowledge.folder import KnowledgeBase


def open_base(root: Path | None) -> KnowledgeBase:
    """Return the knowledge base in `root`, else the one found from here upwards.

    Raises:
        UsageError: There is none.
    """
    if root is not None:
        return KnowledgeBase.open(root)
    found = KnowledgeBase.find(Path.cwd())
    if found is None:
        raise UsageError("there is no knowledge base here", hint="make one with `kb init`, or name one with --root DIR")
    return found
