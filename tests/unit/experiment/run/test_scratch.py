import os
import subprocess
import sys
from pathlib import Path

import pytest

from envkb.errors import UsageError
from envkb.experiment.run.scratch import kept_folder, remove, scratch_folder, sweep

CRASHING = """
import os, sys
from pathlib import Path
from envkb.experiment.run.scratch import scratch_folder
with scratch_folder(Path(sys.argv[1]), "run-a") as folder:
    (folder / "file").write_text("x")
    os.kill(os.getpid(), 9)
"""


def test_the_folder_goes_whatever_happens(tmp_path: Path) -> None:
    def work() -> None:
        with scratch_folder(tmp_path, "run-a") as folder:
            (folder / "deep" / "er").mkdir(parents=True)
            (folder / "deep" / "er" / "file").write_text("x")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_whose_process_was_killed_is_swept_with_what_still_works_in_it(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", CRASHING, str(tmp_path)], check=False)
    assert (tmp_path / "run-a" / "file").is_file()
    with subprocess.Popen(["sleep", "60"], cwd=tmp_path / "run-a") as orphan:
        assert sweep(tmp_path) == (tmp_path / "run-a",)
        if Path("/proc/self/cwd").exists():
            assert orphan.wait(10) == -9
        orphan.kill()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_use_stays(tmp_path: Path) -> None:
    with scratch_folder(tmp_path, "run-a") as folder:
        assert sweep(tmp_path) == ()
        assert folder.is_dir()
        with pytest.raises(UsageError, match="another process"), scratch_folder(tmp_path, "run-a"):
            pass
        assert folder.is_dir()


def test_what_kb_did_not_mark_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "somebody" / "else").mkdir(parents=True)
    assert sweep(tmp_path) == ()
    assert (tmp_path / "somebody" / "else").is_dir()


def test_read_only_folders_go_and_links_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("x")
    folder = tmp_path / "folder"
    (folder / "locked").mkdir(parents=True)
    (folder / "locked" / "file").write_text("x")
    (folder / "link").symlink_to(outside)
    (folder / "locked").chmod(0o500)
    remove(folder)
    assert not folder.exists()
    assert (outside / "kept").is_file()


def test_an_empty_folder_without_a_mark_goes_after_a_moment(tmp_path: Path) -> None:
    fresh, old = tmp_path / "run-fresh", tmp_path / "run-old"
    for folder in (fresh, old):
        folder.mkdir()
    os.utime(old, (0, 0))
    sweep(tmp_path)
    assert list(tmp_path.iterdir()) == [fresh]


def test_what_is_kept_stays_only_where_the_run_ends_well(tmp_path: Path) -> None:
    with kept_folder(tmp_path, "run-a") as folder:
        (folder / "env").mkdir()
        assert sweep(tmp_path) == ()
    assert sweep(tmp_path) == ()
    assert [path.name for path in (tmp_path / "run-a").iterdir()] == ["env"]

    def stopped() -> None:
        with kept_folder(tmp_path, "run-b") as folder:
            (folder / "env").mkdir()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert [path.name for path in tmp_path.iterdir()] == ["run-a"]
