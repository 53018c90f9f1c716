"""The hardware overview of macOS' `system_profiler`, as JSON or as the list that people paste."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from envkb.capture.probes.environment_json import mapping, rows
from envkb.capture.probes.quantities import size_bytes, whole
from envkb.capture.probes.wording import meaningful
from envkb.capture.snapshot import Snapshot

_OVERVIEW = "SPHardwareDataType"
# `proc 10:4:6` of the JSON, `10 (4 performance and 6 efficiency)` of the list.
_COUNTS = r"(?:proc )?(\d{1,4})(?:(?::| \()(\d{1,4})(?::| performance and )(\d{1,4}))?"


class Overview(NamedTuple):
    """What `system_profiler SPHardwareDataType` says.

    Attributes:
        source: Id of the source, None where it was not run.
        fields: Keys of the JSON, or labels of the list, to text.
    """

    source: str | None
    fields: Mapping[str, str]

    def field(self, *names: str) -> str | None:
        """Return the first of the named fields that says something."""
        return next((told for name in names if (told := meaningful(self.fields.get(name)))), None)

    def chip(self) -> str | None:
        """Return the name of the processor."""
        return self.field("chip_type", "Chip", "cpu_type", "Processor Name")

    def cores(self) -> tuple[int | None, int | None, int | None]:
        """Return the number of all cores, of fast ones and of slow ones; None for what is not told."""
        found = re.match(_COUNTS, self.field("number_processors", "Total Number of Cores") or "")
        return (whole(found[1]), whole(found[2]), whole(found[3])) if found else (None, None, None)

    def memory_bytes(self) -> int | None:
        """Return the size of the memory."""
        return size_bytes(self.field("physical_memory", "Memory"))


def read_overview(snapshot: Snapshot) -> Overview:
    """Return the hardware overview, empty where there is none."""
    for source in snapshot.matching("system_profiler"):
        fields = _first_row(snapshot.json(source.id)) or _labelled(source.text)
        if fields:
            return Overview(source.id, fields)
    return Overview(None, {})


def _first_row(document: object) -> dict[str, str]:
    row = next(rows(mapping(document).get(_OVERVIEW)), {})
    return {key: str(value) for key, value in row.items() if isinstance(value, str | int)}


def _labelled(text: str) -> dict[str, str]:
    lines = (line.partition(": ") for line in text.splitlines())
    return {key.strip(): value.strip() for key, colon, value in lines if colon and not key.lstrip().startswith('"')}
