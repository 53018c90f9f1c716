"""What cannot be recorded, kept or imported: one clear line, a hint, the right exit code, and nothing lost."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from envkb.cli import main

Run = Callable[..., dict[str, Any]]


def records(base: Path) -> list[Path]:
    return sorted((base / "kb/records").rglob("KB-*"))


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (f"--title={'x' * 501}", "501 characters"),
        ("--title=a\udcffb", "not UTF-8"),
        ("--summary=\udcff", "not UTF-8"),
        ("--host-label=my pi", "cannot be a host label"),
        (f"--host-label={'x' * 64}", "cannot be a host label"),
    ],
)
def test_what_a_record_cannot_say_is_told_before_anything_is_written(
    base: Path, kb_json: Run, option: str, message: str
) -> None:
    told = kb_json("record", "--no-input", option, code=2)["error"]
    assert message in told["message"]
    assert told["hint"]
    assert not records(base)


def test_a_title_that_grows_while_it_is_cleaned_is_told(base: Path, kb_json: Run) -> None:
    told = kb_json("record", "--no-input", f"--title={('ab@cd.io ' * 55).strip()}", code=3)["error"]
    assert told["message"].startswith("the record cannot say this: title")
    assert told["hint"] == "say it shorter"
    assert not records(base)


def test_a_label_that_another_host_bears_is_refused_before_anything_is_written(base: Path, kb_json: Run) -> None:
    key = {"id": "kb:machine-key", "status": "ok", "text": "1" * 20}
    (base / "host.json").write_text(json.dumps({"schema": "envkb.snapshot/1", "sources": [key]}))
    settings = base / "kb/kb.toml"
    settings.write_text(settings.read_text().replace("[hosts]", f'[hosts]\n{"0" * 20} = "pi5"'))
    told = kb_json("record", "--no-input", "--host-facts=host.json", "--host-label=pi5", code=2)["error"]
    assert told["message"] == "another host is called pi5"
    assert not records(base)


@pytest.mark.parametrize("name", ["kb/kb.toml", "host.json"])
def test_files_nested_without_end_are_told(base: Path, kb_json: Run, name: str) -> None:
    (base / name).write_text(("a = " if name.endswith("toml") else "") + "[" * 100_000)
    assert kb_json("record", "--no-input", "--host-facts=host.json", code=3)["error"]["hint"]


def test_a_draft_goes_on_with_the_files_it_attached(
    base: Path, machine: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, kb_json: Run
) -> None:
    (machine / "build.log").write_text("it was slow")
    monkeypatch.chdir(machine)
    # A file where the folder of the year belongs: nothing can be written.
    blocked = [base / "kb/records" / str(year) for year in range(2024, 2100)]
    for path in blocked:
        path.write_text("")
    assert main(["record", "--no-input", "--title=one", "--attach=build.log", "--root", str(base)]) == 3
    said = capsys.readouterr().err
    draft = next(word for word in said.split() if word.endswith(".json") and "draft" in word)
    text = Path(draft).read_text()
    assert str(machine) not in text
    assert json.loads(text)["attach"] == ["~/build.log"]
    for path in blocked:
        path.unlink()
    monkeypatch.chdir(base)
    told = kb_json("record", "--no-input", "--from", draft)
    attached = json.loads((base / told["path"]).read_text())["attachments"]
    assert "build.log" in {row["name"] for row in attached}


def test_a_bundle_that_cannot_be_added_names_its_path_once(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (base / "x.kbz").write_bytes(b"no zip")
    os.mkfifo(base / "y.kbz")
    assert main(["import", "x.kbz", "y.kbz"]) == 3
    lines = capsys.readouterr().err.splitlines()
    assert [line.count(".kbz") for line in lines[::2]] == [1, 1]
    assert all(line.startswith("    ") for line in lines[1::2])


def test_values_of_lists_are_found(base: Path, kb_json: Run) -> None:
    told = kb_json("record", "--no-input")
    facts = json.loads((base / told["path"]).read_text())["facts"]
    listed = [fact["value"] for fact in facts if fact["status"] == "ok" and isinstance(fact["value"], list)]
    words = [part for value in listed for part in value if isinstance(part, str) and part.isalnum() and len(part) > 3]
    if not words:
        pytest.skip("no fact of this machine is a list of words")
    assert [row["id"] for row in kb_json("search", words[0])["records"]] == [told["id"]]


def test_ctrl_c_does_not_wait_for_machines_that_never_answer(base: Path, tmp_path: Path) -> None:
    fakes = tmp_path / "bin"
    fakes.mkdir()
    (fakes / "ssh").write_text(f"#!/bin/sh\necho $$ >> {tmp_path}/started\nexec sleep 600\n")
    (fakes / "ssh").chmod(0o755)
    command = [sys.executable, "-m", "envkb", "record", "--no-input", "--on=ssh://one", "--on=ssh://two"]
    env = {**os.environ, "PATH": f"{fakes}:{os.environ['PATH']}"}
    with subprocess.Popen(command, cwd=base, env=env, stderr=subprocess.PIPE, text=True) as process:
        started = tmp_path / "started"
        while process.poll() is None and not (started.exists() and len(started.read_text().split()) == 2):
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, "kb: stopped\n")
    for number in started.read_text().split():
        with pytest.raises(ProcessLookupError):
            os.kill(int(number), 0)
