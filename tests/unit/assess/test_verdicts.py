from typing import Any

import pytest

from envkb.assess.compared import Compared
from envkb.assess.evidence import Evidence
from envkb.assess.verdicts import Options, Pair, Taken, compare_pair
from envkb.model.measurement import Benchmark, Condition, Parameter
from envkb.model.record import Record
from experiments import HOST, MATMUL, evidence, interleaved_run, make_experiment, make_run, series
from factory import make_install


def line(one: Record, other: Record, *, margin: float = 0.05, **changes: Any) -> Compared:
    """Compare the first measurement of two records."""
    ours, theirs = evidence(one), evidence(other)
    pair = Pair(
        baseline=(Taken(ours, one.measurements[0]),),
        candidate=(Taken(theirs, other.measurements[0]),),
        labels=("pip", "uv"),
        **({"controls": (ours, theirs)} | changes),
    )
    return compare_pair(pair, Options(margin=margin))


def runs(ratio: float, count: int = 3, *, shared: bool = False, host: Any = HOST, **changes: Any) -> Compared:
    """Compare two arms measured in several runs that do not interleave."""
    medians = (1.0, 1.02, 0.99, 1.01)[:count]
    sides: list[tuple[Taken, ...]] = []
    for arm, factor in (("pip", 1.0), ("uv", ratio)):
        taken = []
        for number, value in enumerate(medians):
            run = f"run-{number}" if shared else f"{arm}-{number}"
            record = make_experiment(arm, number, run=run, measurements=(series([value * factor] * 3),))
            place = host if isinstance(host, str | None) else host[arm]
            taken.append(Taken(evidence(record, place), record.measurements[0]))
        sides.append(tuple(taken))
    return compare_pair(Pair(*sides, labels=("pip", "uv"), **changes), Options())


@pytest.mark.parametrize(("ratio", "verdict"), [(1.1, "slower"), (0.9, "faster"), (1.0, "equivalent")])
def test_rounds_of_one_run_give_a_verdict(ratio: float, verdict: str) -> None:
    found = line(*interleaved_run(ratio))
    assert (found.verdict, found.basis, found.count, found.reason) == (verdict, "interleaved", 30, None)
    assert found.ratio == pytest.approx(ratio, rel=0.02)
    assert found.low is not None
    assert found.high is not None
    assert found.low <= found.ratio <= found.high
    assert found.control is not None
    assert found.control.ratio == pytest.approx(1, rel=0.03)


def test_where_more_is_better_the_verdict_turns() -> None:
    assert line(*interleaved_run(1.1, better="higher")).verdict == "faster"
    assert line(*interleaved_run(0.9, better="higher")).verdict == "slower"


def test_a_drift_of_the_machine_is_cancelled_and_told() -> None:
    found = line(*interleaved_run(1.2, drift=0.5))
    assert found.verdict == "slower"
    assert {(warned.cause, warned.side) for warned in found.warnings} == {("drift", "pip"), ("drift", "uv")}


def test_there_is_no_winner_where_the_control_fails() -> None:
    found = line(*interleaved_run(1.3, control=1.1))
    assert found.verdict == "cannot tell"
    assert found.reason is not None
    assert found.reason.startswith("the A/A control fails: an arm differs from itself by +1")
    assert line(*interleaved_run(1.0, control=1.1)).verdict == "cannot tell"


def test_there_is_no_winner_where_the_control_could_show_as_much() -> None:
    found = line(*interleaved_run(1.12, noise=0.1, seed=1))
    assert found.control is not None
    assert found.low is not None
    assert (found.low > 1, found.verdict) == (True, "cannot tell")
    assert found.reason is not None
    assert found.reason.startswith("the A/A control could show as much")


def test_without_a_control_there_is_no_winner_but_equivalence_stands() -> None:
    assert line(*interleaved_run(1.3, control=None)).reason == (
        "no A/A control took part: nothing shows what no difference looks like"
    )
    assert line(*interleaved_run(1.0, control=None)).verdict == "equivalent"


def with_controls(control: float) -> tuple[Evidence, ...]:
    """Return three runs' records of pip, each with a control that is so many times as long."""
    held = []
    for number, value in enumerate((1.0, 1.02, 0.99)):
        own = [value * control * (1 + number / 1000)] * 3
        measured = (series([value] * 3), series(own, id="numpy.matmul.control", role="control"))
        held.append(evidence(make_experiment("pip", number, run=f"run-{number}", measurements=measured)))
    return tuple(held)


