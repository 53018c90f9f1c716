from typing import Any

from envkb.assess.comparison import compare
from envkb.assess.evidence import Side
from envkb.assess.verdicts import Options
from envkb.model.install import FlagSet
from envkb.model.measurement import Benchmark, Condition
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


def test_a_wide_control_asks_for_more_rounds() -> None:
    pip, uv = interleaved_run(1.1, noise=0.02, rounds=10)
    wide = tuple(
        held.model_copy(
            update={"samples": tuple(value * (0.8, 1.25)[place % 2] for place, value in enumerate(held.samples))}
        )
        if held.role == "control"
        else held
        for held in pip.measurements
    )
    (found,) = compare([(side(pip.model_copy(update={"measurements": wide})), side(uv))], Options()).contrasts
    assert found.measurements[0].reason is not None
    assert found.measurements[0].reason.startswith("the A/A control could show as much")
    assert found.decide is not None
    assert int(found.decide.rpartition("--rounds=")[2]) > 10


def test_a_suite_that_was_run_in_full_is_named_so() -> None:
    full = (Condition(name="level", when=None, value="full", source=None),)
    bench = Benchmark(suite="torch", name="matmul", version="1", parameters=())
    ours, theirs = (
        alone(arm, 1, measurements=(series([1.0], benchmark=bench, conditions=full),)) for arm in ("pip", "uv")
    )
    assert decide(ours, theirs) == "kb run numpy==2.4.0 --with=pip --with=uv --bench=torch:full"


def test_where_managers_looked_is_told_as_far_as_it_is_kept() -> None:
    flags = tuple(FlagSet(manager=manager, flags=("--find-links=<home>/wheels",)) for manager in ("uv", "pip"))
    request = make_request("numpy", channels=("conda-forge",), flags=flags)
    installs = [make_install(manager=arm, request=request) for arm in ("rattler", "uv")]
    ours, theirs = (alone(install.manager, 1, install=install) for install in installs)
    wanted = "--channel=conda-forge '--flag=uv=--find-links=<home>/wheels' --bench=torch"
    assert decide(ours, theirs) == f"kb run numpy --with=rattler --with=uv {wanted}"


def test_a_side_without_any_measurement_is_still_told_what_to_do() -> None:
    ours, theirs = (Side(arm, (evidence(make_experiment(arm, 1)),)) for arm in ("pip", "uv"))
    assert decide(ours, theirs) == "kb run numpy==2.4.0 --with=pip --with=uv"


def test_two_requests_or_one_arm_on_both_sides_are_decided_by_no_run() -> None:
    ours = alone("pip", 1)
    other = alone("uv", 2, install=make_install(manager="uv", request=make_request("numpy==2.5.0")))
    assert decide(ours, other) is None
    assert decide(ours, alone("pip", 2)) is None
