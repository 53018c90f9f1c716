"""What runs of three install methods showed, with times that are known."""

from collections.abc import Mapping, Sequence
from typing import Any

from envkb.document.codec import encode_record
from envkb.document.identity import digest_of, record_id
from envkb.experiment.record import Recorded
from envkb.experiment.run.answer import Answer, answer_of
from envkb.experiment.run.cells import Combination, combinations
from envkb.experiment.run.measurements import measurements_of
from envkb.experiment.run.records import Chapter
from envkb.experiment.run.trial import Trial
from envkb.model.environment import Environment
from envkb.model.measurement import Measurement
from experiments import make_experiment, make_run
from factory import make_install
from run_plans import make_import, make_plan, make_trial

PLAN = make_plan("demo", managers=("uv", "pip"), caches=("warm",), bytecode=("default", "parity"))
UV, PARITY, PIP = combinations(PLAN)
ML = combinations(make_plan(environments=({"name": "ml", "target": "/home/ada/envs/ml"},)))[0]
ROUNDS = 8


def wobble(middle: float) -> list[float]:
    """Return times that gather at one."""
    return [middle * (1 + 0.01 * (number % 3 - 1)) for number in range(ROUNDS)]


def trials(one: Combination, times: Sequence[float], shift: int, role: str = "subject") -> tuple[Trial, ...]:
    """Return the rounds of one seat of four."""
    return tuple(
        make_trial(one.key, 4 * number + shift, wall_s=time, role=role, imports=(make_import(first_s=0.2),))
        for number, time in enumerate(times)
    )


def answered(
    *taken: tuple[Combination, Sequence[Trial]],
    benches: Mapping[str, Sequence[Measurement]] | None = None,
    environments: Mapping[str, Environment] | None = None,
    **changes: Any,
) -> Answer:
    """Return the answer of a run in which these combinations had these rounds.

    Args:
        taken: Combinations with their rounds.
        benches: What benchmarks showed, by key of the combination.
        environments: Environments, by key of the combination.
        changes: Fields of all records to change.
    """
    chapters, recorded = [], []
    for number, (one, own) in enumerate(taken, start=1):
        run = make_run(one.arm, arms=[each.arm for each, _ in taken]).model_copy(update={"cell": one.cell()})
        install = make_install(
            manager=one.manager,
            request=one.asked() if one.request else None,
            cache="warm",
            bytecode="compiled" if one.bytecode == "parity" else "default",
        )
        fields: dict[str, Any] = {
            "run": run,
            "install": install if one.request else None,
            "measurements": (*measurements_of(one, own), *(benches or {}).get(one.key, ())),
        }
        fields |= {"environment": environments[one.key]} if environments else {}
        record = make_experiment(one.arm, number, **(fields | changes))
        digest = digest_of(encode_record(record))
        name = record_id(digest, 2026)
        recorded.append(Recorded(name, digest, f"kb/{name}.json", record, new=True, private=False, citation=""))
        chapters.append(Chapter(one, tuple(own), None, None))
    return answer_of("run-1", chapters, recorded, ("what cost too much",))


def usual(control: float = 1.0, **changes: Any) -> Answer:
    """Return a run in which uv takes a second, compiling two, and pip three; uv is its own control."""
    uv = (*trials(UV, wobble(1.0), 0), *trials(UV, wobble(control), 3, "control"))
    return answered((UV, uv), (PARITY, trials(PARITY, wobble(2.0), 1)), (PIP, trials(PIP, wobble(3.0), 2)), **changes)
