import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from envkb.cli import main
from envkb.knowledge.folder import KnowledgeBase
from envkb.proof.log.inclusion import InclusionProof, verify_inclusion
from factory import make_bytes
from logs import read_log

KbJson = Callable[..., dict[str, Any]]
ORIGIN = "lab.example/kb/log"


@pytest.fixture
def logged(base: Path, machine: Path, monkeypatch: pytest.MonkeyPatch, kb_json: KbJson) -> KnowledgeBase:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(machine / "config"))
    kb_json("log", "init", "--origin", ORIGIN)
    return KnowledgeBase.open(base)


def test_a_log_is_begun_sealed_closed_proved_and_checked(
    logged: KnowledgeBase, machine: Path, kb_json: KbJson, tmp_path: Path
) -> None:
    assert (machine / "config/envkb/lab.example_kb_log.key").is_file()
    stored = logged.add(make_bytes(1), {})
    hidden = logged.add(make_bytes(2), {}, private=True)
    assert kb_json("log", "show")["pending"] == 1
    sealed = kb_json("log", "seal")
    assert sorted(sealed["added"]) == sorted([stored.digest, hidden.digest])
    assert sealed["checkpoint"] is None
    closed = kb_json("log", "seal", "--checkpoint")
    assert closed["new"]
    assert closed["checkpoint"]["trust"] == "signed"
    assert not kb_json("log", "seal", "--checkpoint")["new"]
    proof = tmp_path / "record.tlog-proof"
    told = kb_json("log", "prove", stored.id.lower(), "-o", str(proof))
    assert proof.read_text("utf-8") == told["proof"]
    assert proof.stat().st_size < 1024
    log = read_log(logged)
    assert verify_inclusion(InclusionProof.parse(proof.read_bytes()), stored.digest, origin=ORIGIN, keys=log.keys)
    assert kb_json("log", "prove", hidden.digest.upper())["digest"] == hidden.digest
    checked = kb_json("log", "check", "--against", str(proof))
    assert [each["checkpoint"]["size"] for each in checked["agreements"]] == [2]
    assert [each["checkpoint"]["size"] for each in kb_json("log", "check")["agreements"]] == [2]
    entry = kb_json("log", "show", stored.id)["entry"]
    assert entry["index"] in (0, 1)
    assert entry["logged"] == closed["checkpoint"]["sealed"][:10]


def test_citations_say_the_day_of_the_log(logged: KnowledgeBase, capsys: pytest.CaptureFixture[str]) -> None:
    stored = logged.add(make_bytes(1), {})
    assert main(["cite", stored.id]) == 0
    assert "not logged" in capsys.readouterr().out
    main(["log", "seal"])
    assert main(["cite", stored.id]) == 0
    assert "not logged" in capsys.readouterr().out  # no checkpoint covers it yet
    main(["log", "seal", "--checkpoint"])
    day = read_log(logged).checkpoints[-1].day
    capsys.readouterr()
    assert main(["cite", stored.id]) == 0
    assert f"logged {day}]" in capsys.readouterr().out
    (logged.root / "kb/log/checkpoints/1").write_text("no checkpoint\n", "utf-8")
    assert main(["cite", stored.id]) == 0
    printed = capsys.readouterr()
    assert "not logged" in printed.out
    assert "the log cannot be read" in printed.err


def test_a_rewritten_history_is_shown_with_both_trees(
    logged: KnowledgeBase, kb_json: KbJson, capsys: pytest.CaptureFixture[str]
) -> None:
    stored = logged.add(make_bytes(1), {})
    kb_json("log", "seal")
    kb_json("log", "seal", "--checkpoint")
    kb_json("log", "check")
    seen = (logged.root / "kb/log/checkpoint").read_bytes()
    for path in sorted((logged.root / "kb/log").rglob("*"), reverse=True):
        if path.name != "origin":
            path.rmdir() if path.is_dir() else path.unlink()
    (logged.root / stored.path).unlink()
    logged.add(make_bytes(2), {})
    (logged.root / ".kb/log").rename(logged.root / "aside")  # whoever rewrites it has not seen it
    kb_json("log", "seal")
    kb_json("log", "seal", "--checkpoint")
    (logged.root / "aside").rename(logged.root / ".kb/log")
    checked = kb_json("log", "check", code=4)
    (found,) = checked["contradictions"]
    assert found["kind"] == "equivocation"
    assert found["gone"] == [stored.digest]
    assert found["then"]["trust"] == found["now"]["trust"] == "signed"
    assert {(logged.root / path).read_bytes() for path in found["kept"]} == {
        seen,
        (logged.root / "kb/log/checkpoint").read_bytes(),
    }
    assert main(["log", "check"]) == 4
    printed = capsys.readouterr()
    assert "FAIL  equivocation: two checkpoints of one size" in printed.out
    assert printed.out.count("root") == 2
    assert stored.digest in printed.out
    assert main(["log", "check"]) == 4  # what was seen stays remembered
    capsys.readouterr()


