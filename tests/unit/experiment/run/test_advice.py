"""The headline of a run says no more than its rows."""

from collections.abc import Sequence

import pytest

from envkb.experiment.run.advice import Advice, advise
from envkb.experiment.run.answer import Answer
from envkb.model.edge_case import Phase
from envkb.model.measurement import Benchmark, Measurement
from experiments import series
from factory import make_distribution, make_edge_case, make_environment, make_install
from run_answers import ML, PARITY, PIP, ROUNDS, UV, answered, trials, usual, wobble

pytest.importorskip("scipy", reason="scipy is not here")

SORT = Benchmark(suite="numpy", name="sort", version="1", parameters=())


def sort(middle: float, shift: int, role: str = "subject") -> Measurement:
    orders = tuple(4 * number + shift for number in range(ROUNDS))
    return series(wobble(middle), orders, benchmark=SORT, id=f"sort.{role}", role=role, better="lower")


def advice(answer: Answer) -> dict[str, Advice]:
    return {one.arm: one for one in advise(answer)}


def beside_ml(uv_s: float, *packages: str, control: float = 1.0, times: Sequence[float] = (1.0,)) -> Answer:
    """Return a run of uv beside the environment ml, whose sort takes a second and who is the control."""
    ours, theirs = (
        make_environment(*(make_distribution(*each.split()) for each in held), manager=manager)
        for held, manager in (((packages or ("numpy 2.4.0",)), "uv"), (("numpy 2.4.0",), "conda"))
    )
    return answered(
        (UV, trials(UV, times, 0)),
        (ML, ()),
        benches={UV.key: [sort(uv_s, 1)], ML.key: [sort(1.0, 0), sort(control, 3, "control")]},
        environments={UV.key: ours, ML.key: theirs},
    )


def test_every_arm_is_seen_from_its_own_side() -> None:
    found = advice(usual())
    assert found["uv"].move == "yes"
    assert found["uv"].sentence == (
        "It installs all you asked for; time to first import 0.37 times pip's by default, 0.69 at bytecode parity "
        "(faster)."
    )
    assert found["pip"].move == "no"
    assert "2.67 times uv's by default, 1.45 at bytecode parity (slower)" in found["pip"].sentence


def test_nobody_is_told_to_move_where_the_control_fails() -> None:
    found = advice(usual(control=1.3))
    assert {one.move for one in found.values()} == {"cannot tell"}
    assert "(cannot tell: the A/A control fails)" in found["uv"].sentence


def test_one_round_is_no_verdict() -> None:
    found = advice(answered((UV, trials(UV, [1.0], 0)), (PIP, trials(PIP, [3.0], 2))))["uv"]
    assert found.move == "cannot tell"
    assert "by default (cannot tell: one round, and 5 are the fewest that tell)" in found.sentence
    assert "at bytecode parity not measured" in found.sentence


@pytest.mark.parametrize(
    ("uv_s", "move", "verdict"),
    [(0.5, "yes", "faster"), (1.0, "no difference", "equivalent"), (2.0, "no", "slower")],
)
def test_beside_an_environment_in_use_benchmarks_decide(uv_s: float, move: str, verdict: str) -> None:
    found = advice(beside_ml(uv_s))
    assert list(found) == ["uv"], "nobody asks whether to move to what is in use"
    assert found["uv"].move == move
    assert f"beside ml, numpy benchmarks {verdict}; no package differs from ml." in found["uv"].sentence
    assert "time to first import 1.2 s;" in found["uv"].sentence


def test_other_packages_are_no_fair_comparison_and_are_counted() -> None:
    found = advice(beside_ml(0.5, "numpy 2.3.0", "torch 2.13.0", "pip 26.0"))["uv"]
    assert found.move == "cannot tell"
    assert "numpy benchmarks cannot tell: undeclared differences" in found.sentence
    assert found.sentence.endswith("packages beside ml: 1 in another version, 1 more.")


