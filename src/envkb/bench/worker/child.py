"""Interpreters and programs that are started to be timed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from typing import IO, NamedTuple

_KIBI = 1024


class ChildError(Exception):
    """A program that was started to be timed failed."""


class Run(NamedTuple):
    """A child that ended well.

    Attributes:
        seconds: From its start to its end.
        stdout: What it wrote to standard output.
        peak_kib: The most memory that it had in use; None where that cannot be told from this process's own.
        blocks: Blocks of 512 bytes that it had to read from a disk; None where nothing tells.
    """

    seconds: float
    stdout: bytes
    peak_kib: int | None
    blocks: int | None


def start(args: list[str], environ: dict[str, str] | None = None) -> Run:
    """Run a program to its end.

    Raises:
        ChildError: It failed; the message is the end of what it wrote to standard error.
    """
    # Files, since a pipe that nobody reads would fill; and no time-out, since waiting with one polls, which adds up
    # to 50 ms: whoever started this process ends it when time is over.
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begin = time.perf_counter()
        process = subprocess.Popen(args, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=environ)
        try:
            status, peak, blocks = _wait(process)
        except BaseException:
            process.kill()
            process.wait()
            raise
        seconds = time.perf_counter() - begin
        if status != 0:
            raise ChildError(_words(args, status, _text(err)))
        return Run(seconds, _text(out), peak, blocks)


def _wait(process: subprocess.Popen[bytes]) -> tuple[int, int | None, int | None]:
    if not hasattr(os, "wait4"):
        return process.wait(), None, None
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
    kib = _kib(usage.ru_maxrss)
    # Linux counts in what this process had in use when the child was started.
    return process.returncode, kib if kib > _own_kib() else None, usage.ru_inblock


def _own_kib() -> int:
    import resource  # noqa: PLC0415 - Windows has none

    return _kib(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def _kib(told: int) -> int:
    return told // _KIBI if sys.platform == "darwin" else told


def _text(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()


def _words(args: list[str], status: int, stderr: bytes) -> str:
    text = stderr.decode("utf-8", "replace").strip()
    # All of it for whoever reads this process's own words, the last line for the message.
    sys.stderr.write(text + "\n")
    how = f"signal {-status}" if status < 0 else f"exit status {status}"
    last = text.splitlines()[-1].strip() if text else ""
    program = os.path.basename(args[0])  # noqa: PTH119 - it may be no path
    return f"{program}: {how}: {last}" if last else f"{program}: {how}"
