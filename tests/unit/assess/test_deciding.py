from typing import Any

from envkb.assess.comparison import compare
from envkb.assess.evidence import Side
from envkb.assess.verdicts import Options
from envkb.model.measurement import Benchmark
from experiments import evidence, interleaved_run, make_experiment, make_request, make_run, series, side
from factory import make_install


def decide(ours: Side, theirs: Side) -> str | None:
    return compare([(ours, theirs)], Options()).contrasts[0].decide


def alone(arm: str, number: int, suite: str = "torch", **changes: Any) -> Side:
    bench = Benchmark(suite=suite, name="matmul", version="1", parameters=())
    measured = (series([1.0], benchmark=bench),)
    return side(make_experiment(arm, number, **({"run": None, "measurements": measured} | changes)))


def test_what_is_decided_needs_no_command() -> None:
    pip, uv = interleaved_run(0.8)
    assert decide(side(pip), side(uv)) is None


def test_two_runs_are_decided_by_one() -> None:
    wanted = "kb run 'numpy==2.4.0' --with=pip --with=uv --cache=warm"
    assert decide(alone("pip", 1, "install"), alone("uv", 2, "install")) == wanted.replace("'", "")


def test_the_suites_that_are_open_are_named() -> None:
    assert decide(alone("pip", 1), alone("uv", 2)) == "kb run numpy==2.4.0 --with=pip --with=uv --bench=torch"


def test_what_a_shell_would_take_apart_is_quoted() -> None:
    install = make_install(manager="uv", request=make_request("torch>=2", python="3.12", torch_backend="cpu"))
    found = decide(alone("pip", 1, install=None, environment=None), alone("uv", 2, install=install))
    assert found == "kb run 'torch>=2' --env=NAME=PATH --with=uv --python=3.12 --torch-backend=cpu --bench=torch"


def test_an_environment_in_use_keeps_its_name() -> None:
    run = make_run("ml", "run-7", request=None, manager=None, cache=None)
    used = alone("ml", 1, install=None, run=run)
    assert decide(used, alone("uv", 2)) == "kb run numpy==2.4.0 --env=ml=PATH --with=uv --bench=torch"


def test_a_wide_interval_asks_for_an_even_number_of_rounds() -> None:
    pip, uv = interleaved_run(1.0, noise=0.1, rounds=10)
    command = decide(side(pip), side(uv))
    assert command is not None
    rounds = int(command.rpartition("--rounds=")[2])
    assert rounds > 10
    assert rounds % 2 == 0


def test_a_side_without_any_measurement_is_still_told_what_to_do() -> None:
    ours, theirs = (Side(arm, (evidence(make_experiment(arm, 1)),)) for arm in ("pip", "uv"))
    assert decide(ours, theirs) == "kb run numpy==2.4.0 --with=pip --with=uv"
