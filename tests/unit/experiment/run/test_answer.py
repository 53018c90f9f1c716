"""What a run is said to have shown is what `kb compare` says of it."""

from collections.abc import Sequence

import pytest

from envkb.document.codec import encode_record
from envkb.document.identity import digest_of, record_id
from envkb.experiment.record import Recorded
from envkb.experiment.run.answer import Answer, answer_of
from envkb.experiment.run.cells import Combination, combinations
from envkb.experiment.run.measurements import measurements_of
from envkb.experiment.run.moving import move_command
from envkb.experiment.run.records import Chapter
from envkb.experiment.run.screen import lines_of
from envkb.experiment.run.trial import Trial
from envkb.managers import Sources
from experiments import make_experiment, make_run
from factory import make_edge_case, make_install
from run_plans import make_import, make_plan, make_trial, one_of

PLAN = make_plan("demo", managers=("uv", "pip"), caches=("warm",), bytecode=("default", "parity"))
UV, PARITY, PIP = combinations(PLAN)
ROUNDS = 8


def wobble(middle: float) -> list[float]:
    return [middle * (1 + 0.01 * (number % 3 - 1)) for number in range(ROUNDS)]


def trials(one: Combination, times: Sequence[float], shift: int, role: str = "subject") -> tuple[Trial, ...]:
    """The rounds of one seat of four."""
    return tuple(
        make_trial(one.key, 4 * number + shift, wall_s=time, role=role, imports=(make_import(first_s=0.2),))
        for number, time in enumerate(times)
    )


def told(*taken: tuple[Combination, Sequence[Trial]], edges: bool = False) -> Answer:
    """Return the answer of a run in which these combinations had these rounds."""
    chapters, recorded = [], []
    for number, (one, own) in enumerate(taken, start=1):
        run = make_run(one.arm, arms=("uv", "pip")).model_copy(update={"cell": one.cell()})
        record = make_experiment(
            one.arm,
            number,
            run=run,
            install=make_install(
                manager=one.manager,
                request=one.asked(),
                cache="warm",
                bytecode="compiled" if one.bytecode == "parity" else "default",
            ),
            measurements=measurements_of(one, own),
            edge_cases=(make_edge_case(),) if edges else (),
        )
        digest = digest_of(encode_record(record))
        name = record_id(digest, 2026)
        recorded.append(Recorded(name, digest, f"kb/{name}.json", record, new=True, private=False, citation=""))
        chapters.append(Chapter(one, tuple(own), None, None))
    return answer_of("run-1", chapters, recorded, ("what cost too much",))


def usual(control: float = 1.0) -> Answer:
    """uv takes a second, compiling two, and pip three; uv is its own control."""
    pytest.importorskip("scipy", reason="scipy is not here")
    uv = (*trials(UV, wobble(1.0), 0), *trials(UV, wobble(control), 3, "control"))
    return told((UV, uv), (PARITY, trials(PARITY, wobble(2.0), 1)), (PIP, trials(PIP, wobble(3.0), 2)))


def test_the_headline_tells_both_the_default_and_bytecode_parity() -> None:
    (headline,) = usual().headlines
    ratios = {way: line.ratio for way, line in headline.ratios.items()}
    assert ratios == {"default": pytest.approx(3.2 / 1.2, rel=0.02), "parity": pytest.approx(3.2 / 2.2, rel=0.02)}
    assert {line.verdict for line in headline.ratios.values()} == {"slower"}


def test_nobody_wins_in_the_headline_where_the_control_fails() -> None:
    (headline,) = usual(control=1.3).headlines
    assert {line.verdict for line in headline.ratios.values()} == {"cannot tell"}
    assert "A/A control" in str(headline.ratios["default"].reason)


def test_without_a_control_nobody_wins() -> None:
    pytest.importorskip("scipy", reason="scipy is not here")
    found = told((UV, trials(UV, wobble(1.0), 0)), (PIP, trials(PIP, wobble(3.0), 2)))
    assert found.headlines[0].ratios["default"].verdict == "cannot tell"


