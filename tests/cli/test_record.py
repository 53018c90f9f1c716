"""`kb record` on this machine, as a user meets it."""

import hashlib
import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from envkb.cli import main
from envkb.document.codec import decode_record
from envkb.document.identity import normalise_id
from planted import LEAKS, PLANTED, SECRETS, every_byte

Run = Callable[..., dict[str, Any]]


def test_a_record_is_one_canonical_file_named_by_its_digest(base: Path, kb_json: Run) -> None:
    told = kb_json("record", "--no-input")
    data = (base / told["path"]).read_bytes()
    assert hashlib.sha256(data).hexdigest() == told["digest"]
    assert told["path"] == f"kb/records/{told['created'][:4]}/{told['id']}.json"
    record = decode_record(data)
    assert record.outcome is None
    assert record.host is not None
    assert record.environment is not None
    assert {"envkb", "pydantic"} <= {row.name for row in record.environment.distributions}
    assert told["citation"] == (
        f"[author not stated]. {record.title}. {told['id']}. sha256:{told['digest']}. "
        f"Created {record.created[:10]}. unpublished"
    )


def test_what_was_said_is_kept_and_what_was_not_stays_unknown(base: Path, kb_json: Run) -> None:
    (base / "notes.md").write_text("# Seen\n\nIt was *slow*.")
    told = kb_json(
        "record",
        "--no-input",
        "--title=torch under WSL2",
        "--outcome=partial",
        "--tag=wsl",
        "--tag=cuda",
        "--author=Ada Lovelace <ada@lab.example>",
        "--when=2026-11-20",
        "--install=uv pip install torch==2.13.0 --torch-backend=cu126",
        "--metric=matmul=12.1,12.3,12.2 ms;better=lower",
        "--edge=class=wsl-libcuda;symptom=libcuda.so: cannot open;severity=major;worked=yes;workaround=set a path",
        "--note=notes.md",
    )
    record = decode_record((base / told["path"]).read_bytes())
    assert (record.title, record.outcome, record.tags) == ("torch under WSL2", "partial", ("cuda", "wsl"))
    assert record.authors[0].email == "ada@lab.example"
    assert record.observed is not None
    assert (record.observed.start, record.observed.precision) == ("2026-11-20", "day")
    assert record.install is not None
    assert (record.install.manager, record.install.origin) == ("uv", "stated")
    assert record.measurements[0].samples == (12.1, 12.3, 12.2)
    assert (record.edge_cases[0].class_, record.edge_cases[0].worked) == ("wsl-libcuda", True)
    assert record.edge_cases[0].phase is None
    assert record.notes[0].text == "# Seen\n\nIt was *slow*."


def test_no_secret_is_in_any_file_that_was_written(base: Path, machine: Path, kb_json: Run) -> None:
    (base.parent / "log.txt").write_text(PLANTED)
    (base.parent / "note.md").write_text(PLANTED)
    told = kb_json(
        "record",
        "--no-input",
        f"--title={PLANTED}",
        f"--summary={PLANTED}",
        f"--edge=symptom={PLANTED}",
        f"--install=pip install -i {PLANTED}",
        f"--note={base.parent / 'note.md'}",
        f"--attach={base.parent / 'log.txt'}",
    )
    record = (base / told["path"]).read_text("utf-8")
    written = every_byte(base / "kb").decode("utf-8", "replace")
    assert [leak for leak in (*LEAKS, str(machine)) if leak in written] == []
    assert "<user-" in record
    counts = {row["kind"]: row["count"] for row in json.loads(record)["redactions"]}
    assert counts.keys() >= {"user", "email", "token", "ip", "mac"}


def test_no_version_number_is_eaten(base: Path, kb_json: Run) -> None:
    versions = "nvidia-cublas-cu12==12.4.5.8, driver 550.54.15.1, Windows 10.0.19045.4529, v12.6.85.1"
    told = kb_json("record", "--no-input", f"--summary={versions}")
    assert decode_record((base / told["path"]).read_bytes()).summary == versions


