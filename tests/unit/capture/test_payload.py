import ast
import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from envkb.capture.collect.main import BEGIN, END
from envkb.capture.payload import MODULES, PACKAGE, assemble

OTHER_PYTHONS = sorted(Path.home().glob(".pyenv/versions/*/bin/python"))


def run(python: str | Path, text: str, cwd: Path) -> tuple[int, dict[str, Any]]:
    done = subprocess.run(
        [python, "-E", "-s", "-S", "-"], input=text.encode(), capture_output=True, cwd=cwd, check=False
    )
    _, mark, rest = done.stdout.decode().partition(BEGIN)
    assert mark, done.stderr.decode()
    return done.returncode, json.loads(rest.partition(END)[0])


def sources_of_package() -> dict[str, str]:
    names = [Path(str(entry)).stem for entry in files(PACKAGE).iterdir() if str(entry).endswith(".py")]
    return {name: files(PACKAGE).joinpath(f"{name}.py").read_text("utf-8") for name in names}


def imported_by(text: str) -> set[str]:
    froms = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom) and node.module]
    return {str(node.module).removeprefix(f"{PACKAGE}.") for node in froms if str(node.module).startswith("envkb")}


def test_every_module_is_joined() -> None:
    assert set(MODULES) == set(sources_of_package()) - {"__init__", "guard"}


def test_every_module_comes_after_those_it_imports() -> None:
    texts = sources_of_package()
    for index, name in enumerate(MODULES):
        assert imported_by(texts[name]) <= set(MODULES[:index]), name


def test_nothing_but_the_standard_library_is_imported() -> None:
    for name, text in sources_of_package().items():
        for node in ast.walk(ast.parse(text)):
            roots = {alias.name.partition(".")[0] for alias in node.names} if isinstance(node, ast.Import) else set()
            if isinstance(node, ast.ImportFrom) and node.module:
                roots = {node.module.partition(".")[0]}
            assert roots <= sys.stdlib_module_names | {"envkb"}, name


def test_every_module_is_python_3_8() -> None:
    for name, text in sources_of_package().items():
        ast.parse(text, name, feature_version=(3, 8))


def test_the_text_is_ascii() -> None:
    assert assemble({"target": "/home/zo\u00eb/venv"}).isascii()


def test_the_text_collects_under_a_bare_interpreter(tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('shadowed')")
    code, document = run(sys.executable, assemble({"target": sys.executable}), tmp_path)
    rows = {row["id"]: row for row in document["sources"]}
    assert code == 0
    assert json.loads(rows["kb:environment"]["text"])["prefix"] == sys.prefix
    assert document["machine_values"]["users"]


@pytest.mark.real
@pytest.mark.skipif(not OTHER_PYTHONS, reason="no other Pythons under ~/.pyenv/versions")
@pytest.mark.parametrize("python", OTHER_PYTHONS, ids=lambda path: path.parts[-3])
def test_other_pythons_collect_or_say_that_they_are_too_old(python: Path, tmp_path: Path) -> None:
    version = python.parts[-3]
    code, document = run(python, assemble({"target": str(python)}), tmp_path)
    if tuple(map(int, version.split(".")[:2])) < (3, 8):
        assert code == 3
        assert document == {"schema": "envkb.snapshot/1", "error": f"Python {version} is too old"}
    else:
        told = next(row for row in document["sources"] if row["id"] == "kb:environment")
        assert json.loads(told["text"])["interpreter"]["version"] == version


@pytest.mark.real
@pytest.mark.parametrize(
    "python", [path for path in OTHER_PYTHONS if path.parts[-3] < "3.8" and "3.1" not in path.parts[-3]]
)
def test_old_targets_are_named_with_their_version(python: Path, tmp_path: Path) -> None:
    _, document = run(sys.executable, assemble({"target": str(python)}), tmp_path)
    told = next(row for row in document["sources"] if row["id"] == "kb:environment")
    assert told["reason"] == f"{python} is Python {python.parts[-3]}; Python 3.8 or later is needed"
