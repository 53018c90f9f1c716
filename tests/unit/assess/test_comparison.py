import hashlib
import math
from typing import Any

import pytest

from envkb.assess.compared import Contrast
from envkb.assess.comparison import VERSION, compare
from envkb.assess.evidence import Evidence, Side
from envkb.assess.verdicts import Options
from envkb.model.measurement import Benchmark, Parameter
from experiments import MATMUL, evidence, interleaved_run, make_experiment, make_request, make_run, series, side
from factory import make_distribution, make_environment, make_install, make_measurement

NUMPY = make_distribution("numpy", "2.4.0")


def contrast(baseline: Side, candidate: Side, *, sets: bool = False, **options: Any) -> Contrast:
    return compare([(baseline, candidate)], Options(**options), sets=sets).contrasts[0]


def stated(arm: str, number: int, seconds: float, host: str = "h", **changes: Any) -> Any:
    """Return an experiment outside any run with one benchmark."""
    measured = (series([seconds] * 3),)
    return evidence(make_experiment(arm, number, **({"run": None, "measurements": measured} | changes)), host)


def test_every_candidate_is_compared_with_its_baseline() -> None:
    pip, uv = interleaved_run(0.8)
    found = compare([(side(pip), side(uv))], Options())
    (only,) = found.contrasts
    assert (only.baseline.label, only.candidate.label) == ("pip", "uv")
    assert [line.verdict for line in only.measurements] == ["faster"]
    assert (found.method, found.margin, found.confidence, found.sets) == ("envkb.compare/2", 0.05, 0.95, False)
    assert only.decide is None


def test_swapping_the_sides_turns_the_verdict() -> None:
    pip, uv = interleaved_run(0.8)
    (there,), (back,) = (contrast(side(a), side(b)).measurements for a, b in ((pip, uv), (uv, pip)))
    assert (there.verdict, back.verdict) == ("faster", "slower")
    assert there.ratio is not None
    assert back.ratio is not None
    assert there.ratio * back.ratio == pytest.approx(1)


def test_what_a_version_of_the_method_says_stays_as_it_is() -> None:
    pip, uv = interleaved_run(0.8, noise=0.0)
    later = make_experiment("uv", 7, run="run-7", measurements=uv.measurements)
    drifting = interleaved_run(0.8, drift=0.3, rounds=12, noise=0.0)
    few = interleaved_run(0.8, rounds=4, noise=0.0)
    told = [
        (line.verdict, line.basis, line.reason, line.warnings, each.differences, each.decide)
        for ours, theirs in ((pip, uv), (pip, later), drifting, few)
        for each in [contrast(side(ours), side(theirs))]
        for line in each.measurements
    ]
    digest = hashlib.sha256(repr(told).encode()).hexdigest()[:12]
    assert (VERSION, digest) == ("2", "24a36c458dbc"), (
        "claims are computed again: with other words or numbers raise VERSION"
    )


def test_controls_are_no_line_of_their_own() -> None:
    pip, uv = interleaved_run()
    assert len(contrast(side(pip), side(uv)).measurements) == 1
    assert contrast(side(pip), side(uv)).left_out == ()


def test_an_undeclared_difference_takes_the_verdict_unless_it_is_allowed() -> None:
    other = {"uv": {"environment": make_environment(make_distribution("numpy", "2.3.0"), manager="uv")}}
    pip, uv = interleaved_run(0.8, changes=other | {"pip": {"environment": make_environment(NUMPY, manager="pip")}})
    refused = contrast(side(pip), side(uv))
    (package,) = refused.packages
    assert (package.baseline, package.candidate, package.standing) == ("2.4.0", "2.3.0", "undeclared")
    assert refused.measurements[0].reason == "undeclared differences: numpy"
    assert contrast(side(pip), side(uv), allowed=frozenset({"numpy"})).measurements[0].verdict == "faster"


def test_only_the_same_benchmark_is_compared() -> None:
    newer = MATMUL.model_copy(update={"version": "2"})
    other = Benchmark(suite="numpy", name="matmul", version="1", parameters=(Parameter(name="n", value=64),))
    ours = make_experiment("pip", 1, measurements=(series([1.0], id="a"), make_measurement("only-here")))
    theirs = make_experiment(
        "uv", 2, measurements=(series([1.0], benchmark=newer, id="a"), series([1.0], benchmark=other, id="b"))
    )
    found = contrast(side(ours), side(theirs))
    assert found.measurements == ()
    assert [(each.name, each.reason) for each in found.left_out] == [
        ("numpy/matmul duration", "the sides differ in its version, parameters or unit"),
        ("only-here duration", "only in pip"),
    ]


@pytest.mark.parametrize("changes", [{"unit": "ms"}, {"quantity": "peak_memory"}, {"better": "higher"}])
def test_another_unit_quantity_or_direction_is_not_compared(changes: dict[str, Any]) -> None:
    ours = make_experiment("pip", 1, measurements=(series([1.0]),))
    theirs = make_experiment("uv", 2, measurements=(series([1.0], **changes),))
    assert contrast(side(ours), side(theirs)).measurements == ()


def test_experiments_without_a_common_benchmark_still_tell_what_differs() -> None:
    ours, theirs = make_experiment("pip", 1), make_experiment("uv", 2, environment=make_environment(NUMPY))
    found = contrast(side(ours), side(theirs))
    assert [each.name for each in found.packages] == ["torch"]
    assert found.decide is not None


