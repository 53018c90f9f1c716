from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType

from envkb.errors import InvalidDataError, ToolMissingError
from envkb.experiment.run.attempt import attempt
from envkb.experiment.run.gauges import Gauges
from envkb.managers import Answer, Call, Installed, PhaseTime, Step
from envkb.model.edge_case import Phase
from envkb.process import Completed, Usage
from manager_jobs import Replay, ended

INSTALLED = Installed(None, (PhaseTime("resolve", 0.25),))


def installed(_: Answer) -> Installed:
    return INSTALLED


def call(folder: Path, read: Callable[[Answer], Installed] = installed) -> Call[Installed]:
    steps = (("uv", "venv", "env"), ("uv", "pip", "install", "demo; extra"))
    return Call(tuple(Step("uv", args, Phase.INSTALL, MappingProxyType({}), folder) for args in steps), read)


def metered(cpu_s: float, peak_bytes: int | None) -> Completed:
    return Completed(("uv",), 0, b"out", b"err", 1.5, usage=Usage(cpu_s, peak_bytes))


def test_steps_are_added_up_and_the_highest_peak_counts(tmp_path: Path) -> None:
    runner = Replay(metered(0.5, None), metered(1.0, 70))
    done = attempt(call(tmp_path), runner, environ={}, timeout_s=9, gauges=Gauges(tmp_path))
    assert (done.wall_s, done.cpu_s, done.peak_bytes, done.failure) == (3.0, 1.5, 70, None)
    assert done.installed == INSTALLED
    assert done.commands == ("uv venv env", "uv pip install 'demo; extra'")
    assert [(row.phase, row.seconds) for row in done.phases] == [("resolve", 0.25)]
    assert "$ uv venv env\nouterr\n[0 after 1.50 s]" in done.log


def test_what_fails_keeps_its_words(tmp_path: Path) -> None:
    runner = Replay(ended(stderr="error: No space left on device (os error 28)", exit_code=2))
    done = attempt(call(tmp_path), runner, environ={}, timeout_s=9, gauges=Gauges(tmp_path))
    assert done.failure is not None
    assert (done.failure.kind, done.failure.exit_status, done.cpu_s) == ("disk-full", 2, None)
    assert done.installed is None
    assert done.commands == ("uv venv env",)


def test_a_kill_is_want_of_memory_where_the_kernel_counted_one(tmp_path: Path) -> None:
    (tmp_path / "proc").mkdir()

    class Killing(Replay):
        def __call__(self, *_: object, **__: object) -> Completed:
            (tmp_path / "proc/vmstat").write_text("oom_kill 1\n")
            return ended(exit_code=-9)

    (tmp_path / "proc/vmstat").write_text("oom_kill 0\n")
    done = attempt(call(tmp_path), Killing(), environ={}, timeout_s=9, gauges=Gauges(tmp_path))
    assert done.failure is not None
    assert (done.failure.kind, done.failure.signal) == ("out-of-memory", 9)


def test_a_manager_that_talks_garbage_or_has_gone_is_a_failure_too(tmp_path: Path) -> None:
    def garbage(_: Answer) -> Installed:
        raise InvalidDataError("uv answered with garbage")

    done = attempt(call(tmp_path, garbage), Replay(ended()), environ={}, timeout_s=9, gauges=Gauges(tmp_path))
    assert done.failure is not None
    assert (done.failure.headline, len(done.commands)) == ("uv answered with garbage", 2)

    class Gone(Replay):
        def __call__(self, *_: object, **__: object) -> Completed:
            raise ToolMissingError("uv is not installed")

    gone = attempt(call(tmp_path), Gone(), environ={}, timeout_s=9, gauges=Gauges(tmp_path))
    assert gone.failure is not None
    assert (gone.failure.headline, gone.commands, gone.wall_s) == ("uv is not installed", (), 0)
