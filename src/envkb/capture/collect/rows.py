"""One row of a snapshot, and why a source could not be read."""

from __future__ import annotations

import json
from typing import Any, Callable, Dict, NamedTuple

MIDDLE_MARK = "\n[... {} bytes left out by kb ...]\n"

Row = Dict[str, Any]
Computed = Any  # what a computed source returns: anything that JSON can hold


class UnreadableError(Exception):
    """A source could not be read; the status is one of a fact's."""

    def __init__(self, status: str, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Job(NamedTuple):
    """One source to read: its id, the call that returns its row, and after how long nobody waits for it."""

    source_id: str
    read: Callable[[], Row]
    timeout_s: float = 3.0


def make_row(source_id: str, status: str = "ok", text: str = "", reason: str = "", **more: Any) -> Row:  # noqa: ANN401
    """Make a row; keys that say nothing are left out, since a snapshot has hundreds of rows."""
    row = {"id": source_id, "status": status, "text": text}
    if reason:
        row["reason"] = reason
    row.update((key, value) for key, value in more.items() if value is not None)
    return row


def decode(data: bytes, limit: int, full_bytes: int | None = None) -> tuple[str, int | None]:
    """Make text of bytes: bounded, with line feeds for NUL bytes.

    Args:
        data: What was read; may have lost its middle already.
        limit: Most bytes to keep.
        full_bytes: Length of the whole, where that is more than the length of `data`.

    Returns:
        The text, and the length of the whole where something was left out, else None.
    """
    full = len(data) if full_bytes is None else full_bytes
    if full <= limit:
        return _text(data), None
    half = limit // 2
    return _text(data[:half]) + MIDDLE_MARK.format(full - 2 * half) + _text(data[-half:]), full


def _text(data: bytes) -> str:
    return data.rstrip(b"\0").replace(b"\0", b"\n").decode("utf-8", "replace")


def to_json(value: Computed) -> str:
    """Write a computed value; whatever a machine names its files, the text can be encoded."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "replace").decode("utf-8")


def computed_job(source_id: str, compute: Callable[[], Computed], timeout_s: float = 3.0) -> Job:
    """Make a job of a call that returns a text or a value for JSON, or raises `UnreadableError`."""

    def read() -> Row:
        try:
            value = compute()
        except UnreadableError as error:
            return make_row(source_id, error.status, reason=error.reason)
        return make_row(source_id, text=value if isinstance(value, str) else to_json(value))

    return Job(source_id, read, timeout_s)
