"""A terminal for tests: runs the command line as a person would, and types."""

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path


class Terminal:
    """One command in a pseudo-terminal."""

    def __init__(self, arguments: Sequence[str], cwd: Path) -> None:
        """Start `kb` with these arguments."""
        self._ours, theirs = pty.openpty()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "envkb", *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=cwd,
            start_new_session=True,
            preexec_fn=lambda: os.close(os.open(os.ttyname(theirs), os.O_RDWR)),  # noqa: PLW1509 - takes the terminal
        )
        os.close(theirs)
        self.text = ""

    def wait_for(self, words: str, timeout_s: float = 60) -> None:
        """Read until these words stand on the screen after what was read before."""
        seen = len(self.text)
        end = time.monotonic() + timeout_s
        while words not in self.text[seen:]:
            if not self._read(end):
                raise AssertionError(f"{words!r} never came; the screen says:\n{self.text}")

    def type(self, text: str) -> None:
        """Type a line."""
        os.write(self._ours, f"{text}\n".encode())

    def interrupt(self) -> int:
        """Press Ctrl-C until the program ends, and return the exit code.

        One press can be lost: a signal between Python's last look and the wait for a line is seen after that line.
        """
        end = time.monotonic() + 60
        while self._process.poll() is None and time.monotonic() < end:
            os.write(self._ours, b"\x03")
            again = time.monotonic() + 2
            while self._process.poll() is None and time.monotonic() < again:
                self._read(time.monotonic() + 0.1)
        return self.close()

    def hang_up(self) -> int:
        """Close the terminal's window, and return the exit code of the program that lay in it."""
        os.close(self._ours)
        return self._process.wait(60)

    def close(self) -> int:
        """Wait for the end and return the exit code."""
        end = time.monotonic() + 60
        while self._process.poll() is None and time.monotonic() < end:
            self._read(time.monotonic() + 0.1)
        while self._read(time.monotonic()):
            pass
        code = self._process.wait(1)
        os.close(self._ours)  # not before the end: it hangs up on whoever still runs
        return code

    def _read(self, end: float) -> bool:
        ready, _, _ = select.select([self._ours], [], [], max(0, end - time.monotonic()))
        if not ready:
            return False
        try:
            data = os.read(self._ours, 65536)
        except OSError:  # the other side has closed
            return False
        self.text += data.decode("utf-8", "replace").replace("\r\n", "\n")
        return bool(data)
