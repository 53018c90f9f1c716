"""The text of an imported decision: kb's front matter, and below it the original's text, byte for byte."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from pydantic import JsonValue

from envkb.document.decision_text import title_of
from envkb.document.front_matter import read, set_line
from envkb.errors import InvalidDataError
from envkb.exchange.adr.markdown import find_headings, visible_lines
from envkb.exchange.adr.reading import ForeignAdr
from envkb.knowledge.decisions.files import text_digest
from envkb.model.record import LONGEST_LINE


def compose(original: bytes, adr: ForeignAdr, *, source: PurePosixPath, own: Mapping[str, JsonValue]) -> bytes:
    """Return the file of an imported decision.

    Args:
        original: The bytes of the record as it came.
        adr: What it says of itself.
        source: Its file, relative to the folder that is imported.
        own: What kb says of it: `status`, and links to other decisions.

    Raises:
        InvalidDataError: It cannot be kept so that its bytes come back.
    """
    body = original[len(adr.front.encode()) :]
    values: dict[str, JsonValue] = {
        **_facts(adr, body.decode(), source),
        **own,
        "imported": _origin(original, adr, source),
    }
    data = b"---\nstatus: draft\n---\n" + body
    for key, value in values.items():
        data = set_line(data, key, value, where=str(source))
    if values.get("status") == "accepted":
        data = set_line(data, "accepted_sha256", text_digest(data, str(source)), where=str(source))
    if original_bytes(data, str(source)) != original:
        raise InvalidDataError("its bytes would not come back", hint="nothing was written", place=str(source))
    return data


def original_bytes(data: bytes, where: str) -> bytes:
    """Return the bytes of the record that was imported into a decision's file.

    Raises:
        InvalidDataError: The file cannot be read, or was written here.
    """
    page = read(data, where)
    imported = page.values.get("imported")
    if not isinstance(imported, dict):
        raise InvalidDataError("it was not imported", hint="its whole text was written here", place=where)
    return f"{imported.get('front_matter') or ''}{page.body}".encode()


def _facts(adr: ForeignAdr, body: str, source: PurePosixPath) -> dict[str, JsonValue]:
    values: dict[str, JsonValue] = {}
    candidates = (adr.title, _heading(body), source.stem)
    title = next((line for text in candidates if text and (line := _one_line(text))), "untitled")
    if title_of(body) != title:
        values["title"] = title
    if adr.date:
        values["date"] = adr.date.isoformat()
    if deciders := [name for name in map(_one_line, adr.deciders) if name]:
        values["deciders"] = [*deciders]
    return values


def _origin(original: bytes, adr: ForeignAdr, source: PurePosixPath) -> JsonValue:
    said: dict[str, JsonValue] = {
        "status": adr.status_text,
        "date": adr.date_text,
        "supersedes": [*adr.supersedes],
        "superseded_by": [*adr.superseded_by],
        "front_matter": adr.front,
    }
    sha256 = hashlib.sha256(original).hexdigest()
    return {"source": str(source), "sha256": sha256, **{key: value for key, value in said.items() if value}}


def _heading(body: str) -> str | None:
    return next((heading.text for heading in find_headings(visible_lines(body)) if heading.text), None)


def _one_line(text: str) -> str:
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", " ", text).strip()[:LONGEST_LINE]
