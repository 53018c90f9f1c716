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


def test_a_fork_is_one_warning_until_one_record_joins_its_heads() -> None:
    sights = [_sight("a"), _sight("b", "a"), _sight("c", "a")]
    (problem,) = relation_problems(sights, {})
    assert (problem.level, problem.path[-6:]) == ("warning", "b.json")
    assert problem.message.startswith("b and c amend the same record")
    assert "kb amend b --also c" in problem.hint
    assert list(relation_problems([*sights, _sight("d", "b", "c")], {})) == []


def test_a_fork_that_is_retracted_is_none() -> None:
    retraction = _sight("r", links=(("retracts", "b", "digest of b"),), kind="retraction")
    assert list(relation_problems([_sight("a"), _sight("b", "a"), _sight("c", "a"), retraction], {})) == []
