"""What a comparison says: values that tables, JSON, pages and claims are made of."""

from typing import Literal

from pydantic import JsonValue

from envkb.assess.statistics import Better, Estimate, Verdict
from envkb.model.measurement import Benchmark
from envkb.model.value import Value

Basis = Literal["interleaved", "between runs", "observed"]
"""What a ratio rests on: rounds of one run, the spread between several runs of one host, or nothing of the kind."""
Standing = Literal["declared", "manager", "undeclared", "allowed"]
"""What a difference means for verdicts: what was to be compared; what a manager itself brings; an obstacle; none."""
Cause = Literal["drift", "two modes", "throttling", "load", "few samples"]


class Warned(Value):
    """Something that makes samples less trustworthy.

    Attributes:
        cause: What it is.
        side: Label of the side whose samples show it.
        message: What was seen.
        advice: What to do about it.
    """

    cause: Cause
    side: str
    message: str
    advice: str


class Compared(Value):
    """One quantity of one benchmark on both sides.

    Attributes:
        benchmark: What was timed; the same on both sides.
        quantity: What each sample is.
        unit: Its unit; null for a plain number.
        better: Which direction is better; null where neither is.
        host: The host, where both sides were measured on one; null otherwise.
        request: What was installed, where both sides agree; null otherwise.
        cache: The cache state, where both sides agree; null otherwise.
        baseline: Ids of the records of the baseline.
        candidate: Ids of the records of the candidate.
        baseline_median: Median of the baseline: of its samples, or of its runs' medians.
        candidate_median: Likewise.
        basis: What the ratio rests on.
        count: Rounds, or runs of the side that has fewer.
        ratio: Candidate / baseline; null where it has none (a median of zero).
        low: Lower end of its confidence interval; null without one.
        high: Upper end; null without one.
        control: The same for an arm compared with itself in the same run; null where none took part.
        verdict: What it says of the candidate.
        reason: Why it cannot be told; null where it can.
        warnings: What to keep in mind.
    """

    benchmark: Benchmark
    quantity: str
    unit: str | None
    better: Better | None
    host: str | None
    request: str | None
    cache: str | None
    baseline: tuple[str, ...]
    candidate: tuple[str, ...]
    baseline_median: float
    candidate_median: float
    basis: Basis
    count: int
    ratio: float | None
    low: float | None
    high: float | None
    control: Estimate | None
    verdict: Verdict
    reason: str | None
    warnings: tuple[Warned, ...]


class LeftOut(Value):
    """A benchmark that has nothing to be compared with.

    Attributes:
        name: The benchmark and its quantity.
        reason: Why.
    """

    name: str
    reason: str


class Difference(Value):
    """Something that differs between the experiments, beside their numbers and packages.

    Attributes:
        name: What: `manager`, `python`, `nvidia/driver_version`, `$OMP_NUM_THREADS` …; `--allow` takes it.
        baseline: Its value in the baseline.
        candidate: Its value in the candidate.
        standing: What it means for verdicts.
    """

    name: str
    baseline: JsonValue
    candidate: JsonValue
    standing: Standing


class PackageDifference(Value):
    """A distribution that differs between the environments.

    Attributes:
        name: Its name; `--allow` takes it.
        baseline: Its version in the baseline; null where it is not there.
        candidate: Its version in the candidate; null where it is not there.
        change: `added`, `removed`, another `version`, or another `build` of one version.
        standing: What it means for verdicts.
    """

    name: str
    baseline: str | None
    candidate: str | None
    change: Literal["added", "removed", "version", "build"]
    standing: Standing


class SideRecord(Value):
    """One record of a side.

    Attributes:
        id: Its id.
        host: What its host is known by; null where nothing is known of it.
    """

    id: str
    host: str | None


class SideShown(Value):
    """One side of a comparison.

    Attributes:
        label: What it is called here.
        records: Its records.
    """

    label: str
    records: tuple[SideRecord, ...]


class Summary(Value):
    """All pairs of one quantity of one benchmark in two sets of records.

    Attributes:
        suite: The benchmark's suite.
        name: The benchmark's name.
        quantity: What each sample is.
        better: Which direction is better.
        ratio: Geometric mean of the pairs' ratios.
        lowest: The lowest of them.
        highest: The highest of them.
        pairs: How many there are; each has one host, request, cache and benchmark on both sides.
    """

    suite: str | None
    name: str
    quantity: str
    better: Better | None
    ratio: float
    lowest: float
    highest: float
    pairs: int


class Contrast(Value):
    """One candidate against the baseline.

    Attributes:
        baseline: What it is compared with.
        candidate: What is judged.
        differences: What differs between them.
        packages: Distributions that differ.
        measurements: The numbers, benchmark by benchmark.
        left_out: Benchmarks that only one side has, or that are not the same.
        summaries: For sets of records: the pairs of each benchmark together; empty for single records.
        decide: The command that would decide what cannot be told; null where nothing is left open.
    """

    baseline: SideShown
    candidate: SideShown
    differences: tuple[Difference, ...]
    packages: tuple[PackageDifference, ...]
    measurements: tuple[Compared, ...]
    left_out: tuple[LeftOut, ...]
    summaries: tuple[Summary, ...]
    decide: str | None


class Comparison(Value):
    """Candidates against baselines.

    Attributes:
        method: Name and version of the method.
        seed: Seed of the resampling.
        margin: Share of the baseline that makes no difference.
        confidence: Confidence of the intervals.
        resamples: Bootstrap resamples of an interval.
        allowed: Names of differences that were allowed.
        sets: Whether sides are sets of records, paired by host, request, benchmark and cache.
        contrasts: Each candidate against its baseline.
        witnesses: Records of the same runs that hold A/A controls, and are on no side.
    """

    method: str
    seed: int
    margin: float
    confidence: float
    resamples: int
    allowed: tuple[str, ...]
    sets: bool
    contrasts: tuple[Contrast, ...]
    witnesses: tuple[SideRecord, ...]
