"""The number and the slug that a decision record's file name gives it."""

import re
import unicodedata
from pathlib import PurePosixPath
from typing import Final

from envkb.model.decision import LONGEST_SLUG

_PREFIX: Final = re.compile(r"(?:m?adr|decision|dr|rfc)?[-_. ]*(?P<digits>\d+)[-_. ]*", re.IGNORECASE)
_LONGEST_NUMBER: Final = 4  # more digits are a date, as log4brains writes it


def number_of(source: PurePosixPath) -> int | None:
    """Return the number in a file's name; null where it has none, or a date."""
    found = _PREFIX.match(source.stem)
    return int(found["digits"]) if found and len(found["digits"]) <= _LONGEST_NUMBER else None


def slug_of(source: PurePosixPath, title: str | None, sha256: str) -> str:
    """Return a slug: of the file's name behind its number, else of the title, else of the digest."""
    for text in (_without_number(source.stem), _without_number(title or ""), source.stem):
        plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
        slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
        if re.search("[a-z]", slug):
            return slug[: LONGEST_SLUG - len("-999")].strip("-")
    return f"decision-{sha256[:8]}"


def _without_number(text: str) -> str:
    found = _PREFIX.match(text)
    return text[found.end() :] if found else text


def unique_slug(slug: str, taken: set[str]) -> str:
    """Return the slug, with a number behind it where it is taken."""
    number = 1
    unique = slug
    while unique in taken:
        number += 1
        unique = f"{slug}-{number}"
    return unique
