import io

import pytest

from envkb.cli.run_progress import clear_steps, in_words, watch_steps
from envkb.experiment.run.conduct import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def step(key: str = "demo/uv", *, done: int = 1, problem: str | None = None) -> Progress:
    return Progress(done, 2, key, "install", None if problem else 1.5, problem, 3.0)


@pytest.mark.parametrize(("seconds", "words"), [(0.4, "0 s"), (119, "119 s"), (252, "4 min"), (10800, "3 h")])
def test_what_is_left_is_no_long_sum_of_seconds(seconds: float, words: str) -> None:
    assert in_words(seconds) == words


def test_a_pipe_gets_a_line_for_each_step(capsys: pytest.CaptureFixture[str]) -> None:
    watch_steps(step())
    watch_steps(step(done=2))
    watch_steps(step(problem="no such " + 30 * "package "))
    clear_steps()
    first, second, third = capsys.readouterr().err.splitlines()
    assert first == "[1/2] install demo/uv  1.50 s, about 3 s left"
    assert second == "[2/2] install demo/uv  1.50 s"
    assert third == f"[1/2] install demo/uv  failed: no such {30 * 'package '}"


def test_a_terminal_has_one_line_that_changes_and_keeps_what_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    watch_steps(step("demo/" + 60 * "u"))
    watch_steps(step(problem="no \x1b[2J such package on any index"))
    clear_steps()
    first, second, end = terminal.getvalue().removeprefix("\r\x1b[K").split("\r\x1b[K")
    assert len(first) == 49
    assert first.startswith("[1/2] install demo/")
    assert first.endswith("about 3 s left")
    assert second == "[1/2] install demo/uv  failed: no <U+001B>[2J su…\n"
    assert "\x1b" not in second
    assert end == ""
