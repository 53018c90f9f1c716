from typing import Any

import pytest

from decision_files import make_decision
from envkb.assess.decisions.ratio_lines import RatioLine, ratio_lines
from envkb.assess.decisions.ratios import judge_line, judge_ratio
from envkb.assess.statistics import Estimate
from envkb.model.decision import RatioCheck
from envkb.model.measurement import Benchmark, Parameter
from experiments import evidence, interleaved_run, make_experiment, make_run, series
from factory import make_distribution, make_environment, make_salt

STEADY = Estimate(ratio=1.0, low=0.99, high=1.01, count=30)


def check(**bound: Any) -> RatioCheck:
    """Return a check of the benchmark of the sample runs."""
    fields = {"kind": "ratio", "benchmark": "numpy/matmul", "baseline": "arm = pip", "candidate": "arm = uv"}
    found = make_decision(assumptions=[{"id": "a", "statement": "s", "check": fields | bound}])
    wanted = found.decision.assumptions[0].check
    assert isinstance(wanted, RatioCheck)
    return wanted


def line(ratio: float | None, low: float | None, high: float | None, **changes: Any) -> RatioLine:
    """Return a comparison within one run that had a control."""
    fields: dict[str, Any] = dict.fromkeys(("request", "cache", "obstacle")) | {
        "host": "pi5",
        "baseline": ("A",),
        "candidate": ("B",),
        "basis": "interleaved",
        "count": 30,
        "control": STEADY,
    }
    return RatioLine(**(fields | {"ratio": ratio, "low": low, "high": high} | changes))


@pytest.mark.parametrize(
    ("bound", "interval", "state"),
    [
        ({"within": 0.05}, (1.0, 0.97, 1.03), "holds"),
        ({"within": 0.05}, (1.03, 0.97, 1.09), "undetermined"),
        ({"within": 0.05}, (1.2, 1.1, 1.3), "violated"),
        ({"within": 0.05}, (0.8, 0.7, 0.9), "violated"),
        ({"at_most": 1.1}, (0.5, 0.4, 0.6), "holds"),
        ({"at_most": 1.1}, (1.05, 1.0, 1.15), "undetermined"),
        ({"at_most": 1.1}, (1.3, 1.2, 1.4), "violated"),
        ({"at_most": 0.5}, (0.3, 0.2, 0.4), "holds"),
        ({"at_most": 0.5}, (0.9, 0.8, 1.0), "violated"),
        ({"at_least": 2}, (3.0, 2.5, 3.5), "holds"),
        ({"at_least": 2}, (1.5, 1.2, 1.9), "violated"),
        ({"at_least": 2}, (2.0, 1.9, 2.1), "undetermined"),
    ],
)
def test_a_bound_holds_where_the_whole_interval_is_within_it(
    bound: dict[str, float], interval: tuple[float, float, float], state: str
) -> None:
    assert judge_line(check(**bound), line(*interval))[0] == state


@pytest.mark.parametrize(
    ("bound", "changes", "state", "reason"),
    [
        ({"at_most": 0.5}, {"control": None}, "undetermined", "no A/A control took part"),
        ({"at_most": 1.1}, {"control": None}, "holds", ""),
        (
            {"at_most": 0.5},
            {"control": Estimate(ratio=1, low=0.2, high=5, count=9)},
            "undetermined",
            "the A/A control could show as much",
        ),
        (
            {"at_most": 1.1},
            {"control": Estimate(ratio=1.2, low=1.1, high=1.3, count=9)},
            "undetermined",
            "control fails",
        ),
        ({"at_most": 0.5}, {"control": None, "basis": "between runs"}, "holds", ""),
        ({"at_most": 0.5}, {"obstacle": "undeclared differences: numpy"}, "undetermined", "numpy"),
    ],
)
def test_a_difference_is_believed_by_the_rules_of_compare(
    bound: dict[str, float], changes: dict[str, Any], state: str, reason: str
) -> None:
    found = judge_line(check(**bound), line(0.3, 0.25, 0.35, **changes))
    assert found[0] == state
    assert reason in found[1]


