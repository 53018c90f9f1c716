"""The base of every value in a record."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A frozen, strict value: unknown keys and wrong types are errors, nothing is converted."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        # Building a validator costs milliseconds each; most commands need only a few of them.
        defer_build=True,
        # A record is one JSON document: keys are the aliases (`class`), never Python's spelling.
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
    )


class Origin(StrEnum):
    """How a section of a record came to be known."""

    CAPTURED = "captured"
    """Read from the machine by kb."""
    IMPORTED = "imported"
    """Taken from another tool's output."""
    STATED = "stated"
    """Said by a person."""
