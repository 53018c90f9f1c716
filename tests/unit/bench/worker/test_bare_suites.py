"""The suites that need nothing but an interpreter."""

import os
import sys
import venv
from pathlib import Path
from typing import Any

import pytest

from envkb.bench.worker.child import ChildError, start
from envkb.bench.worker.io_suite import forget
from envkb.bench.worker.main import answer
from envkb.bench.worker.request import FULL, Request


def listed(request: Request) -> list[str]:
    document = answer(request)
    assert document["problems"] == []
    return [case["case"] for case in document["cases"]]


def result(request: Request) -> dict[str, Any]:
    (row,) = answer(request)["results"]
    return dict(row)


def conditions(row: dict[str, Any]) -> dict[str, Any]:
    return {condition["name"]: condition["value"] for condition in row["conditions"]}


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module that only an interpreter of a made-up environment finds."""
    venv.create(tmp_path / "env", symlinks=True, with_pip=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "env/bin/python"))
    (site,) = (tmp_path / "env/lib").glob("python*/site-packages")
    path = Path(site) / "planted.py"
    path.write_text("print('hello from an import')\nVALUE = 1\n")
    return path


def test_full_asks_more_than_quick() -> None:
    quick = listed(Request("python", modules=("json",)))
    full = listed(Request("python", FULL, modules=("json",)))
    assert set(quick) < set(full)
    assert {"startup-without-site", "import-json-uncompiled"} <= set(full)


def test_nothing_is_written_into_an_environment_that_is_not_ours(module: Path) -> None:
    row = result(Request("python", case="import-planted-first", modules=("planted",)))
    assert row["problem"] is None
    assert len(row["series"][0]["samples"]) == 1
    assert not (module.parent / "__pycache__").exists()
    assert conditions(row)["bytecode_share"] < 1


def test_bytecode_is_written_where_that_is_allowed(module: Path) -> None:
    row = result(Request("python", case="import-planted-steady", modules=("planted",), samples=2, write_bytecode=True))
    assert row["problem"] is None
    assert list((module.parent / "__pycache__").glob("planted.*.pyc"))


def test_an_import_can_be_timed_as_if_nothing_were_compiled(module: Path) -> None:
    row = result(Request("python", FULL, case="import-planted-uncompiled", modules=("planted",), samples=2))
    assert row["problem"] is None
    assert conditions(row)["bytecode_share"] == 0
    assert not (module.parent / "__pycache__").exists()


def test_an_import_that_fails_says_why(module: Path) -> None:
    module.write_text("raise ImportError('libcudart.so.12: cannot open shared object file')\n")
    row = result(Request("python", case="import-planted-steady", modules=("planted",)))
    assert row["series"] == []
    assert "libcudart.so.12: cannot open shared object file" in row["problem"]["message"]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("python", "-c", "raise SystemExit('broken')"), "exit status 1: broken"),
        (("python", "-c", "import os; os.abort()"), "signal 6"),
        (("no-such-program",), "no-such-program"),
    ],
    ids=["status", "signal", "missing"],
)
def test_a_command_that_fails_is_a_problem(command: tuple[str, ...], said: str) -> None:
    row = result(Request("command", case=command[0], command=command, samples=2))
    assert row["series"] == []
    assert said in row["problem"]["message"]


def test_much_output_of_a_command_holds_nothing_up() -> None:
    line = "import sys; sys.stderr.write('x' * 10**6); sys.stdout.write('y' * 10**6)"
    assert len(start([sys.executable, "-c", line]).stdout) == 10**6


def test_the_memory_of_a_child_is_told_where_it_exceeds_our_own() -> None:
    run = start([sys.executable, "-c", "x = bytearray(700 * 2**20)"])
    assert run.peak_kib is None or run.peak_kib > 700 * 2**10


def test_a_child_that_fails_leaves_nothing_behind(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ChildError, match="exit status 5"):
        start([sys.executable, "-c", "raise SystemExit(5)"])
    capfd.readouterr()


@pytest.mark.skipif(not hasattr(os, "posix_fadvise"), reason="this system cannot be asked to forget files")
def test_a_start_from_disk_reads_a_disk_or_does_not_count() -> None:
    row = result(Request("io", case="start-from-disk", samples=2))
    if row["problem"] is None:
        assert conditions(row)["bytes_read"][0] > 0
    else:
        assert row["problem"]["kind"] == "nothing-counted"


def test_files_that_have_gone_are_forgotten_already(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("x")
    forget([str(tmp_path / "there"), str(tmp_path / "gone")])
    assert (tmp_path / "there").read_text() == "x"


OWN = """
from beside import NUMBER
LOG = []
def bench_plain(): return NUMBER
def bench_ready():
    LOG.append("made ready")
    yield lambda: sorted([2, 1]), lambda result: result == [1, 2]
    LOG.append("cleaned up")
    print(LOG)
