import json
import sys
import venv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from bench_documents import make_document, make_listed, make_row
from envkb.bench import interpret, read_document
from envkb.bench.measure import Survey, Target, collect, measure, survey, take_slots
from envkb.bench.schedule import interleave
from envkb.bench.suites import SuiteSpec, command_suite, own_suite, parse_suite
from envkb.bench.trouble_texts import TroubleKind
from envkb.errors import ToolMissingError
from envkb.process import Completed, run

OWN = """
import os, sys, time
def bench_good(): return 1.0
def bench_crash(): os.abort()
def bench_exit(): sys.exit(3)
def bench_garbage():
    os.close(os.dup(1))
    os.write(2, b"\\xff\\xfe")
    os._exit(0)
def bench_nan(): return float("nan")
def bench_wrong():
    yield lambda: 1, lambda result: result == 2
"""


class Workers:
    """Stands for the worker: answers a request with what a test wants."""

    def __init__(self, answer: Callable[[dict[str, Any]], Completed | dict[str, Any]]) -> None:
        self.requests: list[dict[str, Any]] = []
        self.pythons: list[str] = []
        self._answer = answer

    def __call__(
        self,
        args: Sequence[str],
        *,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        timeout_s: float = 60.0,
    ) -> Completed:
        del env, cwd, timeout_s
        assert stdin.startswith(b'"""Heads the joined text.')
        assert list(args[1:3]) == ["-I", "-"]
        request = json.loads(args[3])
        self.requests.append(request)
        self.pythons.append(args[0])
        answer = self._answer(request)
        return answer if isinstance(answer, Completed) else printed(answer)


def printed(document: dict[str, Any], exit_code: int = 0) -> Completed:
    return Completed((), exit_code, b"\n" + json.dumps(document).encode() + b"\n", b"", 0.1)


def ended(exit_code: int, stdout: bytes = b"", stderr: bytes = b"", *, timed_out: bool = False) -> Completed:
    return Completed((), exit_code, stdout, stderr, 0.1, timed_out)


def two_cases(bad: Completed | dict[str, Any]) -> Workers:
    """Return workers with the cases `bad`, which ends so, and `good`."""

    def answer(request: dict[str, Any]) -> Completed | dict[str, Any]:
        if not request["case"]:
            return make_document(cases=[make_listed("bad"), make_listed("good")])
        return bad if request["case"] == "bad" else make_document(make_row(request["case"], order=request["order"]))

    return Workers(answer)


FAULTS = [
    ("killed", ended(-9), TroubleKind.CRASH, "signal 9"),
    (
        "aborted",
        ended(-6, stderr=b"terminate called\nFatal Python error: Aborted\n\nExtension modules: x"),
        TroubleKind.CRASH,
        "Fatal Python error: Aborted",
    ),
    ("status", ended(3, stderr=b"Traceback\nboom"), TroubleKind.CRASH, "boom"),
    ("hang", ended(-9, timed_out=True), TroubleKind.HANG, "did not end within"),
    ("nothing", ended(0), TroubleKind.GARBAGE, "it printed nothing"),
    ("words", ended(0, b"Hello, world"), TroubleKind.GARBAGE, "Hello, world"),
    ("bytes", ended(0, b"\xff\xfe\x00"), TroubleKind.GARBAGE, "no result"),
    ("half", ended(0, b'{"schema": "envkb.bench/1", "resu'), TroubleKind.GARBAGE, "no result"),
    ("other json", ended(0, b'{"schema": "something/1"}'), TroubleKind.GARBAGE, "no result"),
    ("wrong shape", printed(make_document({"case": "bad"})), TroubleKind.GARBAGE, "the key is missing"),
    (
        "nan",
        ended(0, json.dumps(make_document(make_row("bad", samples=[float("nan")]))).encode()),
        TroubleKind.GARBAGE,
        "no result",
    ),
    ("negative", printed(make_document(make_row("bad", samples=[-1.0]))), TroubleKind.GARBAGE, "greater than"),
]


@pytest.mark.parametrize(("bad", "kind", "said"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS])
def test_a_fault_is_a_value_and_costs_no_other_benchmark(bad: Completed, kind: TroubleKind, said: str) -> None:
    result = measure(Path("python"), parse_suite("torch"), runner=two_cases(bad))
    assert [measurement.id for measurement in result.found.measurements] == ["torch.good"]
    (trouble,) = result.found.troubles
    assert (trouble.case, trouble.kind) == ("bad", kind)
    assert said in trouble.message


def test_a_worker_that_crashes_after_its_answer_keeps_it() -> None:
    after = printed(make_document(make_row("bad")), exit_code=-11)
    result = measure(Path("python"), parse_suite("torch"), runner=two_cases(after))
    assert {measurement.id for measurement in result.found.measurements} == {"torch.bad", "torch.good"}
    assert [trouble.kind for trouble in result.found.troubles] == [TroubleKind.CRASH]


def test_an_environment_that_has_gone_is_a_value() -> None:
    def gone(_: dict[str, Any]) -> Completed:
        raise ToolMissingError("python is not installed")

    result = measure(Path("python"), parse_suite("torch"), runner=Workers(gone))
    (trouble,) = result.found.troubles
    assert (trouble.kind, trouble.case) == (TroubleKind.MISSING, None)
    assert trouble.message == "python is not installed"


def test_words_around_the_answer_do_not_matter() -> None:
    listed = json.dumps(make_document(cases=[make_listed("good")])).encode()
    good = json.dumps(make_document(make_row("good"))).encode()
    answers = iter([listed, good])
    chatty = Workers(lambda _: ended(0, b"hello from a .pth\n\n" + next(answers) + b"\ngoodbye\n"))
    result = measure(Path("python"), parse_suite("torch"), runner=chatty)
    assert [measurement.id for measurement in result.found.measurements] == ["torch.good"]


