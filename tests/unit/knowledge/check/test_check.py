import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from shutil import which
from typing import Any

import pytest

from envkb.document.codec import encode_record
from envkb.document.identity import digest_of, record_id
from envkb.errors import ToolMissingError
from envkb.knowledge.check.check import check
from envkb.knowledge.check.files import Rules, check_record
from envkb.knowledge.check.problem import Problem
from envkb.knowledge.creation import create_knowledge_base
from envkb.knowledge.folder import KnowledgeBase
from envkb.knowledge.index.index import open_index
from envkb.model.fact import Status
from envkb.model.record import Note
from envkb.process import Completed
from factory import (
    make_attachment,
    make_author,
    make_bytes,
    make_edge_case,
    make_environment,
    make_install,
    make_link,
    make_measurement,
    make_record,
    make_retraction,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LOG = b"Resolved 12 packages in 3ms\n"
TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


@pytest.fixture
def base(tmp_path: Path) -> KnowledgeBase:
    create_knowledge_base(tmp_path, title="Demo")
    return KnowledgeBase.open(tmp_path)


def _no_git(args: Sequence[str], **_: Any) -> Completed:
    raise ToolMissingError(f"{args[0]} is not installed")


def _tracking(*paths: str) -> Callable[..., Completed]:
    def run(args: Sequence[str], **_: Any) -> Completed:
        return Completed(tuple(args), 0, "".join(f"{path}\0" for path in paths).encode(), b"", 0.0)

    return run


def _problems(base: KnowledgeBase, runner: Callable[..., Completed] = _no_git) -> list[Problem]:
    return check(KnowledgeBase.open(base.root), now=NOW, runner=runner)


def _only(base: KnowledgeBase) -> Problem:
    (problem,) = _problems(base)
    assert problem.hint
    assert "\n" not in problem.message + problem.hint
    return problem


def _store(base: KnowledgeBase, data: bytes, name: str | None = None) -> Path:
    path = base.root / f"kb/records/2026/{name or record_id(digest_of(data), 2026)}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_a_good_knowledge_base_has_no_problems(base: KnowledgeBase) -> None:
    entry = make_attachment(LOG)
    old = make_bytes(1, attachments=(entry,), edge_cases=(make_edge_case(),))
    base.add(old, {entry.sha256: LOG})
    base.add(make_bytes(2, links=(make_link("amends", old),)), {})
    base.add(encode_record(make_retraction(old, 3)), {})
    secret = make_bytes(4, title="secret", attachments=(entry,))
    base.add(secret, {entry.sha256: LOG}, private=True)
    assert _problems(base) == []


BROKEN: list[tuple[Callable[[bytes], bytes], str]] = [
    (lambda data: data[: len(data) // 2], "no JSON"),
    (lambda data: data[:-1], "not in canonical form"),
    (lambda _: b"", "no JSON"),
    (lambda data: data.replace(b"\n", b"\r\n"), "carriage returns"),
    (lambda data: b"\xef\xbb\xbf" + data, "byte-order mark"),
    (lambda data: data.decode().encode("utf-16"), "not UTF-8"),
    (lambda data: data.replace(b"12.1", b"NaN"), "not finite"),
    (lambda data: data.replace(b"12.1", b"1e400"), "not finite"),
    (lambda _: b"[" * 100_000, "nested deeper"),
    (lambda data: data.replace(b'"title"', b'"titel"'), "the key is missing"),
    (lambda data: data.replace(b"Pi 5", b"Pi 4"), "the content has the id"),
    (lambda data: data + b" " * 2_000_000, "bytes; at most 1048576"),
]


@pytest.mark.parametrize(("damage", "message"), BROKEN, ids=[message for _, message in BROKEN])
def test_a_damaged_record_is_one_problem_with_its_place(
    base: KnowledgeBase, damage: Callable[[bytes], bytes], message: str
) -> None:
    path = base.root / base.add(make_bytes(), {}).path
    path.write_bytes(damage(make_bytes()))
    problem = _only(base)
    assert problem.level == "error"
    assert problem.path == str(path.relative_to(base.root))
    assert message in problem.message


def test_every_flipped_bit_of_a_record_is_an_error(base: KnowledgeBase) -> None:
    data = make_bytes()
    path = base.root / base.add(data, {}).path
    rules = Rules(frozenset(), "2027")
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 1 << place % 8
        path.write_bytes(changed)
        checked = check_record(base.root, rules, str(path.relative_to(base.root)))
        assert "error" in {problem.level for problem in checked.problems}


def test_two_gigabytes_are_refused_unread(base: KnowledgeBase) -> None:
    path = base.root / base.add(make_bytes(), {}).path
    with path.open("r+b") as file:
        file.truncate(2 * 2**30)
    assert "2147483648 bytes" in _only(base).message


@pytest.mark.parametrize("kind", ["symlink", "fifo", "folder"])
@pytest.mark.parametrize("place", ["record", "attachment"])
def test_what_is_no_regular_file_is_an_error(base: KnowledgeBase, tmp_path: Path, kind: str, place: str) -> None:
    entry = make_attachment(LOG)
    stored = base.add(make_bytes(attachments=(entry,)), {entry.sha256: LOG})
    path = base.root / (stored.path if place == "record" else f"kb/attachments/{entry.sha256[:2]}/{entry.sha256}")
    shutil.copy(path, tmp_path / "copy")
    path.unlink()
    if kind == "symlink":
        path.symlink_to(tmp_path / "copy")
    elif kind == "folder":
        path.mkdir()
    else:
        os.mkfifo(path)
    problems = [problem for problem in _problems(base) if problem.path == str(path.relative_to(base.root))]
    assert [problem.level for problem in problems] == ["error"]
    assert "link" in problems[0].message or "regular file" in problems[0].message


def test_a_renamed_record_is_named_with_its_true_id(base: KnowledgeBase) -> None:
    stored = base.add(make_bytes(), {})
    (base.root / stored.path).rename(base.root / "kb/records/2026/KB-2026-WERC8-GMRZGT.json")
    assert stored.id in _only(base).message


def test_a_record_in_the_wrong_year_is_told_where_it_belongs(base: KnowledgeBase) -> None:
    stored = base.add(make_bytes(), {})
    wrong = base.root / "kb/records/2025" / stored.path.name
    wrong.parent.mkdir()
    (base.root / stored.path).rename(wrong)
    assert str(stored.path) in _only(base).hint


def test_one_record_in_two_places_is_an_error(base: KnowledgeBase) -> None:
    base.add(make_bytes(), {}, private=True)
    _store(base, make_bytes())
    assert "the same record lies at" in _only(base).message


def test_one_id_for_two_records_is_an_error(base: KnowledgeBase) -> None:
    first = base.add(make_bytes(1), {})
    _store(base, make_bytes(2), first.id)
    assert "renamed, or changed" in _only(base).message


@pytest.mark.parametrize(
    ("relation", "level"),
    [("amends", "error"), ("retracts", "error"), ("reproduces", "warning"), ("based_on", "warning")],
)
def test_a_link_to_a_record_that_is_not_here_is_told(base: KnowledgeBase, relation: str, level: str) -> None:
    base.add(make_bytes(2, links=(make_link(relation, make_bytes(1)),)), {})
    problem = _only(base)
    assert (problem.level, problem.place) == (level, "links/0")
    assert "which is not here" in problem.message


def test_a_link_with_a_wrong_digest_is_an_error(base: KnowledgeBase) -> None:
    old = make_bytes(1)
    base.add(old, {})
    link = make_link("based_on", old).model_copy(update={"digest": "0" * 64})
    base.add(make_bytes(2, links=(link,)), {})
    assert "with another digest" in _only(base).message


def test_an_amendment_of_another_kind_is_an_error(base: KnowledgeBase) -> None:
    old = make_bytes(1)
    base.add(old, {})
    links = (make_link("retracts", old), make_link("amends", old))
    base.add(encode_record(make_retraction(old, 2, links=links)), {})
    assert "which is of kind experiment" in _only(base).message


def test_attachments_are_held_against_their_records(base: KnowledgeBase) -> None:
    entry = make_attachment(LOG)
    stored = base.add(make_bytes(attachments=(entry,)), {entry.sha256: LOG})
    path = base.root / f"kb/attachments/{entry.sha256[:2]}/{entry.sha256}"
    path.write_bytes(LOG + b"x")
    by_path = {problem.path: problem.message for problem in _problems(base)}
    assert "digest is another" in by_path[str(path.relative_to(base.root))]
    assert f"has {len(LOG) + 1} bytes, not {len(LOG)}" in by_path[str(stored.path)]
    path.unlink()
    assert "install.log is not at kb/attachments" in _only(base).message
    (base.root / stored.path).unlink()
    path.write_bytes(LOG)
    problem = _only(base)
    assert (problem.level, problem.message) == ("warning", "no record names it")


def test_an_attachment_that_is_no_text_is_checked_by_its_digest_alone(base: KnowledgeBase) -> None:
    picture = b"\x89PNG\r\n\x1a\n\xff"
    entry = make_attachment(picture, name="plot.png", media_type="image/png")
    base.add(make_bytes(attachments=(entry,)), {entry.sha256: picture})
    assert _problems(base) == []


def test_an_attachment_in_the_wrong_folder_is_told_where_it_belongs(base: KnowledgeBase) -> None:
    entry = make_attachment(LOG)
    base.add(make_bytes(attachments=(entry,)), {entry.sha256: LOG})
    folder = base.root / "kb/attachments" / entry.sha256[:2]
    folder.rename(folder.with_name("00"))
    messages = [problem.message for problem in _problems(base)]
    assert "lies in the folder of other digests" in messages


def test_digests_inside_a_record_name_listed_attachments(base: KnowledgeBase) -> None:
    lock = make_environment().lock.model_copy(
        update={"status": Status.OK, "reason": None, "format": "uv.lock", "sha256": "1" * 64}
    )
    record = make_record(
        environment=make_environment(lock=lock),
        install=make_install(log_sha256="2" * 64),
        measurements=(make_measurement(raw_sha256="3" * 64),),
    )
    base.add(encode_record(record), {})
    assert {problem.place for problem in _problems(base)} == {
        "environment/lock/sha256",
        "install/log_sha256",
        "measurements/0/raw_sha256",
    }


def test_an_unknown_edge_case_class_is_a_warning_until_kb_toml_knows_it(base: KnowledgeBase) -> None:
    base.add(make_bytes(edge_cases=(make_edge_case("site-proxy"),)), {})
    problem = _only(base)
    assert (problem.level, problem.place) == ("warning", "edge_cases/0/class")
    settings = base.root / "kb/kb.toml"
    settings.write_text(settings.read_text("utf-8") + '\n[edge_cases]\nsite-proxy = "Our proxy"\n', "utf-8")
    assert _problems(base) == []


def test_a_record_from_the_future_is_a_warning(base: KnowledgeBase) -> None:
    base.add(make_bytes(1, created="2026-11-22T12:04:59Z"), {})
    assert _problems(base) == []
    base.add(make_bytes(2, created="2026-11-22T12:05:01Z"), {})
    problem = _only(base)
    assert (problem.level, problem.place) == ("warning", "created")


def test_a_salt_that_was_not_drawn_is_an_error_and_a_shared_one_a_warning(base: KnowledgeBase) -> None:
    base.add(make_bytes(1, salt="0" * 32), {})
    assert _only(base).place == "salt"
    shutil.rmtree(base.root / "kb/records")
    base.add(make_bytes(1), {})
    base.add(make_bytes(1, title="other"), {})
    problem = _only(base)
    assert (problem.level, problem.place) == ("warning", "salt")


def test_settings_that_cannot_be_read_are_a_problem_and_the_rest_is_checked(base: KnowledgeBase) -> None:
    path = base.root / base.add(make_bytes(), {}).path
    path.write_bytes(b"{}")
    (base.root / "kb/kb.toml").write_text('id = "a"\ntitle = 3\n', "utf-8")
    problems = _problems(base)
    assert [problem.path for problem in problems] == ["kb/kb.toml", str(path.relative_to(base.root))]
    assert problems[0].message.startswith("title: ")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("kb/records/2026/notes.txt", "does not belong in kb/records"),
        ("kb/records/KB-2026-WERC8-GMRZGT.json", "does not belong in kb/records"),
        ("kb/records/2026/deep/KB-2026-WERC8-GMRZGT.json", "does not belong in kb/records"),
        ("kb/attachments/README", "does not belong in kb/attachments"),
        ("kb/records/2026/.0123456789abcdef.tmp", "was left behind"),
        ("kb/.0123456789abcdef.tmp", "was left behind"),
        (".kb/index.sqlite.0123.tmp", "was left behind"),
    ],
)
def test_what_does_not_belong_there_is_a_warning(base: KnowledgeBase, path: str, message: str) -> None:
    (base.root / path).parent.mkdir(parents=True, exist_ok=True)
    (base.root / path).write_bytes(b"")
    problem = _only(base)
    assert (problem.level, problem.path) == ("warning", path)
    assert message in problem.message


class TestPrivacy:
    def test_a_private_file_that_git_tracks_is_an_error(self, base: KnowledgeBase) -> None:
        stored = base.add(make_bytes(), {}, private=True)
        (problem,) = _problems(base, _tracking(str(stored.path)))
        assert (problem.level, problem.path) == ("error", str(stored.path))
        assert "git rm --cached" in problem.hint

    def test_a_git_that_cannot_answer_is_a_warning_where_something_is_private(self, base: KnowledgeBase) -> None:
        def broken(args: Sequence[str], **_: Any) -> Completed:
            return Completed(tuple(args), 128, b"", b"fatal: index file corrupt\n", 0.0)

        (base.root / ".git").mkdir()
        assert _problems(base, broken) == []
        base.add(make_bytes(), {}, private=True)
        (problem,) = _problems(base, broken)
        assert (problem.level, problem.path) == ("warning", "kb/private")
        assert "index file corrupt" in problem.message

    def test_a_private_place_that_is_a_repository_of_its_own_is_fine(self, base: KnowledgeBase) -> None:
        base.add(make_bytes(), {}, private=True)
        (base.root / "kb/private/.git").mkdir()
        (base.root / "kb/private/.git/x.tmp").write_bytes(b"")
        assert _problems(base, _tracking("kb/private")) == []

    @pytest.mark.parametrize("path", ["kb/decisions/0001-x.md", "kb/risks/x.md", "docs/how-to/x.md", "README.md"])
    def test_a_public_page_that_names_a_private_record_is_an_error(self, base: KnowledgeBase, path: str) -> None:
        stored = base.add(make_bytes(), {}, private=True)
        (base.root / path).parent.mkdir(parents=True, exist_ok=True)
        (base.root / path).write_text(f"see {stored.id.lower()}", "utf-8")
        (problem,) = (each for each in _problems(base) if "names the private record" in each.message)
        assert (problem.level, problem.path) == ("error", path)
        assert stored.id in problem.message

    def test_generated_pages_are_not_looked_at(self, base: KnowledgeBase) -> None:
        stored = base.add(make_bytes(), {}, private=True)
        (base.root / "docs/kb").mkdir(parents=True)
        (base.root / "docs/kb/x.md").write_text(stored.id, "utf-8")
        assert _problems(base) == []

    def test_a_public_record_that_names_a_private_one_anywhere_is_an_error(self, base: KnowledgeBase) -> None:
        stored = base.add(make_bytes(1), {}, private=True)
        public = base.add(make_bytes(2, notes=(Note(title=None, text=f"like {stored.id}"),)), {})
        problem = _only(base)
        assert problem.path == str(public.path)
        assert "names the private record" in problem.message

    def test_a_private_attachment_in_public_is_an_error(self, base: KnowledgeBase) -> None:
        entry = make_attachment(LOG)
        base.add(make_bytes(attachments=(entry,)), {entry.sha256: LOG}, private=True)
        shutil.move(base.root / "kb/private/attachments", base.root / "kb/attachments-moved")
        shutil.copytree(base.root / "kb/attachments-moved", base.root / "kb/attachments", dirs_exist_ok=True)
        messages = {problem.message for problem in _problems(base)}
        assert "only private records name it, but it lies in public" in messages
        assert any("is not at kb/private/attachments" in message for message in messages)

    @pytest.mark.real
    @pytest.mark.skipif(which("git") is None, reason="git is not installed")
    def test_git_itself_is_asked(self, base: KnowledgeBase) -> None:
        stored = base.add(make_bytes(), {}, private=True)
        repository = KnowledgeBase.open(base.root)
        assert check(repository, now=NOW) == []
        for args in (["init", "-q"], ["add", "."]):
            subprocess.run(["git", *args], cwd=base.root, check=True)
        assert check(repository, now=NOW) == []
        subprocess.run(["git", "add", "-f", str(stored.path)], cwd=base.root, check=True)
        assert [problem.path for problem in check(repository, now=NOW)] == [str(stored.path)]


class TestLeaks:
    def test_a_token_is_an_error_in_a_record_and_in_an_attachment(self, base: KnowledgeBase) -> None:
        log = f"push with {TOKEN}\n".encode()
        entry = make_attachment(log)
        stored = base.add(make_bytes(summary=f"used {TOKEN}", attachments=(entry,)), {entry.sha256: log})
        found = {problem.path: problem for problem in _problems(base)}
        assert {problem.level for problem in found.values()} == {"error"}
        assert found.keys() == {str(stored.path), f"kb/attachments/{entry.sha256[:2]}/{entry.sha256}"}
        place = found[str(stored.path)].place
        assert place is not None
        assert place.startswith("line ")
        assert TOKEN not in str(found)

    def test_the_address_of_a_declared_author_is_no_leak(self, base: KnowledgeBase) -> None:
        base.add(make_bytes(authors=(make_author(email="ada@lab.example"),)), {})
        assert _problems(base) == []
        base.add(make_bytes(2, summary="ask bob@lab.example"), {})
        assert _only(base).level == "warning"


def test_thousands_of_records_are_checked_by_several_processes_alike(base: KnowledgeBase) -> None:
    tree = json.loads(make_bytes())
    for number in range(510):
        text = json.dumps(tree | {"title": f"record {number}", "salt": f"{number:032x}"}, indent=2, sort_keys=True)
        _store(base, text.encode() + b"\n")
    (base.root / "kb/records/2026/KB-2026-WERC8-GMRZGT.json").write_bytes(b"{}")
    repository = KnowledgeBase.open(base.root)
    several = check(repository, now=NOW, runner=_no_git, jobs=2)
    assert several == check(repository, now=NOW, runner=_no_git, jobs=1)
    assert any(problem.path.endswith("GMRZGT.json") for problem in several)


class TestStrays:
    """Files among the records under names that are no ids."""

    @pytest.mark.parametrize("name", ["2026/copy.json", "loose.json"])
    @pytest.mark.parametrize("folder", ["kb/records", "kb/private/records"])
    def test_a_record_that_lies_nowhere_else_is_an_error_and_nobody_is_told_to_delete_it(
        self, base: KnowledgeBase, folder: str, name: str
    ) -> None:
        entry = make_attachment(LOG)
        stored = base.add(make_bytes(attachments=(entry,)), {entry.sha256: LOG}, private="private" in folder)
        stray = base.root / folder / name
        (base.root / stored.path).rename(stray)
        problems = {problem.path: problem for problem in _problems(base)}
        problem = problems.pop(str(stray.relative_to(base.root)))
        assert problem.level == "error"
        assert stored.id in problem.message
        assert problem.hint == f"rename it to {stored.path}"
        (orphan,) = problems.values()
        assert "delete" not in orphan.hint
        stray.rename(base.root / stored.path)
        assert _problems(base) == []

    def test_a_copy_of_a_record_that_is_there_may_go(self, base: KnowledgeBase) -> None:
        stored = base.add(make_bytes(), {})
        shutil.copy(base.root / stored.path, base.root / "kb/records/2026/copy.json")
        problem = _only(base)
        assert (problem.level, problem.message) == ("warning", f"is a copy of {stored.path}")

    def test_a_record_in_a_file_that_was_left_behind_can_be_kept(self, base: KnowledgeBase) -> None:
        stored = base.add(make_bytes(), {})
        (base.root / stored.path).rename(base.root / "kb/records/2026/.0123.tmp")
        problem = _only(base)
        assert problem.level == "warning"
        assert f"rename it to {stored.path}" in problem.hint

    def test_an_attachment_may_belong_to_a_record_that_cannot_be_read(self, base: KnowledgeBase) -> None:
        entry = make_attachment(LOG)
        stored = base.add(make_bytes(attachments=(entry,)), {entry.sha256: LOG})
        (base.root / stored.path).write_bytes(b"{")
        orphan = next(problem for problem in _problems(base) if problem.path.startswith("kb/attachments"))
        assert orphan.hint == "mend the records that cannot be read first: one of them may name it"


class TestProofs:
    """Folders of proofs."""

    def test_proofs_of_a_record_that_is_not_here_are_a_warning(self, base: KnowledgeBase) -> None:
        stored = base.add(make_bytes(), {})
        for digest in (stored.digest, "0" * 64):
            (base.root / "kb/proofs" / digest).mkdir(parents=True)
            (base.root / "kb/proofs" / digest / "ada.sig").write_bytes(b"signature")
        problem = _only(base)
        assert (problem.level, problem.path) == ("warning", f"kb/proofs/{'0' * 64}")

    def test_proofs_of_a_private_record_do_not_lie_in_public(self, base: KnowledgeBase) -> None:
        stored = base.add(make_bytes(), {}, private=True)
        for folder in ("kb/proofs", "kb/private/proofs"):
            (base.root / folder / stored.digest).mkdir(parents=True)
            (base.root / folder / stored.digest / "ada.sig").write_bytes(b"signature")
        problem = _only(base)
        assert (problem.level, problem.path) == ("error", f"kb/proofs/{stored.digest}")


class TestIndex:
    """The index beside the files."""

    def test_an_index_that_is_merely_old_is_no_problem(self, base: KnowledgeBase) -> None:
        with open_index(base):
            pass
        base.add(make_bytes(), {})
        assert _problems(base) == []

    def test_an_index_that_tells_otherwise_is_a_warning(self, base: KnowledgeBase) -> None:
        base.add(make_bytes(), {})
        with open_index(base):
            pass
        with closing(sqlite3.connect(base.root / ".kb/index.sqlite")) as connection, connection:
            connection.execute("UPDATE record SET digest = 'another'")
        problem = _only(base)
        assert (problem.level, problem.path) == ("warning", ".kb/index.sqlite")
        (base.root / ".kb/index.sqlite").unlink()
        assert _problems(base) == []

    def test_a_damaged_index_is_a_warning(self, base: KnowledgeBase) -> None:
        base.add(make_bytes(), {})
        with open_index(base):
            pass
        path = base.root / ".kb/index.sqlite"
        data = bytearray(path.read_bytes())
        data[4096:] = b"\xff" * (len(data) - 4096)
        path.write_bytes(data)
        assert "the index is damaged" in _only(base).message
        with open_index(base) as index:
            assert index.count() == 1
        assert _problems(base) == []


class TestFilesOfOtherRooms:
    @pytest.mark.parametrize("path", ["kb/risks/cuda-not-seen.md", "kb/decisions/0001-use-uv.md"])
    def test_hand_written_files_that_cannot_be_read_are_errors(self, base: KnowledgeBase, path: str) -> None:
        (base.root / path).write_text("---\nstatus: [\n---\n# Torn\n")

        found = [problem for problem in _problems(base) if problem.path == path]

        assert [problem.level for problem in found] == ["error"]
        assert found[0].hint

    def test_two_decisions_with_one_number_are_an_error(self, base: KnowledgeBase) -> None:
        for slug in ("use-uv", "use-conda"):
            text = f"---\nstatus: draft\ndate: 2026-11-22\n---\n# {slug}\n\n## Options\n\n* one\n"
            (base.root / f"kb/decisions/0003-{slug}.md").write_text(text)

        assert _only(base).message == "use-conda has the number 0003, too"

    def test_what_cannot_wait_for_the_log_is_a_warning(self, base: KnowledgeBase) -> None:
        pending = base.root / "kb/log/pending"
        pending.mkdir(parents=True)
        (pending / ("0" * 64)).touch()
        (pending / ".gitkeep").touch()
        (pending / ("1" * 64)).write_text("not empty")
        (pending / "KB-2026-WERC8-GMRZGT").touch()

        found = [problem for problem in _problems(base) if "log/pending" in problem.path]

        assert [(Path(problem.path).name, problem.level) for problem in found] == [
            ("1" * 64, "warning"),
            ("KB-2026-WERC8-GMRZGT", "warning"),
        ]