@pytest.mark.parametrize(("uv_s", "moves"), [(1.0, ("yes so far", "no")), (3.0, ("cannot tell", "cannot tell"))])
def test_what_more_rounds_would_decide_takes_no_yes_back(uv_s: float, moves: tuple[str, str]) -> None:
    scattered = series(
        [1.0 + 0.3 * (-1) ** number for number in range(ROUNDS)], range(0, 4 * ROUNDS, 4), benchmark=SORT, id="sort.pip"
    )
    benches = {UV.key: [sort(1.0, 1), sort(1.0, 3, "control")], PIP.key: [scattered]}
    uv = (*trials(UV, wobble(uv_s), 0), *trials(UV, wobble(uv_s), 3, "control"))
    found = advice(answered((UV, uv), (PIP, trials(PIP, wobble(3.0), 2)), benches=benches))
    assert "numpy benchmarks cannot tell: the interval reaches beyond the margin" in found["uv"].sentence
    assert (found["uv"].move, found["pip"].move) == moves


def test_what_is_faster_here_and_slower_there_depends() -> None:
    benches = {UV.key: [sort(2.0, 1), sort(2.0, 3, "control")], PIP.key: [sort(1.0, 0)]}
    uv = (*trials(UV, wobble(1.0), 0), *trials(UV, wobble(1.0), 3, "control"))
    found = advice(answered((UV, uv), (PIP, trials(PIP, wobble(3.0), 2)), benches=benches))
    assert {one.move for one in found.values()} == {"it depends"}
    assert "beside pip, numpy benchmarks slower" in found["uv"].sentence


def test_one_arm_alone_is_told_what_would_bring_a_comparison() -> None:
    found = advice(answered((UV, trials(UV, [1.0], 0))))["uv"]
    assert found.move == "cannot tell"
    assert "time to first import 1.2 s; nothing took part that it could be compared with" in found.sentence


def failing(**changes: object) -> dict[str, object]:
    usual = {"outcome": "failure", "failed_phase": Phase.RESOLVE, "error": "no-matching-wheel"}
    edge = make_edge_case(phase=Phase.RESOLVE, symptom="error: no such package\nat all")
    return {"outcome": "failure", "install": make_install(**(usual | changes)), "edge_cases": (edge,)}


def test_what_does_not_resolve_is_a_no_in_the_managers_own_words() -> None:
    found = advice(answered((UV, ()), (PIP, ()), **failing()))
    assert found["uv"] == Advice("uv", "no", "It does not resolve: no such package.")
    assert found["pip"].move == "no"


def test_a_part_that_fails_is_not_all_that_was_asked_for() -> None:
    answer = answered((UV, ()), **failing(failed_phase=Phase.INSTALL))
    good = answered((PARITY, trials(PARITY, [1.0], 0)))
    mixed = Answer("run-1", (*answer.rows, *good.rows), None, None, (), {}, ())
    found = advice(mixed)["uv"]
    assert found.move == "no"
    assert found.sentence == "It does not install all you asked for: demo, warm does not install: no such package."


@pytest.mark.parametrize(
    ("phase", "move", "start"),
    [
        (Phase.IMPORT, "no", "What it installs cannot be imported: libcuda.so.1 is missing; time to"),
        (Phase.DOWNLOAD, "it depends", "It fails in some rounds: libcuda.so.1 is missing; time to"),
    ],
)
def test_what_works_in_part_is_no_clear_yes(phase: Phase, move: str, start: str) -> None:
    edge = make_edge_case(phase=phase, symptom="libcuda.so.1 is missing")
    found = advice(usual(outcome="partial", edge_cases=(edge,)))["uv"]
    assert found.move == move
    assert found.sentence.startswith(start)


def test_without_anything_to_compute_with_nothing_is_claimed() -> None:
    answer = usual()
    silent = Answer("run-1", answer.rows, None, "comparing needs scipy, which is not installed", (), {}, ())
    found = advice(silent)["uv"]
    assert found.move == "cannot tell"
    assert "nothing was compared: comparing needs scipy" in found.sentence
