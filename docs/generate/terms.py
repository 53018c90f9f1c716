"""Words that have a fixed meaning: facts, fields of the query language, classes of edge cases."""

from itertools import groupby

from tables import code, members, table

from envkb.knowledge.query.fields import FIELDS, KIND_MEANINGS, OPERATORS
from envkb.model.edge_case import Phase, Severity
from envkb.model.fact import Status
from envkb.model.value import Origin
from envkb.model.vocabulary import terms
from envkb.publish.render.edge_case_classes import MEANINGS

_KINDS = {"str": "text", "int": "integer", "float": "number", "bool": "true or false", "list": "list"}
_UNITS = {"_bytes": "bytes", "_percent": "%", "_mhz": "MHz", "_w": "W", "_c": "°C", "_s": "s"}


_SUBJECTS = tuple(dict.fromkeys(term.subject for term in terms()))


def vocabulary() -> str:
    """Return every term, by subject."""
    sections = []
    ordered = sorted(terms(), key=lambda term: _SUBJECTS.index(term.subject))
    for subject, group in groupby(ordered, lambda term: term.subject):
        rows = (
            (
                code(term.name),
                ", ".join(filter(None, (_KINDS[term.kind], _unit(term.name), "*identity*" if term.identity else ""))),
                term.meaning,
            )
            for term in group
        )
        sections.append(f"## {code(subject)}\n\n{table(('name', 'type', 'meaning'), rows)}")
    return "\n\n".join(sections)


def _unit(name: str) -> str:
    return next((unit for ending, unit in _UNITS.items() if name.endswith(ending)), "")


def query_fields() -> str:
    """Return every field of the query language."""
    rows = ((code(field.name), field.kind, field.meaning) for field in FIELDS.values())
    return table(("field", "kind", "meaning"), rows)


def query_operators() -> str:
    """Return what each kind of field can be compared by."""
    rows = ((kind, " ".join(map(code, OPERATORS[kind])), meaning) for kind, meaning in KIND_MEANINGS.items())
    return table(("kind", "operators", "meaning"), rows)


def edge_case_classes() -> str:
    """Return the classes that kb knows."""
    return table(("class", "meaning"), ((code(name), meaning) for name, meaning in MEANINGS.items()))


def severities() -> str:
    """Return how much an edge case can hurt."""
    return table(("severity", "meaning"), ((code(value), meaning) for value, meaning in members(Severity)))


def phases() -> str:
    """Return where an edge case can happen, in one line."""
    return ", ".join(code(phase) for phase in Phase)


def statuses() -> str:
    """Return what the status of a fact can be."""
    return table(("status", "meaning"), ((code(value), meaning) for value, meaning in members(Status)))


def origins() -> str:
    """Return how a section of a record can have come to be known."""
    return table(("origin", "meaning"), ((code(value), meaning) for value, meaning in members(Origin)))
