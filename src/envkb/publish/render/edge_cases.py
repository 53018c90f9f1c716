"""The index of edge cases: every class that was met, with its symptoms, what helped, and where it was seen."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from envkb.model.edge_case import EdgeCase, Severity
from envkb.model.settings import Settings
from envkb.publish.render.edge_case_classes import class_slug, meaning_of
from envkb.publish.render.page import Page
from envkb.publish.render.record_sections import web_address
from envkb.publish.render.summary import Summary
from envkb.publish.render.template import fill

_WORST_FIRST = list(Severity)


@dataclass(frozen=True, slots=True)
class Sighting:
    """One edge case as one record tells it."""

    case: EdgeCase
    row: Summary
    address: str


@dataclass(frozen=True, slots=True)
class ClassView:
    """One class with everything seen of it.

    Attributes:
        name: The class.
        slug: Name of its page.
        meaning: What it means; empty where nobody says.
        sightings: The worst first, then the newest.
        records: How many records have it.
        hosts: How many hosts.
        helped: How many sightings have a workaround that helped.
        severities: How often each severity was given, the worst first.
    """

    name: str
    slug: str
    meaning: str
    sightings: tuple[Sighting, ...]
    records: int
    hosts: int
    helped: int
    severities: tuple[tuple[str, int], ...]


def find_classes(rows: Sequence[Summary], settings: Settings) -> list[ClassView]:
    """Return the classes met in records that count, the most frequent first.

    Args:
        rows: All records, newest first.
        settings: Says what the knowledge base's own classes mean.
    """
    found: dict[str, list[Sighting]] = {}
    for row in rows:
        for case in row.edge_cases if row.counts else ():
            found.setdefault(case.class_, []).append(Sighting(case, row, web_address(case.link)))
    views = [_class(name, sightings, settings) for name, sightings in found.items()]
    return sorted(views, key=lambda view: (-view.records, view.name))


def _class(name: str, sightings: list[Sighting], settings: Settings) -> ClassView:
    severities = Counter(sighting.case.severity for sighting in sightings)
    return ClassView(
        name=name,
        slug=class_slug(name),
        meaning=meaning_of(name, settings),
        sightings=tuple(sorted(sightings, key=lambda sighting: _badness(sighting.case.severity))),
        records=len({sighting.row.entry.row.id for sighting in sightings}),
        hosts=len({sighting.row.host for sighting in sightings if sighting.row.host}),
        helped=sum(bool(sighting.case.workaround and sighting.case.worked) for sighting in sightings),
        severities=tuple(
            (severity.value if severity else "", severities[severity]) for severity in sorted(severities, key=_badness)
        ),
    )


def _badness(severity: Severity | None) -> int:
    return len(_WORST_FIRST) if severity is None else _WORST_FIRST.index(severity)


def edge_case_pages(views: Sequence[ClassView]) -> list[Page]:
    """Return the list of classes and a page for each; the theme's search finds them by their symptoms."""
    index = Page(
        path="edge-cases/index.md",
        title="Edge cases",
        description=f"What went wrong, and what helped: {len(views)} classes.",
        body=fill("edge_cases.html", root="../", classes=views),
        searchable=True,
    )
    return [index, *(_class_page(view) for view in views)]


def _class_page(view: ClassView) -> Page:
    return Page(
        path=f"edge-cases/{view.slug}/index.md",
        title=view.name,
        description=view.meaning or f"Edge cases of class {view.name}.",
        body=fill("edge_case_class.html", root="../../", view=view),
        searchable=True,
    )
