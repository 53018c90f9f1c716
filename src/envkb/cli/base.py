"""Finds the knowledge base that a command works on."""

from collections.abc import Sequence
from pathlib import Path

from envkb.cli.console import say
from envkb.errors import UsageError
from envkb.knowledge.folder import KnowledgeBase
from envkb.knowledge.index.rows import Unreadable
from envkb.knowledge.layout import REMINDERS


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


def tell_unreadable(files: Sequence[Unreadable]) -> None:
    """Say on standard error which files are left out of an answer because they cannot be read."""
    if files:
        say(f"kb: left out, because unreadable: {files[0].path}{f' and {len(files) - 1} more' if files[1:] else ''}")
        say("    `kb check` says what is wrong with each")


def tell_due(base: KnowledgeBase) -> None:
    """Say on standard error which private records were to be disclosed by now."""
    if not (base.root / REMINDERS).is_dir():
        return
    from envkb.experiment.clock import present  # noqa: PLC0415 - start-up
    from envkb.knowledge.disclosure import due  # noqa: PLC0415 - start-up

    for reminder in due(base.root, present().date()):
        say(f"kb: {reminder.id} was to be disclosed after {reminder.after}: `kb disclose {reminder.id}`")
