"""The only place that starts processes."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from envkb.errors import KbError, ToolFailedError, ToolMissingError

_LAST_PATIENCE_S = 1.0


@dataclass(frozen=True, slots=True)
class Completed:
    """A process that has ended.

    Attributes:
        args: What was started.
        exit_code: Its exit status; negative for the signal that killed it.
        stdout: What it wrote to standard output.
        stderr: What it wrote to standard error.
        duration_s: Seconds from start to end.
        timed_out: Whether its time was over and it was killed.
    """

    args: tuple[str, ...]
    exit_code: int
    stdout: bytes
    stderr: bytes
    duration_s: float
    timed_out: bool = False


class Runner(Protocol):
    """Starts a process and waits for it; tests pass a fake."""

    def __call__(
        self,
        args: Sequence[str],
        *,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        timeout_s: float = 60.0,
    ) -> Completed:
        """Run a program; see `run`."""
        ...


def run(
    args: Sequence[str],
    *,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    timeout_s: float = 60.0,
) -> Completed:
    """Run a program and wait for it.

    The program gets a session of its own, so that a time-out ends everything it started, and no terminal to ask on.

    Args:
        args: The program and its arguments; nothing is interpreted by a shell.
        stdin: What it reads from standard input.
        env: Its environment variables; None for ours.
        cwd: Its working directory; None for ours.
        timeout_s: Seconds after which its process group is killed.

    Returns:
        What became of it, whatever its exit status.

    Raises:
        ToolMissingError: There is no such program.
        ToolFailedError: The program is there but cannot be started.
    """
    begin = time.monotonic()
    with _start(args, env, cwd) as process:
        try:
            stdout, stderr = process.communicate(stdin, timeout=timeout_s)
        except subprocess.TimeoutExpired:
            _kill_group(process)
            stdout, stderr = _rest(process)
            timed_out = True
        except BaseException:
            _kill_group(process)
            raise
        else:
            timed_out = False
    return Completed(tuple(args), process.returncode, stdout, stderr, time.monotonic() - begin, timed_out)


def attend(args: Sequence[str], *, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> int:
    """Start a program that talks to the person at the terminal itself, and wait until one of them ends it.

    Ctrl-C reaches the program as it reaches us, so it ends by itself; we wait for that.

    Args:
        args: The program and its arguments; nothing is interpreted by a shell.
        env: Its environment variables; None for ours.
        cwd: Its working directory; None for ours.

    Returns:
        Its exit status.

    Raises:
        ToolMissingError: There is no such program.
        ToolFailedError: The program is there but cannot be started.
    """
    try:
        process = subprocess.Popen(args, env=env, cwd=cwd)
    except OSError as error:
        raise _cannot_start(args[0], env, cwd, error) from error
    with process:
        try:
            return process.wait()
        except KeyboardInterrupt:
            process.wait()
            raise


def _start(args: Sequence[str], env: Mapping[str, str] | None, cwd: Path | None) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            args,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=env,
            cwd=cwd,
            start_new_session=True,
        )
    except OSError as error:
        raise _cannot_start(args[0], env, cwd, error) from error


def _cannot_start(program: str, env: Mapping[str, str] | None, cwd: Path | None, error: OSError) -> KbError:
    if cwd is not None and not cwd.is_dir():
        return ToolFailedError(f"cannot start {program}: no folder {cwd}")
    # By looking, not by the error: a folder on PATH that may not be entered makes a missing program a forbidden one.
    path = (os.environ if env is None else env).get("PATH")
    if not (Path(program).exists() if "/" in program else shutil.which(program, path=path)):
        return ToolMissingError(f"{program} is not installed", hint=f"install {program} or put it on PATH")
    return ToolFailedError(f"cannot start {program}: {(error.strerror or str(error)).lower()}")


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _rest(process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
    try:
        return process.communicate(timeout=_LAST_PATIENCE_S)
    except subprocess.TimeoutExpired as error:
        # Something left the group and holds the pipes; what came so far is all there is.
        return error.stdout or b"", error.stderr or b""