def bench_asserts():
    def check(result):
        assert result == 2, "it is not two"
    yield lambda: 1, check
def helper(): pass
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "beside.py").write_text("NUMBER = 3\n")
    (tmp_path / "mine.py").write_text(OWN)
    return tmp_path / "mine.py"


def own_result(file: Path, case: str) -> dict[str, Any]:
    return result(Request("own", case=case, file=str(file), samples=2, loops=1))


def test_functions_that_begin_with_bench_are_benchmarks(own: Path) -> None:
    assert listed(Request("own", file=str(own))) == ["mine.plain", "mine.ready", "mine.asserts"]


def test_a_plain_function_is_timed_and_not_checked(own: Path) -> None:
    row = own_result(own, "mine.plain")
    assert row["problem"] is None
    assert row["verified"] is None


def test_a_generator_makes_ready_checks_and_cleans_up(own: Path, capfd: pytest.CaptureFixture[str]) -> None:
    row = own_result(own, "mine.ready")
    assert row["verified"] is True
    assert "['made ready', 'cleaned up']" in capfd.readouterr().out


def test_an_assertion_of_the_user_is_a_wrong_result(own: Path) -> None:
    row = own_result(own, "mine.asserts")
    assert (row["problem"]["kind"], row["problem"]["message"]) == ("wrong-result", "it is not two")


def test_the_version_is_the_files_digest_unless_it_says_one(own: Path) -> None:
    version = own_result(own, "mine.plain")["version"]
    own.write_text(OWN + "# another line\n")
    assert own_result(own, "mine.plain")["version"] != version
    own.write_text(OWN + "VERSION = 4\n")
    assert own_result(own, "mine.plain")["version"] == "4"


@pytest.mark.parametrize(
    ("text", "said"),
    [("x = 1\n", "no function that begins with bench_"), ("def bench_x(:\n", "invalid syntax"), ("1 / 0\n", "zero")],
)
def test_a_file_that_cannot_be_used_is_a_problem_of_the_suite(own: Path, text: str, said: str) -> None:
    own.write_text(text)
    (problem,) = answer(Request("own", file=str(own)))["problems"]
    assert said in problem["message"]


@pytest.mark.parametrize("name", ["statistics", "pytest", "sys"])
def test_a_file_that_would_hide_a_module_is_refused_by_name(own: Path, name: str) -> None:
    file = own.rename(own.with_name(f"{name}.py"))
    (problem,) = answer(Request("own", file=str(file)))["problems"]
    assert problem["message"] == f"{name}.py would hide the module {name}: give it another name"


@pytest.mark.parametrize("body", ["return 1", "yield 1"], ids=["coroutine", "generator"])
def test_a_coroutine_is_refused_since_calling_it_does_nothing(own: Path, body: str) -> None:
    own.write_text(f"async def bench_x(): {body}\n")
    row = own_result(own, "mine.x")
    assert row["series"] == []
    assert "asyncio.run" in row["problem"]["message"]


def test_a_benchmark_that_is_not_there_is_told(own: Path) -> None:
    document = answer(Request("own", case="mine.gone", file=str(own)))
    assert document["results"] == []
    assert [row["message"] for row in document["problems"]] == ["own has no benchmark mine.gone here"]


def test_a_system_that_cannot_forget_files_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "posix_fadvise", raising=False)
    (problem,) = answer(Request("io"))["problems"]
    assert "cannot be asked to forget files" in problem["message"]
    assert (problem["type"], problem["stage"]) == ("NotImplementedError", "import")
