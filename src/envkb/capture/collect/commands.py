"""Runs the allowed commands, all at once."""

from __future__ import annotations

import os
import re
import selectors
import signal
import subprocess
import time
from contextlib import suppress
from typing import Iterable, Mapping

from envkb.capture.collect.allowlist import Command
from envkb.capture.collect.machine import LIMIT_BYTES, Machine
from envkb.capture.collect.rows import Row, decode, make_row

REASON_LENGTH = 300
# Eight GPUs list their clocks in more text than is kept of it.
HEAD_BYTES = 2 * 1024 * 1024
LAST_PATIENCE_S = 0.2
# What names one device or one process is nobody's business, and what lists every clock of a GPU is no evidence.
PRIVATE = (
    (re.compile(rb"<(supported_clocks|processes|accounted_processes)>.*?</\1>", re.DOTALL), rb"<\1></\1>"),
    (re.compile(rb"<(uuid|serial|gpu_uuid|board_id)>[^<]*<"), rb"<\1>withheld<"),
    (
        re.compile(rb'("[^"]{0,64}(?:serial|uuid|udid|unique.?id)[^"]{0,64}"\s*:\s*)"[^"]*"', re.IGNORECASE),
        rb'\1"withheld"',
    ),
)


class Running:
    """One started command: its process, what it has written, and when its time is over."""

    def __init__(self, command: Command, process: subprocess.Popen[bytes]) -> None:
        self.command = command
        self.process = process
        self.begin = time.monotonic()
        self.deadline = self.begin + command.timeout_s
        self.written = {"stdout": Written(), "stderr": Written()}
        self.end = self.begin
        self.open_streams = 2
        self.timed_out = False

    def kill(self) -> None:
        """End the command and whatever it started."""
        with suppress(OSError):  # gone by itself
            os.killpg(self.process.pid, signal.SIGKILL)


STARTED: set[Running] = set()


class Written:
    """The start and the end of a stream; memory stays bounded whatever comes."""

    def __init__(self) -> None:
        self.size = 0
        self._head = bytearray()
        self._tail = bytearray()

    def add(self, data: bytes) -> None:
        """Take what came."""
        self.size += len(data)
        room = HEAD_BYTES - len(self._head)
        self._head += data[:room]
        self._tail += data[room:]
        del self._tail[:-LIMIT_BYTES]

    def text(self) -> tuple[str, int | None]:
        """Return the text without what is private, and the length of the whole where more was left out."""
        data = bytes(self._head + self._tail)
        lost = self.size - len(data)
        for pattern, replacement in PRIVATE:
            data = pattern.sub(replacement, data)
        return decode(data, LIMIT_BYTES, len(data) + lost)


def run_commands(machine: Machine, commands: Iterable[Command]) -> list[Row]:
    """Start every command that is there, and return a row for each, in their order."""
    rows: dict[str, Row] = {}
    running: list[Running] = []
    wanted = list(commands)
    for command in wanted:
        started = _start(machine, command)
        if isinstance(started, Running):
            running.append(started)
        else:
            rows[command.line] = started
    _read_until_done(running)
    rows.update((one.command.line, _row(one)) for one in running)
    return [rows[command.line] for command in wanted]


def output_of(machine: Machine, line: str) -> str:
    """Return what one command prints; empty where it does not answer."""
    row = run_commands(machine, [Command(line)])[0]
    return str(row["text"]) if row["status"] == "ok" else ""


