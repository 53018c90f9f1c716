"""Which records of one run are compared with which. Pure."""

from collections.abc import Iterator, Sequence

from envkb.assess.evidence import Evidence, Side
from envkb.model.measurement import Cell, Run


def run_contrasts(held: Sequence[Evidence]) -> tuple[tuple[Side, Side], ...]:
    """Return baseline and candidate for each record of a run that is not the baseline's.

    The baseline is the first environment that was there before, since what it is compared with is meant to replace
    it, else the first arm. A candidate is compared with those records of the baseline that were made under the same
    circumstances (request, Python, cache, further factors), or where none was, are nearest to that; both ways where
    the baseline has more circumstances than the candidate. Records that share no benchmark are not compared.

    What was installed is beside an environment that was not, and shares no install with it; so the install methods
    are compared among themselves too.

    Args:
        held: All records of one run.
    """
    cells = [(each, each.record.run) for each in held]
    known = [(each, run) for each, run in cells if run is not None]
    installed = [(each, run) for each, run in known if run.cell.manager is not None]
    found = dict.fromkeys((*_pairs(known), *_pairs(installed)))
    sides = {each.id: Side(_label(run.cell), (each,)) for each, run in known}
    return tuple((sides[one], sides[two]) for one, two in found)


_Known = Sequence[tuple[Evidence, Run]]


def _pairs(known: _Known) -> Iterator[tuple[str, str]]:
    baseline = _baseline(known)
    ours = [(each, run) for each, run in known if run.cell.arm == baseline]
    theirs = [(each, run) for each, run in known if run.cell.arm != baseline]
    for one, two in (
        *((_nearest(run.cell, ours), each) for each, run in theirs),
        *((each, other) for each, run in ours for other in _nearest_of_each_arm(run.cell, theirs)),
    ):
        if _benchmarks(one) & _benchmarks(two):
            yield one.id, two.id


def _baseline(known: _Known) -> str | None:
    here = [run.cell.arm for _, run in known]
    existing = [run.cell.arm for _, run in known if run.cell.manager is None]
    planned = [arm for _, run in known for arm in run.arms if arm in here]
    return next(iter((*existing, *planned, *here)), None)


def _nearest(cell: Cell, known: _Known) -> Evidence:
    return min(known, key=lambda held: _distance(cell, held[1].cell))[0]


def _nearest_of_each_arm(cell: Cell, known: _Known) -> Iterator[Evidence]:
    for arm in dict.fromkeys(run.cell.arm for _, run in known):
        yield _nearest(cell, [held for held in known if held[1].cell.arm == arm])


def _distance(one: Cell, other: Cell) -> tuple[bool, ...]:
    return (
        one.request != other.request,
        one.python != other.python,
        one.cache != other.cache,
        one.parameters != other.parameters,
    )


def _benchmarks(evidence: Evidence) -> set[str]:
    return {each.benchmark.model_dump_json() for each in evidence.subjects()}


def _label(cell: Cell) -> str:
    told = (cell.request, cell.python, cell.cache, *(str(each.value) for each in cell.parameters))
    circumstances = ", ".join(value for value in told if value and value != "default")
    return f"{cell.arm} ({circumstances})" if circumstances else cell.arm
