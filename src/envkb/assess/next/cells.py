"""What could be tried: a manager on a host with a stack; and whether a query could hold for its record."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from envkb.knowledge.query.language import And, Comparison, FactTest, Known, Not, Or, Package, Query
from envkb.knowledge.query.versions import version_fits

Stack = tuple[tuple[str, str], ...]
"""Name and version of each package that a question names."""

# What belongs to a host, whatever is installed on it; everything else only the experiment tells.
_OF_HOSTS: Final = frozenset("host os arch cpu memory gpu driver cuda_driver".split())
_SUBJECTS_OF_HOSTS: Final = (
    "host",
    "cpu",
    "gpu",
    "memory",
    "board",
    "os",
    "layer",
    "storage",
    "power",
    "driver",
    "system",
)


@dataclass(frozen=True, slots=True)
class HostSeen:
    """A host that records tell of.

    Attributes:
        name: What it is known by.
        label: Its label; null where it has none.
        newest: Id of its newest record.
        driver: Version of its NVIDIA driver, as its newest record says; null where that is unknown.
    """

    name: str
    label: str | None
    newest: str
    driver: str | None


@dataclass(frozen=True, slots=True)
class Cell:
    """Something that could be tried.

    Attributes:
        host: The host; null where no host that is known fits.
        manager: The manager.
        stack: The packages wanted, with their versions; a specifier where no version is known.
    """

    host: HostSeen | None
    manager: str
    stack: Stack


Answers = Callable[[Query], Collection[str]]
"""Gives the ids of the records that answer a query."""


def may_hold(query: Query, cell: Cell, answers: Answers) -> bool | None:
    """Return whether a query would hold for the record of a cell; null where only the experiment can tell."""
    match query:
        case And(parts):
            return _all([may_hold(part, cell, answers) for part in parts])
        case Or(parts):
            return _any([may_hold(part, cell, answers) for part in parts])
        case Not(part):
            held = may_hold(part, cell, answers)
            return None if held is None else not held
        case _:
            return _leaf_may_hold(query, cell, answers)


def _leaf_may_hold(leaf: Comparison | Known | Package | FactTest, cell: Cell, answers: Answers) -> bool | None:
    match leaf:
        case Package(name, versions):
            return _package(dict(cell.stack).get(name), versions)
        case Comparison(field, operator, value) if field.name == "manager":
            return _text(operator, str(value), cell.manager)
        case Comparison(field) | Known(field) if field.name in _OF_HOSTS:
            return cell.host.newest in answers(leaf) if cell.host else None
        case FactTest(subject) if cell.host:
            said = cell.host.newest in answers(leaf)
            return said if said or subject.split("/")[0] in _SUBJECTS_OF_HOSTS else None
        case _:
            return None


def managers_named(query: Query) -> frozenset[str]:
    """Return the managers that a query asks for by their whole name."""
    asked = (leaf for leaf in leaves(query) if isinstance(leaf, Comparison) and leaf.operator == "=")
    return frozenset(str(leaf.value).lower() for leaf in asked if leaf.field.name == "manager")


def packages_named(query: Query) -> Mapping[str, str]:
    """Return the packages that a query asks for, with the versions wanted."""
    return {leaf.name: leaf.versions for leaf in leaves(query) if isinstance(leaf, Package)}


def leaves(query: Query) -> Iterator[Query]:
    """Give the single tests of a query, those that are negated left out."""
    match query:
        case And(parts) | Or(parts):
            for part in parts:
                yield from leaves(part)
        case Not():
            return
        case _:
            yield query


def _package(version: str | None, versions: str) -> bool | None:
    if version is None:
        return None
    return not versions or not version[:1].isdigit() or version_fits(version, versions)


def _text(operator: str, value: str, own: str) -> bool:
    return own.lower() == value.lower() if operator == "=" else value.lower() in own.lower()


def _all(held: list[bool | None]) -> bool | None:
    if False in held:
        return False
    return None if None in held else True


def _any(held: list[bool | None]) -> bool | None:
    if True in held:
        return True
    return None if None in held else False