def test_a_benchmark_that_one_record_holds_twice_is_not_compared() -> None:
    ours = make_experiment("pip", 1, measurements=(series([1.0], id="a"), series([2.0], id="b")))
    theirs = make_experiment("uv", 2, measurements=(series([1.0]),))
    found = contrast(side(ours), side(theirs))
    assert found.measurements == ()
    assert found.left_out[0].reason == "pip holds it more than once from one run (pip): narrow the query"


def test_sets_are_paired_by_host_request_benchmark_and_cache() -> None:
    torch = make_install(request=make_request("torch"), cache="warm")
    cold = make_install(request=make_request(), cache="cold")
    ours = [
        stated("pip", 1, 1.0),
        stated("pip", 2, 10.0, host="g"),
        stated("pip", 3, 100.0, install=torch),
        stated("pip", 4, 1000.0, install=cold),
    ]
    theirs = [
        stated("uv", 5, 0.5),
        stated("uv", 6, 2.0, host="g"),
        stated("uv", 7, 80.0, install=torch),
        stated("uv", 8, 900.0, host="somewhere else"),
    ]
    found = contrast(Side("pip", tuple(ours)), Side("uv", tuple(theirs)), sets=True)
    assert [(line.host, line.ratio) for line in found.measurements] == [
        ("h", pytest.approx(0.5)),
        ("g", pytest.approx(0.2)),
        ("h", pytest.approx(0.8)),
    ]
    (summary,) = found.summaries
    assert summary.ratio == pytest.approx(math.prod((0.5, 0.2, 0.8)) ** (1 / 3))
    assert (summary.pairs, summary.lowest, summary.highest) == (3, pytest.approx(0.2), pytest.approx(0.8))


def test_sets_are_never_pooled() -> None:
    """Simpson's paradox: uv is faster on each host, but slower in a pool, for it was tried more on the slow host."""
    ours = [stated("pip", n, 1.0, host="fast", run=make_run("pip", f"a{n}")) for n in range(5)]
    ours += [stated("pip", 9, 100.0, host="slow", run=make_run("pip", "a9"))]
    theirs = [stated("uv", n, 90.0, host="slow", run=make_run("uv", f"b{n}")) for n in range(5)]
    theirs += [stated("uv", 9, 0.9, host="fast", run=make_run("uv", "b9"))]
    found = contrast(Side("pip", tuple(ours)), Side("uv", tuple(theirs)), sets=True)
    assert [line.ratio for line in found.measurements] == [pytest.approx(0.9)] * 2
    assert found.summaries[0].ratio == pytest.approx(0.9)


def test_a_pair_below_zero_or_with_a_wrong_result_is_no_part_of_the_mean() -> None:
    def both(host: str, number: int, seconds: float, **changes: Any) -> tuple[Evidence, Evidence]:
        records = (
            make_experiment(arm, number, run=None, measurements=(series([value] * 3, **changes),))
            for arm, value in (("pip", 1.0), ("uv", seconds))
        )
        one, other = (evidence(record, host) for record in records)
        return one, other

    pairs = [both("h1", 1, 2.0), both("h2", 2, -1.0), both("h3", 3, 9.0, verified=False)]
    ours, theirs = zip(*pairs, strict=True)
    found = contrast(Side("pip", ours), Side("uv", theirs), sets=True)
    assert [line.ratio for line in found.measurements] == [2.0, None, 9.0]
    (summary,) = found.summaries
    assert (summary.ratio, summary.pairs) == (pytest.approx(2.0), 1)


def test_three_runs_a_side_in_sets_give_a_verdict() -> None:
    ours = [stated("pip", n, 1.0 + n / 100, run=make_run("pip", f"a{n}")) for n in range(3)]
    theirs = [stated("uv", n, 0.5 + n / 200, run=make_run("uv", f"b{n}")) for n in range(4)]
    (line,) = contrast(Side("pip", tuple(ours)), Side("uv", tuple(theirs)), sets=True).measurements
    assert (line.verdict, line.basis, line.count) == ("faster", "between runs", 3)
    assert len(line.baseline) == 3
    assert len(line.candidate) == 4


def test_a_difference_within_a_side_is_an_obstacle() -> None:
    def environment(version: str) -> dict[str, Any]:
        return {"environment": make_environment(NUMPY, manager="pip", python_version=version)}

    ours = [
        stated("pip", n, 1.0, run=make_run("pip", f"a{n}"), **environment("3.13.2" if n == 1 else "3.13.1"))
        for n in range(3)
    ]
    theirs = [stated("pip", n, 0.5, run=make_run("pip", f"b{n}"), **environment("3.13.1")) for n in range(3)]
    (line,) = contrast(Side("old", tuple(ours)), Side("new", tuple(theirs)), sets=True).measurements
    assert line.reason == "undeclared differences: python"


def test_two_arms_of_one_run_within_a_set_are_too_many() -> None:
    ours = [stated(arm, n, 1.0, run=make_run(arm, "a")) for n, arm in enumerate(("pip", "conda"))]
    found = contrast(Side("old", tuple(ours)), Side("uv", (stated("uv", 5, 1.0),)), sets=True)
    assert found.measurements == ()
    assert found.left_out[0].reason == "old holds it more than once from one run (pip, conda): narrow the query"


def test_witnesses_lend_their_control() -> None:
    pip, uv = interleaved_run(0.8)
    bare = pip.model_copy(update={"measurements": pip.measurements[:1]})
    witness = pip.model_copy(update={"run": make_run("conda")})
    found = compare([(side(bare), side(uv))], Options(), witnesses=[evidence(witness)])
    assert found.contrasts[0].measurements[0].verdict == "faster"
    assert [row.id for row in found.witnesses] == [evidence(witness).id]
    assert compare([(side(bare), side(uv))], Options()).contrasts[0].measurements[0].verdict == "cannot tell"
