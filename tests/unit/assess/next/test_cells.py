import pytest

from envkb.assess.next.cells import Cell, HostSeen, may_hold
from envkb.knowledge.query.language import Query
from envkb.knowledge.query.parser import parse_query

PI = HostSeen("abc", "pi5", "KB-1", None)
CELL = Cell(PI, "uv", (("torch", "2.13.0"),))


def none_answers(_query: Query) -> set[str]:
    return set()


def all_answer(_query: Query) -> set[str]:
    return {"KB-1"}


@pytest.mark.parametrize(
    ("query", "held"),
    [
        ("manager = uv", True),
        ("manager = UV", True),
        ("manager = pip", False),
        ("manager ~ u", True),
        ("manager != pip", True),
        ("package torch", True),
        ("package torch >= 2.13", True),
        ("package torch < 2", False),
        ("package numpy", None),
        ("python = 3.13", None),
        ("outcome = success", None),
        ("manager = uv and python = 3.13", None),
        ("manager = pip and python = 3.13", False),
        ("manager = uv or python = 3.13", True),
        ("not (manager = uv)", False),
    ],
)
def test_what_an_experiment_would_be_is_told_from_what_only_it_can_tell(query: str, held: bool | None) -> None:  # noqa: FBT001 - what is expected
    assert may_hold(parse_query(query), CELL, none_answers) is held


@pytest.mark.parametrize("query", ["gpu ~ Apple", "host = pi5", "arch = aarch64", 'fact board/model ~ "Raspberry Pi"'])
def test_what_belongs_to_a_host_is_as_its_newest_record_says(query: str) -> None:
    assert may_hold(parse_query(query), CELL, all_answer) is True
    assert may_hold(parse_query(query), CELL, none_answers) is False


def test_facts_of_environments_are_left_to_the_experiment() -> None:
    assert may_hold(parse_query("fact torch/cuda ~ 12"), CELL, none_answers) is None


def test_of_a_host_that_nobody_knows_anything_may_hold() -> None:
    nowhere = Cell(None, "uv", ())
    assert may_hold(parse_query("manager = uv and gpu ~ Apple"), nowhere, none_answers) is None
