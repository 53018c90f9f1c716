"""Every file of the site that is computed from the records."""

from collections.abc import Iterator
from importlib.resources import files
from typing import Final

from envkb.publish.render.api import api_files
from envkb.publish.render.edge_cases import edge_case_classes, edge_case_pages
from envkb.publish.render.entry import Collection
from envkb.publish.render.explorer import explorer_data, explorer_page
from envkb.publish.render.figures import figures
from envkb.publish.render.hosts import host_pages, hosts
from envkb.publish.render.page import Page
from envkb.publish.render.record_page import Neighbours, record_page
from envkb.publish.render.summary import summaries

ASSETS: Final = ("kb.css", "kb.js", "explorer.js", "iframe-worker.js")


def record_pages(collection: Collection) -> Iterator[Page]:
    """Yield the page of every record, newest first."""
    ids = ["", *(entry.id for entry in collection.entries), ""]
    for position, entry in enumerate(collection.entries):
        yield record_page(entry, collection, Neighbours(newer=ids[position], older=ids[position + 2]))


def overview_files(collection: Collection) -> Iterator[tuple[str, bytes]]:
    """Yield everything that is computed but the records' pages: path below the folder of generated pages, and bytes."""
    rows = summaries(collection)
    machines = hosts(collection, rows)
    classes = edge_case_classes(collection, rows)
    for page in (explorer_page(rows), *host_pages(machines), *edge_case_pages(classes)):
        yield page.path, page.source()
    yield "records/records.js", explorer_data(rows)
    yield "fragments/figures.html", figures(collection, rows, machines, classes)
    yield from api_files(collection, rows)
    folder = files("envkb.publish.render").joinpath("assets")
    for name in ASSETS:
        yield f"assets/{name}", folder.joinpath(name).read_bytes()


def pages(collection: Collection) -> dict[str, bytes]:
    """Return every computed file of the site by its path below the folder of generated pages.

    Two calls with equal knowledge give equal bytes.
    """
    return dict(overview_files(collection)) | {page.path: page.source() for page in record_pages(collection)}
