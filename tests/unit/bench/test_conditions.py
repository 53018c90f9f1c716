from envkb.bench.conditions import merge_conditions
from envkb.model.measurement import Condition


def seen(name: str, value: object, when: str | None = "during") -> Condition:
    return Condition.model_validate({"name": name, "when": when, "value": value, "source": "a gauge"})


def values(*rounds: list[Condition]) -> list[tuple[str, object]]:
    return [(row.name, row.value) for row in merge_conditions(rounds)]


def test_ranges_of_all_rounds_become_one() -> None:
    assert values([seen("mhz", [1.0, 3.0])], [seen("mhz", [0.5, 2.0])]) == [("mhz", [0.5, 3.0])]


def test_before_is_the_first_rounds_and_after_the_last_ones() -> None:
    rounds = [[seen("load", start, "before"), seen("load", start + 1, "after")] for start in (1, 5)]
    assert values(*rounds) == [("load", 1), ("load", 6)]


def test_what_held_in_any_round_held() -> None:
    assert values([seen("throttled", value=False)], [seen("throttled", value=True)]) == [("throttled", True)]


def test_reasons_of_all_rounds_are_kept_once() -> None:
    rounds = [[seen("by", ["heat"])], [seen("by", ["voltage", "heat"])]]
    assert values(*rounds) == [("by", ["heat", "voltage"])]


def test_what_did_not_change_stays_as_it_is() -> None:
    assert values([seen("threads", 2, None)], [seen("threads", 2, None)]) == [("threads", 2)]


def test_a_condition_of_one_round_only_is_kept() -> None:
    assert values([], [seen("mhz", [1.0, 2.0])]) == [("mhz", [1.0, 2.0])]
