"""What goes wrong in the middle of a run: full disks, environments that go, Ctrl-C in each phase."""

import json
import os
import random
import shutil
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from envkb.document.codec import decode_record
from envkb.managers import MANAGERS, look_for
from envkb.model.record import Record
from envkb.process import run
from run_lab import Lab, steps
from small_disk import small_disk

if TYPE_CHECKING:
    import subprocess

UV = look_for(MANAGERS["uv"], run, os.environ)
HEAVY = random.Random(1).randbytes(6_000_000)

pytestmark = [pytest.mark.real, pytest.mark.skipif(UV.tool is None, reason=str(UV.reason))]


def record_of(lab: Lab, row: dict[str, Any]) -> Record:
    return decode_record((lab.base / row["path"]).read_bytes())


def ended(process: "subprocess.Popen[str]", code: int = 0) -> tuple[dict[str, Any], str]:
    """Wait for the end of a run; return its document and what it said."""
    out, err = process.communicate(timeout=120)
    assert process.returncode == code, err
    document: dict[str, Any] = json.loads(out)
    return document, err


def test_a_disk_that_is_full_in_the_middle_of_an_install_is_an_outcome(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 4_000) as disk:
        if disk is None:
            pytest.skip("this system mounts no small disk for the test")
        lab = Lab(tmp_path, cache=disk, payload=HEAVY)
        told, _ = ended(lab.start(str(lab.plan), "--bench=none", "--rounds=2"))
        assert {row["error"] for row in told["records"]} == {"disk-full"}
        for row in told["records"]:
            record = record_of(lab, row)
            assert record.outcome == "failure"
            assert [edge.class_ for edge in record.edge_cases] == ["disk-full"]
        assert (lab.left_over(), lab.waiting(), list(lab.working())) == ([], [], [])


def test_a_knowledge_base_on_a_full_disk_costs_one_line_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 700) as disk:
        if disk is None:
            pytest.skip("this system mounts no small disk for the test")
        lab = Lab(tmp_path, base=disk / "base")
        process = lab.start(str(lab.plan), "--bench=none")
        steps(process, 1)
        filler = disk / "filler"
        with suppress(OSError):
            filler.write_bytes(bytes(shutil.disk_usage(disk).free + 1_000_000))
        out, err = process.communicate(timeout=120)
        assert process.returncode == 1, err
        error = json.loads(out)["error"]
        assert "space" in error["message"]
        assert "\n" not in error["message"]
        assert (lab.left_over(), list(lab.working()), lab.records()) == ([], [], [])
        filler.unlink()
        assert not list(disk.rglob("*.tmp"))
        (waiting,) = lab.waiting()
        told, _ = ended(lab.start("--resume", waiting.name))
        assert {row["outcome"] for row in told["records"]} == {"success"}


HANG = 'echo "$$" > "{mark}"; exec sleep 300'


@pytest.mark.parametrize(
    ("phase", "script"),
    [
        ("resolve", 'case "$2" in compile) {hang};; esac; exec {uv} "$@"'),
        ("create", 'case "$1" in venv) {hang};; esac; exec {uv} "$@"'),
        ("install", 'case "$2" in install) {hang};; esac; exec {uv} "$@"'),
    ],
)
def test_ctrl_c_while_a_manager_works_ends_it_and_cleans_up(lab: Lab, tmp_path: Path, phase: str, script: str) -> None:
    mark = tmp_path / f"{phase}.pid"
    hang = HANG.format(mark=mark)
    lab.programs(tmp_path / "bin", uv=script.format(hang=hang, uv=" ".join(UV.required().args)))
    process = lab.start(str(lab.plan), "--bench=none")
    assert_stopped(lab, process, mark)


def test_ctrl_c_while_a_benchmark_runs_ends_it_and_keeps_what_was_finished(lab: Lab, tmp_path: Path) -> None:
    mark = tmp_path / "benchmark.pid"
    lab.programs(tmp_path / "bin", slowly=HANG.format(mark=mark))
    process = lab.start(str(lab.plan), "--rounds=1", "--", "slowly")
    assert_stopped(lab, process, mark)
    (waiting,) = lab.waiting()
    trials = json.loads((waiting / "state.json").read_text())["trials"]
    assert len(trials) == 2


