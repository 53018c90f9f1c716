"""An estimate rests on what the same took here before; without that it is not known, and nothing is guessed."""

from pathlib import Path
from typing import Any

import pytest

from envkb.document.codec import encode_record
from envkb.experiment.run.cells import combinations
from envkb.experiment.run.expected import Expected, earlier_runs, expected_time, of_host
from envkb.experiment.run.measurements import measurements_of
from envkb.knowledge.creation import create_knowledge_base
from envkb.knowledge.folder import KnowledgeBase
from envkb.model.host import Host
from experiments import make_experiment, make_run, series, store
from factory import make_host, make_install
from run_plans import make_import, make_plan, make_trial

PLAN = make_plan("demo", managers=("uv",), caches=("warm",), bytecode=("default",), rounds=6).model_copy(
    update={"benchmarks": ()}
)
(UV,) = combinations(PLAN)
HERE = make_host()


def remembered(base: KnowledgeBase, *, host: Host = HERE, benched: bool = False) -> None:
    """A run of two rounds in which an install took 1 s, the first import 0.5 s and the next 0.2 s."""
    trials = [make_trial(UV.key, order, imports=(make_import(),)) for order in range(2)]
    bench = (series([0.1, 0.1], (0, 3), id="python.startup", starts_s=(0.0, 6.0)),) if benched else ()
    run = make_run("uv", arms=("uv",)).model_copy(update={"cell": UV.cell(), "rounds": 2})
    record = make_experiment(
        "uv",
        run=run,
        host=host,
        install=make_install(manager="uv", request=UV.asked(), cache="warm", bytecode="default", outcome="success"),
        measurements=(*measurements_of(UV, trials), *bench),
    )
    assert encode_record(record)
    store(base, record)


@pytest.fixture
def base(tmp_path: Path) -> KnowledgeBase:
    create_knowledge_base(tmp_path / "base")
    return KnowledgeBase.open(tmp_path / "base")


def told(base: KnowledgeBase, host: Host | None = HERE, **changes: Any) -> Expected:
    plan = PLAN.model_copy(update=changes)
    earlier = of_host(base, earlier_runs(base, plan), host)
    return expected_time(plan, combinations(plan), earlier)


def test_rounds_of_the_arm_and_its_control_cost_what_they_did(base: KnowledgeBase) -> None:
    remembered(base)
    found = told(base)
    assert found.seconds == pytest.approx(6 * 2 * 1.7)
    assert len(found.records) == 1


def test_benchmarks_cost_what_a_round_of_them_did(base: KnowledgeBase) -> None:
    remembered(base, benched=True)
    assert told(base, benchmarks=("python",)).seconds == pytest.approx(6 * 2 * 1.7 + 6 * 2 * (6.0 / 1.5 / 2))


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"caches": ("cold",)}, "demo/uv/cold/default"), ({"benchmarks": ("python",)}, "benchmarks were not recorded")],
)
def test_what_was_never_done_here_is_not_known(base: KnowledgeBase, changes: dict[str, Any], words: str) -> None:
    remembered(base)
    found = told(base, **changes)
    assert found.seconds is None
    assert words in str(found.reason)


def test_another_host_tells_nothing(base: KnowledgeBase) -> None:
    remembered(base)
    assert told(base, host=make_host(key="f" * 20)).seconds is None


def test_what_other_managers_took_does_not_count(base: KnowledgeBase) -> None:
    remembered(base)
    assert earlier_runs(base, PLAN) != ()
    assert earlier_runs(base, PLAN.model_copy(update={"managers": ("pip",)})) == ()
