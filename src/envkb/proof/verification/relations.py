"""Judges what a record says of others: links, its place in its chain, and what was computed from them."""

from collections.abc import Callable, Sequence
from typing import Final

from envkb.assess.claims import discrepancies, recompute
from envkb.assess.evidence import Evidence
from envkb.cite.citation import Standing
from envkb.errors import InvalidDataError, KbError, ToolMissingError, UsageError
from envkb.knowledge.chains import State
from envkb.knowledge.folder import StoredRecord
from envkb.model.record import Claim, Link
from envkb.proof.verification.outcome import Outcome

_IMPORT: Final = "import the bundle that holds it, or restore the file from git"
_COMPARE: Final = "compare both files with their sources: one of the two is not what was meant"
_ASK: Final = "ask its author for the records, and compute it from them"
_SAID: Final[dict[State, str]] = {
    "superseded": "a newer record took its place",
    "retracted": "it was retracted",
    "fork": "it is one of several amendments of the same record; none counts until one record amends them all",
}

FindDigest = Callable[[str], str | None]
"""Returns the digest of the record with an id; null where there is none. It may raise a KbError."""
FindRecord = Callable[[str], StoredRecord]
"""Returns the record with an id, or raises a KbError."""


def judge_links(links: Sequence[Link], find: FindDigest) -> Outcome:
    """Judge that each record named is there, with the digest that was meant."""
    missing: list[str] = []
    for link in links:
        try:
            digest = find(link.id)
        except KbError as error:
            return Outcome("links", "FAIL", f"{link.relation} {link.id}: {error.message}", error.hint or _COMPARE)
        if digest is None:
            missing.append(link.id)
        elif digest != link.digest:
            says = f"{link.relation} {link.id} with the digest {link.digest[:12]}…, but that record has {digest[:12]}…"
            return Outcome("links", "FAIL", says, _COMPARE)
    if missing:
        return Outcome("links", "ABSENT", f"not here: {', '.join(missing)}", _IMPORT)
    return Outcome(
        "links", "PASS", f"{len(links)} named, each the one that was meant" if links else "it names no other record"
    )


def judge_standing(standing: Standing) -> tuple[Outcome, list[str]]:
    """Judge a record's place in its chain; return what a reader must know beside, too."""
    if standing.state == "current":
        return Outcome("amendments", "PASS", "nothing amends or retracts it"), []
    others = ", ".join(successor.id for successor in standing.successors)
    says = f"{_SAID[standing.state]}{f': {others}' if others else ''}"
    return Outcome("amendments", "PASS", says, f"read {others}" if others else None), [says]


def judge_claim(claim: Claim | None, links: Sequence[Link], read: FindRecord) -> Outcome:
    """Judge a claim by computing it again, from exactly the bytes that it names."""
    if claim is None:
        return Outcome("claim", "ABSENT", "it is no claim: nothing in it was computed from other records")
    evidence: list[Evidence] = []
    for link in (link for link in links if link.relation == "based_on"):
        source = _source(link, read)
        if isinstance(source, Outcome):
            return source
        evidence.append(source)
    return _computed_again(claim, evidence)


def _computed_again(claim: Claim, evidence: Sequence[Evidence]) -> Outcome:
    try:
        differing = discrepancies(claim, recompute(claim, evidence))
    except (ToolMissingError, UsageError) as error:
        return Outcome("claim", "ABSENT", f"not computed again: {error.message}", error.hint or None)
    except InvalidDataError as error:
        return Outcome("claim", "FAIL", error.message, _ASK)
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        # Whoever forged its parameters must not keep the other records from being verified.
        return Outcome("claim", "FAIL", f"its parameters cannot be computed with: {error}", _ASK)
    if differing:
        more = f" (and {len(differing) - 1} more)" if len(differing) > 1 else ""
        step = "do not rely on it; compare its records with `kb compare`"
        return Outcome("claim", "FAIL", f"{differing[0]}{more}", step)
    return Outcome("claim", "PASS", f"computed again from {len(evidence)} records: the same")


def _source(link: Link, read: FindRecord) -> Evidence | Outcome:
    try:
        stored = read(link.id)
    except UsageError:
        return Outcome("claim", "ABSENT", f"{link.id}, which it rests on, is not here", _IMPORT)
    except KbError as error:
        return Outcome("claim", "FAIL", f"{link.id}, which it rests on: {error.message}", error.hint or None)
    if stored.digest != link.digest:
        return Outcome("claim", "FAIL", f"{link.id} is not the file that it rests on", _COMPARE)
    return Evidence(stored.id, stored.digest, None, stored.record)