def test_few_rounds_give_a_ratio_and_no_verdict() -> None:
    found = told((UV, trials(UV, [1.0, 1.0], 0)), (PIP, trials(PIP, [3.0, 3.0], 2)))
    line = found.headlines[0].ratios["default"]
    assert (line.ratio, line.low, line.verdict) == (pytest.approx(3.2 / 1.2), None, "cannot tell")
    assert found.rows[0].total is None


def test_one_combination_alone_is_compared_with_nothing() -> None:
    found = told((UV, trials(UV, [1.0], 0)))
    assert (found.comparison, found.unjudged, found.headlines) == (None, None, ())


def test_the_screen_answers_the_question_on_one_page() -> None:
    lines = list(lines_of(usual(), Sources()))
    text = "\n".join(lines)
    assert "yes: uv, pip" in text
    assert "pip / uv, demo, warm: by default 2.67 (" in text
    assert "; at bytecode parity 1.45 (" in text
    assert "together 1.2 s (" in text
    assert "uv venv env && uv pip install --python env/bin/python demo" in text
    assert "back: rm -r ./env" in text
    assert "what cost too much" in text
    assert text.count("  kb/KB-2026-") == 3
    assert lines[-1] == "all of it: kb compare run-1"
    assert len(lines) < 40


def test_the_screen_of_a_narrow_terminal_breaks_at_words_what_is_not_to_be_copied() -> None:
    wide, narrow = list(lines_of(usual(), Sources())), list(lines_of(usual(), Sources(), 60))
    assert all(len(line) <= 60 for line in narrow if "&&" not in line and "kb run" not in line)
    assert [line for line in wide if "&&" in line] == [line for line in narrow if "&&" in line]
    words = " ".join(narrow).split()
    assert set(" ".join(wide).split()) - set(words) == {
        word for line in wide for word in line.split() if "/KB-" in word
    }


def test_a_headline_says_what_was_not_measured() -> None:
    found = told((UV, trials(UV, [1.0], 0)), (PIP, trials(PIP, [3.0], 2)))
    assert any("at bytecode parity not measured" in line for line in lines_of(found, Sources()))


def test_edge_cases_stand_on_the_screen() -> None:
    found = told((UV, trials(UV, [1.0], 0)), edges=True)
    assert any("wsl-libcuda" in line for line in lines_of(found, Sources()))


@pytest.mark.parametrize(
    ("manager", "changes", "command"),
    [
        ("uv", {"pythons": ("3.12",)}, "uv venv --python 3.12 env && uv pip install --python env/bin/python demo"),
        ("pip", {}, "python3 -m venv env && env/bin/python -m pip install demo"),
        ("micromamba", {}, "micromamba create --prefix ./env python demo"),
        ("rattler", {}, "pixi init env && pixi add --manifest-path env python demo"),
    ],
)
def test_the_commands_to_move_are_literal(manager: str, changes: dict[str, object], command: str) -> None:
    assert move_command(one_of(make_plan("demo", managers=(manager,), **changes)), Sources()) == command


def test_conda_is_told_its_own_names_of_packages() -> None:
    request = {"name": "torch", "requirements": ("torch==2.13.0",)}
    plan = make_plan(requests=(request,), managers=("rattler",), pythons=("3.12",))
    expected = "pixi init env && pixi add --manifest-path env python=3.12 pytorch==2.13.0"
    assert move_command(one_of(plan), Sources()) == expected


def test_a_named_index_is_written_as_its_address() -> None:
    request = {"name": "torch", "requirements": ("torch",), "indexes": ("mirror",), "torch_backend": "cpu"}
    plan = make_plan(requests=(request,), managers=("uv", "pip"))
    sources = Sources({"mirror": "https://mirror.example/simple", "pytorch": "https://torch.example/whl"})
    told = {one.manager: move_command(one, sources) for one in combinations(plan)}
    assert "--index https://mirror.example/simple --torch-backend cpu torch" in told["uv"]
    assert "--extra-index-url https://torch.example/whl/cpu torch" in told["pip"]