def test_one_comparison_beyond_the_bound_violates_and_one_within_it_is_enough_to_hold() -> None:
    within, beyond = line(1.0, 0.98, 1.02), line(1.3, 1.2, 1.4, baseline=("C",), candidate=("D",))
    untold = line(None, None, None, obstacle="not interleaved: 2 runs a side, and 3 are the fewest that tell")
    violated = judge_ratio(check(within=0.05), [within, beyond, untold])
    assert (violated.state, violated.supporting, violated.opposing) == ("violated", ("A", "B"), ("C", "D"))
    assert violated.reason.endswith("; of 3 comparisons 1 beyond, 1 within, 1 cannot be told")
    assert judge_ratio(check(within=0.05), [untold, within]).state == "holds"
    open_ = judge_ratio(check(within=0.05), [untold])
    assert (open_.state, open_.reason) == ("undetermined", untold.obstacle)


def test_a_run_with_interleaved_arms_tells() -> None:
    pip, uv = (evidence(record) for record in interleaved_run(0.5))
    (found,) = ratio_lines(check(at_most=0.8), [pip], [uv])
    assert (found.basis, found.host, found.obstacle) == ("interleaved", pip.host, None)
    assert judge_line(check(at_most=0.8), found)[0] == "holds"
    assert judge_line(check(within=0.05), found)[0] == "violated"


def test_two_runs_stand_each_for_itself_since_two_tell_nothing_of_their_spread() -> None:
    other = {arm: {"run": make_run(arm, "run-2"), "salt": make_salt(number)} for number, arm in ((8, "pip"), (9, "uv"))}
    runs = [interleaved_run(0.5), interleaved_run(0.5, changes=other)]
    sides = [[evidence(record) for record in arm] for arm in zip(*runs, strict=True)]
    lines = ratio_lines(check(at_most=0.8), *sides)
    assert [line.basis for line in lines] == ["interleaved", "interleaved"]
    assert len({line.baseline for line in lines}) == 2


def test_from_three_runs_on_the_spread_between_them_counts() -> None:
    sides = [
        [
            evidence(
                make_experiment(arm, number, run=f"run-{number}", measurements=(series([seconds + number / 100]),))
            )
            for number in (1, 2, 3)
        ]
        for arm, seconds in (("pip", 2.0), ("uv", 1.0))
    ]
    (found,) = ratio_lines(check(at_most=0.8), *sides)
    assert (found.basis, found.count) == ("between runs", 3)
    assert judge_line(check(at_most=0.8), found)[0] == "holds"


def test_an_undeclared_difference_is_an_obstacle_unless_it_is_allowed() -> None:
    other = {"uv": {"environment": make_environment(make_distribution("numpy", "2.3.0"), manager="uv")}}
    own = {"pip": {"environment": make_environment(make_distribution("numpy", "2.4.0"), manager="pip")}}
    pip, uv = (evidence(record) for record in interleaved_run(0.5, changes=other | own))
    (refused,) = ratio_lines(check(at_most=0.8), [pip], [uv])
    assert refused.obstacle == "undeclared differences: numpy"
    assert judge_line(check(at_most=0.8), refused)[0] == "undetermined"
    (allowed,) = ratio_lines(check(at_most=0.8, allow=["numpy"]), [pip], [uv])
    assert allowed.obstacle is None


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        ({}, 1),
        ({"parameters": {"n": 512}}, 1),
        ({"parameters": {"n": 64}}, 0),
        ({"parameters": {"m": None}}, 0),
        ({"benchmark": "numpy/solve"}, 0),
        ({"quantity": "peak_memory"}, 0),
    ],
)
def test_only_the_benchmark_that_is_meant_is_compared(changes: dict[str, Any], lines: int) -> None:
    pip, uv = (evidence(record) for record in interleaved_run())
    assert len(ratio_lines(check(within=0.05, **changes), [pip], [uv])) == lines


def test_other_parameters_make_another_comparison() -> None:
    small = Benchmark(suite="numpy", name="matmul", version="1", parameters=(Parameter(name="n", value=64),))
    both = [
        [evidence(make_experiment(arm, number, measurements=(series([1.0]), series([1.0], benchmark=small, id="s"))))]
        for number, arm in enumerate(("pip", "uv"))
    ]
    assert len(ratio_lines(check(within=0.05), *both)) == 2
    assert len(ratio_lines(check(within=0.05, parameters={"n": 64}), *both)) == 1
