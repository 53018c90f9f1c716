"""The few values of a record that lists, facets and indexes are made of."""

from dataclasses import dataclass

from envkb.publish.render.entry import Collection, Entry
from envkb.publish.render.facts import FactSheet
from envkb.publish.render.host_names import HostName
from envkb.publish.render.machine import accelerator, processor, system, version_of


@dataclass(frozen=True, slots=True)
class Summary:
    """One record in a list; an empty text means that it says nothing of it.

    Attributes:
        id: Its id.
        digest: SHA-256 of its file.
        title: Its title.
        created: The day it was written.
        kind: `experiment`, `claim` or `retraction`.
        outcome: How it ended.
        standing: `current` where it counts; else why it does not: `superseded`, `retracted`, `fork`, `retraction`.
        host: Name of the host's page; empty where the record is about none.
        host_name: What people call the host.
        cpu: Model of the CPU.
        gpu: Names of the accelerators.
        system: The operating system.
        architecture: Of the CPU.
        manager: What made the environment.
        python: Version of the interpreter, two parts.
        torch: Version of torch.
        tags: Its tags.
        classes: Classes of its edge cases, each once.
        symptoms: What was seen, for the text filter.
        measured: Number of measurements.
    """

    id: str
    digest: str
    title: str
    created: str
    kind: str
    outcome: str
    standing: str
    host: str
    host_name: str
    cpu: str
    gpu: str
    system: str
    architecture: str
    manager: str
    python: str
    torch: str
    tags: tuple[str, ...]
    classes: tuple[str, ...]
    symptoms: str
    measured: int


def _summarise(entry: Entry, host: HostName | None) -> Summary:
    record = entry.record
    sheet = FactSheet(record.facts)
    environment = record.environment
    return Summary(
        id=entry.id,
        digest=entry.digest,
        title=record.title,
        created=record.created[:10],
        kind=record.kind,
        outcome=record.outcome or "",
        standing="retraction" if record.kind == "retraction" else entry.state,
        host=host.slug if host else "",
        host_name=host.text if host else "",
        cpu=processor(sheet).headline,
        gpu=accelerator(sheet).headline,
        system=system(sheet).headline,
        architecture=sheet.text("cpu", "architecture"),
        manager=(environment.manager if environment else None) or "",
        python=".".join(((environment.python_version if environment else None) or "").split(".")[:2]),
        torch=version_of(environment, "torch", "pytorch"),
        tags=record.tags,
        classes=tuple(sorted({case.class_ for case in record.edge_cases})),
        symptoms=" ".join(case.symptom for case in record.edge_cases),
        measured=len(record.measurements),
    )


def summaries(collection: Collection) -> list[Summary]:
    """Return the summaries of all records, newest first."""
    return [_summarise(entry, collection.host_names.get(entry.id)) for entry in collection.entries]
