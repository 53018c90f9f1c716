from pathlib import Path

from envkb.experiment.run.arms import Workshop
from envkb.experiment.run.cells import combinations
from envkb.experiment.run.foresee import UNPACKED, Cost, Difference, Foresight, cost_of, differences
from envkb.managers import LockText, Sources, Tool
from envkb.model.plan import Plan
from manager_jobs import Replay, ended
from run_plans import make_plan

LOCK = """
lock-version = "1.0"
created-by = "uv"
[[packages]]
name = "demo"
version = "1.0"
index = "https://wheels.example/simple"
wheels = [{ url = "https://wheels.example/demo-1.0-py3-none-any.whl", size = 1000, hashes = { sha256 = "00" } }]
"""


def cost(plan: Plan, folder: Path, *managers: str, answer: str = LOCK) -> Cost:
    tools = {name: Tool(name, (f"/usr/bin/{name}",), "1.0") for name in managers}
    workshop = Workshop(tools, {None: Path("/usr/bin/python3")}, Sources())
    foresight = Foresight(folder, workshop, runner=Replay(ended(answer)), environ={}, timeout_s=9)
    return cost_of(combinations(plan), plan.rounds, foresight, folder)


def test_cold_rounds_cost_downloads_and_warm_ones_one_each(tmp_path: Path) -> None:
    plan = make_plan("demo", managers=("uv", "pip"), bytecode=("default",), rounds=3)
    told = cost(plan, tmp_path, "uv", "pip")
    assert told.installs == 5 * 3 + 2
    assert told.download_bytes == 2 * 1000 * (3 + 1)
    assert told.disk_bytes == 2 * 1000 * UNPACKED
    assert told.free_bytes > 0
    assert told.reason is None
    assert {one.manager: one.lock for one in told.foreseen.values()} == {"uv": LockText("pylock.toml", LOCK)}


def test_what_no_manager_tells_cheaply_is_not_known(tmp_path: Path) -> None:
    told = cost(make_plan("demo", managers=("rattler",), rounds=2), tmp_path, "rattler")
    assert (told.download_bytes, told.disk_bytes) == (None, None)
    assert told.reason == "rattler cannot tell cheaply"


def test_what_does_not_resolve_has_no_cost_and_says_why(tmp_path: Path) -> None:
    told = cost(make_plan("demo", rounds=1), tmp_path, "uv", answer="garbage = [")
    assert told.download_bytes is None
    assert told.reason


def test_differences_are_by_name_and_version() -> None:
    found = differences({"a": "1", "b": "1", "c": "1"}, {"a": "1", "b": "2", "d": None})
    assert list(found) == [Difference("b", "1", "2"), Difference("c", "1", None), Difference("d", None, None)]