def test_without_a_log_nothing_fails_and_nothing_is_proved(
    base: Path, kb_json: KbJson, capsys: pytest.CaptureFixture[str]
) -> None:
    stored = KnowledgeBase.open(base).add(make_bytes(1), {})
    assert kb_json("log", "check")["origin"] is None
    assert kb_json("log", "show", stored.id)["entry"]["index"] is None
    for command in (("log", "seal"), ("log", "seal", "--checkpoint"), ("log", "prove", stored.id)):
        assert "no log here" in kb_json(*command, code=2)["error"]["message"]
    assert main(["log", "check"]) == 0
    assert "there is no log yet" in capsys.readouterr().err


def test_a_log_without_a_name_of_its_own_is_not_begun(base: Path, kb_json: KbJson) -> None:
    assert "a name" in kb_json("log", "init", code=2)["error"]["message"]
    assert not (base / "kb/log/origin").exists()


def test_the_secret_key_never_lies_in_the_knowledge_base(base: Path, kb_json: KbJson) -> None:
    error = kb_json("log", "init", "--origin", ORIGIN, "--key", str(base / "log.key"), code=2)["error"]
    assert "lies in the knowledge base" in error["message"]
    assert not (base / "log.key").exists()
    assert not (base / "kb/log/origin").exists()


def test_a_log_is_begun_once(logged: KnowledgeBase, kb_json: KbJson) -> None:
    assert logged.root.is_dir()
    assert "a log already" in kb_json("log", "init", "--origin", "other.example/log", code=2)["error"]["message"]


def test_an_unsigned_log_says_so_everywhere(
    base: Path, kb_json: KbJson, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    begun = kb_json("log", "init", "--origin", ORIGIN, "--unsigned")
    assert begun["secret_key"] is None
    stored = KnowledgeBase.open(base).add(make_bytes(1), {})
    kb_json("log", "seal")
    assert kb_json("log", "seal", "--checkpoint")["checkpoint"]["trust"] == "unsigned"
    assert main(["log", "prove", stored.id, "-o", str(tmp_path / "p")]) == 0
    assert "the log is unsigned" in capsys.readouterr().err
    assert main(["cite", stored.id]) == 0
    assert "(unsigned log)]" in capsys.readouterr().out


def test_the_key_may_come_from_the_environment(
    logged: KnowledgeBase, machine: Path, kb_json: KbJson, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged.add(make_bytes(1), {})
    kb_json("log", "seal")
    key = machine / "config/envkb/lab.example_kb_log.key"
    text = key.read_text("utf-8")
    key.unlink()
    assert "cannot be read" in kb_json("log", "seal", "--checkpoint", code=2)["error"]["message"]
    monkeypatch.setenv("KB_LOG_KEY", text)
    assert kb_json("log", "seal", "--checkpoint")["new"]


def test_a_private_record_is_disclosed_with_its_proof(
    logged: KnowledgeBase, kb_json: KbJson, capsys: pytest.CaptureFixture[str]
) -> None:
    stored = logged.add(make_bytes(1), {}, private=True)
    kb_json("log", "seal")
    kb_json("log", "seal", "--checkpoint")
    disclosed = kb_json("disclose", stored.id)
    assert disclosed["digest"] == stored.digest
    assert disclosed["path"].startswith("kb/records/")
    proof = InclusionProof.parse(disclosed["proof"].encode())
    assert verify_inclusion(proof, stored.digest, origin=ORIGIN, keys=read_log(logged).keys)
    assert "public already" in kb_json("disclose", stored.id, code=2)["error"]["message"]
    other = logged.add(make_bytes(2), {}, private=True)
    assert main(["disclose", other.id]) == 0
    printed = capsys.readouterr()
    assert "not logged" in printed.out
    assert "nothing proves that it existed before now" in printed.err


def test_a_reminder_is_told_when_its_day_has_come(
    logged: KnowledgeBase, kb_json: KbJson, capsys: pytest.CaptureFixture[str]
) -> None:
    stored = logged.add(make_bytes(1), {}, private=True)
    assert kb_json("disclose", stored.id, "--after", "2001-01-01")["after"] == "2001-01-01"
    assert logged.read(stored.id).private
    assert main(["list"]) == 0
    assert f"{stored.id} was to be disclosed after 2001-01-01" in capsys.readouterr().err
    problems = kb_json("check")["problems"]
    assert any("was to be disclosed" in problem["message"] for problem in problems)
    assert kb_json("disclose", stored.id, "--after", "2100-01-01")["path"].startswith("kb/private/")
    assert main(["list"]) == 0
    assert "was to be disclosed" not in capsys.readouterr().err


def test_every_file_kept_against_is_read_or_refused(logged: KnowledgeBase, kb_json: KbJson, tmp_path: Path) -> None:
    logged.add(make_bytes(1), {})
    kb_json("log", "seal")
    nonsense = tmp_path / "nonsense"
    nonsense.write_text(json.dumps({}), "utf-8")
    assert str(nonsense) in kb_json("log", "check", "--against", str(nonsense), code=3)["error"]["message"]
    kb_json("log", "check", "--against", str(tmp_path / "missing"), code=1)
