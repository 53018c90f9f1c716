"""Imports a folder of decision records into a knowledge base."""

import hashlib
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

from pydantic import JsonValue

from envkb.document.front_matter import MAX_BYTES, set_line
from envkb.errors import InvalidDataError, KbError, UsageError
from envkb.exchange.adr.dates import shows_day_first
from envkb.exchange.adr.naming import number_of, slug_of, unique_slug
from envkb.exchange.adr.reading import ForeignAdr, read_adr
from envkb.exchange.adr.relations import Member, Standing, relate
from envkb.exchange.adr.text import compose
from envkb.knowledge.decisions.files import DecisionFile, Shelf, parse_decision, read_decisions
from envkb.knowledge.decisions.numbers import next_number
from envkb.knowledge.files import explain_os_errors, place_file, read_file, replace_file
from envkb.knowledge.layout import DECISIONS
from envkb.model.decision import LINKS

_SUFFIXES: Final = (".md", ".markdown", ".mdx")
_NO_RECORDS: Final = frozenset(
    "readme index toc changelog contributing license adr-log log template adr-template".split()
)


class ImportedAdr(NamedTuple):
    """One record that is in the knowledge base now.

    Attributes:
        file: The decision.
        source: Its file, relative to the folder that was imported.
        sha256: SHA-256 of the bytes of that file.
        new: Whether it was added; false where the same bytes had been imported before.
        notes: What a person should know of it, each one line.
    """

    file: DecisionFile
    source: PurePosixPath
    sha256: str
    new: bool
    notes: tuple[str, ...]


class RefusedAdr(NamedTuple):
    """A file that was not imported.

    Attributes:
        source: The file, relative to the folder.
        error: Why.
    """

    source: PurePosixPath
    error: KbError


class AdrImport(NamedTuple):
    """What became of a folder.

    Attributes:
        decisions: The records, by file.
        refused: The files that could not be imported; the others were.
        skipped: Files that are no decision records by their names, such as README.md.
    """

    decisions: tuple[ImportedAdr, ...]
    refused: tuple[RefusedAdr, ...]
    skipped: tuple[PurePosixPath, ...]


@dataclass(frozen=True, slots=True)
class _Source:
    path: PurePosixPath
    data: bytes
    text: str
    sha256: str


def import_adrs(root: Path, folder: Path, *, dry_run: bool = False) -> AdrImport:
    """Import every decision record in a folder and the folders below; what was imported before is left alone.

    Args:
        root: The root of the knowledge base.
        folder: The folder.
        dry_run: Whether to write nothing, and say what would be.

    Raises:
        UsageError: There is no such folder, it holds no Markdown, or it is the knowledge base's own.
        KbError: The knowledge base cannot be read or written; what was written is whole, and importing again goes on.
    """
    paths = _listed(root, folder)
    skipped = tuple(path for path in paths if path.stem.lower() in _NO_RECORDS)
    sources: list[_Source] = []
    refused: list[RefusedAdr] = []
    for path in (path for path in paths if path not in skipped):
        try:
            sources.append(_read(folder, path))
        except KbError as error:
            refused.append(RefusedAdr(path, error))
    shelf = read_decisions(root)
    done = _compose_all(shelf, sources, refused)
    if not dry_run:
        _write(root, shelf, done)
    return AdrImport(tuple(done), tuple(sorted(refused, key=lambda each: each.source)), skipped)


def _listed(root: Path, folder: Path) -> list[PurePosixPath]:
    if not folder.is_dir():
        raise UsageError(f"{folder}: no such folder", hint="name the folder in which the decision records lie")
    own = (root / DECISIONS).resolve()
    if own == folder.resolve() or own in folder.resolve().parents:
        raise UsageError(
            f"{folder}: these are the knowledge base's own decisions", hint="`kb decision list` shows them"
        )
    found: list[PurePosixPath] = []
    with explain_os_errors(folder):
        for place, folders, names in os.walk(folder):
            folders[:] = [name for name in folders if not name.startswith(".")]
            below = PurePosixPath(Path(place).relative_to(folder).as_posix())
            found += [below / name for name in names if name.lower().endswith(_SUFFIXES) and not name.startswith(".")]
    if not found:
        raise UsageError(f"{folder}: no Markdown files", hint=f"names that end in {', '.join(_SUFFIXES)} are read")
    return sorted(found)


def _read(folder: Path, path: PurePosixPath) -> _Source:
    data = read_file(folder, path, MAX_BYTES)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        hint = "it was left where it is; save a copy as UTF-8 (`iconv -t UTF-8`) and import again"
        raise InvalidDataError("not UTF-8", hint=hint, place=f"{path}: line {line}") from error
    return _Source(path, data, text, hashlib.sha256(data).hexdigest())


