"""`kb run` with real uv and pip on small wheels, as a user meets it."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from envkb.cli import main
from envkb.document.codec import decode_record
from envkb.document.identity import digest_of
from envkb.managers import MANAGERS, look_for
from envkb.model.record import Record
from envkb.process import run
from manager_jobs import make_wheel
from planted import every_byte

Run = Callable[..., dict[str, Any]]
TOOLS = {name: look_for(MANAGERS[name], run, os.environ) for name in ("uv", "pip")}

pytestmark = [
    pytest.mark.real,
    *(pytest.mark.skipif(found.tool is None, reason=str(found.reason)) for found in TOOLS.values()),
]


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    for version in ("1.0", "2.0"):
        make_wheel(folder, "core", version)
    make_wheel(folder, "demo", requires=["core<2"])
    return folder


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of all scratch folders; nothing may be left in it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_INDEX", "UV_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "cache" / "envkb" / "runs"


def options(wheels: Path, *managers: str) -> list[str]:
    told = []
    for manager in managers:
        told += ["--with", manager, f"--flag={manager}=--no-index", f"--flag={manager}=--find-links={wheels}"]
    return told


def record_of(base: Path, told: dict[str, Any]) -> Record:
    return decode_record((base / told["path"]).read_bytes())


def left_over(cache: Path, base: Path) -> list[Path]:
    return [*cache.glob("*"), *(base / ".kb" / "runs").glob("*")]


def test_every_combination_becomes_a_record_of_one_run(base: Path, cache: Path, wheels: Path, kb_json: Run) -> None:
    told = kb_json("run", "demo", *options(wheels, "uv", "pip"), "--rounds=2", "--bench=none")
    records = [record_of(base, row) for row in told["records"]]
    assert [(row["manager"], row["cache"], row["bytecode"]) for row in told["records"]] == [
        ("uv", "cold", "default"),
        ("uv", "cold", "parity"),
        ("uv", "warm", "default"),
        ("uv", "warm", "parity"),
        ("pip", "cold", "default"),
        ("pip", "warm", "default"),
    ]
    for record in records:
        assert record.outcome == "success"
        assert record.run is not None
        assert (record.run.id, record.run.rounds, record.run.schedule) == (told["run"], 2, "abba")
        assert {row.name: row.version for row in record.environment.distributions} == {"core": "1.0", "demo": "1.0"}  # type: ignore[union-attr]
        samples = {one.id: len(one.samples) for one in record.measurements if one.role == "subject"}
        assert {
            "install.wall": 2,
            "import.first": 2,
            "import.steady": 2,
            "first-import.total": 2,
        }.items() <= samples.items()
    controls = [record.title for record in records if any(one.role == "control" for one in record.measurements)]
    assert len(controls) == 1
    orders = [
        order
        for record in records
        for one in record.measurements
        if one.id.startswith("install.wall")
        for order in one.orders
    ]
    assert sorted(orders) == list(range(14))
    assert left_over(cache, base) == []


def test_the_plan_and_the_log_lie_beside_and_name_no_place_of_the_machine(
    base: Path, cache: Path, wheels: Path, kb_json: Run
) -> None:
    assert not cache.exists()
    (told,) = kb_json(
        "run", "demo", *options(wheels, "uv"), "--rounds=1", "--cache=cold", "--bytecode=default", "--bench=none"
    )["records"]
    record = record_of(base, told)
    files = {row.role: row for row in record.attachments}
    assert files.keys() == {"snapshot", "plan", "log", "lock"}
    assert record.run is not None
    assert record.run.plan_sha256 == files["plan"].sha256
    plan = (base / "kb/attachments" / files["plan"].sha256[:2] / files["plan"].sha256).read_bytes()
    assert digest_of(plan) == record.run.plan_sha256
    assert json.loads(plan)["requests"][0]["requirements"] == ["demo"]
    assert record.install is not None
    assert (record.install.outcome, record.install.cache_seen, record.install.log_sha256) == (
        "success",
        "cold",
        files["log"].sha256,
    )
    assert record.environment is not None
    assert (record.environment.lock.format, record.environment.lock.sha256) == ("pylock.toml", files["lock"].sha256)
    assert b"adalovelace" not in every_byte(base / "kb")
    assert main(["check"]) == 0


def test_a_manager_that_fails_is_a_record_and_the_others_still_run(
    base: Path, cache: Path, wheels: Path, kb_json: Run
) -> None:
    told = kb_json(
        "run", "demo", "core==2.0", *options(wheels, "uv", "pip"), "--rounds=3", "--cache=warm", "--bench=none"
    )
    assert {row["outcome"] for row in told["records"]} == {"failure"}
    assert {row["error"] for row in told["records"]} == {"resolver-conflict"}
    for row in told["records"]:
        record = record_of(base, row)
        assert record.environment is None
        assert record.host is not None
        assert record.install is not None
        assert (record.install.failed_phase, record.install.exit_status) == ("resolve", 1)
        assert record.install.log_sha256 in {file.sha256 for file in record.attachments}
        (edge,) = record.edge_cases
        assert (edge.class_, edge.severity) == ("resolver-conflict", "blocker")
        assert edge.fingerprint
    assert left_over(cache, base) == []


def test_fail_on_failure_makes_a_failed_experiment_an_exit_code(base: Path, cache: Path, wheels: Path) -> None:
    assert base.is_dir()
    arguments = ["run", "nothing-like-this", *options(wheels, "uv"), "--rounds=1", "--cache=cold", "--bench=none"]
    assert main(arguments) == 0
    assert main([*arguments, "--fail-on=failure"]) == 1
    assert not list(cache.glob("*"))


def test_a_missing_manager_starts_nothing(
    base: Path, cache: Path, kb_json: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(base))
    told = kb_json("run", "demo", "--with=uv", "--with=micromamba", code=5)
    assert "micromamba" in told["error"]["message"]
    assert not cache.exists()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["demo", "--with=yum"], 2, "yum"),
        (["demo"], 2, "which manager"),
        ([], 2, "no combination"),
        (["--env=/nowhere/at/all", "--bench=none"], 2, "/nowhere/at/all"),
        (["--env=ml=/nowhere/at/all", "--bench=python"], 2, "/nowhere/at/all"),
        (["absent.toml"], 2, "absent.toml"),
        (["demo", "--with=uv", "--timeout=soon"], 2, "soon"),
        (["demo", "--with=uv", "--budget=much"], 2, "much"),
        (["demo", "--with=uv", "--fail-on=anything"], 2, "anything"),
        (["demo", "--with=uv", "--against=/opt"], 2, "--dry-run"),
        (["--resume"], 2, "unfinished"),
        (["--resume", "run-20260101-000000-abcdef"], 2, "unfinished"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line(
    arguments: list[str], code: int, words: str, base: Path, cache: Path, kb_json: Run
) -> None:
    assert base.is_dir()
    assert words in kb_json("run", *arguments, code=code)["error"]["message"]
    assert not list(cache.glob("envkb/*/*"))
    assert not list((base / ".kb" / "runs").glob("*"))


def test_a_dry_run_says_what_would_be_installed_and_what_differs(
    base: Path, cache: Path, wheels: Path, kb_json: Run
) -> None:
    told = kb_json("run", "demo", *options(wheels, "uv", "pip"), "--dry-run", f"--against={os.sys.prefix}")  # type: ignore[attr-defined]
    assert [(row["manager"], row["resolves"]) for row in told["requests"]] == [("uv", True), ("pip", True)]
    for row in told["requests"]:
        assert [(package["name"], package["version"]) for package in row["packages"]] == [
            ("core", "1.0"),
            ("demo", "1.0"),
        ]
        assert {"name": "demo", "here": None, "there": "1.0"} in row["differences"]
    assert not list((base / "kb" / "records").rglob("*.json"))
    assert left_over(cache, base) == []


def test_outside_a_knowledge_base_the_run_is_one_bundle(
    tmp_path: Path, machine: Path, cache: Path, wheels: Path, kb_json: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert machine.is_dir()
    here = tmp_path / "elsewhere"
    here.mkdir()
    monkeypatch.chdir(here)
    told = kb_json("run", "demo", *options(wheels, "uv"), "--rounds=1", "--cache=cold", "--bench=none")
    bundle = here / f"{told['run']}.kbz"
    assert bundle.is_file()
    assert main(["init", str(tmp_path / "base")]) == 0
    assert main(["import", str(bundle), "--root", str(tmp_path / "base")]) == 0
    assert len(list((tmp_path / "base/kb/records").rglob("*.json"))) == 2
    assert not list(cache.glob("*"))


def test_an_existing_environment_takes_part_and_stays_as_it_is(
    base: Path, cache: Path, wheels: Path, tmp_path: Path, kb_json: Run
) -> None:
    env = tmp_path / "ml"
    done = run(["python3", "-m", "venv", "--without-pip", str(env)])
    assert done.exit_code == 0
    before = {path: path.stat().st_mtime_ns for path in env.rglob("*")}
    told = kb_json(
        "run", "demo", *options(wheels, "uv"), f"--env=ml={env}", "--rounds=1", "--cache=warm", "--bytecode=default"
    )
    assert [row["arm"] for row in told["records"]] == ["uv", "ml"]
    existing = record_of(base, told["records"][1])
    assert existing.install is None
    assert existing.environment is not None
    assert any(one.id == "python.startup" for one in existing.measurements)
    assert {path: path.stat().st_mtime_ns for path in env.rglob("*")} == before
    assert left_over(cache, base) == []


def test_a_command_is_timed_in_an_environment(
    base: Path, cache: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    env = tmp_path / "ml"
    assert run(["python3", "-m", "venv", "--without-pip", str(env)]).exit_code == 0
    assert main(["run", f"--env=ml={env}", "--rounds=1", "--json", "--", "python", "-c", "pass"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["records"]
    assert {one.benchmark.suite for one in record_of(base, row).measurements} == {"command"}
    assert left_over(cache, base) == []


OWN = """
def bench_sum():
    return sum(range(1000))


