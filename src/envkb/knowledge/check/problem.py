"""One thing that is wrong with a knowledge base."""

from dataclasses import dataclass
from typing import Final, Literal, Self

from envkb.errors import InvalidDataError, KbError

Level = Literal["error", "warning"]

RESTORE: Final = "restore the file from git or from its source"
"""How to mend what nobody may edit."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        level: `error` where something is broken, `warning` where it only may be.
        path: The file, relative to the root.
        place: Where in the file: a JSON path, or line and column; null where it is about the whole of it.
        message: What is wrong.
        hint: How to mend it.
    """

    level: Level
    path: str
    place: str | None
    message: str
    hint: str

    @classmethod
    def of(cls, path: str, error: KbError) -> Self:
        """Return an error that was raised over a file, as a problem of it."""
        if isinstance(error, InvalidDataError):
            place, message = error.place, error.reason
        else:
            place, message = None, error.message
        return cls("error", path, place, message.removeprefix(f"{path}: "), error.hint or RESTORE)
