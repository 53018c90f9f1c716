"""The pages of hosts: every machine that records come from, and what was tried on it."""

from collections.abc import Sequence
from dataclasses import dataclass

from envkb.publish.render.entry import Collection, Entry
from envkb.publish.render.facts import FactSheet
from envkb.publish.render.machine import Card, accelerator, processor, system
from envkb.publish.render.page import Page
from envkb.publish.render.summary import Summary
from envkb.publish.render.template import fill


@dataclass(frozen=True, slots=True)
class HostView:
    """One host with its records.

    Attributes:
        slug: Name of its page.
        name: What people call it.
        key: Its key; empty where none could be computed.
        cards: What it is, from the newest record that tells.
        rows: Its records, newest first.
        newest: The newest record that counts, else the newest.
    """

    slug: str
    name: str
    key: str
    cards: tuple[Card, ...]
    rows: tuple[Summary, ...]
    newest: Entry


def hosts(collection: Collection, rows: Sequence[Summary]) -> list[HostView]:
    """Return the hosts, by name."""
    members: dict[str, list[Summary]] = {}
    for row in rows:
        if row.host:
            members.setdefault(row.host, []).append(row)
    views = [_host(slug, own, collection) for slug, own in members.items()]
    return sorted(views, key=lambda view: (view.name.casefold(), view.slug))


def _host(slug: str, rows: list[Summary], collection: Collection) -> HostView:
    newest = next((row for row in rows if row.standing == "current"), rows[0])
    entry = collection.by_id[newest.id]
    sheet = FactSheet(entry.record.facts)
    cards = (processor(sheet), accelerator(sheet), system(sheet))
    return HostView(
        slug=slug,
        name=newest.host_name,
        key=(entry.record.host.key if entry.record.host else None) or "",
        cards=tuple(card for card in cards if card.headline),
        rows=tuple(rows),
        newest=entry,
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
        path=f"hosts/{view.slug}/index.md",
        title=view.name,
        description=f"What was tried on {view.name}: {len(view.rows)} records.",
        body=fill("host.html", root="../../", host=view),
        searchable=True,
    )
