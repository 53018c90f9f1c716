"""The folder of a run's environments and caches: kb made it, marks it with its process, and removes it."""

import fcntl
import os
import shutil
import signal
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from envkb.errors import KbError, UsageError
from envkb.patience import Patience

_MARK: Final = "envkb-run"
_MOMENT_S: Final = 60.0
_LOOKS: Final = 5
_LOOK_S: Final = 0.1
_TEXT: Final = "Made by kb for one run; it is removed when the run ends, or when the next one begins.\n"


def kept_home() -> Path:
    """Return the folder that holds the environments which runs were asked to keep."""
    return scratch_home().parent / "kept"


def scratch_home() -> Path:
    """Return the folder that holds the scratch folders of all runs of this user, on a real disk where there is one."""
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "envkb" / "runs"


@contextmanager
def scratch_folder(home: Path, run_id: str) -> Iterator[Path]:
    """Make the scratch folder of a run, and remove it whatever happens.

    The mark in it is locked as long as this process lives, so that nobody takes it for a left-over.

    Args:
        home: The folder that holds those of all runs.
        run_id: Names the run.

    Raises:
        UsageError: The run goes on in another process.
        KbError: The folder cannot be made.
    """
    with _marked(home, run_id) as folder:
        try:
            yield folder
        finally:
            # Whoever presses Ctrl-C twice still gets what the first one promised.
            with Patience():
                remove(folder)


@contextmanager
def kept_folder(home: Path, run_id: str) -> Iterator[Path]:
    """Make a folder for what is to stay when a run ends well; of one that does not, nothing stays.

    Args:
        home: The folder that holds those of all runs.
        run_id: Names the run.

    Raises:
        UsageError: The run goes on in another process.
        KbError: The folder cannot be made.
    """
    with _marked(home, run_id) as folder:
        try:
            yield folder
        except BaseException:
            with Patience():
                remove(folder)
            raise
        (folder / _MARK).unlink()


@contextmanager
def _marked(home: Path, run_id: str) -> Iterator[Path]:
    folder = home / run_id
    mark = _mark(folder)
    try:
        os.pwrite(mark, f"{_TEXT}process {os.getpid()}\n".encode(), 0)
        yield folder
    finally:
        os.close(mark)


def _mark(folder: Path) -> int:
    """Return the locked mark of a folder; a sweep of another process may look at it before it is locked."""
    place = folder / _MARK
    for _ in range(_LOOKS):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            mark = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except FileNotFoundError:
            continue  # swept between the two
        except OSError as error:
            raise KbError(f"{folder} cannot be made: {(error.strerror or str(error)).lower()}") from error
        if _lock(mark) and _is_at(mark, place):
            return mark
        os.close(mark)
        time.sleep(_LOOK_S)
    raise UsageError(f"the run {folder.name} goes on in another process", hint="wait for its end")


def _is_at(descriptor: int, place: Path) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(descriptor), place.stat())
    return False


def sweep(home: Path) -> tuple[Path, ...]:
    """Remove the scratch folders whose process has gone, and return them; those of running ones stay.

    Programs that outlived their run, such as a benchmark that hangs, are ended first.
    """
    swept = []
    for mark in sorted(home.glob(f"*/{_MARK}")):
        try:
            descriptor = os.open(mark, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError:
            continue
        try:
            if _lock(descriptor):
                _end_processes(mark.parent)
                remove(mark.parent)
                swept.append(mark.parent)
        finally:
            os.close(descriptor)
    for folder in home.glob("run-*"):
        # Killed before there was a mark, or after there was one; a process that just begins has a moment's time.
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > _MOMENT_S:
                folder.rmdir()
    return tuple(swept)


def remove(folder: Path) -> None:
    """Remove a folder of kb's own, also where a manager made parts of it read-only; the mark goes last.

    Where something cannot be removed, because a program still writes there, the mark stays for the next sweep.
    """
    with suppress(OSError):
        folder.chmod(stat.S_IRWXU)
        for _ in range(_LOOKS):
            for entry in _unmarked(folder):
                if entry.is_dir() and not entry.is_symlink():
                    shutil.rmtree(entry, onerror=_make_writable)
                else:
                    entry.unlink(missing_ok=True)
            if not _unmarked(folder):
                (folder / _MARK).unlink(missing_ok=True)
                folder.rmdir()
                return
            time.sleep(_LOOK_S)


def _unmarked(folder: Path) -> list[Path]:
    return [entry for entry in folder.iterdir() if entry.name != _MARK]


def _end_processes(folder: Path) -> None:
    """End what works in a folder, or was told to keep its temporary files there."""
    inside = f"{folder.resolve()}/"
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            works_there = f"{(process / 'cwd').readlink()}/".startswith(inside)
            if works_there or f"\0TMPDIR={inside}".encode() in b"\0" + (process / "environ").read_bytes():
                os.kill(int(process.name), signal.SIGKILL)


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _make_writable(function: Callable[..., Any], path: str, error: object) -> None:
    del error
    with suppress(OSError):
        parent = Path(path).parent
        parent.chmod(parent.stat().st_mode | stat.S_IRWXU)
        if Path(path).is_dir():
            Path(path).chmod(stat.S_IRWXU)
        function(path)
