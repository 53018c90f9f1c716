"""Every fact name, with its type and its meaning; readers keep names that are not here."""

import functools
from importlib import import_module
from typing import Final

from envkb.model.vocabulary.term import Term

__all__ = ["Term", "is_identity", "term_for", "terms"]

_SUBJECTS: Final = (
    *("system", "cpu", "memory", "board", "layers", "accelerators", "cuda", "storage", "power", "toolchain"),
    *("environment", "install", "clock"),
)


@functools.cache
def terms() -> tuple[Term, ...]:
    """Return all terms, in the order in which a reader of a record wants them."""
    # Imported here, since few commands look any up.
    modules = (import_module(f"{__name__}.{subject}") for subject in _SUBJECTS)
    return tuple(term for module in modules for term in module.TERMS)


@functools.cache
def term_for(subject: str, name: str) -> Term | None:
    """Return the term that defines a fact, None where the vocabulary has none.

    Args:
        subject: Subject of the fact (`gpu/0`).
        name: Name of the fact.
    """
    return next((term for term in _by_name().get(name, ()) if _matches(term.subject, subject)), None)


def is_identity(subject: str, name: str) -> bool:
    """Tell whether a change of this fact makes another host or environment; a name that is unknown does not."""
    term = term_for(subject, name)
    return term is not None and term.identity


@functools.cache
def _by_name() -> dict[str, tuple[Term, ...]]:
    found: dict[str, tuple[Term, ...]] = {}
    for term in terms():
        found[term.name] = (*found.get(term.name, ()), term)
    return found


def _matches(pattern: str, subject: str) -> bool:
    wanted, given = pattern.split("/"), subject.split("/")
    return len(wanted) == len(given) and all(part in ("*", own) for part, own in zip(wanted, given, strict=True))
