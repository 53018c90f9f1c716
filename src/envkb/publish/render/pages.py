"""Every file of the site that is made from the records."""

from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from typing import Final

from envkb.publish.judged import Judged
from envkb.publish.render.api import BASE, api_files, record_lines
from envkb.publish.render.citations import citation_files, cite_entry, cite_views
from envkb.publish.render.decision_pages import decision_pages
from envkb.publish.render.edge_cases import edge_case_pages, find_classes
from envkb.publish.render.entry import Collection
from envkb.publish.render.explorer import explorer_data, explorer_page
from envkb.publish.render.figures import figures
from envkb.publish.render.hosts import find_hosts, host_pages
from envkb.publish.render.page import Page
from envkb.publish.render.prose import leads_among
from envkb.publish.render.record_page import Neighbours, record_page
from envkb.publish.render.record_sections import attachment_file
from envkb.publish.render.risk_pages import risk_pages
from envkb.publish.render.summary import Summary, summarise
from envkb.publish.tree import Content

ASSETS: Final = ("kb.css", "kb.js", "explorer.js", "cite.js", "iframe-worker.js")
_AT_ONCE: Final = 50


def record_pages(collection: Collection) -> Iterator[Page]:
    """Yield the page of every record, newest first."""
    ids = ["", *(entry.row.id for entry in collection.entries), ""]
    for start in range(0, len(collection.entries), _AT_ONCE):
        entries = collection.entries[start : start + _AT_ONCE]
        records = [entry.read() for entry in entries]
        views = cite_views([cite_entry(*each, collection) for each in zip(entries, records, strict=True)])
        for position, entry in enumerate(entries):
            neighbours = Neighbours(newer=ids[start + position], older=ids[start + position + 2])
            yield record_page(entry, records[position], collection, neighbours, views[position])


def other_files(
    collection: Collection, judged: Judged, attachment: Callable[[str], bytes]
) -> Iterator[tuple[str, Content]]:
    """Yield everything but the records' pages: path below the folder of generated pages, and content.

    Args:
        collection: The records.
        judged: What they say of risks and decisions.
        attachment: Returns the bytes of a public attachment by its digest, checked against it.
    """
    rows, citations = [], []
    for entry in collection.entries:
        record = entry.read()
        rows.append(summarise(entry, record, collection.host_of(entry)))
        citations.append(cite_entry(entry, record, collection))
    hosts = find_hosts(rows)
    classes = find_classes(rows, collection.settings)
    shown = (*host_pages(hosts), *edge_case_pages(classes), *_judged_pages(judged, collection))
    for page in (explorer_page(rows, collection.settings.id), *shown):
        yield page.path, page.source()
    yield "records/records.js", explorer_data(rows)
    yield from citation_files(citations)
    yield "fragments/figures.html", figures(rows, hosts, classes, judged, evaluated=collection.evaluated)
    yield from api_files(rows, judged, collection.settings)
    yield f"{BASE}/records.ndjson", record_lines(collection.entries)
    yield from _copies(rows, attachment)
    folder = files("envkb.publish.render").joinpath("assets")
    for name in ASSETS:
        yield f"assets/{name}", folder.joinpath(name).read_bytes()


def _judged_pages(judged: Judged, collection: Collection) -> Iterator[Page]:
    leads = leads_among(
        [(each.file.slug, each.file.path.stem) for each in judged.decisions.decisions],
        [each.file.slug for each in judged.matrix.assessments],
        collection.by_id,
    )
    yield from risk_pages(judged, collection.hosts, leads)
    statements = {each.file.slug: each.risk.statement for each in judged.matrix.assessments}
    yield from decision_pages(judged.decisions, statements, leads)


def _copies(rows: Sequence[Summary], attachment: Callable[[str], bytes]) -> Iterator[tuple[str, Content]]:
    for row in rows:
        yield f"{BASE}/records/{row.entry.row.id}.json", row.entry.file
        for item in row.attachments:
            yield f"{BASE}/attachments/{attachment_file(item)}", attachment(item.sha256)
