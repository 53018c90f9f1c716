"""Collects what is to be cited and makes one bibliography of it."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from envkb.cite.citation import Citation, Standing, cite_record
from envkb.cite.formats import FORMATS
from envkb.cite.quotation import quote_claim, quote_measurement
from envkb.cite.standing import standing_of
from envkb.cli.base import tell_unreadable
from envkb.cli.documents import CitedDocument, CitedRecord, reference
from envkb.errors import UsageError
from envkb.knowledge.folder import KnowledgeBase, StoredRecord
from envkb.knowledge.index.index import open_index
from envkb.knowledge.query.parser import parse_query


class Wanted(NamedTuple):
    """What is to be cited.

    Attributes:
        records: Ids, each with `#` and the name of a measurement where a value is to be quoted.
        every: Whether to cite every public record that counts.
    """

    records: tuple[str, ...]
    every: bool


class Bibliography(NamedTuple):
    """Citations in one format.

    Attributes:
        format: Name of the format.
        text: The citations, written in it.
        cited: The records with their citations, in the order they were asked for.
    """

    format: str
    text: str
    cited: tuple[tuple[StoredRecord, Citation], ...]

    def document(self, output: Path | None) -> CitedDocument:
        """Return what JSON tells of it.

        Args:
            output: The file that it was written to; None where it was printed.
        """
        return CitedDocument(
            format=self.format,
            text=self.text,
            output=str(output) if output else None,
            records=tuple(_told(stored, citation) for stored, citation in self.cited),
        )


def compile_bibliography(base: KnowledgeBase, wanted: Wanted, format_name: str) -> Bibliography:
    """Return the citations of all records wanted, in one format.

    Raises:
        UsageError: An unknown format, record or measurement, or nothing to cite.
        InvalidDataError: A record's file is no longer what its id says.
    """
    write = _writer(format_name)
    quoted = _quoted(base, wanted.records)
    if wanted.every:
        for record_id in _all_that_count(base):
            quoted.setdefault(record_id, [])
    elif not quoted:
        raise UsageError("there is nothing to cite", hint="give ids or --all; `kb list` shows the records")
    cited = tuple(_cited(base, quoted))
    return Bibliography(format_name, write([citation for _, citation in cited]), cited)


def _writer(name: str) -> Callable[[Sequence[Citation]], str]:
    if name not in FORMATS:
        raise UsageError(f"there is no citation format {name!r}", hint=f"formats: {', '.join(FORMATS)}")
    return FORMATS[name]


def _quoted(base: KnowledgeBase, records: Sequence[str]) -> dict[str, list[str]]:
    # The names of the measurements to quote, by id.
    quoted: dict[str, list[str]] = {}
    for text in records:
        spelling, sign, measurement = text.partition("#")
        names = quoted.setdefault(base.read(spelling).id, [])
        if sign and measurement not in names:
            names.append(measurement)
    return quoted


def _all_that_count(base: KnowledgeBase) -> list[str]:
    with open_index(base, public=True) as index:
        rows = index.rows(parse_query("state = current"))
        tell_unreadable(index.unreadable())
    return [row.id for row in rows if row.kind != "retraction"]


def _cited(base: KnowledgeBase, quoted: dict[str, list[str]]) -> Iterator[tuple[StoredRecord, Citation]]:
    found = [base.read(record_id) for record_id in quoted]
    standings = _standings(base, found)
    for stored in found:
        quotes = _quotes(stored, quoted[stored.id])
        yield stored, cite_record(stored, base.settings, standing=standings[stored.id], quotes=quotes)


def _standings(base: KnowledgeBase, found: Sequence[StoredRecord]) -> dict[str, Standing]:
    standings: dict[str, Standing] = {}
    for private in (False, True):
        group = [stored for stored in found if stored.private is private]
        if group:
            # The citation of a public record is for others, so it names no private one.
            with open_index(base, public=not private) as index:
                standings |= {stored.id: standing_of(base, index, stored) for stored in group}
    return standings


def _quotes(stored: StoredRecord, measurements: Sequence[str]) -> list[str]:
    record = stored.record
    quotes = [quote_measurement(record, name) for name in measurements]
    if record.claim is not None:
        quotes.append(quote_claim(record.claim, [link.id for link in record.links if link.relation == "based_on"]))
    return quotes


def _told(stored: StoredRecord, citation: Citation) -> CitedRecord:
    return CitedRecord(
        **dict(reference(stored)),
        state=citation.standing.state,
        private=stored.private,
        url=citation.url,
        warning=citation.warning,
        successors=tuple(successor.id for successor in citation.standing.successors),
        quotes=citation.quotes,
    )
