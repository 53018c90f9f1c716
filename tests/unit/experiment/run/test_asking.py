from collections.abc import Callable

import pytest

from envkb.errors import UsageError
from envkb.experiment.run.asking import (
    benchmarks_of,
    bytecode_of,
    caches_of,
    changed,
    environments_of,
    named_address,
    plan_of,
    request_of,
    seconds_of,
    split_sources,
)


@pytest.mark.parametrize(
    ("text", "name", "target"),
    [
        ("ml=/opt/conda/envs/ml", "ml", "/opt/conda/envs/ml"),
        ("/home/ada/lab/.venv", "venv", "/home/ada/lab/.venv"),
        ("ml", "ml", "ml"),
        ("~/my env/", "my-env", "~/my env/"),
        ("/home/ada/Prüfstand é", "Prufstand-e", "/home/ada/Prüfstand é"),
        ("/home/ada/lab/.venv/bin/python3.11", "venv", "/home/ada/lab/.venv/bin/python3.11"),
        ("./a=b/env", "env", "./a=b/env"),
        ("/opt/日本", "env", "/opt/日本"),
    ],
)
def test_an_environment_has_a_name_and_a_place(text: str, name: str, target: str) -> None:
    assert environments_of([text]) == ({"name": name, "target": target},)


@pytest.mark.parametrize("text", ["", "ml=", "my env=/opt/ml", "=/opt/ml"])
def test_what_names_no_environment_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="names no environment"):
        environments_of([text])


@pytest.mark.parametrize("wrong", [split_sources, lambda given: [named_address(one) for one in given]])
def test_no_message_tells_the_password_of_an_index(wrong: Callable[[list[str]], object]) -> None:
    with pytest.raises(UsageError, match="names no address") as caught:
        wrong(["my own=https://ada:secret@wheels.example/simple", "https://ada:secret@wheels.example/simple"])
    assert "secret" not in caught.value.message


def test_sources_are_names_or_addresses() -> None:
    names, addresses = split_sources(["own=https://wheels.example/simple", "default", "https://other.example/x"])
    assert names == ("own", "default", "https://other.example/x")
    assert addresses == ({"name": "own", "url": "https://wheels.example/simple"},)


@pytest.mark.parametrize(("text", "seconds"), [("90", 90), ("90s", 90), ("20m", 1200), ("1.5h", 5400), ("1 d", 86400)])
def test_durations(text: str, seconds: float) -> None:
    assert seconds_of(text, "--timeout") == seconds


@pytest.mark.parametrize("text", ["", "soon", "-3s", "0", "5 fortnights"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no duration"):
        seconds_of(text, "--timeout")


def test_choices_are_lists_of_a_plan() -> None:
    assert (caches_of("both"), caches_of("cold"), caches_of(None)) == (("cold", "warm"), ("cold",), None)
    assert bytecode_of("parity") == ("parity",)
    assert (benchmarks_of(["torch:quick"]), benchmarks_of(["none"]), benchmarks_of([])) == (
        ("torch:quick",),
        "none",
        None,
    )


@pytest.mark.parametrize(
    "wrong", [lambda: caches_of("hot"), lambda: benchmarks_of(["none", "torch"]), lambda: benchmarks_of(["tensorflow"])]
)
def test_unknown_choices_are_refused(wrong: Callable[[], object]) -> None:
    with pytest.raises(UsageError):
        wrong()


def test_a_request_is_named_after_its_first_requirement() -> None:
    assert request_of(["torch[extra]==2.13.0; python_version>'3.9'"])["name"] == "torch"
    assert request_of(["./dist/demo-1.0.whl"])["name"] == "demo-1.0.whl"


def test_flags_are_given_to_their_manager_in_order() -> None:
    rows = request_of(["demo"], flags=["uv=--offline", "pip=--pre", "uv=--find-links=/w"])["flags"]
    assert rows == (
        {"manager": "uv", "flags": ("--offline", "--find-links=/w")},
        {"manager": "pip", "flags": ("--pre",)},
    )
    with pytest.raises(UsageError, match="cannot be read"):
        request_of(["demo"], flags=["--offline"])


def test_what_is_not_said_stays_as_the_plan_has_it() -> None:
    plan = plan_of(rounds=3)
    assert changed(plan, rounds=None, managers=()).rounds == 3


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"rounds": 0}, "--rounds 0 is not possible"),
        ({"pythons": ("latest",)}, "--python latest is not possible"),
        ({"pythons": ("3.12", "3.12")}, "--python 3.12 3.12"),
        ({"managers": ("uv", "uv")}, "--with uv uv"),
        ({"benchmarks": ("io", "io")}, "--bench io io"),
    ],
)
def test_what_no_plan_can_have_is_refused_in_words_of_the_command_line(said: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        changed(plan_of(), **said)
    assert caught.value.hint
