from typing import Any

import pytest

from envkb.assess.differences import differences
from envkb.model.environment import Setting
from envkb.model.fact import Status
from envkb.model.measurement import Parameter
from envkb.model.record import Record
from experiments import evidence, make_experiment, make_request, make_run
from factory import make_environment, make_fact, make_install, make_missing

NUMPY = make_request()
DRIVER = "nvidia/driver_version"


def told(
    one: Record, other: Record, *allowed: str, across: bool = True, hosts: tuple[Any, Any] = ("h", "h")
) -> list[Any]:
    """Return what differs as (name, standing), without arm and manager where they are declared."""
    found = differences(evidence(one, hosts[0]), evidence(other, hosts[1]), across=across, allowed=frozenset(allowed))
    return [(each.name, each.standing) for each in found if each.standing != "declared"]


def with_variable(name: str, value: str) -> dict[str, Any]:
    return {
        "environment": make_environment(settings=(Setting(tool="environment", name=name, value=value, source=name),))
    }


def with_python(version: str) -> dict[str, Any]:
    return {"environment": make_environment(python_version=version)}


def with_fact(subject: str, name: str, value: Any) -> dict[str, Any]:
    return {"facts": (make_fact(subject, name, value),)}


def with_install(**changes: Any) -> dict[str, Any]:
    return {"install": make_install(**({"request": NUMPY} | changes))}


def with_threads(number: int) -> dict[str, Any]:
    return {"run": make_run("uv", parameters=(Parameter(name="threads", value=number),))}


def pip(**changes: Any) -> Record:
    return make_experiment("pip", 1, **changes)


def uv(**changes: Any) -> Record:
    return make_experiment("uv", 2, **changes)


def test_arm_and_manager_are_what_is_compared() -> None:
    found = differences(evidence(pip()), evidence(uv()), across=True, allowed=frozenset())
    assert [(each.name, each.baseline, each.candidate, each.standing) for each in found] == [
        ("manager", "pip", "uv", "declared"),
    ]


def test_within_one_side_even_the_manager_is_an_obstacle() -> None:
    assert told(pip(), uv(), across=False) == [("manager", "undeclared")]


def test_an_experiment_does_not_differ_from_itself() -> None:
    assert told(uv(), uv(), across=False) == []


@pytest.mark.parametrize(
    ("one", "other", "name"),
    [
        (with_python("3.13.1"), with_python("3.13.2"), "python"),
        (with_variable("OMP_NUM_THREADS", "2"), with_variable("OMP_NUM_THREADS", "8"), "$OMP_NUM_THREADS"),
        (with_variable("OMP_NUM_THREADS", "2"), {}, "$OMP_NUM_THREADS"),
        ({"environment": None}, {}, "environment"),
        (with_fact("nvidia", "driver_version", "550.1"), with_fact("nvidia", "driver_version", "560.2"), DRIVER),
        (with_install(), with_install(request=make_request("numpy==2.3.0")), "request"),
        (with_install(bytecode="compiled"), with_install(bytecode="default"), "bytecode"),
        (with_install(manager_version="0.13.9"), with_install(manager_version="0.14.0"), "manager-version"),
        ({"run": make_run("uv", cache="cold")}, {"run": make_run("uv", cache="warm")}, "cache"),
        (with_threads(1), with_threads(2), "threads"),
    ],
)
def test_everything_else_is_an_obstacle_unless_it_is_allowed(
    one: dict[str, Any], other: dict[str, Any], name: str
) -> None:
    records = make_experiment("uv", 1, **one), make_experiment("uv", 2, **other)
    assert told(*records) == [(name, "undeclared")]
    assert told(*records, name) == [(name, "allowed")]
    assert told(*records, name.partition("/")[0]) == [(name, "allowed")]
    assert told(*records, "something-else") == [(name, "undeclared")]


def test_another_host_is_told() -> None:
    assert told(pip(), uv(), hosts=("h", "g")) == [("host", "undeclared")]


def test_what_is_not_known_of_one_side_is_no_difference() -> None:
    missing = {"facts": (make_missing("nvidia", "driver_version", Status.TIMEOUT),)}
    assert told(pip(**missing), uv(**with_fact("nvidia", "driver_version", "550.1"))) == []
    assert told(pip(), uv(), hosts=("h", None)) == []


def test_facts_that_change_all_the_time_are_no_difference() -> None:
    assert (
        told(
            pip(facts=(make_fact("memory", "available_bytes", 1),)),
            uv(facts=(make_fact("memory", "available_bytes", 2),)),
        )
        == []
    )


def test_what_packages_are_made_for_follows_from_the_packages() -> None:
    assert (
        told(
            pip(facts=(make_fact("torch", "cuda_build", "12.6"),)),
            uv(facts=(make_fact("torch", "cuda_build", "13.0"),)),
        )
        == []
    )


@pytest.mark.parametrize(
    "fact",
    [("python", "provider"), ("python", "compiler"), ("environment", "installers"), ("environment", "prefix_kind")],
)
def test_what_a_manager_decides_is_brought_by_it(fact: tuple[str, str]) -> None:
    one, other = (with_fact(*fact, value) for value in ("this", "that"))
    assert told(pip(**one), uv(**other)) == [("/".join(fact), "manager")]
    assert told(make_experiment("uv", 1, **one), make_experiment("uv", 2, **other)) == [("/".join(fact), "undeclared")]


def test_a_free_threaded_interpreter_is_an_obstacle_whoever_brought_it() -> None:
    one, other = (with_fact("python", "free_threaded", value) for value in (True, False))
    assert told(pip(**one), uv(**other)) == [("python/free_threaded", "undeclared")]


@pytest.mark.parametrize(
    ("manager", "version", "standing"),
    [
        ("conda", "3.13.9", "manager"),
        ("rattler", "3.13.9", "manager"),
        ("conda", "3.14.1", "undeclared"),
        ("uv", "3.13.9", "undeclared"),
    ],
)
def test_a_manager_of_conda_packages_brings_its_own_build_of_the_same_series(
    manager: str, version: str, standing: str
) -> None:
    own = make_experiment("pip", 1, environment=make_environment(manager="pip", python_version="3.13.1"))
    other = make_experiment(manager, 2, environment=make_environment(manager=manager, python_version=version))
    assert told(own, other) == [("python", standing)]


def test_a_manager_that_compiles_by_itself_is_at_parity_with_one_that_was_told_to() -> None:
    compiled = uv(install=make_install(manager="uv", request=NUMPY, bytecode="compiled"))
    default = uv(install=make_install(manager="uv", request=NUMPY, bytecode="default"))
    by_itself = pip(install=make_install(manager="pip", request=NUMPY, bytecode="default"))
    assert told(by_itself, compiled) == []
    assert told(by_itself, default) == []


@pytest.mark.parametrize("name", ["CONDA_PREFIX", "VIRTUAL_ENV", "UV_CACHE_DIR", "PIP_INDEX_URL"])
def test_variables_of_managers_are_theirs(name: str) -> None:
    assert told(pip(**with_variable(name, "a")), uv(**with_variable(name, "b"))) == []


def test_a_request_is_the_same_whatever_its_plan_calls_it_and_wherever_it_is_looked_for() -> None:
    one = make_install(request=make_request("b", "a", name="x", indexes=("default",)))
    other = make_install(request=make_request("a", "b", name="y", channels=("conda-forge",)))
    assert told(uv(install=one), uv(install=other)) == []
