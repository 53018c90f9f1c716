"""Drafts decisions: an empty one, or one with what a run showed."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from pydantic import JsonValue

from envkb.assess.compared import Compared, Contrast
from envkb.assess.comparison import benchmark_name
from envkb.assess.verdicts import Options
from envkb.document.front_matter import set_line
from envkb.errors import InvalidDataError, UsageError
from envkb.experiment.compare import compare_records
from envkb.knowledge.decisions.files import DecisionFile, Shelf, parse_decision, read_decisions
from envkb.knowledge.decisions.numbers import next_number
from envkb.knowledge.files import place_file
from envkb.knowledge.folder import KnowledgeBase
from envkb.knowledge.index.index import open_index
from envkb.knowledge.index.rows import Row
from envkb.knowledge.layout import DECISIONS
from envkb.knowledge.query.parser import parse_query
from envkb.model.decision import LONGEST_SLUG

_MOST_RATIOS: Final = 6
_TEMPLATE: Final = """\
---
status: draft
date: {day}
deciders: []
evidence: []
assumptions: []
---

# {title}

## Context and problem statement

What is to be decided, and why now?

## Considered options

{options}

## Decision outcome

Chosen: **…**, because …

### Consequences

* Good: …
* Bad: …
"""


@dataclass(slots=True)
class _Draft:
    options: list[str] = field(default_factory=list)
    evidence: list[JsonValue] = field(default_factory=list)
    assumptions: list[JsonValue] = field(default_factory=list)


def draft_decision(
    base: KnowledgeBase, title: str, *, day: date, slug: str | None = None, source: str | None = None
) -> DecisionFile:
    """Write the file of a new decision, and return it.

    Args:
        base: The knowledge base.
        title: Its title, one line.
        day: The day.
        slug: Its id, unique for ever; made from the title where none is given.
        source: Id of a run, or of a record, whose options, evidence and assumptions are drafted.

    Raises:
        UsageError: The slug is taken, or nothing public that counts is known of the source.
        InvalidDataError: The title or the slug cannot be one.
        ToolMissingError: Records are compared, and the extra `stats` is not installed.
        KbError: The folder cannot be written.
    """
    shelf = read_decisions(base.root)
    name = slug or re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:LONGEST_SLUG].strip("-")
    _refuse_taken(shelf, name)
    draft = _of_records(base, source) if source else _Draft()
    options = "\n".join(f"* {option}" for option in draft.options) or "* …"
    data = _TEMPLATE.format(day=day.isoformat(), title=title.strip(), options=options).encode()
    path = DECISIONS / f"{next_number(shelf):04}-{name}.md"
    for key, values in (("evidence", draft.evidence), ("assumptions", draft.assumptions)):
        if values:
            data = set_line(data, key, values, where=str(path))
    file = parse_decision(data, path)
    if file.title != title.strip():
        raise InvalidDataError(f"{title!r} cannot be a title", hint="one line, without markup around it")
    place_file(base.root, path, data)
    return file


def _refuse_taken(shelf: Shelf, slug: str) -> None:
    names = [file.path.name for file in shelf.files] + [problem.path.rpartition("/")[2] for problem in shelf.problems]
    if any(name.partition("-")[2] == f"{slug}.md" for name in names):
        raise UsageError(
            f"there is a decision {slug} already", hint="a slug is unique for ever: choose another, --slug"
        )


def _of_records(base: KnowledgeBase, source: str) -> _Draft:
    with open_index(base, public=True) as index:
        rows = index.rows(parse_query(f"run = {json.dumps(source)} and kind = experiment and state = current"))
        if not rows:
            named = base.read(source)
            wanted = f'id = "{named.id}" and kind = experiment and state = current'
            rows = index.rows(parse_query(wanted))
            if not rows:
                raise UsageError(
                    f"{named.id} is no public experiment that counts", hint="`kb show` tells where it stands"
                )
    rows.reverse()  # the index begins at the newest
    draft = _Draft(
        options=[*dict.fromkeys(_option(row) for row in rows)],
        evidence=[{"id": row.id, "digest": row.digest} for row in rows],
    )
    assumptions = [*_successes(rows), *_edges(rows)]
    if rows[0].run == source and len(rows) > 1:
        assumptions += _ratios(base, source, rows)
    draft.assumptions = [*_numbered(assumptions)]
    return draft


def _option(row: Row) -> str:
    name = row.arm or row.manager or "as it was found"
    edges = f", {', '.join(dict.fromkeys(row.edges))}" if row.edges else ""
    return f"{name}: {row.outcome or 'outcome not said'}{edges} ({row.id})"


def _where(row: Row) -> str:
    """Return a query that finds what is like this record: the same arm or manager, on the same host."""
    name, value = ("manager", row.manager) if row.manager and row.arm in (None, row.manager) else ("arm", row.arm)
    parts = [f"{name} = {json.dumps(value, ensure_ascii=False)}"] if value else []
    host = row.host_label or row.host
    parts += [f"host = {json.dumps(host, ensure_ascii=False)}"] if host else []
    return " and ".join(parts) or f'id = "{row.id}"'


def _successes(rows: Sequence[Row]) -> Iterator[dict[str, JsonValue]]:
    for where in dict.fromkeys(_where(row) for row in rows if row.outcome == "success"):
        check: dict[str, JsonValue] = {"kind": "successes", "where": where, "at_least": 0.9, "records": 1}
        yield {"id": "works", "statement": f"It works where {where}", "check": check}


def _edges(rows: Sequence[Row]) -> Iterator[dict[str, JsonValue]]:
    for where, name in dict.fromkeys((_where(row), edge) for row in rows for edge in row.edges):
        check: dict[str, JsonValue] = {"kind": "edge", "class": name, "where": where, "expect": "present"}
        yield {"id": f"has-{name}", "statement": f"{name} still occurs where {where}", "check": check}


def _ratios(base: KnowledgeBase, run: str, rows: Iterable[Row]) -> Iterator[dict[str, JsonValue]]:
    known = {row.id: row for row in rows}
    comparison = compare_records(base, (run,), (), Options()).comparison
    told = (
        (contrast, line)
        for contrast in comparison.contrasts
        for line in contrast.measurements
        if line.verdict in ("faster", "equivalent") and {*line.baseline, *line.candidate} <= known.keys()
    )
    seen: set[str] = set()
    for contrast, line in told:
        drafted = _ratio(contrast, line, known, comparison.margin)
        key = json.dumps(drafted["check"], sort_keys=True)
        if key not in seen and len(seen) < _MOST_RATIOS:
            seen.add(key)
            yield drafted


def _ratio(contrast: Contrast, line: Compared, known: dict[str, Row], margin: float) -> dict[str, JsonValue]:
    name = benchmark_name(line.benchmark)
    verdict = "as fast as" if line.verdict == "equivalent" else "faster than"
    if line.verdict == "equivalent":
        bound: dict[str, JsonValue] = {"within": margin}
    else:
        bound = {"at_most": 1} if line.better == "lower" else {"at_least": 1}
    parameters: dict[str, JsonValue] = {
        each.name: each.value for each in line.benchmark.parameters if not isinstance(each.value, list | dict)
    }
    return {
        "id": "ratio",
        "statement": f"{name}: {contrast.candidate.label} is {verdict} {contrast.baseline.label}",
        "check": {
            "kind": "ratio",
            "benchmark": name,
            "quantity": line.quantity,
            **({"parameters": parameters} if parameters else {}),
            "baseline": _where(known[line.baseline[0]]),
            "candidate": _where(known[line.candidate[0]]),
            **bound,
        },
    }


def _numbered(assumptions: Sequence[dict[str, JsonValue]]) -> Iterator[JsonValue]:
    names = [assumption["id"] for assumption in assumptions]
    counted: dict[JsonValue, int] = {}
    for assumption, name in zip(assumptions, names, strict=True):
        counted[name] = counted.get(name, 0) + 1
        yield {**assumption, "id": f"{name}-{counted[name]}"} if names.count(name) > 1 else assumption
