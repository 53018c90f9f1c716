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


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="nothing tells the variables of a process")
def test_what_outlived_its_run_elsewhere_is_known_by_its_temporary_files(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", CRASHING, str(tmp_path)], check=False)
    told = {**os.environ, "TMPDIR": str(tmp_path / "run-a" / "temporary")}
    with (
        subprocess.Popen(["sleep", "60"], env=told) as orphan,
        subprocess.Popen(["sleep", "60"], env={**told, "TMPDIR": str(tmp_path / "run-ab")}) as other,
    ):
        sweep(tmp_path)
        assert orphan.wait(10) == -9
        assert other.poll() is None
        other.kill()


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


RACING = """
import sys
from pathlib import Path
from envkb.experiment.run.scratch import scratch_folder, sweep
home, name = Path(sys.argv[1]), sys.argv[2]
for number in range(150):
    sweep(home)
    with scratch_folder(home, f"run-{name}-{number}") as folder:
        (folder / "file").write_text("x")
        assert (folder / "envkb-run").is_file()
"""


def test_runs_that_begin_at_the_same_moment_do_not_sweep_each_other(tmp_path: Path) -> None:
    racing = [
        subprocess.Popen([sys.executable, "-c", RACING, str(tmp_path), name], stderr=subprocess.PIPE, text=True)
        for name in ("a", "b", "c")
    ]
    said = [process.communicate(timeout=120)[1] for process in racing]
    assert [process.returncode for process in racing] == [0, 0, 0], said
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_while_it_is_removed_waits_until_that_is_done(tmp_path: Path) -> None:
    code = """
import os, signal, sys, threading, time
from pathlib import Path
from envkb.experiment.run import scratch
folder = scratch.scratch_folder(Path(sys.argv[1]), "run-a")
path = folder.__enter__()
for number in range(3000):
    (path / str(number)).mkdir()
def press():
    while len(list(path.glob("*"))) > 2500:
        time.sleep(0.001)
    os.kill(os.getpid(), signal.SIGINT)
threading.Thread(target=press, daemon=True).start()
folder.__exit__(None, None, None)
"""
    ended = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], check=False, capture_output=True, text=True, timeout=60
    )
    assert "KeyboardInterrupt" in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_somebody_still_writes_is_left_to_the_next_sweep(tmp_path: Path) -> None:
    writing = "while :; do mkdir -p busy; : > busy/$$; done"
    with scratch_folder(tmp_path, "run-a") as folder:
        orphan = subprocess.Popen(["sh", "-c", writing], cwd=folder, stderr=subprocess.DEVNULL)
    try:
        left = (tmp_path / "run-a").exists()
        assert not left or (tmp_path / "run-a" / "envkb-run").is_file()
        if Path("/proc/self/cwd").exists():
            sweep(tmp_path)
            assert not (tmp_path / "run-a").exists()
    finally:
        orphan.kill()
        orphan.wait(10)
