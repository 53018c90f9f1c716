"""The one screen that a run ends with, as values and as lines. Pure."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from envkb.experiment.record import Recorded
from envkb.experiment.run.cells import Combination
from envkb.experiment.run.foresee import Difference, differences
from envkb.experiment.run.records import Chapter
from envkb.experiment.run.verdicts import TOTAL, Comparison, compare_arms
from envkb.model.environment import Environment
from envkb.model.measurement import Measurement

_MOST_DIFFERENCES: Final = 12
_INSTALL: Final = ("install.wall", "import.first", TOTAL)


@dataclass(frozen=True, slots=True)
class Row:
    """One combination of a run.

    Attributes:
        combination: The combination.
        recorded: Its record.
        medians_s: Median by id of the measurement, in seconds.
    """

    combination: Combination
    recorded: Recorded
    medians_s: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a run showed.

    Attributes:
        run_id: Names the run.
        rows: Its combinations.
        comparisons: Each arm beside the baseline, in circumstances that are equal.
        differences: Packages by name of the arm that installs them, where they differ from the environment in use.
        left_out: What did not fit into the budget.
    """

    run_id: str
    rows: tuple[Row, ...]
    comparisons: tuple[Comparison, ...]
    differences: Mapping[str, tuple[Difference, ...]]
    left_out: tuple[str, ...]


def answer_of(
    run_id: str, chapters: Sequence[Chapter], recorded: Sequence[Recorded], left_out: Sequence[str]
) -> Answer:
    """Return what a run showed."""
    rows = tuple(_row(chapter, one) for chapter, one in zip(chapters, recorded, strict=True))
    return Answer(run_id, rows, tuple(_comparisons(rows)), _differing(rows), tuple(left_out))


def _row(chapter: Chapter, recorded: Recorded) -> Row:
    shown = [one for one in recorded.record.measurements if one.role == "subject" and one.unit == "s"]
    return Row(chapter.combination, recorded, {one.id: median(one.samples) for one in shown})


def _comparisons(rows: Sequence[Row]) -> Iterator[Comparison]:
    measured = {row.combination.key: row.recorded.record.measurements for row in rows}
    for baseline, candidate in _beside(rows):
        yield from compare_arms(baseline, candidate, measured, _INSTALL)
    for baseline, candidate in _benched(rows):
        wanted = [one.id for one in measured[baseline] if _is_benchmark(one)]
        yield from compare_arms(baseline, candidate, measured, wanted)


def _beside(rows: Sequence[Row]) -> Iterator[tuple[str, str]]:
    """Yield baseline and candidates of equal request, Python, cache and treatment of bytecode."""
    first: dict[tuple[object, ...], str] = {}
    for row in rows:
        one = row.combination
        if one.request is None:
            continue
        # A manager that compiles by itself is at parity with those that were told to, too.
        for bytecode in ("default", "parity"):
            if bytecode == one.bytecode or (bytecode == "parity" and one.compiles):
                place = (one.request.name, one.python, one.cache, bytecode)
                if place in first:
                    yield first[place], one.key
                first.setdefault(place, one.key)


def _benched(rows: Sequence[Row]) -> Iterator[tuple[str, str]]:
    benched = [row for row in rows if any(_is_benchmark(one) for one in row.recorded.record.measurements)]
    existing = [row for row in benched if row.combination.request is None]
    baseline = next(iter(existing or benched), None)
    for row in benched:
        if baseline is not None and row is not baseline:
            yield baseline.combination.key, row.combination.key


def _is_benchmark(one: Measurement) -> bool:
    return one.role == "subject" and one.benchmark.suite != "install" and one.quantity == "duration"


def _differing(rows: Sequence[Row]) -> dict[str, tuple[Difference, ...]]:
    used = next((row for row in rows if row.combination.request is None), None)
    if used is None:
        return {}
    here = versions_of(used.recorded.record.environment)
    return {
        row.combination.kind: tuple(differences(here, versions_of(row.recorded.record.environment)))
        for row in rows
        if row.combination.request is not None and row.recorded.record.environment is not None
    }


def versions_of(environment: Environment | None) -> dict[str, str | None]:
    """Return version by canonical name of the distributions of an environment."""
    from packaging.utils import canonicalize_name  # noqa: PLC0415 - start-up

    rows = environment.distributions if environment else ()
    return {canonicalize_name(row.name): row.version for row in rows if row.kind == "python"}


def lines_of(answer: Answer) -> Iterator[str]:
    """Yield the lines of the last screen."""
    yield f"run {answer.run_id}"
    yield from _resolving(answer.rows)
    for title, section in (
        ("time to first import", _table(answer.rows)),
        ("benchmarks", _bench_lines(answer.rows)),
        ("beside each other", _judged(answer.comparisons)),
        ("differences from the environment in use", _difference_lines(answer.differences)),
        ("edge cases", _edges(answer.rows)),
        ("left out", answer.left_out),
        ("to move, and to go back", _commands(answer.rows)),
        ("records", (f"{row.recorded.id}  {row.recorded.path}" for row in answer.rows)),
    ):
        lines = tuple(section)
        if lines:
            yield title
            yield from (f"    {line}" for line in lines)


