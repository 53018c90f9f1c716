"""Between a record and its bytes."""

from typing import Final

from pydantic import ValidationError

from envkb.document.canonical import encode, parse
from envkb.errors import InvalidDataError
from envkb.model.record import SCHEMA, Record

_PLAIN: Final = {"extra_forbidden": "no such key", "missing": "the key is missing"}
"""What pydantic says of a kind of error, for people who do not know pydantic."""


def encode_record(record: Record) -> bytes:
    """Return the bytes of a record; their SHA-256 is its identity.

    Raises:
        InvalidDataError: The record does not fit the format's limits.
    """
    return encode(record.model_dump(mode="json"))


def decode_record(data: bytes) -> Record:
    """Return the record that the bytes hold.

    Canonical form is checked first, on the raw tree, so that no model can hide a second spelling.

    Raises:
        InvalidDataError: The bytes are not canonical, or not a record; the message names the place.
    """
    tree = parse(data)
    if not isinstance(tree, dict) or tree.get("schema") != SCHEMA:
        found = tree.get("schema") if isinstance(tree, dict) else None
        raise InvalidDataError(
            f"schema is {found!r}, not {SCHEMA!r}", hint="a newer kb may have written it: upgrade envkb"
        )
    try:
        return Record.model_validate_json(data)
    except ValidationError as error:
        place, _, reason = describe(error).partition(": ")
        raise InvalidDataError(reason, place=place) from error


def describe(error: ValidationError) -> str:
    """Return the first problem of a validation error after its place, and how many more there are."""
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    first = problems[0]
    place = "/".join(str(part) for part in first["loc"]) or "record"
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    what = _PLAIN.get(first["type"], first["msg"].removeprefix("Value error, "))
    return f"{place}: {what}{more}"
