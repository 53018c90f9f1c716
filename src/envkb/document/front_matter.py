"""Markdown files with front matter, written by hand: reads them strictly and changes them line by line.

    ---
    status: proposed      # YAML, as `strict_yaml` reads it
    ---
    # Title and text, in Markdown

Files are UTF-8. A byte-order mark and Windows line ends are read and kept, since editors put them there; what has no
single meaning is refused. An edit touches the lines of one key, and every other byte of the file stays as it is.
"""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from envkb.document import strict_yaml
from envkb.errors import InvalidDataError

MAX_BYTES: Final = 1024 * 1024

_BOM: Final = "\ufeff"
_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_./+-]*(?: [A-Za-z0-9_./+-]+)*|[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Words that one YAML or another reads as something else than text.
_RESERVED: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


@dataclass(frozen=True, slots=True)
class Page:
    """A file, taken apart.

    Attributes:
        values: The front matter.
        body: The Markdown behind it.
        lines: The number of the line in the file, from 1, at which each value of the front matter stands, by its path.
    """

    values: Mapping[str, JsonValue]
    body: str
    lines: Mapping[strict_yaml.Path, int]


@dataclass(frozen=True, slots=True)
class _Parts:
    lines: list[str]
    closing: int
    mark: str

    @property
    def front(self) -> str:
        return "".join(self.lines[1 : self.closing])


def read(data: bytes, where: str) -> Page:
    """Return the front matter and the Markdown of a file.

    Args:
        data: The file.
        where: Its name, for messages.

    Raises:
        InvalidDataError: Not UTF-8, no front matter, or front matter that cannot be read; the message names the line.
    """
    parts = _split(data, where)
    loaded = strict_yaml.load(parts.front, where, offset=2)
    lines = {path: line + 2 for path, line in loaded.lines.items()}
    return Page(loaded.values, "".join(parts.lines[parts.closing + 1 :]), lines)


def set_line(data: bytes, key: str, value: JsonValue, *, where: str = "front matter") -> bytes:
    """Return the file with one top-level key set; every line that is not that key's stays as it is.

    A key that is there keeps its place, and the comment behind a value of one line; a new one becomes the last.

    Args:
        data: The file.
        key: The key.
        value: What it is to hold; lists and mappings are written one item a line.
        where: The file's name, for messages.

    Raises:
        InvalidDataError: The file cannot be read, or would hold something else than asked for.
    """
    parts = _split(data, where)
    loaded = strict_yaml.load(parts.front, where, offset=2)
    newline = "\r\n" if parts.lines[0].endswith("\r\n") else "\n"
    new = "".join(line + newline for line in _spell({key: value}, ""))
    first, last = parts.closing, parts.closing
    if key in loaded.spans:
        first, last = _range(parts, loaded, key)
        end = loaded.spans[key].end
        if end is not None and new.count("\n") == 1:
            new = new.removesuffix(newline) + parts.lines[first][end:]
    changed = parts.mark + "".join([*parts.lines[:first], new, *parts.lines[last:]])
    result = changed.encode(errors="replace")
    if read(result, where).values != {**loaded.values, key: value}:
        raise InvalidDataError(f"{key} cannot be written here", hint="change it by hand", place=where)
    return result


def bytes_without(data: bytes, keys: Collection[str], *, where: str = "front matter") -> bytes:
    """Return the file without the lines of some top-level keys; every other byte is there.

    Args:
        data: The file.
        keys: The keys; one that is not there changes nothing.
        where: The file's name, for messages.

    Raises:
        InvalidDataError: The file cannot be read.
    """
    parts = _split(data, where)
    loaded = strict_yaml.load(parts.front, where, offset=2)
    gone: set[int] = set()
    for key in loaded.spans.keys() & set(keys):
        gone.update(range(*_range(parts, loaded, key)))
    return (parts.mark + "".join(line for number, line in enumerate(parts.lines) if number not in gone)).encode()


def _split(data: bytes, where: str) -> _Parts:
    if len(data) > MAX_BYTES:
        raise InvalidDataError(f"{len(data)} bytes; a hand-written file has at most {MAX_BYTES}", place=where)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InvalidDataError("not UTF-8", hint="save it as UTF-8", place=f"{where}: line {line}") from error
    mark = _BOM if text.startswith(_BOM) else ""
    lines = re.findall(r"[^\n]*\n|[^\n]+", text.removeprefix(_BOM))
    if not lines or lines[0].rstrip() != "---":
        raise InvalidDataError("no front matter", hint="the first line is `---`", place=f"{where}: line 1")
    closing = next((number for number, line in enumerate(lines) if number and line.rstrip() == "---"), None)
    if closing is None:
        raise InvalidDataError("the front matter does not end", hint="a line `---` closes it", place=f"{where}: line 1")
    return _Parts(lines, closing, mark)


def _range(parts: _Parts, loaded: strict_yaml.Loaded, key: str) -> tuple[int, int]:
    # Blank lines and comments between two keys belong to neither.
    span = loaded.spans[key]
    firsts = sorted(other.first for other in loaded.spans.values() if other.first > span.first)
    end = firsts[0] + 1 if firsts else parts.closing
    while end > span.reach + 2 and (not parts.lines[end - 1].strip() or parts.lines[end - 1].startswith("#")):
        end -= 1
    return span.first + 1, end


def _spell(value: dict[str, JsonValue] | list[JsonValue], indent: str) -> list[str]:
    if isinstance(value, dict):
        return [line for key, item in value.items() for line in _entry(f"{indent}{_scalar(key)}:", item, indent)]
    lines: list[str] = []
    for item in value:
        if isinstance(item, dict) and item:
            first, *rest = _spell(item, f"{indent}  ")
            lines += [f"{indent}- {first.lstrip()}", *rest]
        else:
            lines += _entry(f"{indent}-", item, indent)
    return lines


def _entry(start: str, value: JsonValue, indent: str) -> list[str]:
    if isinstance(value, dict | list):
        if value:
            return [start, *_spell(value, f"{indent}  ")]
        return [f"{start} {'{}' if isinstance(value, dict) else '[]'}"]
    return [f"{start} {_scalar(value)}"]


def _scalar(value: str | float | bool | None) -> str:  # noqa: FBT001 - a value of the file, no switch
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _RESERVED:
        return value
    # JSON's spelling of a text is YAML's in double quotes; what editors do not show, or YAML does not take, is escaped.
    text = json.dumps(value, ensure_ascii=False)
    return re.sub("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]", lambda found: f"\\u{ord(found[0]):04x}", text)
