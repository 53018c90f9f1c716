"""A run that is stopped wherever one of its programs starts leaves nothing, and goes on to the same end."""

import json
import os
import signal
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from envkb.document.codec import decode_record
from envkb.managers import MANAGERS, look_for
from envkb.model.record import Record
from envkb.process import run
from run_lab import Lab

UV = look_for(MANAGERS["uv"], run, os.environ)
ROUNDS = 2
OPTIONS = (f"--rounds={ROUNDS}", "--cache=warm", "--bench=python")

pytestmark = [pytest.mark.real, pytest.mark.skipif(UV.tool is None, reason=str(UV.reason))]

COUNT = """
import os, time
place = os.environ.get("STOP_PLACE")
if place:
    count = os.open(place + ".python", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(count, b"x")
    if os.environ["STOP_AT"] == f"python {os.fstat(count).st_size}":
        with open(place, "w") as mark:
            mark.write(str(os.getpid()))
        time.sleep(300)
"""
WRAPPER = """
printf x >> "$STOP_PLACE.uv"
if [ "$STOP_AT" = "uv $(($(wc -c < "$STOP_PLACE.uv")))" ]; then
    echo $$ > "$STOP_PLACE"
    exec sleep 300
fi
exec {uv} "$@"
"""


class Stopping(Lab):
    """A lab whose programs count how often they start, and stop the run at one of these moments."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.mark = root / "mark"
        with zipfile.ZipFile(root / "wheels" / "demo-1.0-py3-none-any.whl", "a") as wheel:
            wheel.writestr("demo_counts.py", COUNT)
            wheel.writestr("demo_counts.pth", "import demo_counts\n")
        self.environ["STOP_PLACE"] = str(self.mark)
        self.environ["STOP_AT"] = "never"
        self.environ["TMPDIR"] = str(root / "tmp")
        (root / "tmp").mkdir()
        self.programs(root / "bin", uv=WRAPPER.format(uv=" ".join(UV.required().args)))

    def end_at(self, moment: str, number: signal.Signals) -> tuple[int, str]:
        """Begin a run, send it a signal at a moment, and return its exit code and what it said."""
        self.environ["STOP_AT"] = moment
        process = self.start(str(self.plan), *OPTIONS)
        until = time.monotonic() + 90
        while not (self.mark.is_file() and self.mark.read_text().strip()):
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < until
            time.sleep(0.01)
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
        self.environ["STOP_AT"] = "never"
        return process.returncode, err

    def finish(self, *arguments: str) -> dict[str, Any]:
        """Run to the end, and return the document."""
        out, err = self.start(*arguments).communicate(timeout=120)
        document: dict[str, Any] = json.loads(out)
        assert "records" in document, err
        return document

    def record(self, document: dict[str, Any]) -> Record:
        """Return the one record of a run."""
        (row,) = document["records"]
        return decode_record((self.base / row["path"]).read_bytes())


def shape(record: Record) -> list[tuple[str, tuple[int, ...]]]:
    """Return what was measured, and in which places of the schedule."""
    return [(one.id, tuple(dict.fromkeys(one.orders))) for one in record.measurements]


def is_alive(number: int) -> bool:
    """Whether a process does anything; one that was killed may wait for somebody to take note."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False


@pytest.fixture
def lab(tmp_path: Path) -> Stopping:
    return Stopping(tmp_path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, tuple[int, ...]]]:
    """What a run measures that nobody stops."""
    lab = Stopping(tmp_path_factory.mktemp("whole"))
    return shape(lab.record(lab.finish(str(lab.plan), *OPTIONS)))


INT, TERM, HUP, KILL = signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL
MOMENTS = {
    "version of the manager": ("uv 1", TERM),
    "foresight": ("uv 2", INT),
    "foresight, killed": ("uv 2", KILL),
    "warm-up": ("uv 3", INT),
    "warm-up, killed": ("uv 4", KILL),
    "install, hung up": ("uv 5", HUP),
    "install, killed": ("uv 6", KILL),
    "second install": ("uv 7", TERM),
    "interpreter asked by the manager": ("python 1", INT),
    "modules": ("python 3", KILL),
    "first import": ("python 4", INT),
    "steady import": ("python 5", KILL),
    "inspection": ("python 6", INT),
    "inspection, killed": ("python 7", KILL),
    "second round": ("python 12", TERM),
    "survey of benchmarks": ("python 24", INT),
    "benchmark": ("python 40", TERM),
    "benchmark, killed": ("python 60", KILL),
    "last benchmark": ("python 74", INT),
}


@pytest.mark.parametrize("phase", MOMENTS)
def test_a_run_ended_in_any_phase_leaves_nothing_and_goes_on_to_the_same_end(
    lab: Stopping, whole: list[tuple[str, tuple[int, ...]]], phase: str
) -> None:
    moment, number = MOMENTS[phase]
    code, err = lab.end_at(moment, number)
    assert "Traceback" not in err
    assert lab.records() == []
    killed = number is signal.SIGKILL
    if not killed:
        assert code == 130
        assert (lab.left_over(), list(lab.working())) == ([], [])
        assert list((lab.mark.parent / "tmp").iterdir()) == []
        assert not is_alive(int(lab.mark.read_text()))
    states = [json.loads((place / "state.json").read_text()) for place in lab.waiting()]
    document = lab.finish("--resume") if states else lab.finish(str(lab.plan), *OPTIONS)
    record = lab.record(document)
    assert shape(record) == whole
    for state in states:
        assert document["run"] == state["run_id"]
        (wall,) = [one for one in record.measurements if one.id == "install.wall"]
        before = [trial["wall_s"] for trial in state["trials"] if trial["role"] == "subject"]
        assert wall.samples[: len(before)] == pytest.approx(before, rel=0.01)
    assert not is_alive(int(lab.mark.read_text()))
    assert (lab.left_over(), lab.waiting(), list(lab.working()), len(lab.records())) == ([], [], [], 1)
    assert list((lab.mark.parent / "tmp").iterdir()) == []


def test_a_run_killed_while_its_records_are_written_writes_each_once(lab: Stopping) -> None:
    process = lab.start(str(lab.plan), "--rounds=1", "--cache=both", "--bytecode=both", "--bench=none")
    while not lab.records():
        assert process.poll() is None, process.communicate()
        time.sleep(0.001)
    process.kill()
    process.communicate(timeout=60)
    early = {path: path.read_bytes() for path in lab.records()}
    if not lab.waiting():
        pytest.skip("it was over before it was killed")
    document = lab.finish("--resume")
    assert len(document["records"]) == len(lab.records()) == 4
    assert all(path.read_bytes() == data for path, data in early.items())
    assert {lab.base / row["path"] for row in document["records"]} == set(lab.records())
    assert (lab.left_over(), lab.waiting()) == ([], [])


def test_a_run_stays_private_and_labelled_when_it_goes_on(lab: Stopping) -> None:
    lab.environ["STOP_AT"] = "uv 6"
    process = lab.start(
        str(lab.plan),
        "--rounds=2",
        "--cache=warm",
        "--bench=none",
        "--private",
        "--tag=secret",
        "--timeout=40s",
        "--budget=1h",
    )
    while not (lab.mark.is_file() and lab.mark.read_text().strip()):
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    lab.environ["STOP_AT"] = "never"
    (waiting,) = lab.waiting()
    state = json.loads((waiting / "state.json").read_text())
    assert (state["private"], state["timeout"], state["budget"]) == (True, "40s", "1h")
    document = lab.finish("--resume")
    (row,) = document["records"]
    assert row["path"].startswith("kb/private/")
    assert "secret" in lab.record(document).tags
    assert lab.records() == []
