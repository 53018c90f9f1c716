"""The figures of the home page, as a fragment that a hand-written page includes."""

from collections.abc import Sequence

from envkb.publish.render.edge_cases import ClassView
from envkb.publish.render.entry import Collection
from envkb.publish.render.hosts import HostView
from envkb.publish.render.summary import Summary
from envkb.publish.render.template import fill

_LATEST = 5


def figures(
    collection: Collection, rows: Sequence[Summary], machines: Sequence[HostView], classes: Sequence[ClassView]
) -> bytes:
    """Return the fragment; its links start at the site's root, where the home page lies."""
    counting = [row for row in rows if row.standing == "current"]
    environments = {
        (
            entry.record.environment.prefix_kind,
            entry.record.environment.python_version,
            entry.record.environment.distributions,
            row.host,
        )
        for row in counting
        if (entry := collection.by_id[row.id]).record.environment is not None
    }
    body = fill(
        "figures.html",
        root="kb/",
        records=len(rows),
        counting=len(counting),
        hosts=len(machines),
        environments=len(environments),
        edge_cases=sum(len(view.sightings) for view in classes),
        classes=len(classes),
        latest=counting[:_LATEST],
        evaluated=collection.evaluated.isoformat(),
    )
    return f"{body}\n".encode()
