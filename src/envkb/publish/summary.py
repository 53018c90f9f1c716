"""One record as text: for a terminal, and as Markdown for a bug tracker. Pure."""

from collections.abc import Iterable, Iterator, Sequence

from envkb.capture.summary import machine_lines
from envkb.experiment.compose import KEY_PACKAGES
from envkb.model.edge_case import EdgeCase
from envkb.model.environment import Distribution
from envkb.model.fact import Fact, Status
from envkb.model.measurement import Measurement
from envkb.model.record import Record
from envkb.publish.render.quantities import number, show
from envkb.publish.render.text import backtick_runs, code_span, one_line

_FAMILIES = ("nvidia-", "torch", "jax", "tensorflow", "triton", "cuda", "cudnn", "numpy", "scipy", "onnx", "mkl")


def conflict_lines(facts: Iterable[Fact]) -> list[str]:
    """Return one line for each conflict: `cpu microarchitecture: icelake (lscpu) / sapphirerapids (/proc/cpuinfo)`."""
    lines = []
    for fact in facts:
        if fact.status is Status.CONFLICT and isinstance(fact.value, list):
            told = [item for item in fact.value if isinstance(item, dict)]
            values = " / ".join(f"{show(fact.name, item.get('value')).text} ({item.get('source')})" for item in told)
            lines.append(f"{fact.subject} {fact.name}: {values}")
    return lines


def metric_line(measurement: Measurement) -> str:
    """Return `matmul: median 12.2 ms (12.1 to 12.3, 3 samples, lower is better)`."""
    import statistics  # noqa: PLC0415 - few records have measurements

    samples = measurement.samples
    unit = f" {measurement.unit}" if measurement.unit else ""
    middle = f"{number(statistics.median(samples))}{unit}"
    better = f", {measurement.better} is better" if measurement.better else ""
    if len(samples) == 1:
        return f"{measurement.benchmark.name}: {middle} (one sample{better})"
    spread = f"{number(min(samples))} to {number(max(samples))}"
    return f"{measurement.benchmark.name}: median {middle} ({spread}, {len(samples)} samples{better})"


def edge_case_line(edge: EdgeCase) -> str:
    """Return an edge case in one line, with its workaround."""
    parts = [f"{edge.class_}: {one_line(edge.symptom)}"]
    if edge.severity:
        parts.append(f"[{edge.severity}]")
    if edge.workaround:
        worked = {True: "worked", False: "did not help", None: "not said whether it worked"}[edge.worked]
        parts.append(f"workaround: {one_line(edge.workaround)} ({worked})")
    return " ".join(parts)


def text_lines(record: Record, *, with_facts: bool) -> Iterator[str]:
    """Yield the lines of a record for a terminal.

    Args:
        record: The record.
        with_facts: Whether every fact is listed, too.
    """
    yield record.title
    yield from _labelled("machine", machine_lines(record.facts, record.environment))
    yield from _labelled("said", _said(record))
    yield from _labelled("conflict", conflict_lines(record.facts))
    yield from _labelled("edge case", map(edge_case_line, record.edge_cases))
    yield from _labelled("metric", map(metric_line, record.measurements))
    if record.environment:
        yield from _labelled("package", map(_package, _telling(record.environment.distributions)))
    for note in record.notes:
        yield from _labelled("note", [note.title or "", *note.text.splitlines()])
    if with_facts:
        yield from _labelled("fact", map(_fact, record.facts))


def _labelled(label: str, lines: Iterable[str]) -> Iterator[str]:
    for number_, line in enumerate(line for line in lines if line):
        yield f"{label if number_ == 0 else '':<10} {line}"


def _said(record: Record) -> Iterator[str]:
    yield f"outcome {record.outcome}" if record.outcome else "outcome not stated"
    if record.summary:
        yield one_line(record.summary)
    if record.tags:
        yield f"tags {', '.join(record.tags)}"
    if record.install:
        yield f"installed by {' ; '.join(record.install.commands)}"


def _telling(rows: Sequence[Distribution]) -> list[Distribution]:
    """Return the packages that a reader compares first, in the order of their names."""
    return [row for row in rows if row.name in KEY_PACKAGES or row.name.startswith(_FAMILIES)]


def _package(row: Distribution) -> str:
    made = f" {row.conda_build}" if row.conda_build else ""
    by = f" by {row.installed_by}" if row.installed_by else ""
    return f"{row.name} {row.version or 'of unknown version'}{made}{by}"


def _fact(fact: Fact) -> str:
    if fact.status is Status.OK:
        return f"{fact.subject} {fact.name} = {show(fact.name, fact.value).text}  ({fact.source})"
    return f"{fact.subject} {fact.name}: {fact.status}, {fact.reason}"


def markdown(record: Record, *, record_id: str, digest: str, citation: str) -> str:
    """Return a summary that fits a comment in a bug tracker.

    Everything from the record stands in code spans or fences, so that nothing in it is Markdown.
    """
    lines = [f"**{code_span(record.title)}** · `{record_id}`", ""]
    labels = ("machine", "accelerators", "environment")
    told = machine_lines(record.facts, record.environment)
    lines += _table([*zip(labels, told, strict=True), ("outcome", record.outcome or "not stated")])
    sections = {
        "Conflicts between sources": conflict_lines(record.facts),
        "Edge cases": [edge_case_line(edge) for edge in record.edge_cases],
        "Measurements": [metric_line(measurement) for measurement in record.measurements],
    }
    for title, items in sections.items():
        if items:
            lines += ["", f"**{title}**", "", *(f"- {code_span(item)}" for item in items)]
    if record.environment:
        packages = [f"{row.name}=={row.version}" for row in record.environment.distributions if row.version]
        lines += ["", f"<details><summary>{len(packages)} packages</summary>", "", *_fence(packages), "", "</details>"]
    lines += ["", f"<sub>{code_span(citation)}</sub>", "", f"<!-- sha256:{digest} -->"]
    return "\n".join(lines) + "\n"


def _table(rows: Iterable[tuple[str, str]]) -> list[str]:
    return ["| | |", "| --- | --- |", *(f"| {name} | {code_span(value)} |" for name, value in rows)]


def _fence(lines: Sequence[str]) -> list[str]:
    marks = "`" * max(3, 1 + max((len(run) for line in lines for run in backtick_runs(line)), default=0))
    return [f"{marks}text", *lines, marks]
