import pytest
from hypothesis import given
from hypothesis import strategies as st

from envkb.knowledge.chains import Edge, chain_states, spread_privacy


def _edges(text: str) -> list[Edge]:
    relations = {"a": "amends", "r": "retracts", "b": "based_on"}
    return [Edge(source, relations[relation], target) for source, relation, target in text.split()]


@pytest.mark.parametrize(
    ("edges", "states"),
    [
        ("", {}),
        ("2a1", {"1": "superseded", "2": "current"}),
        ("2a1 3a2", {"1": "superseded", "2": "superseded", "3": "current"}),
        ("2a1 3a1", {"1": "superseded", "2": "fork", "3": "fork"}),
        ("2a1 3a1 4a2", {"1": "superseded", "2": "superseded", "3": "fork", "4": "fork"}),
        ("2a1 3a1 4a2 4a3", {"1": "superseded", "2": "superseded", "3": "superseded", "4": "current"}),
        ("2r1", {"1": "retracted"}),
        ("2a1 3r1", {"1": "retracted", "2": "retracted"}),
        ("2a1 3r2", {"1": "retracted", "2": "retracted"}),
        ("2r1 3r2", {"1": "current", "2": "retracted"}),
        ("2r1 3r2 4r3", {"1": "retracted", "2": "current", "3": "retracted"}),
        ("2b1", {}),
        ("2a1 1a2", {"1": "superseded", "2": "superseded"}),
    ],
)
def test_only_the_one_head_of_a_chain_that_nobody_retracted_is_current(edges: str, states: dict[str, str]) -> None:
    assert chain_states(_edges(edges)) == states
    assert chain_states(_edges(edges)[::-1]) == states


@given(st.lists(st.tuples(st.sampled_from("12345"), st.sampled_from("arb"), st.sampled_from("12345"))))
def test_any_links_even_circles_come_to_an_end(links: list[tuple[str, str, str]]) -> None:
    states = chain_states(_edges(" ".join(map("".join, links))))
    assert set(states.values()) <= {"current", "superseded", "retracted", "fork"}


def test_whatever_leads_to_a_private_record_is_private() -> None:
    edges = _edges("2b1 3a2 4b5 1b6")
    assert spread_privacy(edges, ["1"]) == {"1", "2", "3"}
    assert spread_privacy(edges, []) == set()
    assert spread_privacy(_edges("1b2 2b1"), ["1"]) == {"1", "2"}