def test_a_binary_attachment_with_a_secret_is_refused_by_name(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (base / "core.bin").write_bytes(b"\x00\xff\xfe\x81" * 40 + SECRETS["DEPLOY_TOKEN"].encode() + b"\x00\x91" * 40)
    assert main(["record", "--no-input", "--title=with a core", "--attach=core.bin"]) == 3
    said = capsys.readouterr().err
    assert "core.bin" in said
    assert SECRETS["DEPLOY_TOKEN"] not in said
    assert not list((base / "kb" / "records").rglob("KB-*"))
    assert "kept in" in said


def test_the_same_machine_is_recorded_once_where_only_news_is_wanted(base: Path, kb_json: Run) -> None:
    first = kb_json("record", "--no-input", "--if-new")
    second = kb_json("record", "--no-input", "--if-new")
    assert (first["new"], second["new"]) == (True, False)
    assert {key: first[key] for key in ("id", "digest", "path", "title", "created")} == {
        key: second[key] for key in ("id", "digest", "path", "title", "created")
    }
    assert len(list((base / "kb" / "records").rglob("KB-*.json"))) == 1


def test_a_dry_run_writes_nothing(base: Path, kb_json: Run) -> None:
    before = every_byte(base)
    told = kb_json("record", "--no-input", "--dry-run")
    assert (told["id"], told["path"]) == (None, None)
    assert told["record"]["schema"] == "envkb.record/1"
    assert every_byte(base) == before


def test_a_private_record_lies_in_the_private_place(base: Path, kb_json: Run) -> None:
    told = kb_json("record", "--no-input", "--private")
    assert told["path"].startswith("kb/private/records/")
    assert told["private"] is True
    assert not list((base / "kb" / "attachments").rglob("[0-9a-f]*[0-9a-f]"))


def test_a_label_names_the_host_and_is_remembered(base: Path, kb_json: Run) -> None:
    told = kb_json("record", "--no-input", "--host-label=pi5")
    record = decode_record((base / told["path"]).read_bytes())
    assert record.host is not None
    assert record.host.label == "pi5"
    assert told["title"].endswith("on pi5")
    if record.host.key:
        assert f'{record.host.key} = "pi5"' in (base / "kb" / "kb.toml").read_text().replace('"', "", 2)


def test_nothing_of_the_host_is_kept_where_it_is_not_wanted(base: Path, kb_json: Run) -> None:
    told = kb_json("record", "--no-input", "--host-facts=none")
    record = decode_record((base / told["path"]).read_bytes())
    assert record.host is None
    assert not {"cpu", "memory", "os"} & {fact.subject for fact in record.facts}
    assert record.environment is not None


def test_a_snapshot_of_another_host_can_stand_in(base: Path, kb_json: Run) -> None:
    (base / "pi.json").write_text(
        json.dumps(
            {
                "schema": "envkb.snapshot/1",
                "sources": [{"id": "/proc/device-tree/model", "text": "Raspberry Pi 5 Model B Rev 1.0"}],
            }
        )
    )
    told = kb_json("record", "--no-input", "--host-facts=pi.json")
    record = decode_record((base / told["path"]).read_bytes())
    assert record.host is not None
    assert (record.host.origin, record.host.key) == ("imported", None)
    board = {fact.name: fact.value for fact in record.facts if fact.subject == "board"}
    assert board["model"] == "Raspberry Pi 5 Model B Rev 1.0"


def test_outside_a_knowledge_base_a_bundle_is_written_and_can_be_imported(
    base: Path, kb_json: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = base.parent / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    told = kb_json("record", "--no-input")
    assert Path(told["path"]).name == f"{told['id']}.kbz"
    added = kb_json("import", told["path"], "--root", str(base))
    assert [(row["id"], row["digest"], row["new"]) for row in added["records"]] == [(told["id"], told["digest"], True)]
    again = kb_json("import", str(elsewhere), "--root", str(base))
    assert [row["new"] for row in again["records"]] == [False]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--python=/nowhere/python"], 2, "/nowhere/python"),
        (["--python=nosuchenvironment"], 2, "nosuchenvironment"),
        (["--edge=class=wsl-libcud;symptom=x"], 2, "wsl-libcuda"),
        (["--outcome=fine"], 2, "success"),
        (["--when=2999-01-01"], 2, "future"),
        (["--metric=matmul"], 2, "matmul"),
        (["--note=missing.md"], 2, "missing.md"),
        (["--from=missing.toml"], 2, "missing.toml"),
        (["--from=bad.toml"], 3, "bad.toml"),
        (["--from=unknown.toml"], 3, "titel"),
        (["--import=numpy"], 2, "torch"),
        (["--on=ssh://-oProxyCommand=x"], 2, "ssh://user@machine"),
        (["--on=ftp://pi5"], 2, "ssh://user@machine"),
        (["--host-facts=bad.toml"], 3, "snapshot"),
        (["--python=broken"], 6, "--outcome failure"),
        (["--colour=red"], 2, "kb record --help"),
    ],
)
def test_what_cannot_be_is_one_line_a_hint_and_a_code(
    base: Path, arguments: list[str], code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (base / "bad.toml").write_text("title = [")
    (base / "unknown.toml").write_text('titel = "x"')
    broken = base / "broken"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    given = [argument.replace("=broken", f"={broken}") for argument in arguments]
    assert main(["record", "--no-input", *given]) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert says in printed.err
    assert len(printed.err.splitlines()) <= 2
    assert not list((base / "kb" / "records").rglob("KB-*"))


def test_a_broken_environment_is_recorded_where_it_is_said_to_be_broken(base: Path, kb_json: Run) -> None:
    broken = base / "broken"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    told = kb_json("record", "--no-input", f"--python={broken}", "--outcome=failure")
    record = decode_record((base / told["path"]).read_bytes())
    assert record.environment is not None
    assert record.environment.python_version is None


def test_statements_come_from_a_file_and_options_win(base: Path, kb_json: Run) -> None:
    (base / "said.toml").write_text(
        'title = "from the file"\noutcome = "failure"\ntags = ["a"]\nattach = ["smi.txt"]\n'
        '[[metrics]]\nname = "matmul"\nsamples = [1.5, 2]\nunit = "ms"\nbetter = "lower"\n'
        '[[edges]]\nclass = "slow"\nsymptom = "an import takes 20 s"\nworked = false\n'
    )
    (base / "smi.txt").write_text("No devices were found")
    told = kb_json("record", "--no-input", "--from=said.toml", "--title=from the option", "--tag=b")
    record = decode_record((base / told["path"]).read_bytes())
    assert (record.title, record.outcome, record.tags) == ("from the option", "failure", ("a", "b"))
    assert record.measurements[0].samples == (1.5, 2.0)
    assert record.edge_cases[0].worked is False
    assert "smi.txt" in {row.name for row in record.attachments}


def test_a_full_or_blocked_disk_loses_nothing_that_was_said(
    base: Path, machine: Path, capsys: pytest.CaptureFixture[str], kb_json: Run
) -> None:
    records = base / "kb" / "records"
    (records / ".gitkeep").unlink()
    records.rmdir()
    records.write_text("a file where the folder should be")
    code = main(["record", "--no-input", "--title=precious words", f"--summary=by adalovelace in {machine}"])
    said = capsys.readouterr().err
    assert code in (1, 3)
    draft = Path(next(line for line in said.splitlines() if "kept in" in line).partition("kept in ")[2])
    assert stat.S_IMODE(draft.stat().st_mode) == 0o600
    assert json.loads(draft.read_text())["title"] == "precious words"
    assert "adalovelace" not in draft.read_text()
    records.unlink()
    assert kb_json("record", "--no-input", "--from", str(draft))["title"] == "precious words"


def test_an_id_is_read_in_any_spelling(base: Path, kb_json: Run) -> None:
    told = kb_json("record", "--no-input")
    sloppy = told["id"].lower().replace("0", "o").replace("1", "l")
    assert normalise_id(sloppy) == told["id"]
    assert kb_json("show", sloppy)["digest"] == told["digest"]
    assert base.is_dir()


@pytest.mark.parametrize("empty", ["", "  "])
def test_an_empty_name_of_an_environment_is_refused_and_never_the_active_one(
    base: Path, capsys: pytest.CaptureFixture[str], empty: str
) -> None:
    assert main(["record", "--no-input", "--python", empty]) == 2
    assert "--python names no environment" in capsys.readouterr().err
    assert not list((base / "kb" / "records").rglob("KB-*.json"))