def test_between_runs_too_there_is_no_winner_where_the_control_fails() -> None:
    found = runs(1.2, shared=True, controls=with_controls(1.2))
    assert (found.basis, found.verdict) == ("between runs", "cannot tell")
    assert found.reason is not None
    assert found.reason.startswith("the A/A control fails: an arm differs from itself by +20")
    assert runs(1.2, shared=True, controls=with_controls(1.0)).verdict == "slower"


def test_between_runs_a_control_in_fewer_than_three_of_them_tells_nothing() -> None:
    found = runs(1.2, shared=True, controls=with_controls(1.2)[:2])
    assert (found.control, found.verdict) == (None, "slower")


def test_a_record_is_not_compared_with_its_own_amendment() -> None:
    pip, _ = interleaved_run()
    found = line(pip, pip.model_copy(update={"title": "amended"}))
    assert (found.verdict, found.basis) == ("cannot tell", "observed")
    assert found.reason == "both sides hold the same samples: one record amends the other"


def test_a_control_in_another_record_of_the_run_counts() -> None:
    pip, uv = interleaved_run(1.1)
    third = evidence(pip.model_copy(update={"run": make_run("conda")}))
    bare = pip.model_copy(update={"measurements": pip.measurements[:1]})
    assert line(bare, uv, controls=()).verdict == "cannot tell"
    assert line(bare, uv, controls=(third,)).verdict == "slower"


def test_a_control_of_another_run_does_not_count() -> None:
    pip, uv = interleaved_run(1.1)
    stranger = evidence(pip.model_copy(update={"run": make_run("pip", "run-2")}))
    assert line(pip.model_copy(update={"measurements": pip.measurements[:1]}), uv, controls=(stranger,)).control is None


def test_an_install_from_a_cold_cache_leans_on_the_control_of_the_warm_one() -> None:
    def renamed(record: Record, cache: str) -> Record:
        bench = Benchmark(
            suite="install", name="install.wall", version="1", parameters=(Parameter(name="cache", value=cache),)
        )
        return record.model_copy(
            update={"measurements": tuple(each.model_copy(update={"benchmark": bench}) for each in record.measurements)}
        )

    (cold_pip, cold_uv), (warm_pip, _) = interleaved_run(1.1, control=None), interleaved_run()
    found = line(renamed(cold_pip, "cold"), renamed(cold_uv, "cold"), controls=(evidence(renamed(warm_pip, "warm")),))
    assert found.verdict == "slower"


def test_too_few_rounds_tell_nothing_and_say_so() -> None:
    found = line(*interleaved_run(2.0, rounds=4))
    assert (found.verdict, found.ratio is not None, found.low) == ("cannot tell", True, None)
    assert found.reason == "4 rounds, and 5 are the fewest that tell"
    assert line(*interleaved_run(2.0, rounds=5)).verdict == "slower"


def test_arms_measured_one_after_the_other_are_not_interleaved() -> None:
    pip = make_experiment("pip", 1, measurements=(series([1.0] * 10, range(10)),))
    uv = make_experiment("uv", 2, measurements=(series([2.0] * 10, range(10, 20)),))
    found = line(pip, uv)
    assert (found.basis, found.ratio, found.low) == ("observed", 2.0, None)
    assert found.reason == "not interleaved: one side was measured after the other"


def test_samples_in_no_known_order_are_not_interleaved() -> None:
    pip, uv = (make_experiment(arm, 1, measurements=(series([1.0] * 10),)) for arm in ("pip", "uv"))
    assert line(pip, uv).reason == "not interleaved: the order of the samples is not known"


def test_what_is_not_above_zero_has_no_ratio() -> None:
    pip, uv = interleaved_run()
    nothing = pip.measurements[0].model_copy(update={"samples": (0.0,) * 30})
    found = line(pip.model_copy(update={"measurements": (nothing,)}), uv)
    assert (found.ratio, found.verdict) == (None, "cannot tell")
    assert found.reason == "a sample that is not above zero, or next to it, has no ratio"


def test_samples_that_no_number_sets_apart_have_no_ratio() -> None:
    pip, uv = interleaved_run()
    tiny, huge = (
        record.model_copy(
            update={"measurements": (record.measurements[0].model_copy(update={"samples": (value,) * 30}),)}
        )
        for record, value in ((pip, 5e-324), (uv, 1.7e308))
    )
    assert (line(tiny, huge).ratio, line(tiny, huge).verdict) == (None, "cannot tell")
    mixed = pip.measurements[0].model_copy(update={"samples": (5e-324, 1.7e308) * 15})
    assert line(pip.model_copy(update={"measurements": (mixed,)}), uv).verdict == "cannot tell"


