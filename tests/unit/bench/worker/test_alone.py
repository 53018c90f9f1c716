import json
from pathlib import Path
from typing import Any

import pytest

from bench_documents import PYTHON, make_document, make_listed, make_row
from envkb.bench.worker.alone import run_alone

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
    document = run_alone([program, "--suite", "numpy:quick"], PYTHON)
    problems = {row["case"]: row["problem"] and row["problem"]["kind"] for row in document["results"]}
    assert problems == {"crash": "crash", "garbage": "garbage", "good": None}
    assert document["python"] == PYTHON
    assert capsys.readouterr().err.splitlines() == ["numpy: crash", "numpy: garbage", "numpy: good"]


def test_a_suite_that_cannot_be_listed_is_a_problem_of_the_document(tmp_path: Path) -> None:
    path = tmp_path / "kb_bench.py"
    path.write_text("raise SystemExit('no such library')")
    document = run_alone([str(path), "--suite", "torch"], PYTHON)
    assert document["results"] == []
    assert [(row["suite"], row["message"]) for row in document["problems"]] == [("torch", "no such library")]


def test_several_suites_make_one_document(program: str) -> None:
    document = run_alone([program, "--suite", "numpy", "--suite", "numpy:full"], PYTHON)
    assert len(document["results"]) == 6
