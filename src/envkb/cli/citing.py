"""Collects what is to be cited and makes one bibliography of it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from envkb.cite.citation import Citation, Standing, cite_record
from envkb.cite.claims import quote_claim
from envkb.cite.formats import FORMATS
from envkb.cite.measurements import quote_measurement
from envkb.cite.standing import standing_of
from envkb.cli.base import tell_unreadable
from envkb.cli.console import say
from envkb.cli.documents import CitedDocument, CitedRecord, UnknownRecord, reference
from envkb.errors import InvalidDataError, UsageError
from envkb.knowledge.files import explain_os_errors
from envkb.knowledge.folder import KnowledgeBase, StoredRecord
from envkb.knowledge.index.index import open_index
from envkb.knowledge.layout import LOG
from envkb.knowledge.query.parser import parse_query

if TYPE_CHECKING:
    from envkb.cite.texts.ids import Passage
    from envkb.proof.beside import Beside


class Wanted(NamedTuple):
    """What is to be cited.

    Attributes:
        records: Ids, each with `#` and the name of a measurement (of a claim: of a benchmark) that is to be quoted.
        every: Whether to cite every public record that counts.
        texts: Files; the records that they name are cited.
    """

    records: tuple[str, ...]
    every: bool
    texts: tuple[Path, ...]


class Cited(NamedTuple):
    """One record of a bibliography.

    Attributes:
        stored: The record.
        citation: Its citation.
        mentioned: Where the texts name it first.
    """

    stored: StoredRecord
    citation: Citation
    mentioned: tuple[str, ...]


class Bibliography(NamedTuple):
    """Citations in one format.

    Attributes:
        format: Name of the format.
        text: The citations, written in it; empty where there are none.
        cited: The records, in the order they were asked for.
        unknown: What the texts name and is not here.
    """

    format: str
    text: str
    cited: tuple[Cited, ...]
    unknown: tuple[UnknownRecord, ...]

    def document(self, output: Path | None) -> CitedDocument:
        """Return what JSON tells of it.

        Args:
            output: The file that it was written to; None where it was printed.
        """
        return CitedDocument(
            format=self.format,
            text=self.text,
            output=str(output) if output else None,
            records=tuple(_told(cited) for cited in self.cited),
            unknown=self.unknown,
        )


def compile_bibliography(base: KnowledgeBase, wanted: Wanted, format_name: str) -> Bibliography:
    """Return the citations of all records wanted, in one format.

    Raises:
        UsageError: An unknown format, record or measurement, or nothing to cite.
        InvalidDataError: A record's file is no longer what its id says, or a text cannot be read.
        ToolMissingError: The format needs an extra.
    """
    write = _writer(format_name)
    if not (wanted.records or wanted.every or wanted.texts):
        raise UsageError(
            "there is nothing to cite", hint="give ids, --used-in FILE or --all; `kb list` shows the records"
        )
    choice = _Choice(base)
    choice.add_named(wanted.records)
    choice.add_mentioned(wanted.texts)
    if wanted.every:
        choice.add_all_that_count()
    cited = tuple(choice.cited())
    text = write([each.citation for each in cited]) if cited else ""
    return Bibliography(format_name, text, cited, tuple(choice.unknown))


def _writer(name: str) -> Callable[[Sequence[Citation]], str]:
    if name not in FORMATS:
        raise UsageError(f"there is no citation format {name!r}", hint=f"formats: {', '.join(FORMATS)}")
    return FORMATS[name]


class _Choice:
    """The records chosen so far, each once, with what is quoted of each and where it is mentioned."""

    def __init__(self, base: KnowledgeBase) -> None:
        self.unknown: list[UnknownRecord] = []
        self._base = base
        self._stored: dict[str, StoredRecord] = {}
        self._quoted: dict[str, list[str]] = {}
        self._mentioned: dict[str, list[str]] = {}

    def _add(self, spelling: str) -> str:
        stored = self._base.read(spelling)
        self._stored.setdefault(stored.id, stored)
        return stored.id

    def add_named(self, records: Iterable[str]) -> None:
        for text in records:
            spelling, sign, measurement = text.partition("#")
            name = self._add(spelling)
            quoted = self._quoted.setdefault(name, [])
            if sign and measurement not in quoted:
                quoted.append(measurement)

    def add_mentioned(self, files: Iterable[Path]) -> None:
        from envkb.cite.texts.ids import find_mentions  # noqa: PLC0415 - start-up

        for file in files:
            for mention in find_mentions(_passages(file)):
                place = f"{file}, {mention.place}"
                problem = mention.problem
                if problem is None:
                    try:
                        self._mentioned.setdefault(self._add(mention.text), []).append(place)
                        continue
                    except UsageError as error:
                        problem = error.message
                self.unknown.append(UnknownRecord(id=mention.text, mentioned=place, problem=problem))

    def add_all_that_count(self) -> None:
        with open_index(self._base, public=True) as index:
            rows = index.rows(parse_query("state = current"))
            tell_unreadable(index.unreadable())
        for row in rows:
            if row.kind != "retraction":
                self._add(row.id)

    def cited(self) -> Iterator[Cited]:
        standings = _standings(self._base, list(self._stored.values()))
        beside = open_beside(self._base)
        for name, stored in self._stored.items():
            times = beside.times(stored) if beside else None
            citation = cite_record(
                stored,
                self._base.settings,
                standing=standings[name],
                quotes=_quotes(stored, self._quoted.get(name, ())),
                logged=times.logged_said if times else None,
                stamped=times.stamped_said if times else None,
            )
            yield Cited(stored, citation, tuple(self._mentioned.get(name, ())))


def open_beside(base: KnowledgeBase) -> "Beside | None":
    """Return what knows when records were logged and stamped; null where nothing does, or it is damaged."""
    if not (base.root / LOG).exists():
        return None
    from envkb.proof.beside import Beside  # noqa: PLC0415 - start-up

    try:
        return Beside.of(base)
    except InvalidDataError as error:
        say(f"kb: the log cannot be read, so nothing is called logged or stamped: {error.message}")
        return None


def _passages(file: Path) -> "list[Passage]":
    from envkb.cite.texts.reading import MAX_BYTES, read_passages  # noqa: PLC0415 - start-up

    # Not by the size that the system tells: a pipe and a device have none.
    with explain_os_errors(file), file.open("rb") as stream:
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise InvalidDataError(f"{file}: more than {MAX_BYTES >> 20} MiB", hint="no text of a person is as long")
    try:
        return read_passages(data)
    except InvalidDataError as error:
        raise InvalidDataError(f"{file}: {error.message}", hint=error.hint) from error


def _standings(base: KnowledgeBase, found: Sequence[StoredRecord]) -> dict[str, Standing]:
    standings: dict[str, Standing] = {}
    for private in (False, True):
        group = [stored for stored in found if stored.private is private]
        if group:
            # The citation of a public record is for others, so it names no private one.
            with open_index(base, public=not private) as index:
                standings |= {stored.id: standing_of(base, index, stored) for stored in group}
    return standings


def _quotes(stored: StoredRecord, names: Sequence[str]) -> list[str]:
    record = stored.record
    if record.claim is None:
        return [quote_measurement(record, name) for name in names]
    return quote_claim(record.claim, [link.id for link in record.links if link.relation == "based_on"], names)


def _told(cited: Cited) -> CitedRecord:
    citation = cited.citation
    return CitedRecord(
        **dict(reference(cited.stored)),
        state=citation.standing.state,
        private=cited.stored.private,
        url=citation.url,
        warning=citation.warning,
        successors=tuple(successor.id for successor in citation.standing.successors),
        quotes=citation.quotes,
        mentioned=cited.mentioned,
    )
