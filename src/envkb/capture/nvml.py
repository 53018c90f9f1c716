"""Reads NVML through a child process, so that a driver that hangs or crashes costs one source and no more."""

import importlib.util
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from envkb.capture.collect.devices import loader_cache
from envkb.capture.collect.machine import Machine
from envkb.capture.collect.rows import Row, make_row
from envkb.errors import KbError
from envkb.process import Completed, Runner, run

SOURCE_ID = "kb:nvml"
LIBRARY = "libnvidia-ml.so.1"
TIMEOUT_S = 10.0
# Where drivers put the library without telling the loader.
FOLDERS = (
    "/usr/lib/wsl/lib",
    "/usr/lib/*-linux-gnu",
    "/usr/lib/*-linux-gnu/nvidia",
    "/usr/lib/*-linux-gnu/nvidia/current",
    "/usr/lib64",
    "/usr/lib64/nvidia",
    "/usr/lib",
    "/usr/local/nvidia/lib64",
    "/run/opengl-driver/lib",
)
_CHILD = Path(__file__).with_name("nvml_child.py")


def read_nvml(machine: Machine, runner: Runner = run, modules: str | None = None, timeout_s: float = TIMEOUT_S) -> Row:
    """Ask NVML on this machine.

    Args:
        machine: This machine.
        runner: What starts the child.
        modules: Folder of the module `pynvml`; None for the installed one.
        timeout_s: Seconds after which the child is killed.

    Returns:
        The row of `kb:nvml`: its text is `{driver_version, cuda_driver_version, nvml_version, gpu_count, gpus}`; with
        a status other than `ok` it holds what came before the failure.
    """
    libraries = library_paths(machine)
    if not libraries:
        return make_row(SOURCE_ID, "absent", reason=f"{LIBRARY} is not installed: no NVIDIA driver")
    folder = modules or _installed_modules()
    if folder is None:
        return make_row(SOURCE_ID, "failed", reason="the Python module pynvml (nvidia-ml-py) is missing")
    paths = [*machine.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep), str(Path(libraries[0]).parent)]
    env = {**machine.environ, "LD_LIBRARY_PATH": os.pathsep.join(path for path in paths if path)}
    try:
        done = runner([sys.executable, "-E", "-s", "-S", str(_CHILD), folder], env=env, timeout_s=timeout_s)
    except KbError as error:
        return make_row(SOURCE_ID, "failed", reason=error.message)
    return _row(done, timeout_s)


def library_paths(machine: Machine) -> list[str]:
    """Return where NVML's library lies; looking never loads it."""
    cached = loader_cache(machine, LIBRARY.encode())
    named = machine.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep)
    looked = [path for folder in (*FOLDERS, *filter(None, named)) for path in machine.glob(f"{folder}/{LIBRARY}")]
    return [path for path in dict.fromkeys([*cached, *looked]) if machine.exists(path)]


def _installed_modules() -> str | None:
    spec = importlib.util.find_spec("pynvml")
    return str(Path(spec.origin).parent) if spec is not None and spec.origin else None


def _row(done: Completed, timeout_s: float) -> Row:
    told, gpus = _lines(done.stdout)
    status, reason = _verdict(done, told, timeout_s)
    text = json.dumps({**told, "gpus": gpus}) if told or gpus else ""
    return make_row(
        SOURCE_ID, status, text, reason, exit_code=done.exit_code, duration_ms=round(done.duration_s * 1000, 3)
    )


def _lines(stdout: bytes) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    answers: list[dict[str, Any]] = []
    for line in stdout.splitlines():
        try:
            answer = json.loads(line)
        except (ValueError, RecursionError):  # cut by a crash, or the library's own
            continue
        if isinstance(answer, dict):
            answers.append(answer)
    return (answers[0], answers[1:]) if answers else ({}, [])


def _verdict(done: Completed, told: dict[str, Any], timeout_s: float) -> tuple[str, str]:
    if done.timed_out:
        return "timeout", f"NVML did not answer within {timeout_s:g} s"
    if done.exit_code < 0:
        return "failed", f"NVML crashed the process that asked it ({_signal(-done.exit_code)})"
    if done.exit_code:
        last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        return "failed", f"the child that asks NVML failed: {last or f'exit code {done.exit_code}'}"
    if "error" in told:
        return "failed", f"NVML: {told['error']}"
    return ("ok", "") if told else ("failed", "NVML said nothing")


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
