"""Texts of firmware, kernels and tools: which of them say something, and what their lines hold."""

from collections.abc import Iterator

# What vendors leave in firmware tables, and what tools print for "I do not know".
_PLACEHOLDERS = frozenset(
    {
        "-",
        "--",
        "0",
        "0x00",
        "00000000",
        "123456789",
        "all series",
        "base board",
        "base board product name",
        "base board version",
        "chassis manufacture",
        "chassis manufacturer",
        "chassis version",
        "default",
        "default string",
        "empty",
        "fill by oem",
        "filled by oem",
        "invalid",
        "n/a",
        "na",
        "nil",
        "no asset information",
        "none",
        "not applicable",
        "not available",
        "not provided",
        "not set",
        "not settable",
        "not specified",
        "null",
        "o.e.m",
        "o.e.m.",
        "oem",
        "other",
        "product name",
        "sku",
        "system manufacturer",
        "system name",
        "system product name",
        "system version",
        "tbd",
        "to be filled",
        "to be filled by o.e.m",
        "to be filled by o.e.m.",
        "type1family",
        "type1productconfigid",
        "type2 - board manufacturer",
        "type2 - board product name",
        "undefined",
        "unknown",
        "unknow",
        "unspecified",
        "x.x",
        "xxxxx",
        "(none)",
        "<none>",
        "<unknown>",
    }
)


def meaningful(text: str | None) -> str | None:
    """Return a text without padding and NUL bytes, None where it says nothing (`To be filled by O.E.M.`)."""
    if text is None:
        return None
    told = " ".join(text.replace("\0", " ").split())
    return told if told and told.lower() not in _PLACEHOLDERS else None


def colon_pairs(text: str | None) -> Iterator[tuple[str, str]]:
    """Yield `key: value` of every line that has a colon, both stripped; the value may be empty."""
    for line in (text or "").splitlines():
        key, colon, value = line.partition(":")
        if colon and key.strip():
            yield key.strip(), value.strip()


def shell_pairs(text: str | None) -> dict[str, str]:
    """Return `KEY=value` lines without their quotes, as in `/etc/os-release`; comments are passed over."""
    pairs: dict[str, str] = {}
    for line in (text or "").splitlines():
        key, equals, value = line.strip().partition("=")
        if equals and not key.startswith("#"):
            pairs[key.strip()] = value.strip().strip("\"'")
    return pairs


def first_line(text: str | None) -> str | None:
    """Return the first line that says something, None where there is none."""
    return next((told for line in (text or "").splitlines() if (told := meaningful(line))), None)
