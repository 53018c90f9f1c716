"""What a run showed, as values: its combinations, how they compare, what differs. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from envkb.assess.compared import Compared, Comparison, Contrast
from envkb.assess.comparison import compare
from envkb.assess.evidence import Evidence
from envkb.assess.rounds import each_round
from envkb.assess.run_arms import run_contrasts
from envkb.assess.statistics import FEWEST_ROUNDS, Interval, median_of
from envkb.assess.verdicts import Options
from envkb.errors import ToolMissingError
from envkb.experiment.record import Recorded
from envkb.experiment.run.cells import Combination
from envkb.experiment.run.foresee import Difference, differences
from envkb.experiment.run.records import Chapter
from envkb.model.environment import Environment
from envkb.model.measurement import Measurement
from envkb.model.plan import Bytecode
from envkb.model.settings import Settings

TOTAL: Final = "first-import.total"
"""Install and first import together: the figure that people feel."""
INSTALL: Final = "install"
"""The suite of everything that is timed while an environment is made."""


@dataclass(frozen=True, slots=True)
class Row:
    """One combination of a run.

    Attributes:
        combination: The combination.
        recorded: Its record.
        medians_s: Median by id of the measurement, in seconds.
        total: Time to first import with its interval; None where too few rounds, or nothing to compute with, is here.
    """

    combination: Combination
    recorded: Recorded
    medians_s: Mapping[str, float]
    total: Interval | None


@dataclass(frozen=True, slots=True)
class Headline:
    """Time to first import of one install method beside another, in circumstances that are equal.

    Attributes:
        baseline: The combination that ratios are over.
        candidate: The other.
        ratios: The comparison by what becomes of bytecode, for those ways in which both were measured.
    """

    baseline: Combination
    candidate: Combination
    ratios: Mapping[Bytecode, Compared]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a run showed.

    Attributes:
        run_id: Names the run.
        rows: Its combinations.
        comparison: What `kb compare` says of the run; None where nothing was compared.
        unjudged: Why nothing was compared although there is something to compare; None otherwise.
        headlines: Time to first import, install methods beside each other.
        differences: Packages by name of the arm that installs them, where they differ from the environment in use.
        left_out: What did not fit into the budget.
    """

    run_id: str
    rows: tuple[Row, ...]
    comparison: Comparison | None
    unjudged: str | None
    headlines: tuple[Headline, ...]
    differences: Mapping[str, tuple[Difference, ...]]
    left_out: tuple[str, ...]


def answer_of(
    run_id: str,
    chapters: Sequence[Chapter],
    recorded: Sequence[Recorded],
    left_out: Sequence[str],
    settings: Settings | None = None,
) -> Answer:
    """Return what a run showed.

    Args:
        run_id: Names the run.
        chapters: What its records are made of.
        recorded: Its records, in the order of the chapters.
        left_out: What did not fit into the budget.
        settings: Those of the knowledge base, which say what a host is known by; None outside one.
    """
    rows = tuple(_row(chapter, one) for chapter, one in zip(chapters, recorded, strict=True))
    contrasts = run_contrasts([_evidence(row.recorded, settings) for row in rows])
    comparison, unjudged = None, None
    if contrasts:
        try:
            comparison = compare(contrasts, Options())
        except ToolMissingError as error:
            unjudged = f"{error.message}: {error.hint}" if error.hint else error.message
    headlines = tuple(_headlines(rows, comparison.contrasts)) if comparison else ()
    return Answer(run_id, rows, comparison, unjudged, headlines, _differing(rows), tuple(left_out))


def is_benchmark(line: Compared) -> bool:
    """Return whether a line is about the time of a benchmark, not about an install or the memory that was used."""
    return line.benchmark.suite != INSTALL and line.quantity == "duration"


def _evidence(recorded: Recorded, settings: Settings | None) -> Evidence:
    host = recorded.record.host
    key, label = (host.key, host.label) if host else (None, None)
    known = settings.host_identity(key, label) if settings else key or label
    return Evidence(recorded.id, recorded.digest, known, recorded.record)


def _row(chapter: Chapter, recorded: Recorded) -> Row:
    shown = [one for one in recorded.record.measurements if one.role == "subject" and one.unit == "s"]
    total = next((one for one in shown if one.id == TOTAL), None)
    medians_s = {one.id: median(one.samples) for one in shown}
    return Row(chapter.combination, recorded, medians_s, _interval(total) if total else None)


def _interval(measurement: Measurement) -> Interval | None:
    values = each_round(measurement)
    if len(values) < FEWEST_ROUNDS or min(values) <= 0:
        return None
    try:
        return median_of(values)
    except ToolMissingError:
        return None


def _headlines(rows: Iterable[Row], contrasts: Iterable[Contrast]) -> Iterator[Headline]:
    combinations = {row.recorded.id: row.combination for row in rows}
    found: dict[tuple[str | None, ...], Headline] = {}
    for contrast in contrasts:
        ours, theirs = (combinations[side.records[0].id] for side in (contrast.baseline, contrast.candidate))
        line = next((each for each in contrast.measurements if each.benchmark.name == TOTAL), None)
        if line is None or ours.request is None or theirs.request is None:
            continue
        place = (ours.arm, theirs.arm, theirs.request.name, theirs.python, theirs.cache)
        held = found.get(place)
        ratios = dict(held.ratios) if held else {}
        ratios |= dict.fromkeys(_ways(ours, theirs), line)
        found[place] = Headline(ours, theirs, ratios)
    yield from found.values()


def _ways(ours: Combination, theirs: Combination) -> Iterator[Bytecode]:
    if ours.bytecode == theirs.bytecode == "default":
        yield "default"
    # A manager that compiles by itself is at parity with those that were told to, too.
    if ours.compiles and theirs.compiles:
        yield "parity"


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
