"""Runs that are stopped or killed: nothing is left over, and what was finished is kept."""

import json
import os
import random
import signal
import time
from pathlib import Path

import pytest

from envkb.document.codec import decode_record
from envkb.managers import MANAGERS, look_for
from envkb.process import run
from run_lab import ROUNDS, Lab, steps

UV = look_for(MANAGERS["uv"], run, os.environ)

pytestmark = [pytest.mark.real, pytest.mark.skipif(UV.tool is None, reason=str(UV.reason))]


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


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
