"""The one tree of expected failures; the command line maps each to its exit code."""

from typing import ClassVar


class KbError(Exception):
    """Something a user can act on.

    Attributes:
        message: One line that says what is wrong.
        hint: One line that says what to do next; may be empty.
        exit_code: What the command line exits with.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        """Keep the message and the hint apart, so that `--json` can tell both."""
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(KbError):
    """The command was asked for something it cannot mean."""

    exit_code = 2


class InvalidDataError(KbError):
    """A file or value breaks the format.

    Attributes:
        place: Where in the file: a JSON path, or line and column; null where it is about the whole of it.
        reason: The message without the place.
    """

    exit_code = 3

    def __init__(self, message: str, *, hint: str = "", place: str | None = None) -> None:
        """Put the place before the message, and keep both apart for those who list many."""
        super().__init__(f"{place}: {message}" if place else message, hint=hint)
        self.place = place
        self.reason = message


class VerificationError(KbError):
    """A claim about records does not hold."""

    exit_code = 4


class ToolMissingError(KbError):
    """A needed program or extra is not installed."""

    exit_code = 5


class ToolFailedError(KbError):
    """A program that was started failed."""

    exit_code = 6


class IncompleteError(KbError):
    """Part of the work has no record; the rest does."""

    exit_code = 7