def bench_sort():
    numbers = list(range(1000, 0, -1))
    yield lambda: sorted(numbers), lambda result: result[0] == 1
"""


def test_own_functions_are_measured_in_every_environment_and_their_file_is_kept(
    base: Path, cache: Path, wheels: Path, kb_json: Run
) -> None:
    (base / "mine.py").write_text(OWN)
    few = ["--rounds=1", "--cache=warm", "--bytecode=default"]
    told = kb_json("run", "demo", *options(wheels, "uv"), *few, "--bench=mine.py", "--bench=python")
    record = record_of(base, told["records"][0])
    found = {one.id: one for one in record.measurements}
    assert {"own.mine.sum", "own.mine.sort", "python.startup"} <= set(found)
    version = digest_of(OWN.encode())[:12]
    assert {found[name].benchmark.version for name in ("own.mine.sum", "own.mine.sort")} == {version}
    assert found["own.mine.sort"].verified is True
    (file,) = [row for row in record.attachments if row.role == "file"]
    assert (file.name, file.sha256) == ("mine.py", digest_of(OWN.encode()))
    assert left_over(cache, base) == []

    (base / "mine.py").unlink()
    again = kb_json("reproduce", told["records"][0]["id"], f"--flag=uv=--find-links={wheels}", "--flag=uv=--no-index")
    assert again["environment"] == "reproduced"
    assert {"mine.sum", "mine.sort"} <= {
        row["benchmark"]["name"].replace("bench_", "mine.")
        for contrast in again["comparison"]["contrasts"]
        for row in contrast["measurements"]
    }


def test_one_function_of_a_file_can_be_named(base: Path, cache: Path, tmp_path: Path, kb_json: Run) -> None:
    (base / "mine.py").write_text(OWN)
    env = tmp_path / "ml"
    assert run(["python3", "-m", "venv", "--without-pip", str(env)]).exit_code == 0
    told = kb_json("run", f"--env=ml={env}", "--rounds=1", "--bench=mine.py:sum")
    measured = record_of(base, told["records"][0]).measurements
    assert {one.id for one in measured if one.quantity == "duration" and one.role == "subject"} == {"own.mine.sum"}
    assert "no function" in kb_json("run", f"--env=ml={env}", "--bench=mine.py:none", code=2)["error"]["message"]
    assert left_over(cache, base) == []
