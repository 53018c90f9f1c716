"""The one spelling of a record as bytes, and the check that stored bytes are spelt so.

The bytes are `json.dumps(tree, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)` of CPython plus a
line feed, in UTF-8.
"""

import json
import re
import unicodedata
from typing import Final

from pydantic import JsonValue
from pydantic_core import to_json

from envkb.errors import InvalidDataError

MAX_BYTES: Final = 1024 * 1024
MAX_DEPTH: Final = 32
MAX_INTEGER: Final = 2**53 - 1

_KEY: Final = re.compile(r"[a-z][a-z0-9_]*")
_WRONG_KEY: Final = re.compile(r'\n *"(?![a-z][a-z0-9_]*": )([^"\\]*(?:\\.[^"\\]*)*)": ')
_LAYOUT: Final = re.compile(r"\n *")
_COMPACT: Final = json.JSONEncoder(sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ": "))
_NEGATIVE_ZERO: Final = re.compile(r"[ \n]-0\.0(?:,?\n)")
_TOO_DEEP: Final = "\n" + "  " * (MAX_DEPTH + 1)
_RESTORE: Final = "something rewrote the file: restore it from git or from its source, and keep `.gitattributes`"


def encode(tree: JsonValue) -> bytes:
    """Return the canonical bytes of a JSON tree.

    Strings are brought to NFC and `-0.0` to `0.0`; everything else that has two spellings is refused.

    Raises:
        InvalidDataError: A key, number, depth or size that the format does not allow.
    """
    try:
        data = _dump(_normalise(tree, "", 0)).encode("utf-8")
    except UnicodeEncodeError as error:
        raise InvalidDataError("a text holds half a surrogate pair, which UTF-8 cannot say") from error
    except ValueError as error:
        raise InvalidDataError(f"a number is not finite: {error}") from error
    if len(data) > MAX_BYTES:
        raise InvalidDataError(
            f"the record has {len(data)} bytes, the format allows {MAX_BYTES}",
            hint="move long texts and raw output into attachments",
        )
    return data


def _normalise(tree: JsonValue, place: str, depth: int) -> JsonValue:
    if depth > MAX_DEPTH:
        raise InvalidDataError(f"nested deeper than {MAX_DEPTH} levels", place=place)
    if isinstance(tree, str):
        return unicodedata.normalize("NFC", tree)
    if isinstance(tree, dict):
        for key in tree:
            if not _KEY.fullmatch(str(key)):
                raise InvalidDataError(f"{key!r} cannot be a key", hint="names are values, never keys", place=place)
        return {key: _normalise(value, f"{place}/{key}".lstrip("/"), depth + 1) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [_normalise(value, f"{place}/{i}", depth + 1) for i, value in enumerate(tree)]
    if isinstance(tree, float):
        return tree + 0.0  # turns -0.0 into 0.0 and nothing else
    if isinstance(tree, int) and abs(tree) > MAX_INTEGER:
        raise InvalidDataError(f"the integer {tree} is beyond 2^53-1", place=place)
    return tree


def parse(data: bytes) -> JsonValue:
    """Return the JSON tree of canonical bytes.

    Raises:
        InvalidDataError: The bytes are no JSON, or are not in canonical form; the message says where and how.
    """
    text = _decode(data)
    try:
        tree: JsonValue = json.loads(text, parse_int=_parse_integer)
        canonical = text if _is_plainly_canonical(text, tree) else _dump(tree)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise InvalidDataError(f"no JSON: {error.msg}", hint=_RESTORE, place=place) from error
    except RecursionError as error:
        raise InvalidDataError(f"nested deeper than {MAX_DEPTH} levels") from error
    except ValueError as error:
        raise InvalidDataError(f"a number is not finite: {error}") from error
    if text != canonical:
        raise _first_difference(text, canonical)
    _check_tokens(text)
    return tree


def _is_plainly_canonical(text: str, tree: JsonValue) -> bool:
    # CPython encodes fast only without layout, so its encoder vouches for the tokens (in a string, a line feed is
    # escaped: every raw one is layout), and another one for the layout. Where they do not, `_dump` has the last word.
    try:
        return _LAYOUT.sub("", text) == _COMPACT.encode(tree) and to_json(tree, indent=2).decode() + "\n" == text
    except ValueError:
        return False


def _dump(tree: JsonValue) -> str:
    return json.dumps(tree, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def _parse_integer(digits: str) -> int:
    # Sixteen digits and a sign hold every integer allowed; longer ones need not be converted to be refused.
    if len(digits) > 17 or abs(number := int(digits)) > MAX_INTEGER:  # noqa: PLR2004 - see above
        raise InvalidDataError(f"the integer {digits[:40]} is beyond 2^53-1")
    return number


def _decode(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise InvalidDataError(f"{len(data)} bytes; a record has at most {MAX_BYTES}")
    if data.startswith(b"\xef\xbb\xbf"):
        raise InvalidDataError("starts with a byte-order mark", hint=_RESTORE)
    if b"\r" in data:
        raise InvalidDataError("has carriage returns (CRLF line ends)", hint=_RESTORE)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidDataError("not UTF-8", hint=_RESTORE, place=f"byte {error.start}") from error


def _check_tokens(text: str) -> None:
    # The text is in canonical layout here, so a line says what its token is and how deep it stands.
    if wrong := _WRONG_KEY.search(text):
        raise InvalidDataError(f"{wrong[1]!r} cannot be a key of a record")
    if _TOO_DEEP in text:
        raise InvalidDataError(f"nested deeper than {MAX_DEPTH} levels")
    if "-0.0" in text and _NEGATIVE_ZERO.search(text):
        raise InvalidDataError("-0.0 is written 0.0")
    if not unicodedata.is_normalized("NFC", text):
        raise InvalidDataError("a text is not in Unicode normal form NFC")


def _first_difference(text: str, canonical: str) -> InvalidDataError:
    lines = zip(text.split("\n"), canonical.split("\n"), strict=False)
    for number, (have, want) in enumerate(lines, 1):
        if have != want:
            message = f"not in canonical form: {have.strip()[:60]!r} is written {want.strip()[:60]!r}"
            return InvalidDataError(message, hint=_RESTORE, place=f"line {number}")
    return InvalidDataError("not in canonical form: the text does not end where it should", hint=_RESTORE)
