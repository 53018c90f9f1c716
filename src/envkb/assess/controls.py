"""What the A/A controls of runs show where there is no difference. Pure."""

from collections.abc import Collection, Iterator, Sequence
from statistics import median

from envkb.assess.evidence import Evidence
from envkb.assess.rounds import have_ratios, pair_rounds, slots
from envkb.assess.statistics import FEWEST_ROUNDS, FEWEST_RUNS, Estimate, paired_ratio, ratio_between_runs
from envkb.model.measurement import Measurement


def control_within(run: str, wanted: Measurement, held: Sequence[Evidence], *, seed: int) -> Estimate | None:
    """Return the A/A control of one run, round by round; None where none took part.

    Args:
        run: The run.
        wanted: What is compared: the control is of the same benchmark, else of it with other parameters. An install
            with a cold cache has none of its own, for that would cost a download; the one with a warm cache shows
            whether the machine was steady.
        held: Records, also of other runs.
        seed: Seed of the resampling.

    Raises:
        ToolMissingError: The extra `stats` is not installed.
    """
    for subject, control in _of_run(run, wanted, held):
        pairs = pair_rounds(slots(subject), slots(control))
        if len(pairs) >= FEWEST_ROUNDS and have_ratios(pairs):
            return paired_ratio(pairs, seed=seed)
    return None


def control_between(runs: Collection[str], wanted: Measurement, held: Sequence[Evidence]) -> Estimate | None:
    """Return the A/A control of several runs, from their spread; None where too few of them have one.

    What favours one place in the order favours it in every run, so that the spread between runs does not show it.

    Args:
        runs: The runs.
        wanted: What is compared.
        held: Records, also of other runs.

    Raises:
        ToolMissingError: The extra `stats` is not installed.
    """
    found = [next(_of_run(run, wanted, held), None) for run in sorted(runs)]
    pairs = [(median(one[0].samples), median(one[1].samples)) for one in found if one is not None]
    if len(pairs) < FEWEST_RUNS or not have_ratios(pairs):
        return None
    return ratio_between_runs(*zip(*pairs, strict=True), same_runs=True)


def _of_run(run: str, wanted: Measurement, held: Sequence[Evidence]) -> Iterator[tuple[Measurement, Measurement]]:
    """Yield subject and control of what is wanted, that of the very same benchmark first."""
    found = [
        (subject, control)
        for evidence in held
        if evidence.run == run
        for control in evidence.record.measurements
        if control.role == "control" and _alike(control, wanted)
        for subject in evidence.subjects()
        if subject.benchmark == control.benchmark and subject.quantity == control.quantity
    ]
    yield from sorted(found, key=lambda pair: pair[0].benchmark != wanted.benchmark)


def _alike(one: Measurement, other: Measurement) -> bool:
    ours, theirs = one.benchmark, other.benchmark
    named = (ours.suite, ours.name, ours.version) == (theirs.suite, theirs.name, theirs.version)
    return named and one.quantity == other.quantity
