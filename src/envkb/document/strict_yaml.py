"""A small YAML for files that people write: every value means what it looks like, and nothing hides behind a name.

A plain word is text unless it is `null` (or `~`, or nothing), `true`, `false`, an integer or a decimal number. So a
date stays the text it is (`2026-11-22`), and `no`, `017`, `0x1F`, `1_000` and `12:30` are texts as well; `2.10` is the
number 2.1, and a version must stand in quotes. Anchors, aliases, tags and keys that come twice are refused.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pydantic import JsonValue

from envkb.errors import InvalidDataError

if TYPE_CHECKING:
    from yaml import Event, MappingStartEvent, ScalarEvent

MAX_DEPTH: Final = 16

Path = tuple[str | int, ...]
"""Where a value stands: keys and positions, from the top."""

_CONSTANTS: Final[Mapping[str, bool | None]] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
INTEGER: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,14})")
NUMBER: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]+(?:[eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)")
_BLOCKS: Final = ("|", ">")
# YAML takes these for line ends; a key behind one would be seen by the parser and by nobody else.
_HIDDEN_LINE_END: Final = re.compile("\r(?!\n)|[\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Span:
    """Where one top-level key stands.

    Attributes:
        first: Its line, counted from 0.
        reach: The last line that its words in one line or in quotes reach; a block of text may go beyond.
        end: The column behind the value, where key and value share one line and the value is one word or quotation.
    """

    first: int
    reach: int
    end: int | None


@dataclass(frozen=True, slots=True)
class Loaded:
    """A mapping, and where its parts stand.

    Attributes:
        values: The mapping.
        lines: The line of each value, counted from 0, by its path.
        spans: Where each top-level key stands.
    """

    values: Mapping[str, JsonValue]
    lines: Mapping[Path, int]
    spans: Mapping[str, Span]


def load(text: str, place: str, *, offset: int = 1) -> Loaded:
    """Return the mapping that a text holds.

    Args:
        text: YAML: one block mapping whose keys start in the first column.
        place: What the text is called in messages.
        offset: The number of the text's first line, for messages.

    Raises:
        InvalidDataError: No YAML, no mapping, or something that this small YAML leaves out; the message names the line.
    """
    builder = _Builder(place, offset)
    if hidden := _HIDDEN_LINE_END.search(text):
        line = text.count("\n", 0, hidden.start())
        raise builder.refuse(line, f"a line end that editors do not show (U+{ord(hidden[0]):04X})", "type it anew")
    import yaml  # noqa: PLC0415 - start-up: most commands read none

    try:
        return builder.build(iter(yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = " ".join((error.problem or error.context or "no YAML").split())
        raise builder.refuse(mark.line if mark else 0, message, "texts with `: ` or ` #` stand in quotes") from error
    except yaml.YAMLError as error:
        raise InvalidDataError(f"no YAML: {' '.join(str(error).split())}", place=place) from error


@dataclass(slots=True)
class _Builder:
    place: str
    offset: int
    lines: dict[Path, int] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict)
    reach: int = 0

    def refuse(self, line: int, message: str, hint: str = "") -> InvalidDataError:
        return InvalidDataError(message, hint=hint, place=f"{self.place}: line {line + self.offset}")

    def build(self, events: "Iterator[Event]") -> Loaded:
        import yaml  # noqa: PLC0415 - as above

        values: Mapping[str, JsonValue] = {}
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent | yaml.DocumentEndEvent):
                if event.explicit:
                    raise self.refuse(_line(event), "a second document", "keep to one, without `...`")
            elif isinstance(event, yaml.MappingStartEvent):
                values = self._top(event, events)
            elif isinstance(event, yaml.ScalarEvent) and _column(event) == _column(event, end=True):
                continue  # nothing but comments
            elif isinstance(event, yaml.NodeEvent):
                self._check(event)
                raise self.refuse(_line(event), "no mapping", "write `key: value` lines")
        return Loaded(values, self.lines, self.spans)

    def _top(self, start: "MappingStartEvent", events: "Iterator[Event]") -> Mapping[str, JsonValue]:
        if start.flow_style or _column(start):
            hint = "one `key: value` a line, without braces around them"
            raise self.refuse(_line(start), "top-level keys start in the first column", hint)
        return self._mapping(start, events, ())

    def _check(self, event: "Event") -> None:
        # Only an alias, a scalar and the start of a list or mapping can have what is refused here.
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor is not None:
            hint = "write it out, or put it in quotes"
            raise self.refuse(_line(event), "YAML anchors and aliases (& and *) are not read", hint)
        if tag is not None:
            hint = "leave it out, or put the text in quotes"
            raise self.refuse(_line(event), f"YAML tags ({tag}) are not read", hint)

    def _mapping(self, start: "MappingStartEvent", events: "Iterator[Event]", path: Path) -> dict[str, JsonValue]:
        import yaml  # noqa: PLC0415 - as above

        self._check(start)
        found: dict[str, JsonValue] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._key(event, path)
            line = _line(event)
            if key in found:
                other = self.lines[(*path, key)] + self.offset
                raise self.refuse(line, f"the key {key} comes twice", f"it stands in line {other} too")
            self.lines[(*path, key)] = line
            value = next(events)
            found[key] = self._value(value, events, (*path, key))
            if not path:
                ends_here = isinstance(value, yaml.ScalarEvent) and value.style not in _BLOCKS and self.reach == line
                self.spans[key] = Span(line, max(line, self.reach), _column(value, end=True) if ends_here else None)
        return found

    def _key(self, event: "Event", path: Path) -> str:
        import yaml  # noqa: PLC0415 - as above

        self._check(event)
        if not isinstance(event, yaml.ScalarEvent):
            raise self.refuse(_line(event), "a key is a list or a mapping", "keys are texts")
        if not path and _column(event):
            raise self.refuse(_line(event), "top-level keys start in the first column")
        return str(event.value)

    def _value(self, event: "Event", events: "Iterator[Event]", path: Path) -> JsonValue:
        import yaml  # noqa: PLC0415 - as above

        self._check(event)
        if len(path) > MAX_DEPTH:
            raise self.refuse(_line(event), f"nested deeper than {MAX_DEPTH} levels")
        self.lines.setdefault(path, _line(event))
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(event, events, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, path)
        return self._scalar(event) if isinstance(event, yaml.ScalarEvent) else None

    def _sequence(self, events: "Iterator[Event]", path: Path) -> list[JsonValue]:
        import yaml  # noqa: PLC0415 - as above

        found: list[JsonValue] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            found.append(self._value(event, events, (*path, len(found))))
        return found

    def _scalar(self, event: "ScalarEvent") -> JsonValue:
        text = str(event.value)
        if event.style not in _BLOCKS:
            self.reach = _line(event, end=True)
        if event.style:  # in quotes, or a block of text
            return text
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if INTEGER.fullmatch(text):
            return int(text)
        if NUMBER.fullmatch(text):
            if not math.isfinite(number := float(text)):
                raise self.refuse(_line(event), f"the number {text} is too large")
            return number
        return text


def _line(event: "Event", *, end: bool = False) -> int:
    mark = event.end_mark if end else event.start_mark
    return mark.line if mark else 0


def _column(event: "Event", *, end: bool = False) -> int:
    mark = event.end_mark if end else event.start_mark
    return mark.column if mark else 0
