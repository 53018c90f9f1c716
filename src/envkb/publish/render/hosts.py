"""The pages of hosts: every machine that records come from, and what was tried on it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from envkb.publish.render.host_names import HostName
from envkb.publish.render.page import Page
from envkb.publish.render.summary import Summary
from envkb.publish.render.template import fill


@dataclass(frozen=True, slots=True)
class HostView:
    """One host with its records.

    Attributes:
        name: Its name and the name of its page.
        key: Its key; empty where none could be computed.
        rows: Its records, newest first.
        newest: The newest record that counts, else the newest: what the machine is by now.
    """

    name: HostName
    key: str
    rows: tuple[Summary, ...]
    newest: Summary


def find_hosts(rows: Sequence[Summary]) -> list[HostView]:
    """Return the hosts of records, by name."""
    members: dict[HostName, list[Summary]] = {}
    for row in rows:
        if row.host is not None:
            members.setdefault(row.host, []).append(row)
    views = [_host(name, own) for name, own in members.items()]
    return sorted(views, key=lambda view: (view.name.text.casefold(), view.name.slug))


def _host(name: HostName, rows: list[Summary]) -> HostView:
    identity = rows[0].entry.row.host or ""
    return HostView(
        name=name,
        key=identity if re.fullmatch(r"[0-9a-f]{20}", identity) else "",
        rows=tuple(rows),
        newest=next((row for row in rows if row.counts), rows[0]),
    )


def host_pages(views: Sequence[HostView]) -> list[Page]:
    """Return the list of hosts and a page for each."""
    index = Page(
        path="hosts/index.md",
        title="Hosts",
        description=f"The {len(views)} machines that records come from.",
        body=fill("hosts.html", root="../", hosts=views),
        searchable=True,
    )
    return [index, *(_host_page(view) for view in views)]


def _host_page(view: HostView) -> Page:
    return Page(
        path=f"hosts/{view.name.slug}/index.md",
        title=view.name.text,
        description=f"What was tried on {view.name.text}: {len(view.rows)} records.",
        body=fill("host.html", root="../../", host=view),
        searchable=True,
    )