def assert_stopped(lab: Lab, process: "subprocess.Popen[str]", mark: Path) -> None:
    """Press Ctrl-C once a program has begun to hang; nothing may be left."""
    until = time.monotonic() + 60
    while not (mark.is_file() and mark.read_text().strip()):
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, err = ended(process, 130)
    assert "Traceback" not in err
    assert (lab.left_over(), list(lab.working())) == ([], [])
    assert not is_alive(mark.read_text().strip())


def is_alive(number: str) -> bool:
    """Whether a process does anything; one that was killed may wait for somebody to take note."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False


def make_env(folder: Path) -> Path:
    assert run(["python3", "-m", "venv", "--without-pip", str(folder)]).exit_code == 0
    return folder


def test_an_environment_that_disappears_costs_its_benchmarks_alone(lab: Lab, tmp_path: Path) -> None:
    env = make_env(tmp_path / "ml")
    process = lab.start(str(lab.plan), f"--env=ml={env}", "--bench=python", "--rounds=2")
    steps(process, 1)
    shutil.rmtree(env)
    told, _ = ended(process)
    records = {row["arm"]: record_of(lab, row) for row in told["records"]}
    assert [one.benchmark.suite for one in records["ml"].measurements] == []
    assert records["ml"].edge_cases
    assert any(one.benchmark.suite == "python" for one in records["uv"].measurements)
    assert (lab.left_over(), lab.waiting()) == ([], [])


def test_a_read_only_environment_takes_part(lab: Lab, tmp_path: Path) -> None:
    env = make_env(tmp_path / "ml")
    for path in [env, *env.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & ~0o222)
    before = sorted(str(path) for path in env.rglob("*"))
    try:
        told, _ = ended(lab.start(f"--env=ml={env}", "--bench=python", "--rounds=2"))
        assert sorted(str(path) for path in env.rglob("*")) == before
    finally:
        for path in [env, *env.rglob("*")]:
            if path.is_dir():
                path.chmod(0o755)
    (row,) = told["records"]
    assert row["outcome"] == "success"
    assert "python.startup" in {one.id for one in record_of(lab, row).measurements}


def test_keep_leaves_the_environments_and_nothing_else(lab: Lab) -> None:
    told, err = ended(lab.start(str(lab.plan), "--bench=none", "--rounds=1", "--keep"))
    kept = lab.cache / "envkb" / "kept" / told["run"]
    (env,) = kept.iterdir()
    python = env / "bin" / "python"
    assert run([str(python), "-c", "import demo"]).exit_code == 0, err
    assert (lab.left_over(), lab.waiting()) == ([], [])


def test_keep_keeps_nothing_of_a_run_that_was_stopped(lab: Lab) -> None:
    process = lab.start(str(lab.plan), "--bench=none", "--keep")
    steps(process, 2)
    process.send_signal(signal.SIGINT)
    ended(process, 130)
    assert list((lab.cache / "envkb" / "kept").glob("*")) == []


@pytest.mark.parametrize(
    ("plan", "code", "words"),
    [
        ('managres = ["uv"]\n', 3, "managres"),
        ('managers = ["uv"]\n', 2, "no combination"),
        ('managers = ["uv"]\n[[requests]]\nname = "a"\nrequirements = []\n', 3, "requirements"),
        (
            'managers = ["uv"]\npythons = [{pythons}]\n'
            + "".join(f'[[requests]]\nname = "r{n}"\nrequirements = ["demo"]\n' for n in range(25)),
            2,
            "10000 combinations",
        ),
    ],
)
def test_a_plan_that_cannot_be_meant_starts_nothing(lab: Lab, plan: str, code: int, words: str) -> None:
    many = ", ".join(f'"3.{n}"' for n in range(100))
    lab.plan.write_text(plan.format(pythons=many))
    told, _ = ended(lab.start(str(lab.plan)), code)
    assert words in told["error"]["message"]
    assert not (lab.cache / "envkb").exists()


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)
