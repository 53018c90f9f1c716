"""Benchmarks that crash, hang, print garbage or lie, and targets without what they need: each costs itself alone."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from envkb.document.codec import decode_record
from envkb.model.record import Record
from run_lab import Lab

pytestmark = pytest.mark.real

OWN = """
import os, signal, sys, time

def bench_good():
    return sum(range(1000))

def bench_crash():
    os.kill(os.getpid(), signal.SIGSEGV)

def bench_abort():
    os.abort()

def bench_leave():
    sys.stdout.flush()
    os._exit(7)

def bench_raise():
    raise ZeroDivisionError("nothing to share")

def bench_hang():
    time.sleep(600)

def everywhere(data):
    for number in range(1, 40):
        try:
            os.write(number, data)
        except OSError:
            pass
    os._exit(0)

def bench_garbage():
    everywhere(b"\\xff\\xfe{not json\\x00")

def bench_forged():
    everywhere(b'{"schema": "envkb.bench/1", "python": null, "cases": [], "results": [{}], "problems": []}')

def bench_silent():
    os._exit(0)

def bench_nan():
    return float("nan")

def bench_wrong():
    yield lambda: 1, lambda result: result == 2
"""
KINDS = {
    "crash": "crash",
    "abort": "crash",
    "leave": "crash",
    "raise": "failed",
    "hang": "hang",
    "garbage": "garbage",
    "forged": "garbage",
    "silent": "garbage",
    "nan": "not-a-number",
    "wrong": "wrong-result",
}


def make_env(folder: Path) -> Path:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return folder


def measured(lab: Lab, *arguments: str) -> Record:
    """Benchmark an environment, and return its record."""
    process = lab.start(*arguments, "--rounds=2")
    out, err = process.communicate(timeout=240)
    assert process.returncode == 0, err
    told: dict[str, Any] = json.loads(out)
    assert (lab.left_over(), list(lab.working())) == ([], [])
    (row,) = told["records"]
    return decode_record((lab.base / row["path"]).read_bytes())


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> tuple[Record, Record]:
    """The same faults in two places."""
    found = []
    for name in ("one", "another-place"):
        root = tmp_path_factory.mktemp(name)
        lab = Lab(root)
        (lab.base / "mine.py").write_text(OWN)
        env = make_env(root / "env")
        found.append(measured(lab, f"--env=ml={env}", "--bench=mine.py", "--bench=python", "--timeout=3s"))
    return found[0], found[1]


@pytest.mark.parametrize("name", KINDS)
def test_a_fault_of_a_benchmark_is_one_edge_case_and_no_time(records: tuple[Record, Record], name: str) -> None:
    marks = set()
    for record in records:
        (edge,) = [edge for edge in record.edge_cases if f"mine.{name}: " in edge.symptom]
        assert f": {KINDS[name]}: " in edge.symptom
        assert edge.phase == "benchmark"
        assert not [one for one in record.measurements if one.id == f"own.mine.{name}"]
        marks.add(edge.fingerprint)
    assert len(marks) == 1
    assert None not in marks


def test_faults_of_benchmarks_cost_no_other(records: tuple[Record, Record]) -> None:
    for record in records:
        found = {one.id: len(one.samples) for one in record.measurements}
        assert {"own.mine.good", "python.startup"} <= set(found)
        assert all(found.values())
        assert len(record.edge_cases) == len(KINDS)


def test_a_target_without_the_library_says_so_and_the_other_suites_run(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    env = make_env(tmp_path / "bare")
    record = measured(lab, f"--env=ml={env}", "--bench=torch:quick", "--bench=numpy", "--bench=python")
    missing = {edge.package: edge for edge in record.edge_cases}
    assert set(missing) == {"torch", "numpy"}
    assert {(edge.severity, edge.phase) for edge in missing.values()} == {("note", "import")}
    assert "No module named 'torch'" in missing["torch"].symptom
    assert {one.benchmark.suite for one in record.measurements} == {"python"}


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="nothing tells the variables of a process")
def test_a_benchmark_whose_run_was_killed_is_ended_by_the_next(tmp_path: Path) -> None:
    lab, env, mark = Lab(tmp_path), make_env(tmp_path / "env"), tmp_path / "pid"
    lab.programs(tmp_path / "bin", forever=f'mktemp -d; echo $$ > "{mark}"; exec sleep 300')
    process = lab.start(f"--env=ml={env}", "--rounds=2", "--", "forever")
    until = time.monotonic() + 60
    while not (mark.is_file() and mark.read_text().strip()):
        assert time.monotonic() < until
        time.sleep(0.02)
    process.kill()
    process.communicate(timeout=60)
    assert lab.left_over()
    measured(lab, f"--env=ml={env}", "--bench=python")
    until = time.monotonic() + 60
    while works(int(mark.read_text())):
        assert time.monotonic() < until
        time.sleep(0.02)


def works(pid: int) -> bool:
    """Return whether a process is there; one that has ended may wait a while for whoever buries it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] not in "ZX"
    except OSError:
        return False
