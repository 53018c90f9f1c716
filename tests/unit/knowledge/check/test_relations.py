from typing import Any

from envkb.knowledge.check.files import Sight
from envkb.knowledge.check.relations import relation_problems


def _sight(name: str, *amended: str, **changes: Any) -> Sight:
    links = tuple(("amends", target, f"digest of {target}") for target in amended)
    fields = {
        "id": name,
        "digest": f"digest of {name}",
        "path": f"kb/records/2026/{name}.json",
        "private": False,
        "kind": "experiment",
        "salt": name,
        "attachments": (),
        "links": links,
        "mentions": frozenset(),
    }
    return Sight(**(fields | changes))


def test_a_circle_of_amendments_is_an_error_of_each_record_in_it() -> None:
    sights = [_sight("a", "b"), _sight("b", "c"), _sight("c", "a"), _sight("d", "a"), _sight("e")]
    problems = list(relation_problems(sights, {}))
    assert {problem.path[-6:] for problem in problems} == {"a.json", "b.json", "c.json"}
    assert all("by itself" in problem.message for problem in problems)


def test_a_long_chain_is_no_circle() -> None:
    sights = [_sight(str(number), str(number - 1)) for number in range(1, 2000)]
    assert list(relation_problems([_sight("0"), *sights], {})) == []


def test_one_id_with_two_digests_is_an_error() -> None:
    sights = [_sight("a"), _sight("a", digest="other", path="kb/records/2025/a.json")]
    problems = list(relation_problems(sights, {}))
    assert "the same id with another digest" in problems[0].message
