"""Reads the text of `lscpu`: flat, indented under headings, or wrapped by a narrow terminal."""

import functools
import re
from collections.abc import Mapping
from typing import NamedTuple

LSCPU = "lscpu"

_LABELLED = r"^( *)(\S[^:]{0,60}?):(\s+|$)(.*)$"
_FIRST = r"(?m)^([ >\t]*)(?:Architecture|CPU\(s\)):"
_WRAPPED_FROM = 12
# Under these headings the indented form says `L1d:` for what the flat one calls `L1d cache:`.
_SECTIONS = {"Caches (sum of all)": "{} cache", "Vulnerabilities": "Vulnerability {}"}
_KIND_FIELDS = ("Model name", "Vendor ID")


class Lscpu(NamedTuple):
    """What `lscpu` says.

    Attributes:
        fields: Label to value, the first where a label repeats; empty and `-` values are left out.
        kinds: The fields of each kind of core, where the machine has several (big.LITTLE); else one entry.
    """

    fields: Mapping[str, str]
    kinds: tuple[Mapping[str, str], ...]

    def field(self, *labels: str) -> str | None:
        """Return the first of the labelled values that is told."""
        return next((told for label in labels if (told := self.fields.get(label))), None)

    def every(self, label: str) -> tuple[str, ...]:
        """Return the distinct values of a label over all kinds of core."""
        return tuple(dict.fromkeys(kind[label] for kind in self.kinds if kind.get(label)))

    def starting(self, prefix: str) -> dict[str, str]:
        """Return the values whose label starts with a text, by the rest of the label."""
        return {label[len(prefix) :]: told for label, told in self.fields.items() if label.startswith(prefix)}


@functools.lru_cache(maxsize=1)  # several probes read the same text
def parse_lscpu(text: str) -> Lscpu:
    """Read the text of `lscpu`; lines that are none of its own are passed over."""
    fields: dict[str, str] = {}
    kinds: list[dict[str, str]] = [{}]
    for label, value in _labelled(text):
        if not value or value == "-":
            continue
        # A second model name opens the description of another kind of core.
        if label == "Model name" and label in kinds[-1]:
            kinds.append({name: told for name, told in kinds[-1].items() if name == "Vendor ID"})
        kinds[-1].setdefault(label, value)
        fields.setdefault(label, value)
    return Lscpu(fields, tuple(kinds))


def _labelled(text: str) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    section, column, margin = "{}", 0, _margin(text)
    for printed in text.splitlines():
        line = printed.removeprefix(margin)
        indent = len(line) - len(line.lstrip(" "))
        if rows and column >= _WRAPPED_FROM and indent >= column:
            # The terminal cut the value in its middle: what follows the value column goes on without a space.
            rows[-1] = rows[-1][0], rows[-1][1] + line[column:].rstrip()
            continue
        found = re.match(_LABELLED, line)
        if found is None:
            column = 0
            continue
        if not indent:
            section = _SECTIONS.get(found[2], "{}")
        column = found.start(4)
        rows.append(((section if indent else "{}").format(found[2].strip()), found[4].strip()))
    return rows


def _margin(text: str) -> str:
    # People paste it into a list or a quotation: then every line stands further right.
    found = re.search(_FIRST, text)
    return found[1] if found else ""
