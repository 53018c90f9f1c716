"""The figures of the home page, as a fragment that a hand-written page includes."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from envkb.publish.judged import Judged
from envkb.publish.render.edge_cases import ClassView
from envkb.publish.render.hosts import HostView
from envkb.publish.render.summary import Summary
from envkb.publish.render.template import fill

_LATEST: Final = 5


def figures(
    rows: Sequence[Summary], hosts: Sequence[HostView], classes: Sequence[ClassView], judged: Judged, *, evaluated: date
) -> bytes:
    """Return the fragment; its links start at the site's root, where the home page lies."""
    counting = [row for row in rows if row.counts]
    body = fill(
        "figures.html",
        root="kb/",
        records=len(rows),
        counting=len(counting),
        hosts=len(hosts),
        environments=len({(row.host, row.environment) for row in counting if row.environment}),
        edge_cases=sum(len(view.sightings) for view in classes),
        risks=len(judged.matrix.assessments),
        high=sum(each.status == "high" for each in judged.matrix.assessments),
        decisions=len(judged.decisions.decisions),
        violated=sum(each.violated for each in judged.decisions.decisions),
        latest=counting[:_LATEST],
        evaluated=evaluated.isoformat(),
    )
    return f"{body}\n".encode()
