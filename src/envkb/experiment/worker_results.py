"""Makes a record of what the bench worker printed on a machine without kb."""

import json
import platform
import secrets
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from envkb.bench.document import Document, read_document
from envkb.bench.interpret import interpret
from envkb.bench.worker.outcome import SCHEMA
from envkb.document.redaction import Gate, MachineValues
from envkb.errors import InvalidDataError
from envkb.experiment.cleaning import Loose, Prepared, prepare
from envkb.experiment.compose import Captured, Circumstances, compose
from envkb.experiment.stated import Stated
from envkb.knowledge.files import explain_os_errors
from envkb.knowledge.folder import KnowledgeBase, SaltCollisionError, Stored
from envkb.knowledge.layout import attachment_path
from envkb.model.record import Attachment, Author, Record
from envkb.model.value import Origin

_NAME: Final = "benchmarks.json"
_MOST_BYTES: Final = 16 * 2**20
_SALT_TRIES: Final = 8


def holds_results(path: Path) -> bool:
    """Return whether a file begins like what a worker printed: JSON that names its schema."""
    if not path.is_file():
        return False
    with explain_os_errors(path), path.open("rb") as file:
        start = file.read(256).lstrip()
    return start.startswith(b"{") and f'"{SCHEMA}"'.encode() in start


def import_results(base: KnowledgeBase, path: Path, *, now: datetime, private: bool = False) -> Stored:
    """Add the record of a worker's results; results that were imported already are left alone.

    The machine that they are from was not read, and nothing of this one stands for it.

    Args:
        base: Where to add it.
        path: What the worker printed.
        now: The present, in UTC.
        private: Whether it goes to the private place.

    Raises:
        InvalidDataError: It is no document of a worker, it holds no result, or something cannot be cleaned.
        KbError: It cannot be read or written.
    """
    document = _read(path)
    for _ in range(_SALT_TRIES):
        prepared = _prepared(document, base, now)
        (sha256,) = prepared.attachments
        if (known := _imported(base, sha256)) is not None:
            return known
        try:
            return base.add(prepared.data, prepared.attachments, private=private)
        except SaltCollisionError:
            continue
    raise SaltCollisionError("eight salts in a row gave an id that is taken", hint="run `kb check`")


def _read(path: Path) -> Document:
    with explain_os_errors(path):
        if path.stat().st_size > _MOST_BYTES:
            raise InvalidDataError(f"{path}: more than {_MOST_BYTES} bytes", hint="the results of one run are smaller")
        data = path.read_bytes()
    try:
        document = read_document(data)
    except InvalidDataError as error:
        raise InvalidDataError(f"{path}: {error.message}", hint=error.hint) from error
    if not document.results and not document.problems:
        raise InvalidDataError(f"{path}: the worker was stopped before it measured anything", hint="let it end")
    return document


def _prepared(document: Document, base: KnowledgeBase, now: datetime) -> Prepared:
    circumstances = Circumstances(now, secrets.token_hex(16), platform.python_version(), _authors(base))

    def make(attachments: Sequence[Attachment]) -> Record:
        return compose(Captured(None, (), None), _told(document, attachments[0].sha256), circumstances, attachments)

    raw = json.dumps(document.model_dump(mode="json"), indent=1, allow_nan=False).encode()
    return prepare(Gate(MachineValues()), [Loose(_NAME, "raw", "application/json", raw)], make)


def _authors(base: KnowledgeBase) -> tuple[Author, ...]:
    return tuple(author.declared() for author in base.settings.authors)


def _told(document: Document, raw_sha256: str) -> Stated:
    found = interpret([document], origin=Origin.IMPORTED, raw_sha256=raw_sha256)
    python = document.python
    where = (
        f"{python.implementation} {python.version} on {python.machine}" if python else "a Python that never answered"
    )
    outcome: Literal["success", "partial", "failure"] = "partial" if found.measurements else "failure"
    return Stated(
        title=f"Benchmarks of {where}",
        summary="Measured by the bench worker alone; of the machine itself nothing was read.",
        outcome="success" if found.measurements and not found.troubles else outcome,
        measurements=found.measurements,
        edge_cases=found.edge_cases,
    )


def _imported(base: KnowledgeBase, sha256: str) -> Stored | None:
    """Return the record that has these results already."""
    if not any((base.root / attachment_path(sha256, private=private)).exists() for private in (False, True)):
        return None
    for stored in base.records():
        if any(row.sha256 == sha256 for row in stored.record.attachments):
            return Stored(stored.id, stored.digest, stored.path, stored.private, new=False)
    return None
