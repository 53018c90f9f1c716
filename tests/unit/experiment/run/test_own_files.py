"""A user's own benchmarks: named in a plan, read once, and the same text to the end of the run."""

from pathlib import Path

import pytest

from envkb.errors import UsageError
from envkb.experiment.run.own_files import OwnFile, place_own_file, read_own_files
from run_plans import make_plan

TEXT = "def bench_sum():\n    return sum(range(1000))\n\n\ndef helper():\n    pass\n"


def plan(*benchmarks: str) -> tuple[OwnFile, ...]:
    return read_own_files(make_plan(benchmarks=benchmarks))


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(TEXT)
    return tmp_path / "mine.py"


@pytest.mark.parametrize("named", ["mine.py", "mine.py:sum", "mine.py:bench_sum", "./mine.py"])
def test_a_file_is_read_as_it_is_when_the_run_begins(mine: Path, named: str) -> None:
    assert mine.is_file()
    assert plan("python", named) == (OwnFile(path="mine.py", text=TEXT),)
    assert plan("mine.py:sum", "mine.py:bench_sum") == (OwnFile(path="mine.py", text=TEXT),)


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ("absent.py", "no such file"),
        ("mine.py:sort", "no function bench_sort"),
        ("mine.py:helper", "no function bench_helper"),
        ("broken.py", "is no Python"),
        ("bytes.py", "is no Python"),
        ("empty.py", "no function that begins with bench_"),
        ("folder.py", "is a directory"),
        ("large.py", "too many"),
    ],
)
def test_what_cannot_be_measured_is_refused_before_anything_starts(mine: Path, named: str, words: str) -> None:
    folder = mine.parent
    (folder / "broken.py").write_text("def bench_(:\n")
    (folder / "bytes.py").write_bytes(b"\xff\xfe")
    (folder / "empty.py").write_text("")
    (folder / "large.py").write_text("#" * 300_000)
    (folder / "folder.py").mkdir()
    with pytest.raises(UsageError, match=words):
        plan(named)


def test_two_files_of_one_name_are_refused(mine: Path) -> None:
    (mine.parent / "other").mkdir()
    (mine.parent / "other" / "mine.py").write_text(TEXT)
    with pytest.raises(UsageError, match="two files"):
        plan("mine.py", "other/mine.py")


def test_a_file_that_changes_meanwhile_is_measured_as_it_was(mine: Path, tmp_path: Path) -> None:
    (own,) = plan("mine.py")
    assert place_own_file(own, tmp_path / "copies") == mine
    mine.write_text("def bench_sum():\n    return 1\n")
    copy = place_own_file(own, tmp_path / "copies")
    assert copy.parent == tmp_path / "copies"
    assert copy.read_text() == TEXT
    mine.unlink()
    assert place_own_file(own, tmp_path / "copies").read_text() == TEXT
