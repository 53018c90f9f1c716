"""The front matter that other tools write: YAML or TOML, well-formed or nearly."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

_END: Final = r"[ \t]*(?:\r\n|\n|\r|\Z)"
_YAML: Final = re.compile(rf"\ufeff?---[ \t]*(?:\r\n|\n|\r)(?P<inner>.*?)(?<![^\r\n])(?:---|\.\.\.){_END}", re.DOTALL)
_TOML: Final = re.compile(rf"\ufeff?\+\+\+[ \t]*(?:\r\n|\n|\r)(?P<inner>.*?)(?<![^\r\n])\+\+\+{_END}", re.DOTALL)
_ENTRY: Final = re.compile(r"(?P<key>[^\W\d][\w .-]{0,60}?)\s*:(?:[ \t]+(?P<value>.*?))?[ \t]*")
_QUOTED: Final = re.compile(r"(?P<quote>[\"'])(?P<inner>.*)(?P=quote)")


class FrontMatter(NamedTuple):
    """What stands before the text.

    Attributes:
        text: The characters of it, with a byte-order mark and the marks around it; empty where there is none.
        values: Its texts, or lists of texts, by key; whatever else it holds is left out.
    """

    text: str
    values: Mapping[str, str | list[str]]


def split_front_matter(text: str) -> FrontMatter:
    """Return the front matter of a text."""
    if match := _YAML.match(text):
        values = _yaml(match["inner"])
    elif match := _TOML.match(text):
        values = _toml(match["inner"])
    else:
        return FrontMatter("\ufeff" if text.startswith("\ufeff") else "", {})
    if values is None or not match["inner"].split("\n", 1)[0].strip():
        # Two rules with text between them.
        return FrontMatter("\ufeff" if text.startswith("\ufeff") else "", {})
    return FrontMatter(match[0], values)


def _yaml(inner: str) -> dict[str, str | list[str]] | None:
    import yaml  # noqa: PLC0415 - slow, and only imports need it

    try:
        # Every scalar stays the text that somebody wrote: no dates, no `no` that is false.
        tree = yaml.load(inner, Loader=yaml.BaseLoader)  # noqa: S506 - makes texts, lists and mappings alone
    except (yaml.YAMLError, ValueError, RecursionError):
        return _line_by_line(inner)
    if not tree:
        return {}
    return _texts(tree) if isinstance(tree, dict) else _line_by_line(inner)


def _toml(inner: str) -> dict[str, str | list[str]] | None:
    try:
        return _texts(tomllib.loads(inner.replace("\r\n", "\n")))
    except (tomllib.TOMLDecodeError, RecursionError):
        return None


def _texts(tree: Mapping[str, object]) -> dict[str, str | list[str]]:
    values: dict[str, str | list[str]] = {}
    for key, value in tree.items():
        found = list(_leaves(value, depth=0))
        values[str(key)] = found if isinstance(value, list | dict) else "".join(found)
    return values


def _leaves(value: object, depth: int) -> Iterator[str]:
    deepest = 4
    if isinstance(value, list | dict):
        items = value.values() if isinstance(value, dict) else value
        for item in items if depth < deepest else ():
            yield from _leaves(item, depth + 1)
    else:
        yield str(value)


def _line_by_line(inner: str) -> dict[str, str | list[str]] | None:
    # `title: ADR: a colon too many` and its like.
    values: dict[str, str | list[str]] = {}
    for line in re.split(r"\r\n|\n|\r", inner):
        if match := _ENTRY.fullmatch(line):
            value = match["value"] or ""
            quoted = _QUOTED.fullmatch(value)
            values[match["key"]] = quoted["inner"] if quoted else value
    return values or None