def _compose_all(shelf: Shelf, sources: Sequence[_Source], refused: list[RefusedAdr]) -> list[ImportedAdr]:
    adrs = _read_all(sources)
    kept = [source for source in sources if _can_be_kept(source, adrs[source.path], refused)]
    # The same bytes twice are one decision.
    first = {source.sha256: source for source in reversed(kept)}
    originals = [source for source in kept if first[source.sha256] is source]
    known = {file.decision.imported.sha256: file for file in shelf.files if file.decision.imported}
    places = _places(shelf, [source for source in originals if source.sha256 not in known], adrs)
    added = {sha256: path.stem.partition("-")[2] for sha256, path in places.items()}
    slugs = added | {sha256: file.slug for sha256, file in known.items()}
    standing = relate([Member(slugs[source.sha256], source.path, adrs[source.path]) for source in originals])
    done: dict[str, ImportedAdr] = {}
    for source in originals:
        stands = standing[slugs[source.sha256]]
        if source.sha256 in known:
            file = _joined(known[source.sha256], stands, set(added.values()))
            done[source.sha256] = ImportedAdr(file, source.path, source.sha256, new=False, notes=())
        else:
            data = compose(source.data, adrs[source.path], source=source.path, own=_own(stands))
            file = parse_decision(data, places[source.sha256])
            done[source.sha256] = ImportedAdr(file, source.path, source.sha256, new=True, notes=tuple(stands.notes))
    return [_told(source, first[source.sha256], done[source.sha256]) for source in kept]


def _can_be_kept(source: _Source, adr: ForeignAdr, refused: list[RefusedAdr]) -> bool:
    try:
        compose(source.data, adr, source=source.path, own={"status": "draft"})
    except KbError as error:
        refused.append(RefusedAdr(source.path, error))
        return False
    return True


def _told(source: _Source, first: _Source, done: ImportedAdr) -> ImportedAdr:
    if first is source:
        return done
    return done._replace(source=source.path, new=False, notes=(f"the same bytes as {first.path}",))


def _read_all(sources: Sequence[_Source]) -> dict[PurePosixPath, ForeignAdr]:
    adrs = {source.path: read_adr(source.text) for source in sources}
    # One date such as 28/03/2018 tells how the others beside it are meant; two that contradict each other, nothing.
    orders = {shows_day_first(adr.date_text) for adr in adrs.values() if adr.date_text} - {None}
    if len(orders) == 1:
        return {source.path: read_adr(source.text, day_first=orders.copy().pop()) for source in sources}
    return adrs


def _places(
    shelf: Shelf, fresh: Sequence[_Source], adrs: Mapping[PurePosixPath, ForeignAdr]
) -> dict[str, PurePosixPath]:
    """Return where each new record will lie, by digest: under its own number where that is free."""
    taken = {file.slug for file in shelf.files}
    used = {file.number for file in shelf.files}
    numbers: dict[str, int] = {}
    for source in fresh:
        number = number_of(source.path)
        if number is not None and number not in used:
            used.add(number)
            numbers[source.sha256] = number
    following = max([next_number(shelf) - 1, *used]) + 1
    places: dict[str, PurePosixPath] = {}
    for source in fresh:
        slug = unique_slug(slug_of(source.path, adrs[source.path].title, source.sha256), taken)
        taken.add(slug)
        if source.sha256 not in numbers:
            numbers[source.sha256] = following
            following += 1
        places[source.sha256] = DECISIONS / f"{numbers[source.sha256]:04}-{slug}.md"
    return places


def _own(stands: Standing) -> dict[str, JsonValue]:
    links: dict[str, JsonValue] = {key: [*slugs] for key in LINKS if (slugs := getattr(stands, key))}
    return {"status": stands.status, **links}


def _joined(file: DecisionFile, stands: Standing, added: Collection[str]) -> DecisionFile:
    """Return a decision that was imported before, with its links to those that are new; nothing else is touched."""
    data = file.data
    for key in LINKS:
        present = getattr(file.decision, key)
        if more := [slug for slug in getattr(stands, key) if slug in added and slug not in present]:
            data = set_line(data, key, [*present, *more], where=str(file.path))
            if key == "superseded_by":
                data = set_line(data, "status", "superseded", where=str(file.path))
    return parse_decision(data, file.path)


def _write(root: Path, shelf: Shelf, done: Sequence[ImportedAdr]) -> None:
    before = {file.path: file.data for file in shelf.files}
    for file in (each.file for each in done):
        if file.path not in before:
            place_file(root, file.path, file.data)
        elif before[file.path] != file.data:
            replace_file(root, file.path, file.data)
