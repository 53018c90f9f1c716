"""The dossier: one HTML page without scripts that holds everything, for reading and for printing. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files

from markupsafe import Markup

from envkb.model.edge_case import EdgeCase
from envkb.proof.verification.outcome import Outcome
from envkb.publish.exhibit.gathered import Piece
from envkb.publish.exhibit.words import CERTIFICATION, EXPLANATIONS
from envkb.publish.render.comparison_section import ComparisonView, comparison_section
from envkb.publish.render.machine import Card, glance
from envkb.publish.render.measurement_section import MeasurementView, measurement_section
from envkb.publish.render.template import environment

PACKAGE = "envkb.publish.exhibit"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the custody table.

    Attributes:
        when: When.
        who: Who.
        what: What happened.
        source: What it is known from.
    """

    when: str
    who: str
    what: str
    source: str


@dataclass(frozen=True, slots=True)
class RecordPages:
    """What the dossier says of one record.

    Attributes:
        id: Its id.
        title: Its title.
        named: Name and value of everything that names it, and of each time that is known of it.
        banners: What to know before relying on it.
        summary: Its summary; empty where it has none.
        cards: The machine and the environment.
        measurements: The measurements.
        comparison: What a claim compares; null where it is none.
        edge_cases: The edge cases.
        outcomes: What verification shows.
        statements: What witnesses signed.
        text: The whole file.
    """

    id: str
    title: str
    named: tuple[tuple[str, str], ...]
    banners: tuple[str, ...]
    summary: str
    cards: tuple[Card, ...]
    measurements: tuple[MeasurementView, ...]
    comparison: ComparisonView | None
    edge_cases: tuple[EdgeCase, ...]
    outcomes: tuple[Outcome, ...]
    statements: tuple[str, ...]
    text: str


def pages_of(piece: Piece) -> RecordPages:
    """Return what the dossier says of a record."""
    stored, citation, record = piece.stored, piece.citation, piece.stored.record
    statements = (
        data.decode("utf-8", "replace") for name, data in sorted(piece.proofs.items()) if name.endswith(".txt")
    )
    return RecordPages(
        id=stored.id,
        title=record.title,
        named=(
            ("Record", stored.id),
            ("SHA-256 of its file", stored.digest),
            ("Kind", record.kind),
            ("Authors", citation.named_authors),
            ("File in the knowledge base", str(stored.path)),
            ("Address", citation.url or "unpublished"),
            *((time.name, time.line) for time in piece.times),
        ),
        banners=tuple(f"{text[:1].upper()}{text[1:]}." for text in piece.verified.warnings),
        summary=record.summary or "",
        cards=glance(record),
        measurements=tuple(measurement_section(record.measurements)),
        comparison=comparison_section(record.claim, ()),
        edge_cases=record.edge_cases,
        outcomes=piece.verified.outcomes,
        statements=tuple(statements),
        text=stored.data.decode(),
    )


def dossier(title: str, publisher: str, pieces: Sequence[Piece], steps: str) -> bytes:
    """Return the dossier.

    Args:
        title: What it is called.
        publisher: Title of the knowledge base.
        pieces: The records.
        steps: How to check them.
    """
    filled = (
        environment(PACKAGE)
        .get_template("dossier.html")
        .render(
            title=title,
            intro=intro(publisher, len(pieces)),
            style=style(),
            pages=[pages_of(piece) for piece in pieces],
            explanations=EXPLANATIONS,
            steps=steps,
            custody=[event for piece in pieces for event in custody(piece)],
            certification=CERTIFICATION,
        )
    )
    return f"{filled.strip()}\n".encode()


def intro(publisher: str, count: int) -> str:
    """Return what the dossier says of itself."""
    return (
        f"From the knowledge base “{publisher}”: {count} record{'s' if count != 1 else ''}, with all that proves "
        f"{'them' if count != 1 else 'it'}. This dossier bears no date of making: made again from the same "
        "files, it is the same file."
    )


def custody(piece: Piece) -> Iterator[Event]:
    """Give what the files show of a record's way."""
    stored, record = piece.stored, piece.stored.record
    who = piece.citation.named_authors
    claimed, *others = piece.times
    yield Event(claimed.when, who, f"{stored.id}: {claimed.what}", claimed.source)
    for time in others:
        yield Event(time.when, time.who, f"{stored.id}: {time.what}", time.source)
    for link in record.links:
        if link.relation in ("amends", "retracts"):
            yield Event(
                record.created,
                who,
                f"{stored.id} {link.relation} {link.id}: {link.reason or 'no reason given'}",
                "claimed in it",
            )


def style() -> Markup:
    """Return the style sheet that every page of an exhibit holds."""
    return Markup((files(PACKAGE) / "templates/style.css").read_text("utf-8"))  # noqa: S704 - our own file
