"""What a query means, as a tree."""

from dataclasses import dataclass

from envkb.knowledge.query.fields import Field


@dataclass(frozen=True, slots=True)
class And:
    """Holds where every part does; an empty one always holds."""

    parts: tuple["Query", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Holds where one part does."""

    parts: tuple["Query", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Holds where the part does not, be it that nothing is known."""

    part: "Query"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Compares a field with a value.

    Attributes:
        field: The field.
        operator: One of those of the field's kind; negations are a `Not` around the positive one.
        value: A text, or a number for numbers and flags.
    """

    field: Field
    operator: str
    value: str | float


@dataclass(frozen=True, slots=True)
class Known:
    """Holds where the field's value is known, or a list is not empty."""

    field: Field


@dataclass(frozen=True, slots=True)
class Package:
    """Holds where the environment has a package.

    Attributes:
        name: Its normalised name.
        versions: The versions wanted, as a specifier of PEP 440; empty for any.
    """

    name: str
    versions: str


@dataclass(frozen=True, slots=True)
class FactTest:
    """Holds where a fact was read and its value, or one of its values, compares.

    Attributes:
        subject: The fact's subject; `*` stands for any text.
        name: The fact's name.
        operator: `=`, `~`, an order, or empty where it is enough that it was read.
        value: What it is compared with.
    """

    subject: str
    name: str
    operator: str
    value: str


Query = And | Or | Not | Comparison | Known | Package | FactTest


def names_field(query: Query, name: str) -> bool:
    """Return whether a query asks for a field, wherever in it."""
    match query:
        case And(parts) | Or(parts):
            return any(names_field(part, name) for part in parts)
        case Not(part):
            return names_field(part, name)
        case Comparison(field) | Known(field):
            return field.name == name
        case _:
            return False


EVERYTHING = And(())
"""The query that every record answers."""