def test_nothing_on_both_sides_is_as_much() -> None:
    within = [
        record.model_copy(
            update={"measurements": (record.measurements[0].model_copy(update={"samples": (0.0,) * 30}),)}
        )
        for record in interleaved_run()
    ]
    found = line(*within)
    assert (found.verdict, found.ratio, found.baseline_median, found.count) == ("equivalent", 1.0, 0.0, 30)
    sides = [
        tuple(
            Taken(evidence(record), record.measurements[0])
            for number in range(3)
            for record in [make_experiment(arm, number, run=f"{arm}-{number}", measurements=(series([0.0]),))]
        )
        for arm in ("pip", "uv")
    ]
    between = compare_pair(Pair(*sides, labels=("pip", "uv")), Options())
    assert (between.verdict, between.basis, between.ratio) == ("equivalent", "between runs", 1.0)


def test_undeclared_differences_leave_the_ratio_and_take_the_verdict() -> None:
    found = line(*interleaved_run(1.1), obstacles=("python", "a", "b", "c", "d"))
    assert (found.verdict, found.reason) == ("cannot tell", "undeclared differences: python, a, b, c …")
    assert found.low is not None


def test_a_wrong_result_is_never_fast() -> None:
    pip, uv = interleaved_run(0.5)
    wrong = uv.measurements[0].model_copy(update={"verified": False})
    assert line(pip, uv.model_copy(update={"measurements": (wrong,)})).reason == (
        "the result of the computation was wrong"
    )


def test_where_neither_direction_is_better_nothing_wins() -> None:
    pip, uv = interleaved_run(1.2)
    ours, theirs = (
        record.model_copy(
            update={"measurements": tuple(each.model_copy(update={"better": None}) for each in record.measurements)}
        )
        for record in (pip, uv)
    )
    assert line(ours, theirs).reason == "neither direction is better"


def test_a_wide_interval_says_how_many_rounds_would_do() -> None:
    found = line(*interleaved_run(1.0, noise=0.2))
    assert found.verdict == "cannot tell"
    assert found.reason is not None
    assert found.reason.startswith("the interval reaches beyond the margin: about ")


def test_three_runs_a_side_of_one_host_give_a_verdict() -> None:
    found = runs(1.5)
    assert (found.verdict, found.basis, found.count) == ("slower", "between runs", 3)
    assert found.baseline_median == 1.0


def test_the_same_runs_on_both_sides_are_compared_run_by_run() -> None:
    found = runs(1.5, shared=True)
    assert found.low == pytest.approx(1.5)
    assert found.high == pytest.approx(1.5)


@pytest.mark.parametrize(
    ("count", "host", "reason"),
    [
        (2, HOST, "not interleaved: 2 runs a side, and 3 are the fewest that tell"),
        (1, HOST, "not interleaved: 1 run a side, and 3 are the fewest that tell"),
        (3, {"pip": HOST, "uv": "other"}, "not interleaved: measured on different hosts"),
        (3, None, "not interleaved: whether it was one host is not known"),
    ],
)
def test_across_runs_or_hosts_there_is_a_ratio_and_no_verdict(count: int, host: Any, reason: str) -> None:
    found = runs(1.5, count, host=host)
    assert (found.verdict, found.basis, found.reason, found.low) == ("cannot tell", "observed", reason, None)
    assert found.ratio == pytest.approx(1.5)


def test_two_records_outside_any_run_are_no_one_run() -> None:
    pip, uv = (make_experiment(arm, 1, run=None, measurements=(series([1.0], [0]),)) for arm in ("pip", "uv"))
    assert line(pip, uv).reason == "not interleaved: 1 run a side, and 3 are the fewest that tell"


def test_circumstances_that_agree_are_told() -> None:
    pip, uv = interleaved_run()
    found = line(pip, uv)
    assert (found.host, found.request, found.cache, found.benchmark) == (HOST, "numpy==2.4.0", "warm", MATMUL)
    other = uv.model_copy(update={"run": make_run("uv", cache="cold"), "install": make_install()})
    found = line(pip, other)
    assert (found.request, found.cache) == (None, None)


def test_load_is_told_of_the_side_that_saw_it() -> None:
    pip, uv = interleaved_run()
    busy = Condition(name="cpu_others_percent", when="during", value=[60.0, 60.0], source="/proc/stat")
    loaded = uv.measurements[0].model_copy(update={"conditions": (busy,)})
    found = line(pip, uv.model_copy(update={"measurements": (loaded,)}))
    assert [(warned.cause, warned.side) for warned in found.warnings] == [("load", "uv")]