def child_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables for a command: English, UTF-8 from Windows, no colours."""
    return {**environ, "LC_ALL": "C", "LANG": "C", "LANGUAGE": "", "WSL_UTF8": "1", "NO_COLOR": "1", "PAGER": "cat"}


def wait_for(one: Running) -> Row:
    """Wait until a started command is done or its time is over."""
    _read_until_done([one])
    return _row(one)


def launch(machine: Machine, command: Command, arguments: list[str], cwd: str = "/") -> Running | Row:
    """Start a program as its own process group; a row tells why that could not be."""
    try:
        process = subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=child_environment(machine.environ),
            cwd=cwd,
            start_new_session=True,
        )
    except OSError as error:
        status = "denied" if isinstance(error, PermissionError) else "failed"
        return make_row(command.line, status, reason=f"cannot start: {(error.strerror or str(error)).lower()}")
    running = Running(command, process)
    STARTED.add(running)
    return running


def end_commands() -> None:
    """End every command that is under way, in other threads too: nobody waits for their answers any more."""
    for one in tuple(STARTED):
        one.kill()


def _start(machine: Machine, command: Command) -> Running | Row:
    program, *arguments = command.line.split(" ")
    path = machine.which(program)
    if path is None:
        return make_row(command.line, "absent", reason=f"{program} is not installed")
    # cmd.exe complains about a working directory that Windows cannot see.
    cwd = "/mnt/c" if program.endswith(".exe") and os.path.isdir("/mnt/c") else "/"
    return launch(machine, command, [path, *arguments], cwd)


def _read_until_done(running: list[Running]) -> None:
    with selectors.DefaultSelector() as selector:
        for one in running:
            for name in ("stdout", "stderr"):
                stream = getattr(one.process, name)
                os.set_blocking(stream.fileno(), False)
                selector.register(stream, selectors.EVENT_READ, (one, name))
        while selector.get_map():
            waiting = [one for one in running if one.open_streams]
            remaining = min(one.deadline for one in waiting) - time.monotonic()
            for key, _ in selector.select(max(0.0, remaining)):
                _take(selector, key)
            _stop_late(selector, waiting)
    for one in running:
        _reap(one)


def _take(selector: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
    one, name = key.data
    try:
        data = os.read(key.fd, 65536)
    except OSError:
        data = b""
    if data:
        one.written[name].add(data)
        return
    selector.unregister(key.fileobj)
    one.open_streams -= 1
    one.end = time.monotonic()


def _stop_late(selector: selectors.BaseSelector, waiting: list[Running]) -> None:
    now = time.monotonic()
    for one in waiting:
        if one.open_streams and now >= one.deadline:
            one.timed_out = True
            one.kill()
            for stream in (one.process.stdout, one.process.stderr):
                if stream is not None and stream in selector.get_map():
                    selector.unregister(stream)
            one.open_streams = 0
            one.end = now


def _reap(one: Running) -> None:
    # The streams can be closed by a command that goes on; and one in uninterruptible sleep survives its own killing.
    for patience_s in (one.deadline - time.monotonic(), LAST_PATIENCE_S):
        try:
            one.process.wait(max(LAST_PATIENCE_S, patience_s))
            break
        except subprocess.TimeoutExpired:
            one.timed_out = True
            one.kill()
    STARTED.discard(one)
    for stream in (one.process.stdout, one.process.stderr):
        if stream is not None:
            stream.close()


def _row(one: Running) -> Row:
    output, full_bytes = one.written["stdout"].text()
    complaint, _ = one.written["stderr"].text()
    code = one.process.returncode
    status, reason = _verdict(one, code, complaint or output)
    text = output if output.strip() else complaint
    duration_ms = round((one.end - one.begin) * 1000, 3)
    return make_row(
        one.command.line, status, text, reason, exit_code=code, duration_ms=duration_ms, full_bytes=full_bytes
    )


def _verdict(one: Running, code: int | None, complaint: str) -> tuple[str, str]:
    if one.timed_out:
        return "timeout", f"no answer within {one.command.timeout_s:g} s"
    if code in one.command.answers:
        return "ok", ""
    if code is not None and code < 0:
        return "failed", f"killed by signal {-code}"
    said = " ".join(complaint.split())[:REASON_LENGTH]
    return "failed", f"exit code {code}: {said}" if said else f"exit code {code}"
