"""The page of one record."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from envkb.cite.line import citation_line
from envkb.model.record import Record
from envkb.publish.render import record_sections as sections
from envkb.publish.render import related
from envkb.publish.render.citations import CiteView
from envkb.publish.render.comparison_section import comparison_section
from envkb.publish.render.entry import Collection, Entry
from envkb.publish.render.environment_section import environment_section, install_section
from envkb.publish.render.facts_section import facts_section
from envkb.publish.render.machine import glance
from envkb.publish.render.measurement_section import condition_rows, measurement_section
from envkb.publish.render.page import Page
from envkb.publish.render.template import fill
from envkb.publish.render.text import one_line

ROOT: Final = "../../"
"""From a record's page to the folder of generated pages."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The records before and after one in the list, by id; empty at the ends."""

    newer: str
    older: str


def record_page(
    entry: Entry, record: Record, collection: Collection, neighbours: Neighbours, citations: Sequence[CiteView]
) -> Page:
    """Return the page of a record; its address is `kb/records/<id>/` for ever."""
    row, standing = entry.row, collection.standing_of(entry)
    body = fill(
        "record.html",
        root=ROOT,
        entry=entry,
        record=record,
        neighbours=neighbours,
        banners=related.banners(standing),
        host=collection.host_of(entry),
        cards=glance(record),
        fact_families=facts_section(record.facts),
        environment=environment_section(record.environment),
        install=install_section(record.install),
        edge_cases=sections.edge_cases(record.edge_cases),
        measurements=measurement_section(record.measurements),
        run_conditions=condition_rows(record.run.conditions) if record.run else (),
        findings=record.findings,
        notes=sections.notes(record.notes),
        claim=sections.claim(record.claim),
        comparison=comparison_section(record.claim, collection.by_id),
        attachments=sections.attachments(record.attachments),
        links=related.related_records(entry, record, collection),
        observed=sections.observed(record.observed),
        base=collection.settings.id,
        citations=citations,
        vouched=collection.vouched(row),
        citation=citation_line(
            authors=record.authors,
            title=record.title,
            record_id=row.id,
            digest=row.digest,
            created=row.created,
            base_url=collection.settings.base_url,
        ),
    )
    return Page(
        path=f"records/{row.id}/index.md",
        title=record.title,
        description=one_line(record.summary or f"{record.title}. Record {row.id} of {row.created[:10]}."),
        body=body,
    )
