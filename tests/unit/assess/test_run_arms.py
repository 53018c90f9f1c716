from typing import Any

from envkb.assess.evidence import Evidence
from envkb.assess.run_arms import run_contrasts
from envkb.model.measurement import Benchmark, Measurement, Parameter
from experiments import evidence, make_experiment, make_run, series

BENCH = series([1.0])


def install(cache: str = "warm") -> Measurement:
    bench = Benchmark(
        suite="install", name="install.wall", version="1", parameters=(Parameter(name="cache", value=cache),)
    )
    return series([1.0], id=f"install.{cache}", benchmark=bench)


def cell(arm: str, number: int, *measured: Measurement, bytecode: str | None = None, **changes: Any) -> Evidence:
    parameters = (Parameter(name="bytecode", value=bytecode),) if bytecode else ()
    run = make_run(arm, arms=("uv", "pip", "ml"), parameters=parameters, **changes)
    return evidence(make_experiment(arm, number, run=run, measurements=measured))


def existing(arm: str, number: int, *measured: Measurement) -> Evidence:
    return cell(arm, number, *measured, request=None, manager=None, cache=None)


def labels(*held: Evidence) -> list[tuple[str, str]]:
    return [(ours.label, theirs.label) for ours, theirs in run_contrasts(held)]


def test_the_first_arm_is_the_baseline_of_all_others() -> None:
    held = [cell(arm, number, BENCH) for number, arm in enumerate(("pip", "uv", "conda"))]
    assert labels(*held) == [("uv (numpy, warm)", "pip (numpy, warm)"), ("uv (numpy, warm)", "conda (numpy, warm)")]


def test_the_environment_in_use_is_the_baseline_wherever_it_stands() -> None:
    assert labels(cell("uv", 1, BENCH), existing("ml", 2, BENCH)) == [("ml", "uv (numpy, warm)")]


def test_install_methods_are_compared_beside_the_environment_in_use_too() -> None:
    held = [cell("uv", 1, install(), BENCH), cell("pip", 2, install(), BENCH), existing("ml", 3, BENCH)]
    assert labels(*held) == [
        ("ml", "uv (numpy, warm)"),
        ("ml", "pip (numpy, warm)"),
        ("uv (numpy, warm)", "pip (numpy, warm)"),
    ]


def test_circumstances_are_matched() -> None:
    held = [
        cell(arm, n, install(cache), cache=cache) for arm in ("uv", "pip") for n, cache in enumerate(("cold", "warm"))
    ]
    assert labels(*held) == [("uv (numpy, cold)", "pip (numpy, cold)"), ("uv (numpy, warm)", "pip (numpy, warm)")]


def test_a_manager_without_a_parity_of_its_own_is_compared_both_ways() -> None:
    held = [
        cell("uv", 1, install(), bytecode="default"),
        cell("uv", 2, install(), bytecode="parity"),
        cell("pip", 3, install(), bytecode="default"),
    ]
    assert labels(*held) == [
        ("uv (numpy, warm)", "pip (numpy, warm)"),
        ("uv (numpy, warm, parity)", "pip (numpy, warm)"),
    ]


def test_records_that_share_no_benchmark_are_not_compared() -> None:
    held = [existing("ml", 1, BENCH), cell("uv", 2, install("cold"), cache="cold"), cell("uv", 3, install(), BENCH)]
    assert labels(*held) == [("ml", "uv (numpy, warm)")]
    assert labels(existing("ml", 1), cell("uv", 2, BENCH)) == []


def test_an_arm_alone_has_nothing_beside_it() -> None:
    assert labels(cell("uv", 1, BENCH)) == []
