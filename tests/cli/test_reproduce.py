"""`kb reproduce` with a real uv and small wheels."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from envkb.document.codec import decode_record
from envkb.managers import MANAGERS, look_for
from envkb.process import run
from manager_jobs import make_wheel

Run = Callable[..., dict[str, Any]]
UV = look_for(MANAGERS["uv"], run, os.environ)

pytestmark = [pytest.mark.real, pytest.mark.skipif(UV.tool is None, reason=str(UV.reason))]


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    make_wheel(tmp_path / "wheels", "core")
    make_wheel(tmp_path / "wheels", "demo", requires=["core"])
    return tmp_path / "wheels"


def flags(folder: Path) -> list[str]:
    return ["--flag=uv=--no-index", f"--flag=uv=--find-links={folder}"]


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
