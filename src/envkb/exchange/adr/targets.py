"""The records that a text names behind words such as "superseded by"."""

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

_LINK: Final = r"\[(?P<words>(?:[^\[\]]|\[[^\[\]]{0,200}\]){0,300})\]\(\s*<?(?P<href>[^)\s>]+)>?[^)]*\)"
_REFERENCE: Final = r"\[(?P<ref_words>[^\]\[]+)\](?:\[(?P<ref>[^\]]*)\])?"
_WIKI: Final = r"\[\[(?P<wiki>[^\]|]+)(?:\|[^\]]*)?\]\]"
_FILE: Final = r"<?(?P<file>[\w./%-]+\.(?:md|markdown|mdx|adoc|rst)\b)(?:#[\w-]*)?>?"
_CODE: Final = (
    r"(?P<code>(?:(?i:adrs?|madr|decision|décision|decisión|entscheidung)[\s_#-]*(?:n[°ºo]\.?\s*)?\d+|[A-Z]{2,8}-\d+)"
    r"(?:-[\w-]*\w)?)"
)
# Where prose goes on, a number must look like a record's: "replaces 2 services" names none.
_NUMBER: Final = r"(?P<number>#\d{1,6}\b|\d{1,14}(?:-\w[\w-]*\w)|\d{3,14}\b|\d{1,4}(?=\s*(?:[.,;)\]]|$|\n)))"
_TARGET: Final = re.compile(rf"[*_`\"'“„「]*(?:{_WIKI}|{_LINK}|{_FILE}|{_CODE}|{_REFERENCE}|{_NUMBER})[*_`\"'”“」]*")
_AND: Final = r"\b(?:and|und|sowie|et|y|e|ed|en|i|og|och|и|та|ve|và)\b|和|及|与|と|및"
_BETWEEN: Final = re.compile(rf"(?:\s*(?:\([^()]*\)|§\s?[\w.]+|['’]s\b))*\s*(?:[,;/&+、，]|{_AND})+\s*")
_DEFINITION: Final = re.compile(r" {0,3}\[(?P<label>[^\]]+)\]:\s*<?(?P<href>[^\s>]+)>?.*")
_SLUG: Final = re.compile(r"\w+(?:[-.]\w+)+|[A-Za-z]*\d+")
_NOTHING: Final = frozenset("n/a not-applicable to-be-decided to-be-determined none-yet".split())


class Found(NamedTuple):
    """Names of records, and where they end.

    Attributes:
        targets: File names, numbers or identifiers as they are written; the address of a link.
        end: Where in the text the last one ends.
    """

    targets: list[str]
    end: int


def definitions(lines: Sequence[str]) -> dict[str, str]:
    """Return the addresses of the links that are defined apart from their use, by their label."""
    found = (_DEFINITION.fullmatch(line) for line in lines)
    return {match["label"].casefold(): match["href"] for match in found if match}


def read_list(text: str, start: int, addresses: Mapping[str, str]) -> Found:
    """Return the records that a list names which begins exactly at a place; none where something else stands there."""
    targets: list[str] = []
    end = position = start
    while match := _TARGET.match(text, position):
        target = _name(match, addresses)
        if target is None:
            break
        targets.append(target)
        end = match.end()
        between = _BETWEEN.match(text, end)
        if not between:
            break
        position = between.end()
    return Found(targets, end)


def read_value(text: str) -> list[str]:
    """Return the records that the value of a field names, where nothing else can be meant: `5`, `ADR-3, ADR-4`."""
    found = read_list(text.strip(), 0, {}).targets
    if found or not text.strip():
        return found
    words = [word.strip(" \"'[]") for word in re.split("[,;、，]", text)]
    return [word for word in words if _SLUG.fullmatch(word) and word.casefold() not in _NOTHING]


def _name(match: re.Match[str], addresses: Mapping[str, str]) -> str | None:
    if match["href"] is not None:
        href = match["href"]
        # A link to a place in the same text names a record by its words alone.
        return match["words"] if href.startswith("#") else href.split("#")[0]
    if match["ref_words"] is not None:
        return _reference(match["ref_words"], match["ref"], addresses)
    return next((match[name].strip() for name in ("wiki", "file", "code", "number") if match[name]), None)


def _reference(words: str, label: str | None, addresses: Mapping[str, str]) -> str | None:
    address = addresses.get((label or words).casefold())
    if address:
        return address
    inner = re.fullmatch(rf"{_CODE}|{_FILE}|{_NUMBER}", words.strip())
    return words.strip() if inner else None
