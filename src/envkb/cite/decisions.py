"""What every format says of a decision: its state on a day. Pure."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from urllib.parse import quote

from envkb.cite.citation import Citation, Name
from envkb.cite.formats import FORMATS
from envkb.cite.plain import plain
from envkb.document.identity import digest_of
from envkb.knowledge.decisions.files import DecisionFile
from envkb.model.settings import Settings

FORMATS_OF_DECISIONS: Final = tuple(name for name in FORMATS if name not in ("cff", "datacite"))
"""The formats that can name a decision; the others describe data."""


def cite_decision(
    file: DecisionFile,
    settings: Settings,
    *,
    state: Sequence[str],
    on: date,
    logged: str | None = None,
    stamped: str | None = None,
) -> Citation:
    """Return the citation of a decision as it is on a day; its file may say another thing on the next.

    Args:
        file: The decision.
        settings: Settings of its knowledge base.
        state: What is said of its assumptions on that day, a sentence each.
        on: The day.
        logged: Date on which the log took in the text that was accepted; None where it is not logged.
        stamped: When an authority saw it, and the root that vouches for it; None where none did.
    """
    base_url = settings.base_url
    return Citation(
        id=file.slug,
        digest=digest_of(file.data),
        title=plain(file.title),
        authors=tuple(Name(plain(name), None, None, None, None) for name in file.decision.deciders),
        created=file.decision.date or on.isoformat(),
        logged=f"{logged} (the text as accepted)" if logged else None,
        url=decision_address(base_url, file.slug) if base_url else None,
        file=str(file.path),
        publisher=plain(settings.title),
        stamped=f"{plain(stamped)} (the text as accepted)" if stamped else None,
        quotes=(f"decision {file.handle}, {file.decision.status}", *map(plain, state)),
        noun="Decision",
    )


def decision_address(base_url: str, slug: str) -> str:
    """Return the permanent address of a decision's page."""
    return f"{base_url.rstrip('/')}/kb/decisions/{quote(slug)}/"