def arms(workers: Workers, *names: str) -> tuple[dict[str, Target], dict[str, list[Survey]]]:
    targets = {name: Target(Path(name)) for name in names}
    surveys = {
        name: [survey(target, SuiteSpec("torch"), runner=workers, timeout_s=9)] for name, target in targets.items()
    }
    return targets, surveys


def test_a_schedule_is_taken_slot_by_slot_in_the_arms_own_pythons() -> None:
    workers = two_cases(make_document(make_row("bad")))
    targets, surveys = arms(workers, "uv", "pip")
    slots = interleave({name: own[0].keys() for name, own in surveys.items()}, 2, control="uv")
    taken = list(take_slots(slots, targets, surveys, runner=workers, samples=3))
    assert [one.slot for one in taken] == list(slots)
    asked = workers.requests[2:]
    assert workers.pythons[2:] == [slot.seat.arm for slot in slots]
    assert [request["order"] for request in asked] == [slot.order for slot in slots]
    assert [request["role"] for request in asked] == [slot.seat.role for slot in slots]
    assert {request["samples"] for request in asked} == {3}
    assert len({request["zero_s"] for request in asked}) == 1


def test_iterations_are_calibrated_once_for_all_arms() -> None:
    workers = two_cases(make_document(make_row("bad", loops=7)))
    targets, surveys = arms(workers, "uv", "pip")
    slots = interleave({name: own[0].keys() for name, own in surveys.items()}, 2)
    list(take_slots(slots, targets, surveys, runner=workers))
    loops = [request["loops"] for request in workers.requests if request["case"] == "bad"]
    assert loops == [0, 7, 7, 7]


def test_an_interrupted_schedule_goes_on_where_it_was_left() -> None:
    def answer(request: dict[str, Any]) -> dict[str, Any]:
        if not request["case"]:
            return make_document(cases=[make_listed("matmul")])
        return make_document(make_row(order=request["order"], loops=request["loops"] or 7))

    workers = Workers(answer)
    targets, surveys = arms(workers, "uv")
    slots = interleave({"uv": surveys["uv"][0].keys()}, 3)
    first = next(take_slots(slots, targets, surveys, runner=workers))
    rest = list(take_slots(slots[1:], targets, surveys, runner=workers, earlier=[first]))
    (measurement,) = collect([one.document for one in [first, *rest]]).found.measurements
    assert measurement.orders == (0, 0, 0, 1, 1, 1, 2, 2, 2)
    assert measurement.loops == 7
    began = [request["zero_s"] for request in workers.requests[1:]]
    assert began[1] < began[0]


def test_the_raw_output_gives_the_same_again() -> None:
    result = measure(Path("python"), parse_suite("torch"), runner=two_cases(ended(-9)))
    assert interpret([read_document(result.raw)]) == result.found


def test_a_real_interpreter_is_measured() -> None:
    result = measure(Path(sys.executable), SuiteSpec("python", modules=("colorsys", "no_such_module")), runner=run)
    found = {measurement.id: measurement for measurement in result.found.measurements}
    assert {"python.startup", "python.import-colorsys-first", "python.import-colorsys-steady"} <= set(found)
    assert len(found["python.import-colorsys-first"].samples) == 1
    assert all(sample > 0 for sample in found["python.startup"].samples)
    assert {trouble.kind for trouble in result.found.troubles} == {TroubleKind.MISSING}


def test_faults_of_a_users_own_functions_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(OWN)
    result = measure(Path(sys.executable), own_suite(tmp_path / "mine.py"), runner=run)
    durations = [found for found in result.found.measurements if found.quantity == "duration"]
    assert [found.id for found in durations] == ["own.mine.good"]
    assert {str(trouble.case): trouble.kind for trouble in result.found.troubles} == {
        "mine.crash": TroubleKind.CRASH,
        "mine.exit": TroubleKind.FAILED,
        "mine.garbage": TroubleKind.GARBAGE,
        "mine.nan": TroubleKind.NOT_A_NUMBER,
        "mine.wrong": TroubleKind.WRONG_RESULT,
    }


def test_a_command_runs_with_the_environments_programs_first(tmp_path: Path) -> None:
    venv.create(tmp_path / "env", symlinks=True, with_pip=False)
    seen = tmp_path / "seen"
    line = f'import os, sys; open({str(seen)!r}, "w").write(sys.prefix + " " + os.environ["VIRTUAL_ENV"])'
    result = measure(tmp_path / "env/bin/python", command_suite(("python", "-c", line)), runner=run)
    assert result.found.troubles == ()
    assert result.found.measurements[0].id == "command.python"
    assert seen.read_text() == f"{tmp_path}/env {tmp_path}/env"


def test_a_function_that_hangs_is_ended_with_all_it_started(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("import time\ndef bench_hang():\n    time.sleep(600)\n")
    result = measure(Path(sys.executable), own_suite(tmp_path / "mine.py"), runner=run, timeout_s=3)
    assert [trouble.kind for trouble in result.found.troubles] == [TroubleKind.HANG]
    assert result.found.edge_cases[0].class_ == "slow"


@pytest.mark.parametrize("suite", ["torch", "numpy"])
def test_a_target_without_the_library_says_so(suite: str, tmp_path: Path) -> None:
    venv.create(tmp_path / "bare", symlinks=True, with_pip=False)
    result = measure(tmp_path / "bare/bin/python", parse_suite(suite), runner=run)
    assert result.found.measurements == ()
    (trouble,) = result.found.troubles
    assert (trouble.kind, trouble.case, trouble.suite) == (TroubleKind.MISSING, None, suite)
