"""The only place that starts processes."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Protocol

from envkb.errors import KbError, ToolFailedError, ToolMissingError
from envkb.patience import Patience

_LAST_PATIENCE_S = 1.0
_KIBI = 1024


class Usage(NamedTuple):
    """What a process and the children that it waited for have used.

    Attributes:
        cpu_s: Seconds of processor time, in the program and in the system for it.
        peak_bytes: The most memory that one of them had in use; None where it is no more than what we had in use
            ourselves when it was started, which the system counts in.
    """

    cpu_s: float
    peak_bytes: int | None


_RUNNING: set[subprocess.Popen[bytes]] = set()


class Completed(NamedTuple):
    """A process that has ended.

    Attributes:
        args: What was started.
        exit_code: Its exit status; negative for the signal that killed it.
        stdout: What it wrote to standard output.
        stderr: What it wrote to standard error.
        duration_s: Seconds from start to end.
        timed_out: Whether its time was over and it was killed.
        usage: What it has used; None where nobody measured it.
    """

    args: tuple[str, ...]
    exit_code: int
    stdout: bytes
    stderr: bytes
    duration_s: float
    timed_out: bool = False
    usage: Usage | None = None


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
    with Patience() as patience, _start(args, env, cwd) as process:
        _RUNNING.add(process)
        try:
            patience.end()
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
        finally:
            _RUNNING.discard(process)
    return Completed(tuple(args), process.returncode, stdout, stderr, time.monotonic() - begin, timed_out)


def end_running() -> None:
    """End every program that `run` waits for, in other threads too: for whoever is interrupted and cannot wait."""
    for process in tuple(_RUNNING):
        _kill_group(process)


def run_metered(
    args: Sequence[str],
    *,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    timeout_s: float = 60.0,
) -> Completed:
    """Run a program as `run` does, time it exactly, and tell what it has used.

    Its output goes to files, so that nothing of ours runs beside it.

    Args:
        args: The program and its arguments; nothing is interpreted by a shell.
        stdin: What it reads from standard input.
        env: Its environment variables; None for ours.
        cwd: Its working directory; None for ours.
        timeout_s: Seconds after which its process group is killed.

    Raises:
        ToolMissingError: There is no such program.
        ToolFailedError: The program is there but cannot be started.
    """
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(stdin)
        given.seek(0)
        begin = time.perf_counter()
        with Patience() as patience:
            try:
                process = subprocess.Popen(
                    args, stdin=given, stdout=out, stderr=err, env=env, cwd=cwd, start_new_session=True
                )
            except OSError as error:
                raise _cannot_start(args[0], env, cwd, error) from error
            usage, timed_out = _wait_metered(process, timeout_s, patience)
        duration_s = time.perf_counter() - begin
        for file in (out, err):
            file.seek(0)
        return Completed(tuple(args), process.returncode, out.read(), err.read(), duration_s, timed_out, usage)


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
    with Patience() as patience:
        try:
            process = subprocess.Popen(args, env=env, cwd=cwd)
        except OSError as error:
            raise _cannot_start(args[0], env, cwd, error) from error
        try:
            patience.end()
            return process.wait()
        except KeyboardInterrupt:
            process.wait()
            raise


def _wait_metered(process: subprocess.Popen[bytes], timeout_s: float, patience: Patience) -> tuple[Usage, bool]:
    late = threading.Event()

    def end() -> None:
        late.set()
        _kill_group(process)

    watch = threading.Timer(timeout_s, end)
    watch.daemon = True
    try:
        watch.start()
        patience.end()
        _, status, used = os.wait4(process.pid, 0)
    except BaseException:
        _kill_group(process)
        process.wait()
        raise
    finally:
        watch.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    peak = used.ru_maxrss if sys.platform == "darwin" else used.ru_maxrss * _KIBI
    return Usage(used.ru_utime + used.ru_stime, peak if peak > _own_peak_bytes() else None), late.is_set()


def _own_peak_bytes() -> int:
    import resource  # noqa: PLC0415 - Windows has none, and few programs are metered

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * _KIBI


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
