"""Whether an environment is the same again, and as fast: one run beside one tells nothing of speed."""

import random

import pytest

from envkb.experiment.run.reproduction import judge
from envkb.model.record import Record
from experiments import make_experiment, series, side
from factory import make_distribution, make_environment


def run(number: int, middle: float, name: str | None = None, version: str = "2.13.0") -> Record:
    """One run of a matmul that takes about so many seconds."""
    draw = random.Random(number)
    samples = [middle * draw.lognormvariate(0, 0.005) for _ in range(8)]
    environment = make_environment(make_distribution(version=version, content_sha256="a" * 64))
    return make_experiment(
        "uv", number, run=name or f"run-{number}", environment=environment, measurements=(series(samples),)
    )


def told(then: list[Record], now: list[Record]) -> tuple[str, str, str | None, str]:
    found = judge(then[0], now[0], (side(*then, label="then"), side(*now, label="now")))
    return found.verdict, found.environment, found.speed, " ".join(found.reasons)


def test_one_run_beside_one_tells_nothing_of_speed() -> None:
    verdict, environment, speed, reasons = told([run(1, 0.1)], [run(2, 0.1)])
    assert (verdict, environment, speed) == ("cannot tell", "reproduced", "cannot tell")
    assert "3 are the fewest" in reasons


@pytest.mark.parametrize(
    ("seconds", "verdict", "word"), [(0.1, "reproduced", "as long as then"), (0.2, "not reproduced", "slower")]
)
def test_three_runs_a_side_judge_the_speed(seconds: float, verdict: str, word: str) -> None:
    pytest.importorskip("scipy", reason="scipy is not here")
    found = told([run(n, 0.1) for n in (1, 2, 3)], [run(n, seconds) for n in (4, 5, 6)])
    assert (found[0], found[1], found[2]) == (verdict, "reproduced", verdict)
    assert word in found[3]


def test_another_environment_is_not_reproduced_however_fast_it_is() -> None:
    verdict, environment, _, reasons = told([run(1, 0.1)], [run(2, 0.1, version="2.14.0")])
    assert (verdict, environment) == ("not reproduced", "not reproduced")
    assert "2.14.0, and before 2.13.0" in reasons


def test_nothing_measured_then_and_now_leaves_the_environment_to_decide() -> None:
    bare = [record.model_copy(update={"measurements": ()}) for record in (run(1, 0.1), run(2, 0.1))]
    found = judge(bare[0], bare[1], (side(bare[0]), side(bare[1])))
    assert (found.verdict, found.speed) == ("reproduced", None)
