import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from bench_documents import PYTHON, make_document, make_listed, make_row
from envkb.bench.payload import assemble
from envkb.bench.worker.alone import INTERRUPTED, requests_of, run_alone

PROGRAM = """
import json, os, sys
request = json.loads(sys.argv[1])
answers = json.loads({answers!r})
if request["case"] in answers:
    print(json.dumps(answers[request["case"]]))
elif request["case"] == "crash":
    os.abort()
else:
    print("not a result")
"""


def measured(*argv: str) -> dict[str, Any]:
    document, status = run_alone(argv[0], requests_of(list(argv)), PYTHON)
    assert status == 0
    return document


@pytest.fixture
def program(tmp_path: Path) -> str:
    """A stand-in for the joined file, with three benchmarks of which one is good."""
    listed = [make_listed(name, "numpy") for name in ("crash", "garbage", "good")]
    answers: dict[str, Any] = {"": make_document(cases=listed), "good": make_document(make_row("good"))}
    path = tmp_path / "kb_bench.py"
    path.write_text(PROGRAM.format(answers=json.dumps(answers)))
    return str(path)


def test_every_benchmark_has_a_process_of_its_own_and_costs_no_other(
    program: str, capsys: pytest.CaptureFixture[str]
) -> None:
    document = measured(program, "--suite", "numpy:quick")
    problems = {row["case"]: row["problem"] and row["problem"]["kind"] for row in document["results"]}
    assert problems == {"crash": "crash", "garbage": "garbage", "good": None}
    assert document["python"] == PYTHON
    assert capsys.readouterr().err.splitlines() == ["numpy: crash", "numpy: garbage", "numpy: good"]


def test_a_suite_that_cannot_be_listed_is_a_problem_of_the_document(tmp_path: Path) -> None:
    path = tmp_path / "kb_bench.py"
    path.write_text("raise SystemExit('no such library')")
    document = measured(str(path), "--suite", "torch")
    assert document["results"] == []
    assert [(row["suite"], row["message"]) for row in document["problems"]] == [("torch", "no such library")]


def test_several_suites_make_one_document(program: str) -> None:
    document = measured(program, "--suite", "numpy", "--suite", "numpy:full")
    assert len(document["results"]) == 6


def test_every_suite_is_looked_at_before_the_first_is_run(program: str) -> None:
    with pytest.raises(SystemExit, match="no suite nunpy"):
        requests_of([program, "--suite", "numpy:full", "--suite", "nunpy"])


@pytest.mark.parametrize("args", [["--suite", "numpy:"], ["--suite", ""], ["--threads", "-1"], ["--threads", "two"]])
def test_what_cannot_be_meant_is_refused(program: str, args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        requests_of([program, *args])
    assert "Traceback" not in capsys.readouterr().err


LINGERING = """
import json, os, sys, time
request = json.loads(sys.argv[1])
if not request["case"]:
    print(json.dumps(json.loads({listed!r})))
elif os.fork() == 0:
    {leave}
    open({mark!r}, "w").write(str(os.getpid()))
    time.sleep(60)
else:
    while not os.path.exists({mark!r}) or not open({mark!r}).read():
        time.sleep(0.01)
    print(json.dumps(json.loads({good!r})))
"""


@pytest.mark.parametrize("leave", ["pass", "os.setsid()"], ids=["same-session", "own-session"])
def test_a_child_that_a_benchmark_left_behind_holds_nothing_up(tmp_path: Path, leave: str) -> None:
    mark, path = tmp_path / "pid", tmp_path / "kb_bench.py"
    listed, good = make_document(cases=[make_listed("good", "numpy")]), make_document(make_row("good"))
    text = LINGERING.format(listed=json.dumps(listed), good=json.dumps(good), mark=str(mark), leave=leave)
    path.write_text(text)
    document = measured(str(path), "--suite", "numpy")
    assert [row["problem"] for row in document["results"]] == [None]
    pid = int(mark.read_text())
    if leave == "pass":
        _wait_for_its_end(pid)
    else:
        # What made itself a session of its own escapes; it only must not hold up.
        _end(pid)


def _wait_for_its_end(pid: int) -> None:
    state = Path(f"/proc/{pid}/stat")
    for _ in range(500):
        try:
            if state.read_text().rpartition(")")[2].split()[0] == "Z":
                return
        except OSError:
            return
        time.sleep(0.01)
    raise AssertionError(f"{pid} is still there")


def _end(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interruption_leaves_no_process_and_prints_what_was_measured(tmp_path: Path, number: signal.Signals) -> None:
    program = tmp_path / "kb_bench.py"
    program.write_text(assemble())
    args = [sys.executable, str(program), "--suite", "python", "--suite", "python:full", "--module", "colorsys"]
    process = subprocess.Popen(
        args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path, env={**os.environ, "TMPDIR": str(tmp_path)}
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith(b"python: import"):
            break
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert process.returncode == INTERRUPTED
    assert b"interrupted" in err
    assert b"Traceback" not in err
    told = json.loads(out)
    assert [row["case"] for row in told["results"]][:1] == ["startup"]
    assert not list(tmp_path.glob("kb-bench-*"))


@pytest.mark.parametrize(
    ("redirection", "said"),
    [(">&-", "standard output is closed"), (">/dev/full", "the results cannot be printed: No space left")],
)
def test_where_the_results_cannot_go_one_line_says_so(tmp_path: Path, redirection: str, said: str) -> None:
    program = tmp_path / "kb_bench.py"
    program.write_text(assemble())
    shell = f"'{sys.executable}' '{program}' --suite python {redirection}"
    done = subprocess.run(["/bin/sh", "-c", shell], capture_output=True, check=False, encoding="utf-8")
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_help_goes_where_a_reader_looks(tmp_path: Path) -> None:
    program = tmp_path / "kb_bench.py"
    program.write_text(assemble())
    done = subprocess.run([sys.executable, str(program), "--help"], capture_output=True, check=False, encoding="utf-8")
    assert "--suite" in done.stdout
