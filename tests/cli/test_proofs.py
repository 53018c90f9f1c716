"""`kb sign`, `kb witness`, `kb stamp`, and what `kb show` says of them."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("rfc3161_client", reason="the extra `stamp` is not installed")

from authority import Authority, needs_openssl, serve
from envkb.cli import main
from envkb.document.codec import encode_record
from envkb.knowledge.folder import KnowledgeBase
from factory import make_author, make_record
from ssh_keys import make_key, needs_ssh_keygen
from terminal import Terminal

pytestmark = [pytest.mark.real, needs_ssh_keygen, needs_openssl]

Run = Callable[..., dict[str, Any]]


@pytest.fixture
def record_id(base: Path) -> str:
    record = make_record(authors=(make_author(name="Ada Lovelace", email="ada@lab.example"),))
    return KnowledgeBase.open(base).add(encode_record(record), {}).id


@pytest.fixture
def keys(base: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "keys"
    lines = ""
    for name in ("ada", "grace"):
        public = make_key(folder, name).with_suffix(".pub").read_text()
        lines += f'{name}@lab.example namespaces="kb-*" {public}'
    (base / "kb/trust").mkdir(exist_ok=True)
    (base / "kb/trust/allowed_signers").write_text(lines)
    return folder


@pytest.fixture
def tsa(base: Path, tmp_path: Path) -> Iterator[str]:
    authority = Authority(tmp_path / "tsa")
    (base / "kb/trust/tsa").mkdir(parents=True, exist_ok=True)
    (base / "kb/trust/tsa/lab.pem").write_bytes(authority.root.read_bytes())
    with serve(authority.answer) as url:
        yield url


def test_an_author_signs_and_another_person_witnesses(base: Path, record_id: str, keys: Path, kb_json: Run) -> None:
    signed = kb_json("sign", record_id, "--key", str(keys / "ada"))
    witnessed = kb_json("witness", record_id, "--key", str(keys / "grace"))

    assert (signed["role"], signed["signer"], signed["new"]) == ("author", "ada@lab.example", True)
    assert (witnessed["role"], witnessed["signer"]) == ("witness", "grace@lab.example")
    assert (base / signed["signature"]).is_file()
    proofs = kb_json("show", record_id)["proofs"]
    assert [(each["role"], each["status"], each["basis"]) for each in proofs["signatures"]] == [
        ("author", "PASS", "claimed"),
        ("witness", "PASS", "claimed"),
    ]


def test_an_unsigned_record_is_labelled_and_three_times_are_told_apart(
    record_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", record_id]) == 0

    lines = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()[-5:])
    assert lines["signed"].startswith("unsigned")
    assert lines["witnessed"] == "by nobody"
    assert lines["claimed"].startswith("2026-11-22T10:00:00Z")
    assert lines["logged"] == "not logged"
    assert lines["stamped"].startswith("not stamped")


def test_nobody_witnesses_their_own_record(record_id: str, keys: Path, kb_json: Run) -> None:
    kb_json("sign", record_id, "--key", str(keys / "ada"))

    error = kb_json("witness", record_id, "--key", str(keys / "ada"), code=2)["error"]

    assert "nobody can be their own witness" in error["message"]


def test_whoever_signs_with_a_new_key_is_told_the_line_that_others_need(
    base: Path, record_id: str, keys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (base / "kb/trust/allowed_signers").unlink()

    assert main(["sign", record_id, "--key", str(keys / "ada")]) == 0

    public = " ".join((keys / "ada.pub").read_text().split()[:2])
    assert f"you@example.org {public}" in capsys.readouterr().err
    assert main(["show", record_id]) == 0
    assert "signed     FAIL: signed, but by a key that nobody here vouches for" in capsys.readouterr().out


def test_damaged_trust_does_not_hide_a_record(
    base: Path, record_id: str, keys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sign", record_id, "--key", str(keys / "ada")]) == 0
    (base / "kb/trust/allowed_signers").write_text("ada@lab.example\n")
    capsys.readouterr()

    assert main(["show", record_id, "--json"]) == 0

    printed = capsys.readouterr()
    assert json.loads(printed.out)["proofs"] is None
    assert "kb/trust/allowed_signers, line 1" in printed.err


def test_an_authority_stamps_a_record_and_the_log(base: Path, record_id: str, tsa: str, kb_json: Run) -> None:
    stamped = kb_json("stamp", record_id, "--tsa", tsa)
    assert stamped["subject"]["kind"] == "record"
    assert [each["root"] for each in stamped["stamps"]] == ["lab.pem"]

    kb_json("log", "init", "--unsigned", "--origin", "lab.example/kb/log")
    kb_json("log", "seal")
    kb_json("log", "seal", "--checkpoint")
    stamped = kb_json("stamp", "--tsa", tsa)

    assert stamped["subject"]["kind"] == "checkpoint"
    proofs = kb_json("show", record_id)["proofs"]
    assert [each["status"] for each in proofs["stamps"]] == ["PASS", "PASS"]
    assert proofs["times"]["logged"]
    token = base / stamped["stamps"][0]["path"]
    assert token.is_file()
    layers = kb_json("verify", record_id)["records"][0]["layers"]
    assert [each["status"] for each in layers if each["layer"] == "time-stamps"] == ["PASS", "PASS"]
    token.write_bytes(token.read_bytes()[:-1])
    layers = kb_json("verify", record_id, code=4)["records"][0]["layers"]
    assert sorted(each["status"] for each in layers if each["layer"] == "time-stamps") == ["FAIL", "PASS"]


def test_one_authority_that_is_away_does_not_hold_up_the_others(
    record_id: str, tsa: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["stamp", record_id, "--tsa", tsa, "--tsa", "http://127.0.0.1:1/tsr"]) == 7
    assert "cannot be reached" in capsys.readouterr().err

    assert main(["stamp", record_id, "--tsa", "http://127.0.0.1:1/tsr"]) == 6
    assert "run the same command again" in capsys.readouterr().err


def test_the_passphrase_of_a_key_and_the_consent_of_a_witness_are_asked_for_on_a_terminal(
    base: Path, record_id: str, keys: Path, tmp_path: Path, kb_json: Run
) -> None:
    locked = make_key(tmp_path, "locked", passphrase="correct horse")
    public = locked.with_suffix(".pub").read_text()
    with (base / "kb/trust/allowed_signers").open("a") as file:
        file.write(f"hedy@lab.example {public}")
    assert keys.is_dir()

    terminal = Terminal(["witness", record_id, "--key", str(locked)], base)
    terminal.wait_for("Sign this?")
    assert "I have read and understood" in terminal.text
    terminal.type("y")
    terminal.wait_for("passphrase")
    terminal.type("correct horse")
    assert terminal.close() == 0
    assert "witnessed by hedy@lab.example" in terminal.text

    assert [each["status"] for each in kb_json("show", record_id)["proofs"]["signatures"]] == ["PASS"]


def test_citations_and_pages_tell_three_times_apart_and_who_signed(
    base: Path, record_id: str, keys: Path, tsa: str, kb_json: Run
) -> None:
    kb_json("sign", record_id, "--key", str(keys / "ada"))
    kb_json("witness", record_id, "--key", str(keys / "grace"))
    kb_json("stamp", record_id, "--tsa", tsa)

    assert ", not logged, stamped 20" in kb_json("cite", record_id)["text"]
    told = kb_json("cite", record_id, "--format", "long")["text"]
    assert [line.split(":")[0] for line in told.splitlines() if line.startswith("Date")] == [
        "Date claimed",
        "Date logged",
        "Date stamped",
    ]
    pytest.importorskip("jinja2", reason="the extra `site` is not installed")
    kb_json("render")
    page = (base / f"docs/kb/records/{record_id}/index.md").read_text("utf-8")
    assert "<dt>Claimed</dt>" in page
    assert "<dd>not logged</dd>" in page
    for words in ("under lab.pem", "by ada@lab.example", "by grace@lab.example"):
        assert words in page
