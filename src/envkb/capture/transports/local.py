"""Collects on this machine.

The collector runs in threads of this process: most of its time is spent waiting for commands and files, so it can
begin before its caller has imported the rest of the program.
"""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from envkb.capture.collect.allowlist import COMMANDS
from envkb.capture.collect.commands import run_commands
from envkb.capture.collect.machine import Machine
from envkb.capture.collect.main import Request, collect
from envkb.capture.collect.rows import Row
from envkb.capture.nvml import read_nvml

if TYPE_CHECKING:
    from envkb.capture.collected import Collected

NVIDIA_SMI = next(command for command in COMMANDS if command.line.startswith("nvidia-smi"))


class Pending:
    """A collection under way."""

    def __init__(self, request: Request, machine: Machine) -> None:
        """Begin at once."""
        self._machine = machine
        self._document: dict[str, Any] = {}
        self._nvidia: list[Row] = []
        self._error: BaseException | None = None
        self._threads = [
            self._begin(lambda: self._document.update(collect(request, machine))),
            self._begin(lambda: self._nvidia.extend(_nvidia_rows(machine))),
        ]

    def result(self) -> "Collected":
        """Wait for the end, and return what was collected."""
        from envkb.capture.collected import from_collector  # noqa: PLC0415 - not needed to begin

        for thread in self._threads:
            thread.join()
        if self._error is not None:
            raise self._error
        return from_collector({**self._document, "sources": [*self._document["sources"], *self._nvidia]})

    def _begin(self, work: Callable[[], None]) -> threading.Thread:
        def guarded() -> None:
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
                self._error = error

        thread = threading.Thread(target=guarded, daemon=True)
        thread.start()
        return thread


def start_collecting(target: str = "", cwd: str = "") -> Pending:
    """Begin to read this machine and one environment on it.

    Args:
        target: Path of an interpreter or of a prefix, name of a conda environment or of a command; empty for the
            active environment.
        cwd: The project's folder; empty for the working directory.
    """
    request = Request(target=target, cwd=cwd, nvidia_smi=False)
    return Pending(request, Machine(cwd=cwd))


def collect_local(target: str = "", cwd: str = "") -> "Collected":
    """Read this machine and one environment on it; see `start_collecting`."""
    return start_collecting(target, cwd).result()


def _nvidia_rows(machine: Machine) -> list[Row]:
    nvml = read_nvml(machine)
    # nvidia-smi takes half a second and asks the same library: only where that did not answer us.
    return [nvml] if nvml["status"] == "ok" else [nvml, *run_commands(machine, [NVIDIA_SMI])]
