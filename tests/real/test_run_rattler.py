"""`kb run` with the embedded conda engine beside uv, from a channel and wheels that are made here."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from envkb.cli import main
from envkb.document.codec import decode_record
from envkb.managers import MANAGERS, look_for
from envkb.model.measurement import Measurement
from envkb.model.record import Record
from envkb.process import run
from manager_jobs import make_wheel

pytest.importorskip("rattler", reason="py-rattler is not here")
pytest.importorskip("rattler_build", reason="py-rattler-build is not here")

from real.channel import PYTHON, build_channel

FOUND = [look_for(MANAGERS[name], run, os.environ) for name in ("rattler", "uv")]

pytestmark = [
    pytest.mark.real,
    *(pytest.mark.skipif(found.tool is None, reason=str(found.reason)) for found in FOUND),
]


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    root = tmp_path_factory.mktemp("sources")
    wheels = [make_wheel(root / "wheels", "core"), make_wheel(root / "wheels", "demo", requires=["core<2"])]
    return build_channel(root / "channel", wheels, root / "work"), root / "wheels"


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    root = tmp_path / "base"
    assert main(["init", str(root)]) == 0
    monkeypatch.chdir(root)
    return root


def test_rattler_and_uv_give_comparable_records(
    base: Path, sources: tuple[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:

    channel, wheels = sources
    capsys.readouterr()
    flags = ["--flag=uv=--no-index", f"--flag=uv=--find-links={wheels}"]
    arguments = [
        "--with=rattler",
        "--with=uv",
        f"--channel={channel}",
        f"--python={PYTHON}",
        "--rounds=1",
        "--bench=none",
    ]
    code = main(["run", "demo", *arguments, *flags, "--json"])
    printed = capsys.readouterr()
    assert code == 0, printed.err
    rows: list[dict[str, Any]] = json.loads(printed.out)["records"]
    assert {row["outcome"] for row in rows} == {"success"}, printed.err
    records = {
        (row["manager"], row["cache"], row["bytecode"]): decode_record((base / row["path"]).read_bytes())
        for row in rows
    }
    cold, warm = records["rattler", "cold", "default"], records["rattler", "warm", "default"]
    assert cold.install is not None
    assert warm.install is not None
    assert (cold.install.cache_seen, warm.install.cache_seen) == ("cold", "warm")
    assert {row.id for row in warm.measurements} >= {"install.wall", "install.resolve", "first-import.total"}
    assert {fact.name for fact in warm.facts if fact.subject == "install"} >= {"unique_bytes", "link_mode"}
    assert warm.environment is not None
    assert warm.environment.lock.format == "pixi.lock"
    by_uv = records["uv", "warm", "default"]
    assert total(warm).benchmark == total(by_uv).benchmark
    assert not list((base.parent / "cache" / "envkb" / "runs").glob("*"))


def test_a_conda_lock_is_reproduced_through_a_channel_by_its_name(
    base: Path, sources: tuple[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    channel, _ = sources
    options = ["--rounds=1", "--cache=warm", "--bytecode=default", "--bench=none"]
    (row,) = answer(
        capsys, "run", "demo", "--with=rattler", f"--channel=lab={channel}", f"--python={PYTHON}", *options
    )["records"]
    text = (base / row["path"]).read_text()
    lock = decode_record(text.encode()).environment
    assert lock is not None
    kept = next((base / "kb" / "attachments").rglob(str(lock.lock.sha256))).read_text()
    assert "- conda: lab/" in kept
    assert channel.removeprefix("file://") not in kept + text
    told = answer(capsys, "reproduce", row["id"], f"--channel=lab={channel}")
    assert (told["verdict"], told["environment"]) == ("reproduced", "reproduced"), told["reasons"]
    again = decode_record((base / told["path"]).read_bytes())
    assert again.environment is not None
    assert again.environment.lock == lock.lock


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    capsys.readouterr()
    code = main([*arguments, "--json"])
    printed = capsys.readouterr()
    assert code == 0, printed.out + printed.err
    document: dict[str, Any] = json.loads(printed.out)
    return document


def total(record: Record) -> Measurement:
    return next(one for one in record.measurements if one.id == "first-import.total")
