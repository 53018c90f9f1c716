"""`kb reproduce` with a real uv and small wheels."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from envkb.document.codec import decode_record
from envkb.managers import MANAGERS, look_for
from envkb.process import run
from manager_jobs import make_wheel

Run = Callable[..., dict[str, Any]]
UV, PIP = (look_for(MANAGERS[name], run, os.environ) for name in ("uv", "pip"))

pytestmark = [
    pytest.mark.real,
    *(pytest.mark.skipif(found.tool is None, reason=str(found.reason)) for found in (UV, PIP)),
]


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    make_wheel(tmp_path / "wheels", "core")
    make_wheel(tmp_path / "wheels", "demo", requires=["core"])
    return tmp_path / "wheels"


def flags(folder: Path, manager: str = "uv") -> list[str]:
    return [f"--flag={manager}=--no-index", f"--flag={manager}=--find-links={folder}"]


@pytest.fixture
def original(base: Path, wheels: Path, kb_json: Run) -> dict[str, Any]:
    assert base.is_dir()
    options = ["--with=uv", *flags(wheels), "--rounds=1", "--cache=warm", "--bytecode=default", "--bench=none"]
    (row,) = kb_json("run", "demo", *options)["records"]
    return dict(row)


def test_an_environment_is_made_again_from_its_lock(
    base: Path, wheels: Path, original: dict[str, Any], kb_json: Run
) -> None:
    told = kb_json("reproduce", original["id"], *flags(wheels))
    assert (told["verdict"], told["reproduces"]) == ("reproduced", original["id"])
    assert (told["environment"], told["speed"]) == ("reproduced", None)
    (contrast,) = told["comparison"]["contrasts"]
    assert {"install.wall", "first-import.total"} <= {row["benchmark"]["name"] for row in contrast["measurements"]}
    record = decode_record((base / told["path"]).read_bytes())
    (link,) = record.links
    assert (link.relation, link.id, link.digest) == ("reproduces", original["id"], original["digest"])
    assert not list((base.parent / "cache" / "envkb" / "runs").glob("*"))


@pytest.mark.parametrize("manager", ["uv", "pip"])
def test_benchmarks_are_run_again_in_another_clone_and_one_run_beside_one_tells_nothing_of_speed(
    base: Path, wheels: Path, kb_json: Run, manager: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = ["--rounds=2", "--cache=warm", "--bytecode=default", "--bench=python"]
    (row,) = kb_json("run", "demo", f"--with={manager}", *flags(wheels, manager), *few)["records"]
    clone = base.parent / "clone"
    shutil.copytree(base, clone)
    monkeypatch.chdir(clone)
    told = kb_json("reproduce", row["id"], *flags(wheels, manager))
    assert (told["verdict"], told["environment"], told["speed"]) == ("cannot tell", "reproduced", "cannot tell")
    assert any("not interleaved" in reason for reason in told["reasons"])
    record = decode_record((clone / told["path"]).read_bytes())
    assert record.install is not None
    assert record.install.manager == manager
    old = decode_record((clone / row["path"]).read_bytes())
    assert {one.id for one in record.measurements} == {one.id for one in old.measurements}
    assert not (base / told["path"]).exists()


def test_other_content_under_the_same_name_is_not_reproduced(
    base: Path, wheels: Path, original: dict[str, Any], kb_json: Run
) -> None:
    make_wheel(wheels, "core", payload=b"something else")
    told = kb_json("reproduce", original["id"], *flags(wheels), code=4)
    assert (told["verdict"], told["environment"]) == ("not reproduced", "not reproduced")
    record = decode_record((base / told["path"]).read_bytes())
    assert [edge.class_ for edge in record.edge_cases] == ["hash-mismatch"]
    assert record.links[0].id == original["id"]


def test_other_content_that_no_lock_forbids_is_not_reproduced(
    base: Path, wheels: Path, kb_json: Run, tmp_path: Path
) -> None:
    env = tmp_path / "ml"
    assert run(["python3", "-m", "venv", "--without-pip", str(env)]).exit_code == 0
    install = ["pip", "install", "--python", str(env / "bin/python"), "--no-index", f"--find-links={wheels}", "demo"]
    assert run([*UV.required().args, *install]).exit_code == 0
    told = kb_json("record", "--no-input", f"--python={env}")
    make_wheel(wheels, "core", payload=b"something else")
    again = kb_json(
        "reproduce", told["id"], "--with=uv", "--from-installed", *flags(wheels), "--bench=none", "--rounds=1", code=4
    )
    assert again["reasons"] == ["core 1.0 has another content"]
    assert base.is_dir()


def test_what_was_built_for_another_platform_is_not_reproduced(
    base: Path, wheels: Path, original: dict[str, Any], kb_json: Run
) -> None:
    next(wheels.glob("core-*.whl")).unlink()
    make_wheel(wheels, "core", tag="py3-none-win_amd64")
    told = kb_json("reproduce", original["id"], *flags(wheels), code=4)
    assert told["reasons"][0].startswith("the environment could not be made again")
    assert decode_record((base / told["path"]).read_bytes()).outcome == "failure"


def test_a_private_record_is_reproduced_privately_also_when_that_was_stopped(
    base: Path, wheels: Path, kb_json: Run
) -> None:
    options = ["--with=uv", *flags(wheels), "--rounds=1", "--cache=warm", "--bytecode=default", "--bench=none"]
    (row,) = kb_json("run", "demo", *options, "--private")["records"]
    process = subprocess.Popen(
        [sys.executable, "-m", "envkb", "reproduce", row["id"], *flags(wheels), "--rounds=30"],
        cwd=base,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + 60
    while not list((base / ".kb" / "runs").glob("*/state.json")):
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, "kb run --resume" in said) == (130, True)
    (told,) = kb_json("run", "--resume", "--budget=1s")["records"]
    assert told["path"].startswith("kb/private/")
    (link,) = decode_record((base / told["path"]).read_bytes()).links
    assert (link.relation, link.id) == ("reproduces", row["id"])


def test_what_can_no_longer_be_had_is_not_reproduced_and_recorded(
    base: Path, wheels: Path, original: dict[str, Any], kb_json: Run
) -> None:
    next(wheels.glob("core-*.whl")).unlink()
    told = kb_json("reproduce", original["id"], *flags(wheels), code=4)
    assert told["verdict"] == "not reproduced"
    assert "could not be made again" in told["reasons"][0]
    assert decode_record((base / told["path"]).read_bytes()).outcome == "failure"


def test_without_a_lock_it_is_refused_unless_the_list_may_stand_in(
    base: Path, wheels: Path, kb_json: Run, tmp_path: Path
) -> None:
    env = tmp_path / "ml"
    assert run(["python3", "-m", "venv", "--without-pip", str(env)]).exit_code == 0
    uv = UV.required().args
    added = run(
        [*uv, "pip", "install", "--python", str(env / "bin/python"), "--no-index", f"--find-links={wheels}", "demo"]
    )
    assert added.exit_code == 0
    told = kb_json("record", "--no-input", f"--python={env}")
    assert "--from-installed" in kb_json("reproduce", told["id"], "--with=uv", code=2)["error"]["hint"]
    again = kb_json("reproduce", told["id"], "--with=uv", "--from-installed", *flags(wheels), "--bench=none")
    assert again["verdict"] == "reproduced"
    assert base.is_dir()
