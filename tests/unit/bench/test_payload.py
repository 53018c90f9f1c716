import ast
import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from envkb.bench.payload import ALONE, CORE, PACKAGE, PROGRAM, SUITES, assemble
from envkb.bench.suites import SUITES as NAMED
from envkb.bench.worker.main import SUITES as ANSWERED

OTHER_PYTHONS = sorted(Path.home().glob(".pyenv/versions/*/bin/python"))
QUOTE = "'" * 3


def run(python: str | Path, text: str, cwd: Path, *args: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run([python, "-", *args], input=text.encode(), capture_output=True, cwd=cwd, check=False)


def document(done: "subprocess.CompletedProcess[bytes]") -> dict[str, Any]:
    assert done.returncode == 0, done.stderr.decode()
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def sources() -> dict[str, str]:
    names = [Path(str(entry)).stem for entry in files(PACKAGE).iterdir() if str(entry).endswith(".py")]
    return {name: files(PACKAGE).joinpath(f"{name}.py").read_text("utf-8") for name in names}


def imported_by(text: str) -> set[str]:
    froms = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom) and node.module]
    return {str(node.module).removeprefix(f"{PACKAGE}.") for node in froms if str(node.module).startswith("envkb")}


def test_every_module_is_joined() -> None:
    joined = {*CORE, *PROGRAM, *ALONE, *(name for names in SUITES.values() for name in names)}
    assert joined == set(sources()) - {"__init__", "guard"}


def test_every_suite_can_be_joined_and_answered() -> None:
    assert set(SUITES) == set(ANSWERED) == {*NAMED, "own", "command"}


@pytest.mark.parametrize("suite", [*SUITES, None])
def test_every_module_comes_after_those_it_imports(suite: str | None) -> None:
    text = assemble(suite)
    for name, source in sources().items():
        place = text.find(f"('{name}', r{QUOTE}")
        for needed in imported_by(source) if place >= 0 else ():
            assert 0 <= text.find(f"('{needed}', r{QUOTE}") < place, (name, needed)


def test_nothing_but_the_standard_library_is_imported() -> None:
    for name, text in sources().items():
        for node in ast.walk(ast.parse(text)):
            roots = {alias.name.partition(".")[0] for alias in node.names} if isinstance(node, ast.Import) else set()
            if isinstance(node, ast.ImportFrom) and node.module:
                roots = {node.module.partition(".")[0]}
            assert roots <= sys.stdlib_module_names | {"envkb"}, name


def test_every_module_is_python_3_8() -> None:
    for name, text in sources().items():
        ast.parse(text, name, feature_version=(3, 8))


def test_modules_can_be_quoted_as_they_are() -> None:
    for name, text in sources().items():
        assert text.isascii(), name
        assert QUOTE not in text, name


def test_the_text_lists_a_suite_whatever_lies_in_the_working_directory(tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('shadowed')")
    listed = document(run(sys.executable, assemble("python"), tmp_path, '{"suite": "python"}'))
    assert [case["case"] for case in listed["cases"]] == ["startup"]


def test_the_one_file_runs_alone(tmp_path: Path) -> None:
    program = tmp_path / "kb_bench.py"
    program.write_text(assemble())
    args = [sys.executable, str(program), "--suite", "python", "--module", "colorsys"]
    done = subprocess.run(args, capture_output=True, cwd=tmp_path, check=False)
    told = document(done)
    assert [row["case"] for row in told["results"]] == ["startup", "import-colorsys-first", "import-colorsys-steady"]
    assert all(row["problem"] is None for row in told["results"])
    assert b"python: startup" in done.stderr


@pytest.mark.parametrize(
    ("args", "said"), [(["--suite", "jax"], b"no suite jax"), (["--suite", "torch:slow"], b"no suite torch:slow")]
)
def test_the_one_file_says_what_it_does_not_know(tmp_path: Path, args: list[str], said: bytes) -> None:
    program = tmp_path / "kb_bench.py"
    program.write_text(assemble())
    done = subprocess.run([sys.executable, str(program), *args], capture_output=True, check=False)
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stdout == b""


def test_from_standard_input_whole_suites_cannot_run(tmp_path: Path) -> None:
    done = run(sys.executable, assemble(), tmp_path, "--suite", "python")
    assert b"copy this text into a file" in done.stderr


@pytest.mark.real
@pytest.mark.skipif(not OTHER_PYTHONS, reason="no other Pythons under ~/.pyenv/versions")
@pytest.mark.parametrize("python", OTHER_PYTHONS, ids=lambda path: path.parts[-3])
def test_other_pythons_measure_or_say_that_they_are_too_old(python: Path, tmp_path: Path) -> None:
    version = python.parts[-3]
    done = run(python, assemble("python"), tmp_path, '{"suite": "python", "case": "startup", "samples": 2}')
    if tuple(map(int, version.split(".")[:2])) < (3, 8):
        assert done.returncode == 3
        assert f"Python {version} is too old".encode() in done.stderr
    else:
        told = document(done)
        assert told["python"]["version"] == version
        assert told["results"][0]["series"][0]["samples"]


@pytest.mark.real
@pytest.mark.skipif(not OTHER_PYTHONS, reason="no other Pythons under ~/.pyenv/versions")
@pytest.mark.parametrize("suite", SUITES)
def test_the_oldest_python_loads_every_suite(suite: str, tmp_path: Path) -> None:
    python = next((path for path in OTHER_PYTHONS if path.parts[-3].startswith("3.8.")), OTHER_PYTHONS[-1])
    (tmp_path / "mine.py").write_text("def bench_nothing(): pass\n")
    request = {"suite": suite, "command": ["true"], "file": str(tmp_path / "mine.py")}
    told = document(run(python, assemble(suite), tmp_path, json.dumps(request)))
    problems = [problem["message"] for problem in told["problems"]]
    assert told["cases"] or problems == [f"No module named '{suite}'"]
