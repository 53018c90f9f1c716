import pytest

from envkb.errors import InvalidDataError
from envkb.experiment.run.plans import parse_plan, plan_digest, plan_text
from envkb.model.plan import Plan

WHOLE = b"""
title = "numpy by two managers"
managers = ["uv", "pip"]
pythons = ["3.12"]
caches = ["warm"]
bytecode = ["default"]
benchmarks = ["python:quick"]
rounds = 4

[[requests]]
name = "numpy"
requirements = ["numpy==2.4.6"]
indexes = ["own"]

[[requests.flags]]
manager = "uv"
flags = ["--offline"]

[[environments]]
name = "ml"
target = "/opt/ml"

[[exclude]]
manager = "pip"

[[indexes]]
name = "own"
url = "https://wheels.example/simple"
"""


def test_a_plan_file_says_everything_that_a_plan_holds() -> None:
    plan = parse_plan(WHOLE, "plan.toml")
    assert (plan.rounds, plan.managers, plan.pythons, plan.caches) == (4, ("uv", "pip"), ("3.12",), ("warm",))
    assert plan.requests[0].flags[0].flags == ("--offline",)
    assert plan.environments[0].target == "/opt/ml"
    assert plan.indexes[0].url == "https://wheels.example/simple"


def test_the_digest_is_that_of_the_content_and_not_of_its_layout() -> None:
    plan = parse_plan(WHOLE, "plan.toml")
    again = parse_plan(b"# a comment\n" + WHOLE, "other.toml")
    assert plan_digest(plan) == plan_digest(again)
    assert plan_digest(plan) != plan_digest(plan.model_copy(update={"rounds": 5}))
    assert Plan.model_validate_json(plan_text(plan)) == plan


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (b"rouns = 3", "rouns: no such key", "did you mean rounds?"),
        (
            b'[[requests]]\nname = "a"\nrequirments = ["x"]\nrequirements = ["x"]',
            "no such key",
            "did you mean requirements?",
        ),
        (b'[[requests]]\nname = "a"\nrequirements = []', "at least 1 item", ""),
        (b'[[requests]]\nname = "../a"\nrequirements = ["x"]', "requests/0/name", ""),
        (b"rounds = 0", "rounds", ""),
        (b'caches = ["hot"]', "caches/0", ""),
        (b'managers = ["uv", "uv"]', "given twice", ""),
        (b'pythons = ["latest"]', "pythons/0", ""),
        (b"rounds = ", "no TOML", ""),
        (b'managers = ["uv"]\n\nrounds = 3 3', "line 3, column 12", ""),
        (b'managers = "uv"', "managers: a list is wanted", ""),
        (b"managers = [1]", "managers/0: a text is wanted", ""),
        (b'rounds = "3"', "rounds: a whole number is wanted", "from 1 to 1000"),
        (b"rounds = true", "rounds: a whole number is wanted", ""),
        (b'[requests]\nname = "a"', "requests: a list is wanted", "[[requests]]"),
        (b'requests = ["numpy"]', "requests/0: a table is wanted", "[[requests]]"),
        (
            b'[[requests]]\nname = "a b"\nrequirements = ["x"]',
            "requests/0/name: it has another form",
            "letters, digits",
        ),
        (b'schema = "envkb.plan/2"', "schema", "upgrade envkb"),
        (b'[[exclude]]\nmanger = "pip"', "exclude/0/manger: no such key", "did you mean manager?"),
        (b'[[requests]]\nname = "a"\nrequirements = ["x"]\nplatform = "mac"', "platform", "osx-arm64"),
        ("managers = []".encode("utf-16"), "byte 0 is not UTF-8", "UTF-8"),
        (b"#" * 2_000_000, "longer than 1024 KiB", "is it one?"),
        (b"\xff", "not UTF-8", ""),
    ],
)
def test_a_plan_that_is_wrong_says_where_and_what(text: bytes, message: str, hint: str) -> None:
    with pytest.raises(InvalidDataError) as caught:
        parse_plan(text, "plan.toml")
    assert caught.value.message.startswith("plan.toml: ")
    assert message in caught.value.message
    assert hint in caught.value.hint
