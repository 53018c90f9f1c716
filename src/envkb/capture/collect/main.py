"""Reads everything at once and makes the document: `{schema, sources, machine_values}`."""

from __future__ import annotations

import json
import threading
from typing import Any, Callable, Iterator, NamedTuple

from envkb.capture.collect.allowlist import COMMANDS, Command
from envkb.capture.collect.commands import run_commands
from envkb.capture.collect.cpus import cpu_jobs
from envkb.capture.collect.crew import Crew
from envkb.capture.collect.devices import device_jobs
from envkb.capture.collect.environment import environment
from envkb.capture.collect.files import file_jobs
from envkb.capture.collect.host import host_jobs
from envkb.capture.collect.interpreter import TIMEOUT_S, Interpreter
from envkb.capture.collect.locks import locks
from envkb.capture.collect.machine import Machine
from envkb.capture.collect.managers import managers
from envkb.capture.collect.rows import Job, Row, UnreadableError, computed_job, make_row, to_json
from envkb.capture.collect.settings import config_files
from envkb.capture.collect.storage import cache_folders, storage
from envkb.capture.collect.target import resolve
from envkb.capture.collect.variables import machine_values, variables
from envkb.capture.collect.wsl import wslconfig

SCHEMA = "envkb.snapshot/1"
# A document travels between these where other text (a message of the day) may stand around it.
BEGIN = "<<<kb-snapshot<<<"
END = ">>>kb-snapshot>>>"
# What waits for the target's interpreter waits as long as that may take; a large environment on a slow card longer.
PROJECT_TIMEOUT_S = TIMEOUT_S + 3.0
ENVIRONMENT_TIMEOUT_S = TIMEOUT_S + 20.0


class Request(NamedTuple):
    """What to collect.

    Attributes:
        target: Path of an interpreter or prefix, name of a conda environment; empty for the active environment.
        cwd: The project's folder; empty for the working directory.
        nvidia_smi: Whether to start `nvidia-smi`; not where NVML is read directly.
    """

    target: str = ""
    cwd: str = ""
    nvidia_smi: bool = True


def collect(request: Request, machine: Machine | None = None) -> dict[str, Any]:
    """Read everything at once and return the document."""
    machine = machine or Machine(cwd=request.cwd)
    rows: list[Row] = []
    wanted = list(_commands(machine, request))
    commands = threading.Thread(target=lambda: rows.extend(run_commands(machine, wanted)), daemon=True)
    target_rows, jobs = _environment_jobs(machine, request)
    commands.start()
    all_jobs = [*host_jobs(machine), *cpu_jobs(machine), *device_jobs(machine), *file_jobs(machine), *jobs]
    sources = [*target_rows, *Crew(all_jobs).rows()]
    values = machine_values(machine)
    commands.join()
    return {"schema": SCHEMA, "sources": [*sources, *rows], "machine_values": values}


def _commands(machine: Machine, request: Request) -> Iterator[Command]:
    systems = (machine.system, "WSL") if machine.is_wsl else (machine.system,)
    for command in COMMANDS:
        if command.line.startswith("nvidia-smi") and not request.nvidia_smi:
            continue
        if set(command.systems) & set(systems) and (not command.needs or machine.exists(command.needs)):
            yield command


def _environment_jobs(machine: Machine, request: Request) -> tuple[list[Row], list[Job]]:
    try:
        target = resolve(machine, request.target)
    except UnreadableError as error:
        rows = [make_row(name, error.status, reason=error.reason) for name in ("kb:target", "kb:environment")]
        return rows, _project_jobs(machine, lambda: "")
    interpreter = Interpreter(machine, target)
    job = computed_job("kb:environment", lambda: environment(target, interpreter), ENVIRONMENT_TIMEOUT_S)
    return [make_row("kb:target", text=to_json(target.told()))], [*_project_jobs(machine, interpreter.prefix), job]


def _project_jobs(machine: Machine, prefix: Callable[[], str]) -> list[Job]:
    return [
        computed_job("kb:variables", lambda: variables(machine)),
        computed_job("kb:managers", lambda: managers(machine)),
        computed_job("kb:wslconfig", lambda: wslconfig(machine)),
        computed_job("kb:config-files", lambda: config_files(machine, prefix()), PROJECT_TIMEOUT_S),
        computed_job("kb:locks", lambda: locks(machine, prefix()), PROJECT_TIMEOUT_S),
        computed_job("kb:storage", lambda: storage(machine, _folders(machine, prefix())), PROJECT_TIMEOUT_S),
    ]


def _folders(machine: Machine, prefix: str) -> dict[str, str]:
    return {
        "environment": prefix,
        "workdir": machine.cwd,
        "tmp": machine.environ.get("TMPDIR") or "/tmp",  # noqa: S108 - looked at, nothing is written
        "home": machine.home,
        **cache_folders(machine),
    }


def main(request: str) -> None:
    """Collect on behalf of another machine, and print the document between marks.

    Args:
        request: The fields of a `Request` as JSON.
    """
    document = collect(Request(**json.loads(request)))
    print(f"\n{BEGIN}\n{json.dumps(document)}\n{END}", flush=True)  # noqa: T201 - a program of its own
