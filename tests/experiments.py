"""Experiments with known truth, as a comparison sees them."""

import hashlib
import random
from collections.abc import Sequence
from typing import Any

from envkb.assess.evidence import Evidence, Side
from envkb.bench.schedule import interleave
from envkb.document.codec import encode_record
from envkb.document.identity import digest_of, record_id
from envkb.knowledge.folder import KnowledgeBase
from envkb.model.install import Request
from envkb.model.measurement import Benchmark, Cell, Measurement, Parameter, Run
from envkb.model.record import Record
from envkb.model.value import Origin
from factory import make_attachment, make_environment, make_install, make_measurement, make_record

HOST = "00112233445566778899"
MATMUL = Benchmark(suite="numpy", name="matmul", version="1", parameters=(Parameter(name="n", value=512),))


def make_request(*requirements: str, **changes: Any) -> Request:
    """Return a request for these, else for numpy."""
    fields: dict[str, Any] = dict.fromkeys(Request.model_fields) | dict.fromkeys(
        ("constraints", "indexes", "channels", "flags"), ()
    )
    return Request(**(fields | {"name": "numpy", "requirements": requirements or ("numpy==2.4.0",)} | changes))


def make_run(arm: str = "uv", run: str = "run-1", arms: Sequence[str] = ("pip", "uv"), **cell: Any) -> Run:
    """Return the run that a record belongs to."""
    fields = {"arm": arm, "request": "numpy", "manager": arm, "python": None, "cache": "warm", "parameters": ()}
    return Run(
        origin=Origin.CAPTURED,
        id=run,
        plan_sha256=hashlib.sha256(run.encode()).hexdigest(),
        cell=Cell(**(fields | cell)),
        arms=tuple(arms),
        rounds=30,
        schedule="abba",
        seed=None,
    )


def make_experiment(arm: str = "uv", number: int = 1, *, run: Run | str | None = "run-1", **changes: Any) -> Record:
    """Return one arm of a run, or of the run of that name; with `run=None`, an experiment of its own."""
    fields: dict[str, Any] = {
        "title": f"numpy by {arm}",
        "environment": make_environment(manager=arm),
        "install": make_install(manager=arm, request=make_request(), cache="warm", bytecode="default"),
        "run": make_run(arm, run) if isinstance(run, str) else run,
        "measurements": (),
    }
    return make_record(number, **(fields | changes))


def evidence(record: Record, host: str | None = HOST) -> Evidence:
    """Return a record as if it were stored."""
    digest = digest_of(encode_record(record))
    return Evidence(record_id(digest, 2026), digest, host, record)


def store(base: KnowledgeBase, record: Record, *, private: bool = False) -> str:
    """Add a record with the plan of its run, and return its id."""
    if record.run is None:
        return base.add(encode_record(record), {}, private=private).id
    plan = record.run.id.encode()
    row = make_attachment(plan, name="plan.json", role="plan", media_type="application/json")
    complete = record.model_copy(update={"attachments": (row,)})
    return base.add(encode_record(complete), {row.sha256: plan}, private=private).id


def side(*records: Record, label: str = "", host: str | None = HOST) -> Side:
    """Return a side of these records."""
    held = tuple(evidence(record, host) for record in records)
    return Side(label or held[0].arm or held[0].id, held)


def series(samples: Sequence[float], orders: Sequence[int] = (), **changes: Any) -> Measurement:
    """Return a measurement of a matmul in seconds."""
    fields = {"benchmark": MATMUL, "unit": "s", "samples": tuple(samples), "orders": tuple(orders)}
    return make_measurement(**({"id": "numpy.matmul"} | fields | changes))


def interleaved_run(
    ratio: float = 1.0,
    *,
    rounds: int = 30,
    noise: float = 0.03,
    drift: float = 0.0,
    control: float | None = 1.0,
    seed: int = 1,
    base_s: float = 0.1,
    better: str = "lower",
    changes: dict[str, dict[str, Any]] | None = None,
) -> tuple[Record, Record]:
    """Return the records of pip (the baseline, which holds the control) and uv, measured in turn.

    Args:
        ratio: The true ratio uv / pip.
        rounds: Rounds.
        noise: Standard deviation of the logarithm of a sample.
        drift: By how much everything becomes slower from the first sample to the last.
        control: The true ratio of the control / pip; None for no control.
        seed: Seed of the noise.
        base_s: What pip takes.
        better: Which direction is better.
        changes: Fields of the records to change, by arm.
    """
    draw = random.Random(seed)
    slots = interleave({"pip": ("m",), "uv": ("m",)}, rounds, control=None if control is None else "pip")
    truth = {("pip", "subject"): 1.0, ("uv", "subject"): ratio, ("pip", "control"): control or 1.0}
    taken: dict[tuple[str, str], list[tuple[int, float]]] = {}
    for slot in slots:
        seat = (slot.seat.arm, slot.seat.role)
        slower = 1 + drift * slot.order / len(slots)
        sample = base_s * truth[seat] * slower * draw.lognormvariate(0, noise)
        taken.setdefault(seat, []).append((slot.order, sample))

    def measured(arm: str, role: str, name: str) -> Measurement:
        orders, samples = zip(*taken[arm, role], strict=True)
        return series(samples, orders, id=name, role=role, better=better)

    pip = [measured("pip", "subject", "numpy.matmul")]
    if control is not None:
        pip.append(measured("pip", "control", "numpy.matmul.control"))
    own = changes or {}
    return (
        make_experiment("pip", 1, **({"measurements": tuple(pip)} | own.get("pip", {}))),
        make_experiment(
            "uv", 2, **({"measurements": (measured("uv", "subject", "numpy.matmul"),)} | own.get("uv", {}))
        ),
    )
