import math
import random
from typing import Any

import pytest

from envkb.assess.doubts import doubts, two_modes
from envkb.model.measurement import Condition, Measurement
from experiments import series


def condition(name: str, value: Any, when: str | None = "during") -> Condition:
    return Condition(name=name, when=when, value=value, source="somewhere")  # type: ignore[arg-type]  # as records have it


def steady(count: int = 30, seed: int = 1, noise: float = 0.03) -> list[float]:
    draw = random.Random(seed)
    return [draw.lognormvariate(0, noise) for _ in range(count)]


def told(measurement: Measurement) -> list[tuple[str, str]]:
    return [(warned.cause, warned.message) for warned in doubts(measurement, "uv", 0.05)]


def test_nothing_speaks_against_steady_samples() -> None:
    quiet = (
        condition("cpu_others_percent", [1.0, 3.0]),
        condition("throttled", value=False),
        condition("cpus", 2, None),
    )
    assert told(series(steady(), range(30), conditions=quiet)) == []


def test_a_trend_is_named_with_its_size() -> None:
    rising = [value * (1 + 0.3 * place / 29) for place, value in enumerate(steady())]
    ((cause, message),) = told(series(rising, range(30)))
    assert cause == "drift"
    assert 0.25 < float(message.split("+")[1].split("%")[0]) / 100 < 0.35


def test_a_trend_smaller_than_the_margin_is_not_worth_a_word() -> None:
    assert told(series([1 + 0.001 * place for place in range(30)], range(30))) == []


def test_samples_that_gather_at_two_values_are_told() -> None:
    draw = random.Random(3)
    both = [draw.choice((1.0, 1.3)) * value for value in steady()]
    ((cause, message),) = told(series(both, range(30)))
    assert cause == "two modes"
    assert message.startswith("samples gather at two values, 3")


def test_one_mode_is_hardly_ever_taken_for_two() -> None:
    shapes = {
        "normal": lambda draw: draw.gauss(0, 0.05),
        "skewed": lambda draw: draw.expovariate(20),
        "heavy": lambda draw: draw.gauss(0, 0.05) / max(0.2, draw.random()),
    }
    for shape in shapes.values():
        draw = random.Random(7)
        assert sum(two_modes([shape(draw) for _ in range(30)]) is not None for _ in range(100)) <= 8


def test_two_modes_are_nearly_always_seen() -> None:
    draw = random.Random(7)
    sets = [[draw.choice((0, 0.3)) + draw.gauss(0, 0.03) for _ in range(30)] for _ in range(100)]
    assert sum(two_modes(values) is not None for values in sets) >= 95


def test_equal_samples_have_one_mode() -> None:
    assert two_modes([math.log(3.0)] * 30) is None


@pytest.mark.parametrize(
    ("conditions", "cause", "message"),
    [
        (
            [condition("throttled", value=True), condition("throttled_by", ["soft temperature limit"])],
            "throttling",
            "the machine held itself back: soft temperature limit",
        ),
        ([condition("throttled", value=True)], "throttling", "the machine held itself back: a limit"),
        ([condition("gpu_power_capped", [0.0, 1.0])], "throttling", "the GPU was at its power limit"),
        (
            [condition("cpu_speed_limit_percent", 80.0, "after")],
            "throttling",
            "the system had limited the processor to 80 %",
        ),
        (
            [condition("cpu_others_percent", [2.0, 26.0]), condition("cpus", 2, None)],
            "load",
            "other programs used up to 26 % of the processors",
        ),
        ([condition("cpu_others_percent", [2.0, 26.0])], "load", "other programs used up to 26 % of the processors"),
        (
            [condition("cpu_others_percent", [2.0, 4.0]), condition("cpus", 16, None)],
            "load",
            "other programs used up to 4 % of the processors",
        ),
        (
            [condition("cpu_steal_percent", [0.0, 11.5])],
            "load",
            "other guests of the hypervisor took up to 11.5 % of the processors",
        ),
    ],
)
def test_what_the_instruments_saw_is_named(conditions: list[Condition], cause: str, message: str) -> None:
    assert told(series(steady(), range(30), conditions=tuple(conditions))) == [(cause, message)]


@pytest.mark.parametrize(
    "conditions",
    [
        [condition("cpu_others_percent", [2.0, 20.0]), condition("cpus", 2, None)],
        [condition("cpu_others_percent", None)],
        [condition("throttled", None)],
        [condition("cpu_speed_limit_percent", 100.0, "after")],
    ],
)
def test_little_load_and_unknown_circumstances_are_no_warning(conditions: list[Condition]) -> None:
    assert told(series(steady(), range(30), conditions=tuple(conditions))) == []


@pytest.mark.parametrize(("count", "message"), [(1, "there is one"), (4, "there are 4")])
def test_too_few_samples_are_said(count: int, message: str) -> None:
    assert told(series(steady(count), range(count))) == [("few samples", message)]


def test_every_warning_says_what_to_do() -> None:
    few = series([1.0], conditions=(condition("throttled", value=True), condition("cpu_steal_percent", [9.0, 9.0])))
    assert all(warned.advice and warned.side == "uv" for warned in doubts(few, "uv", 0.05))
    assert len(doubts(few, "uv", 0.05)) == 3


def test_samples_of_zero_are_no_fault() -> None:
    assert told(series([0.0] * 30, range(30))) == []
