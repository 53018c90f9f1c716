"""Plans, combinations and trials for the tests of runs."""

from pathlib import Path
from typing import Any

from envkb.experiment.run.asking import plan_of
from envkb.experiment.run.cells import Combination, combinations
from envkb.experiment.run.imports import ImportTime
from envkb.experiment.run.trial import ModuleImport, Trial, TrialFailure
from envkb.model.edge_case import Phase
from envkb.model.plan import Plan


def make_plan(*requirements: str, wheels: Path | None = None, **changes: Any) -> Plan:
    """Return a plan for these requirements; with a folder of wheels uv and pip take nothing from anywhere else."""
    flags = ("--no-index", "--find-links", str(wheels)) if wheels else ()
    rows = tuple({"manager": manager, "flags": flags} for manager in ("uv", "pip") if flags)
    requests = ({"name": "demo", "requirements": requirements, "flags": rows},) if requirements else ()
    return plan_of(**({"requests": requests, "managers": ("uv",) if requirements else ()} | changes))


def one_of(plan: Plan, number: int = 0) -> Combination:
    """Return one combination of a plan."""
    return combinations(plan)[number]


def make_trial(key: str = "demo/uv/warm/default", order: int = 0, **changes: Any) -> Trial:
    """Return a trial that went well in one second."""
    usual: dict[str, Any] = {
        "key": key,
        "round": order,
        "order": order,
        "role": "subject",
        "start_s": float(order * 10),
        "commands": ("uv pip install demo",),
        "wall_s": 1.0,
        "cpu_s": 0.5,
        "peak_bytes": 50_000_000,
        "received_bytes": 0,
        "cache_before_bytes": 10_000_000,
        "cache_after_bytes": 10_000_000,
        "phases": (),
        "imports": (),
        "failure": None,
        "log": "$ uv pip install demo\n",
    }
    return Trial(**(usual | changes))


def make_failure(kind: str = "network", **changes: Any) -> TrialFailure:
    """Return a failure of an install."""
    usual: dict[str, Any] = {
        "kind": kind,
        "edge_class": kind,
        "phase": Phase.DOWNLOAD,
        "exit_status": 1,
        "signal": None,
        "headline": "error: the index went away",
        "last_words": "error: the index went away",
        "fingerprint": "0123456789abcdef",
    }
    return TrialFailure(**(usual | changes))


def make_import(module: str = "demo", first_s: float | None = 0.5, steady_s: float = 0.2) -> ModuleImport:
    """Return the imports of a module; without a first one it failed."""
    return ModuleImport(
        module=module,
        first=_time(first_s),
        steady=None if first_s is None else _time(steady_s),
    )


def _time(seconds: float | None) -> ImportTime:
    bad = seconds is None
    words = "ImportError: libcuda.so.1: cannot open shared object file: No such file or directory" if bad else ""
    return ImportTime(
        seconds=seconds, process_s=1.0, error=words or None, log=words, exit_code=int(bad), timed_out=False
    )
