"""Runs that are stopped or killed: nothing is left over, and what was finished is kept."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from envkb.cli import main
from envkb.document.codec import decode_record
from envkb.managers import MANAGERS, look_for
from envkb.process import run
from manager_jobs import make_wheel

UV = look_for(MANAGERS["uv"], run, os.environ)
ROUNDS = 4

pytestmark = [pytest.mark.real, pytest.mark.skipif(UV.tool is None, reason=str(UV.reason))]


class Lab:
    """A knowledge base, a folder for scratch folders, and a plan of small installs."""

    def __init__(self, root: Path) -> None:
        self.base, self.cache = root / "base", root / "cache"
        self.environ = {**os.environ, "XDG_CACHE_HOME": str(self.cache), "UV_NO_CONFIG": "1"}
        wheels = root / "wheels"
        make_wheel(wheels, "demo")
        assert main(["init", str(self.base)]) == 0
        self.plan = root / "plan.toml"
        self.plan.write_text(
            f'managers = ["uv"]\nrounds = {ROUNDS}\nbytecode = ["default"]\n'
            '[[requests]]\nname = "demo"\nrequirements = ["demo"]\n'
            f'[[requests.flags]]\nmanager = "uv"\nflags = ["--no-index", "--find-links", "{wheels}"]\n'
        )

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "envkb", "run", *arguments, "--progress=json", "--json"],
            cwd=self.base,
            env=self.environ,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def left_over(self) -> list[Path]:
        return [*(self.cache / "envkb" / "runs").glob("*")]

    def waiting(self) -> list[Path]:
        return [*(self.base / ".kb" / "runs").glob("*")]

    def records(self) -> list[Path]:
        return [*(self.base / "kb" / "records").rglob("*.json")]

    def working(self) -> Iterator[str]:
        """Yield the programs that still work in a scratch folder."""
        for place in Path("/proc").glob("[0-9]*/cwd"):
            with suppress(OSError):
                if str(place.readlink()).startswith(str(self.cache)):
                    yield (place.parent / "cmdline").read_text()


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def steps(process: "subprocess.Popen[str]", number: int) -> list[dict[str, Any]]:
    """Read progress until so many steps are done."""
    assert process.stderr is not None
    seen: list[dict[str, Any]] = []
    while len(seen) < number:
        line = process.stderr.readline()
        assert line, "it ended too early"
        seen += [json.loads(line)] if line.startswith("{") else []
    return seen


@pytest.mark.parametrize(("after", "number"), [(1, signal.SIGINT), (5, signal.SIGTERM), (12, signal.SIGINT)])
def test_a_run_that_is_stopped_cleans_up_and_goes_on(lab: Lab, after: int, number: signal.Signals) -> None:
    process = lab.start(str(lab.plan))
    done = steps(process, after)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert json.loads(out)["error"]["exit_code"] == 130
    assert lab.left_over() == []
    assert list(lab.working()) == []
    assert lab.records() == []
    (waiting,) = lab.waiting()
    assert f"kb run --resume {waiting.name}" in err

    again = lab.start("--resume", waiting.name)
    out, err = again.communicate(timeout=120)
    assert again.returncode == 0, err
    later = [json.loads(line) for line in err.splitlines() if line.startswith("{")]
    installs = [row["done"] for row in done + later if row["what"] == "install"]
    assert len(installs) == len(set(installs)) or after == 12
    told = json.loads(out)
    assert told["run"] == waiting.name
    for row in told["records"]:
        record = decode_record((lab.base / row["path"]).read_bytes())
        walls = [one for one in record.measurements if one.id == "install.wall"]
        assert [len(one.samples) for one in walls] == [ROUNDS]
    assert (lab.left_over(), lab.waiting()) == ([], [])


def test_nothing_is_left_over_after_kills_at_any_moment(lab: Lab) -> None:
    chance = random.Random(7)
    for _ in range(4):
        process = lab.start(str(lab.plan))
        time.sleep(chance.uniform(0.3, 2.5))
        process.kill()
        process.communicate(timeout=60)
    process = lab.start(str(lab.plan), "--rounds=1", "--bench=none")
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert lab.left_over() == []
    assert list(lab.working()) == []
    assert list((lab.base / "kb").rglob("*.tmp")) == []


def test_a_stop_before_anything_was_done_leaves_nothing(lab: Lab) -> None:
    process = lab.start(str(lab.plan))
    while not lab.left_over() and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert lab.left_over() == []
