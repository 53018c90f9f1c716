"""Abuse of files, ids and dates; the number in a name is that of the list in `test_stands.py`."""

import json
import subprocess
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from shutil import which

import pytest

from envkb.cli import main
from envkb.document.codec import decode_record
from envkb.document.identity import digest_of, record_id
from envkb.errors import InvalidDataError
from envkb.knowledge.check.check import check
from envkb.knowledge.check.problem import Problem
from envkb.knowledge.creation import create_knowledge_base
from envkb.knowledge.folder import KnowledgeBase
from envkb.process import Completed
from factory import make_bytes

DATA = make_bytes(title="café")
NAME = record_id(digest_of(DATA), 2026)


@pytest.fixture
def base(tmp_path: Path) -> KnowledgeBase:
    create_knowledge_base(tmp_path / "base", title="Demo")
    return KnowledgeBase.open(tmp_path / "base")


def _no_git(args: tuple[str, ...], **_: object) -> Completed:
    return Completed(tuple(args), 128, b"", b"not a git repository", 0.0)


def _problems(base: KnowledgeBase) -> list[Problem]:
    return check(base, now=datetime(2026, 11, 23, tzinfo=UTC), runner=_no_git)


def test_02_every_flipped_bit_of_a_record_gives_another_id_and_digest() -> None:
    for place in range(len(DATA)):
        for bit in range(8):
            changed = bytearray(DATA)
            changed[place] ^= 1 << bit
            digest = digest_of(bytes(changed))
            assert digest != digest_of(DATA)
            assert record_id(digest, 2026) != NAME


@pytest.mark.parametrize(
    "text",
    [
        *(
            "../../x",
            "KB-..",
            "KB-2026-\x00ERC8-GMRZGT",
            f"{NAME}\x00.json",
            f"../2026/{NAME}",
            f"{NAME}/../{NAME}",
            "",
        ),
        *(
            "/etc/passwd",
            f"./{NAME}.json",
            f"{NAME}\n",
            "KB-2026-UUUUU-UUUUUU",
            "KB-٢٠٢٦-WERC8-GMRZGT",
            "\u202e" + NAME,
        ),
    ],
)
@pytest.mark.parametrize("command", ["show", "cite", "amend", "reproduce"])
def test_12_what_is_no_id_is_refused_before_a_path_is_built(base: KnowledgeBase, command: str, text: str) -> None:
    base.add(DATA, {})
    more = ["--title", "x"] if command == "amend" else []
    code = main([command, "--root", str(base.root), *more, "--", text])
    # White space around an id is no other id.
    assert code == 0 if text.strip() == NAME and command in ("show", "cite", "amend") else code in (2, 3)


@pytest.mark.parametrize("spell", [str.lower, lambda name: name.replace("0", "O").replace("1", "l"), str])
def test_12_an_id_is_read_in_every_spelling(base: KnowledgeBase, spell: Callable[[str], str]) -> None:
    base.add(DATA, {})
    assert base.read(spell(NAME)).id == NAME


def test_21_a_million_keys_are_refused_by_their_size(base: KnowledgeBase) -> None:
    path = base.root / base.add(DATA, {}).path
    path.write_text(json.dumps({f"key_{number}": number for number in range(1_000_000)}), "utf-8")
    (problem,) = _problems(base)
    assert "at most 1048576" in problem.message


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda data: data.replace("é".encode(), b"\xe9"), "not UTF-8"),
        (lambda data: b"\xef\xbb\xbf" + data, "byte-order mark"),
        (lambda data: data.replace("é".encode(), b"\\ud83d"), "not in canonical form"),
        (lambda data: data.replace("é".encode(), b"\xed\xa0\xbd"), "not UTF-8"),
        (lambda data: data.replace("é".encode(), unicodedata.normalize("NFD", "é").encode()), "normal form NFC"),
    ],
    ids=["latin-1", "byte-order mark", "escaped half of a pair", "half of a pair", "twin in NFD"],
)
def test_22_another_spelling_of_a_text_is_refused(change: Callable[[bytes], bytes], reason: str) -> None:
    with pytest.raises(InvalidDataError, match=reason):
        decode_record(change(DATA))


def test_22_a_text_that_turns_its_direction_is_shown_as_what_it_is(
    base: KnowledgeBase, capsys: pytest.CaptureFixture[str]
) -> None:
    name = base.add(make_bytes(title="safe \u202eexe.doc\u2066"), {}).id
    assert main(["show", name, "--root", str(base.root)]) == 0
    told = capsys.readouterr().out
    assert "<U+202E>" in told
    assert "\u202e" not in told


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        ("0001-01-01T00:00:00Z", "before 1970"),
        ("1969-12-31T23:59:59Z", "before 1970"),
        ("2026-11-22T10:00:00", "should match"),
        ("2026-11-22T10:00:00+01:00", "should match"),
        ("2026-02-30T10:00:00Z", "no moment"),
        ("2026-11-22T24:00:01Z", "no moment"),
    ],
)
def test_24_a_moment_that_cannot_be_is_refused(moment: str, reason: str) -> None:
    with pytest.raises(InvalidDataError, match=reason):
        decode_record(DATA.replace(b"2026-11-22T10:00:00Z", moment.encode()))


def test_24_a_clock_that_begins_in_1970_is_no_reason_to_refuse() -> None:
    assert decode_record(DATA.replace(b"2026-11-22T10:00:00Z", b"1970-01-01T00:00:07Z")).created[:4] == "1970"


def test_24_a_record_from_more_than_five_minutes_ahead_is_a_warning(base: KnowledgeBase) -> None:
    base.add(make_bytes(1, created="2026-11-23T00:05:00Z"), {})
    base.add(make_bytes(2, created="2026-11-23T00:05:01Z"), {})
    (problem,) = _problems(base)
    assert (problem.level, problem.place) == ("warning", "created")


@pytest.mark.real
def test_31_a_clone_with_other_line_ends_is_told_why_and_how_to_mend_it(base: KnowledgeBase, tmp_path: Path) -> None:
    if which("git") is None:
        pytest.skip("needs git on PATH")
    base.add(DATA, {})

    def git(*words: str) -> None:
        who = ["-c", "user.name=Ada", "-c", "user.email=ada@lab.example", "-c", "core.autocrlf=false"]
        subprocess.run(["git", *who, *words], cwd=base.root, check=True, capture_output=True)

    (base.root / ".gitattributes").unlink()
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "records")
    clone = ["git", "-c", "core.autocrlf=true", "clone", "-q", str(base.root), str(tmp_path / "clone")]
    subprocess.run(clone, check=True, capture_output=True)
    problems = _problems(KnowledgeBase.open(tmp_path / "clone"))
    (problem,) = [each for each in problems if each.path.startswith("kb/records")]
    assert "carriage returns" in problem.message
    assert "restore it" in problem.hint
    assert ".gitattributes" in problem.hint
