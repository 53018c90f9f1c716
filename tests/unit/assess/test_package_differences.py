from typing import Any

import pytest

from envkb.assess.package_differences import package_differences
from envkb.model.environment import Distribution
from experiments import evidence, make_experiment, make_request
from factory import make_distribution, make_environment, make_install

NUMPY = make_distribution("numpy", "2.4.0")


def conda(name: str, version: str = "1.0", **changes: Any) -> Distribution:
    return make_distribution(name, version, kind="conda", installer="conda", **changes)


def told(
    ours: list[Distribution],
    theirs: list[Distribution],
    *allowed: str,
    arms: tuple[str, str] = ("pip", "uv"),
    requirements: tuple[str, ...] = ("numpy",),
    across: bool = True,
) -> list[tuple[str, str, str]]:
    held = [
        evidence(
            make_experiment(
                arm,
                number,
                environment=make_environment(*rows, manager=arm),
                install=make_install(manager=arm, request=make_request(*requirements)),
            )
        )
        for number, (arm, rows) in enumerate(zip(arms, (ours, theirs), strict=True))
    ]
    found = package_differences(*held, across=across, allowed=frozenset(allowed))
    return [(each.name, each.change, each.standing) for each in found]


def test_equal_environments_do_not_differ() -> None:
    assert told([NUMPY], [NUMPY]) == []


@pytest.mark.parametrize("name", ["pip", "setuptools", "wheel"])
def test_what_a_manager_puts_in_unasked_is_brought_by_it(name: str) -> None:
    assert told([NUMPY, make_distribution(name, "1.0")], [NUMPY]) == [(name, "removed", "manager")]
    assert told([NUMPY, make_distribution(name, "1.0")], [NUMPY, make_distribution(name, "2.0")]) == [
        (name, "version", "manager")
    ]


def test_what_was_asked_for_by_name_is_not_brought_unasked() -> None:
    asked = told([NUMPY, make_distribution("pip", "1.0")], [NUMPY], requirements=("numpy", "Pip>=1", "./folder"))
    assert asked == [("pip", "removed", "undeclared")]


def test_another_version_is_an_obstacle_unless_it_is_allowed() -> None:
    other = make_distribution("numpy", "2.4.1")
    assert told([NUMPY], [other]) == [("numpy", "version", "undeclared")]
    assert told([NUMPY], [other], "numpy") == [("numpy", "version", "allowed")]
    assert told([NUMPY], [other], "packages") == [("numpy", "version", "allowed")]
    assert told([NUMPY], [other], "scipy") == [("numpy", "version", "undeclared")]


def test_a_local_label_is_another_version() -> None:
    builds = [make_distribution("torch", version) for version in ("2.13.0+cpu", "2.13.0+cu126")]
    assert told([builds[0]], [builds[1]]) == [("torch", "version", "undeclared")]


def test_native_packages_are_brought_by_a_manager_where_the_other_side_has_wheels_alone() -> None:
    native = [NUMPY, conda("libopenblas"), conda("openssl")]
    assert told([NUMPY], native, arms=("pip", "conda")) == [
        ("libopenblas", "added", "manager"),
        ("openssl", "added", "manager"),
    ]


def test_native_packages_count_where_both_sides_have_them() -> None:
    ours, theirs = [NUMPY, conda("libopenblas", "0.3.1")], [NUMPY, conda("libopenblas", "0.3.2")]
    assert told(ours, theirs, arms=("conda", "pixi")) == [("libopenblas", "version", "undeclared")]


def test_another_build_of_one_version_is_the_managers_unless_the_manager_is_the_same() -> None:
    built = make_distribution("numpy", "2.4.0", content_sha256="a" * 64)
    assert told([NUMPY], [built], arms=("pip", "conda")) == [("numpy", "build", "manager")]
    assert told([NUMPY], [built], arms=("uv", "uv")) == [("numpy", "build", "undeclared")]
    assert told([NUMPY], [built], arms=("pip", "conda"), across=False) == [("numpy", "build", "undeclared")]


def test_a_build_that_is_not_known_is_no_difference() -> None:
    assert told([NUMPY], [make_distribution("numpy", "2.4.0", content_sha256=None)]) == []


def test_versions_that_cannot_be_read_are_said() -> None:
    assert told([NUMPY], [make_distribution("numpy", None)]) == [("numpy", "version", "undeclared")]


def test_an_environment_that_is_not_known_has_no_packages_to_miss() -> None:
    known, unknown = make_experiment("pip", 1), make_experiment("uv", 2, environment=None)
    assert package_differences(evidence(known), evidence(unknown), across=True, allowed=frozenset()) == ()
