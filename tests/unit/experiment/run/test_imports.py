import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from envkb.experiment.run.imports import modules_of
from manager_jobs import Replay, ended

PYTHON = Path("/home/ada/env/bin/python")


def installed(folder: Path, name: str, files: Sequence[str], record: str | None = None) -> None:
    """Put a distribution with these files into a folder."""
    info = folder / f"{name.replace('-', '_')}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "RECORD").write_text("".join(f"{file},,\n" for file in files) if record is None else record)
    for file in files:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).touch()


def modules(*requirements: str, path: Sequence[Path]) -> tuple[str, ...]:
    return modules_of(PYTHON, requirements, Replay(ended("\n".join(map(str, path)))), {})


@pytest.mark.parametrize(
    ("name", "files", "found"),
    [
        ("demo", ["demo/__init__.py", "demo/deep/__init__.py", "tests/__init__.py"], ("demo",)),
        ("PyYAML", ["_yaml/__init__.py", "yaml/__init__.py"], ("yaml",)),
        ("typing-extensions", ["typing_extensions.py"], ("typing_extensions",)),
        ("fast", ["fast.cpython-311-x86_64-linux-gnu.so"], ("fast",)),
        ("two", ["beta/__init__.py", "alpha/__init__.py"], ("alpha",)),
        ("data-only", ["data/table.csv", "not-a-name.py"], ()),
        ("hidden", ["_hidden/__init__.py"], ()),
    ],
)
def test_modules_are_what_a_distribution_lists(
    tmp_path: Path, name: str, files: list[str], found: tuple[str, ...]
) -> None:
    installed(tmp_path, name, files)
    assert modules(f"{name}>=1", path=[tmp_path]) == found


def test_every_requirement_has_its_modules_in_order_and_what_is_not_there_has_none(tmp_path: Path) -> None:
    installed(tmp_path, "one", ["one.py"])
    installed(tmp_path, "two", ["two.py"])
    assert modules("two", "gone", "one[extra]", path=[tmp_path]) == ("two", "one")


def test_the_first_folder_of_the_path_counts(tmp_path: Path) -> None:
    installed(tmp_path / "first", "demo", ["mine.py"])
    installed(tmp_path / "second", "demo", ["other.py"])
    assert modules("demo", path=[tmp_path / "no.zip", tmp_path / "first", tmp_path / "second"]) == ("mine",)


def test_a_record_that_cannot_be_read_tells_nothing(tmp_path: Path) -> None:
    installed(tmp_path, "demo", ["demo.py"], record="demo.py,sha256=x,many\n")
    assert modules("demo", path=[tmp_path]) == ()


def test_a_path_that_is_no_text_is_one_all_the_same(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/caf\xe9"
    try:
        os.mkdir(folder)  # noqa: PTH102 - pathlib knows text alone
    except OSError:
        pytest.skip("this file system holds text alone")
    installed(Path(os.fsdecode(folder)), "demo", ["demo.py"])
    answer = ended()._replace(stdout=folder)
    assert modules_of(PYTHON, ("demo",), Replay(answer), {}) == ("demo",)


def test_an_interpreter_that_does_not_start_tells_nothing() -> None:
    assert modules_of(PYTHON, ("demo",), Replay(ended(stderr="no", exit_code=1)), {}) == ()


def test_without_a_name_nobody_is_asked() -> None:
    runner = Replay(ended())
    assert modules_of(PYTHON, ("./wheels/mine.whl",), runner, {}) == ()
    assert runner.asked == []