def _resolving(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        record = row.recorded.record
        if row.combination.request is not None and record.install is not None and record.install.outcome == "failure":
            where = f" in {record.install.failed_phase}" if record.install.failed_phase else ""
            yield f"    {row.combination.key}: failed{where}: {record.install.error or 'for an unknown reason'}"
    good = [row for row in rows if row.combination.request is not None and row.recorded.record.outcome != "failure"]
    if good:
        yield f"    installs: {', '.join(dict.fromkeys(row.combination.arm for row in good))}"


def _table(rows: Sequence[Row]) -> Iterator[str]:
    shown = [row for row in rows if "install.wall" in row.medians_s]
    width = max((len(row.combination.key) for row in shown), default=0)
    for row in shown:
        told = row.medians_s
        parts = [f"install {seconds(told['install.wall'])}"]
        if "import.first" in told:
            parts.append(f"first import {seconds(told['import.first'])}")
        if TOTAL in told:
            parts.append(f"together {seconds(told[TOTAL])}")
        yield f"{row.combination.key:<{width}}  {', '.join(parts)}"


def _bench_lines(rows: Sequence[Row]) -> Iterator[str]:
    names = dict.fromkeys(one.id for row in rows for one in row.recorded.record.measurements if _is_benchmark(one))
    for name in names:
        told = (f"{row.combination.key} {seconds(row.medians_s[name])}" for row in rows if name in row.medians_s)
        yield f"{name}: {', '.join(told)}"


def _judged(comparisons: Sequence[Comparison]) -> Iterator[str]:
    for one in comparisons:
        if one.measurement in ("install.wall", "import.first"):
            continue
        if one.ratio is None:
            continue
        interval = f" ({one.low:.2f} to {one.high:.2f})" if one.low is not None and one.high is not None else ""
        verdict = one.verdict or "not judged"
        reason = f": {one.reason}" if one.reason else ""
        yield f"{one.measurement}: {one.candidate} / {one.baseline} = {one.ratio:.2f}{interval}, {verdict}{reason}"


def _difference_lines(found: Mapping[str, tuple[Difference, ...]]) -> Iterator[str]:
    for kind, rows in found.items():
        changed = [row for row in rows if row.here is not None and row.there is not None]
        only_here = [row.name for row in rows if row.there is None]
        only_there = [row.name for row in rows if row.here is None]
        yield f"{kind}: {len(changed)} other versions, {len(only_there)} more, {len(only_here)} missing"
        yield from (f"    {row.name} {row.here} -> {row.there}" for row in changed[:_MOST_DIFFERENCES])
        if len(changed) > _MOST_DIFFERENCES:
            yield f"    and {len(changed) - _MOST_DIFFERENCES} more"
        if only_here:
            behind = " …" if len(only_here) > _MOST_DIFFERENCES else ""
            yield f"    missing: {', '.join(only_here[:_MOST_DIFFERENCES])}{behind}"


def _edges(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        for edge in row.recorded.record.edge_cases:
            yield f"{row.combination.key}: {edge.class_}: {edge.symptom.splitlines()[0]}"


def _commands(rows: Sequence[Row]) -> Iterator[str]:
    used = next((row.combination for row in rows if row.combination.request is None), None)
    told: set[str] = set()
    for row in rows:
        one = row.combination
        if one.request is None or one.manager in told or row.recorded.record.outcome == "failure":
            continue
        told.add(one.manager or "")
        yield f"{one.manager}: {move_command(one)}"
    if told:
        back = used.environment.target if used and used.environment else None
        yield f"back: activate {back} again; nothing was written there" if back else "back: rm -r ./env"


def move_command(one: Combination) -> str:
    """Return the command that makes such an environment in `./env`."""
    assert one.request is not None  # noqa: S101 - it was installed
    wanted = one.request
    quoted = shlex.join(wanted.requirements)
    version = one.python
    flags = shlex.join(flag for row in wanted.flags if row.manager == one.manager for flag in row.flags)
    backend = f" --torch-backend {wanted.torch_backend}" if wanted.torch_backend else ""
    behind = f"{' ' if flags else ''}{flags}"
    if one.manager == "uv":
        python = f" --python {version}" if version else ""
        return f"uv venv{python} env && uv pip install --python env/bin/python{backend}{behind} {quoted}"
    if one.manager == "pip":
        return f"python{version or '3'} -m venv env && env/bin/python -m pip install{behind} {quoted}"
    channels = "".join(f" -c {shlex.quote(name)}" for name in wanted.channels)
    python = f"python={version}" if version else "python"
    # rattler is the engine of pixi, and no program by itself.
    if one.manager in ("pixi", "rattler"):
        return f"pixi init env{channels} && pixi add --manifest-path env{behind} {python} {quoted}"
    return f"{one.manager} create --prefix env{channels}{behind} {python} {quoted}"


def seconds(value: float) -> str:
    """Return seconds with three digits that count: `0.0871 s`, `12.3 s`."""
    return f"{value:.3g} s" if value < 100 else f"{value:.0f} s"  # noqa: PLR2004 - three digits
