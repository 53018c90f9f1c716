from typing import Any

import pytest

from envkb.experiment.run.screen import lines_of
from envkb.managers import Sources
from envkb.model.measurement import Benchmark, Measurement
from experiments import series
from factory import make_distribution, make_edge_case, make_environment
from run_answers import ML, PARITY, PIP, UV, answered, trials, usual

pytest.importorskip("scipy", reason="scipy is not here")

HOME = "/home/ada"


def bench(name: str, middle: float, shift: int, **changes: Any) -> Measurement:
    samples = [middle * (1 + 0.001 * (number % 3)) for number in range(8)]
    orders = tuple(4 * number + shift for number in range(8))
    what = Benchmark(suite="numpy", name=name, version="1", parameters=())
    return series(samples, orders, **({"benchmark": what, "id": f"numpy.{name}", "better": "lower"} | changes))


def test_the_screen_answers_the_question_on_one_page() -> None:
    lines = list(lines_of(usual(), Sources(), HOME))
    text = "\n".join(lines)
    assert lines[0].startswith("uv: yes. It installs all you asked for; time to first import 0.37 times pip's")
    assert lines[1].startswith("pip: no. ")
    assert "yes: uv; pip" in text
    assert "pip / uv: by default 2.67 (" in text
    assert "; at bytecode parity 1.45 (" in text
    assert "together 1.2 s (" in text
    assert "uv pip install --python env/bin/python -- demo" in text
    assert "back: rm -r ./env" in text
    assert "what cost too much" in text
    assert text.count("  kb/KB-2026-") == 3
    assert lines[-1] == "all of it: kb compare run-1"
    assert len(lines) < 40


def test_the_screen_of_a_narrow_terminal_breaks_at_words_what_is_not_to_be_copied() -> None:
    wide, narrow = list(lines_of(usual(), Sources(), HOME)), list(lines_of(usual(), Sources(), HOME, 60))
    assert all(len(line) <= 60 for line in narrow if "&&" not in line and "kb run" not in line)
    assert [line for line in wide if "&&" in line] == [line for line in narrow if "&&" in line]
    words = " ".join(narrow).split()
    assert set(" ".join(wide).split()) - set(words) == {
        word for line in wide for word in line.split() if "/KB-" in word
    }


def test_a_headline_says_what_was_not_measured() -> None:
    found = answered((UV, trials(UV, [1.0], 0)), (PIP, trials(PIP, [3.0], 2)))
    assert any("at bytecode parity not measured" in line for line in lines_of(found, Sources(), HOME))


def test_one_edge_case_of_several_combinations_stands_there_once() -> None:
    taken = ((UV, trials(UV, [1.0], 0)), (PARITY, trials(PARITY, [1.0], 1)))
    found = answered(*taken, edge_cases=(make_edge_case(),))
    told = [line for line in lines_of(found, Sources(), HOME) if "wsl-libcuda" in line]
    assert len(told) == 1
    assert told[0].startswith("    uv: wsl-libcuda: ")


def test_what_is_open_for_one_reason_stands_there_once_and_without_a_ratio_to_be_misread() -> None:
    environments = {
        UV.key: make_environment(make_distribution("numpy", "2.3.0"), manager="uv"),
        ML.key: make_environment(make_distribution("numpy", "2.4.0"), manager="conda"),
    }
    benches = {one.key: [bench("sort", 1.0, shift), bench("fft", 1.0, shift)] for one, shift in ((UV, 0), (ML, 1))}
    found = answered((UV, trials(UV, [1.0], 0)), (ML, ()), benches=benches, environments=environments)
    text = "\n".join(lines_of(found, Sources(), HOME))
    assert "cannot tell (undeclared differences: numpy): all 2" in text
    assert "kb compare run-1 --allow packages    # if" in text


def test_more_memory_is_no_slower_memory() -> None:
    memory = {"quantity": "peak_memory", "unit": "B"}
    benches = {
        UV.key: [bench("sort", 1e8, 0, **memory), bench("sort", 1e8, 3, id="control", role="control", **memory)],
        PIP.key: [bench("sort", 2e8, 1, **memory)],
    }
    found = answered((UV, trials(UV, [1.0], 0)), (PIP, trials(PIP, [1.0], 2)), benches=benches)
    assert any("uses more: numpy/sort peak_memory 2.00 (" in line for line in lines_of(found, Sources(), HOME))


def test_an_environment_alone_has_its_medians_on_the_screen_and_nothing_to_compare() -> None:
    lines = list(lines_of(answered((ML, ()), benches={ML.key: [bench("sort", 0.0125, 0)]}), Sources(), HOME))
    assert lines[:2] == ["benchmarks, medians", "    ml: numpy.sort 12.5 ms"]
    assert lines[-1] == "run: run-1"
