from datetime import date
from pathlib import Path

import pytest

from decision_files import write_decision
from envkb.errors import UsageError
from envkb.knowledge.decisions import edits
from envkb.knowledge.decisions.files import DecisionFile, Shelf, read_decisions
from envkb.model.decision import Cited

DAY = date(2026, 11, 22)


def _shelf(root: Path) -> Shelf:
    return read_decisions(root)


def _accepted(root: Path, name: str) -> DecisionFile:
    write_decision(root, name, deciders=["Ada Example"])
    return edits.accept(root, _shelf(root).find(name), deciders=(), day=DAY)


def test_accepting_changes_the_lines_that_say_so_and_no_other(tmp_path: Path) -> None:
    path = write_decision(tmp_path, "0001-use-uv", tags=["cuda"])
    text = path.read_text("utf-8").replace("tags:", "# a comment\ntags:  ").replace("\n", "\r\n")
    path.write_bytes(text.encode())
    changed = edits.accept(tmp_path, _shelf(tmp_path).find("use-uv"), deciders=["Grace Example"], day=DAY)
    assert changed.decision.status == "accepted"
    assert changed.decision.deciders == ("Ada Example", "Grace Example")
    assert changed.decision.accepted_sha256 == changed.text_sha256
    assert path.read_bytes() == changed.data
    before, after = text.encode().splitlines(keepends=True), changed.data.splitlines(keepends=True)
    kept = [line for line in before if not line.startswith((b"status", b"date", b"deciders"))]
    assert [line for line in after if line in kept] == kept


def test_accepting_twice_is_refused_but_a_missing_digest_is_written(tmp_path: Path) -> None:
    write_decision(tmp_path, "0001-use-uv", status="accepted", deciders=[])
    sealed = edits.accept(tmp_path, _shelf(tmp_path).find("use-uv"), deciders=(), day=DAY)
    assert (sealed.decision.date, sealed.decision.accepted_sha256) == ("2026-11-01", sealed.text_sha256)
    with pytest.raises(UsageError, match="use-uv is accepted: that is decided"):
        edits.accept(tmp_path, sealed, deciders=(), day=DAY)


def test_nobody_decides_nothing(tmp_path: Path) -> None:
    write_decision(tmp_path, "0001-use-uv", deciders=[])
    with pytest.raises(UsageError, match="nobody is named who decides"):
        edits.accept(tmp_path, _shelf(tmp_path).find("use-uv"), deciders=(), day=DAY)


def test_what_was_rejected_cannot_be_accepted(tmp_path: Path) -> None:
    write_decision(tmp_path, "0001-use-uv")
    rejected = edits.reject(tmp_path, _shelf(tmp_path).find("use-uv"), deciders=(), day=DAY)
    assert rejected.decision.status == "rejected"
    with pytest.raises(UsageError, match="use-uv is rejected"):
        edits.accept(tmp_path, rejected, deciders=(), day=DAY)


def test_supersession_is_written_on_both_sides_and_the_accepted_text_stays(tmp_path: Path) -> None:
    old, new = _accepted(tmp_path, "0001-use-conda"), _accepted(tmp_path, "0002-use-uv")
    old_now, new_now = edits.supersede(tmp_path, _shelf(tmp_path), old, new)
    assert (old_now.decision.status, old_now.decision.superseded_by) == ("superseded", ("use-uv",))
    assert new_now.decision.supersedes == ("use-conda",)
    for file in (old_now, new_now):
        assert file.decision.accepted_sha256 == file.text_sha256
        assert (tmp_path / file.path).read_bytes() == file.data


def test_a_circle_of_supersession_is_refused(tmp_path: Path) -> None:
    first, second = _accepted(tmp_path, "0001-use-conda"), _accepted(tmp_path, "0002-use-uv")
    edits.supersede(tmp_path, _shelf(tmp_path), first, second)
    # Somebody set it back by hand.
    path = tmp_path / first.path
    path.write_text(path.read_text("utf-8").replace("status: superseded", "status: accepted"), "utf-8")
    shelf = _shelf(tmp_path)
    with pytest.raises(UsageError, match="use-conda is superseded by use-uv itself"):
        edits.supersede(tmp_path, shelf, shelf.find("use-uv"), shelf.find("use-conda"))
    with pytest.raises(UsageError, match="itself"):
        edits.supersede(tmp_path, shelf, shelf.find("use-uv"), shelf.find("use-uv"))


def test_only_an_accepted_decision_takes_the_place_of_one_that_was(tmp_path: Path) -> None:
    _accepted(tmp_path, "0001-use-conda")
    write_decision(tmp_path, "0002-use-uv")
    shelf = _shelf(tmp_path)
    with pytest.raises(UsageError, match="use-uv is proposed"):
        edits.supersede(tmp_path, shelf, shelf.find("use-conda"), shelf.find("use-uv"))
    with pytest.raises(UsageError, match="use-uv is proposed: it was never accepted"):
        edits.supersede(tmp_path, shelf, shelf.find("use-uv"), shelf.find("use-conda"))


def test_a_deprecated_decision_was_accepted_before(tmp_path: Path) -> None:
    accepted = _accepted(tmp_path, "0001-use-conda")
    assert edits.deprecate(tmp_path, accepted).decision.status == "deprecated"
    write_decision(tmp_path, "0002-use-uv")
    with pytest.raises(UsageError, match="use-uv is proposed"):
        edits.deprecate(tmp_path, _shelf(tmp_path).find("use-uv"))


def test_related_decisions_name_each_other(tmp_path: Path) -> None:
    one, other = _accepted(tmp_path, "0001-use-conda"), _accepted(tmp_path, "0002-use-uv")
    one, other = edits.relate(tmp_path, one, other)
    assert (one.decision.relates_to, other.decision.relates_to) == (("use-uv",), ("use-conda",))
    assert one.decision.accepted_sha256 == one.text_sha256
    with pytest.raises(UsageError, match="cannot relate to itself"):
        edits.relate(tmp_path, one, one)


def test_evidence_is_added_once_and_not_to_what_is_decided(tmp_path: Path) -> None:
    write_decision(tmp_path, "0001-use-uv")
    cited = Cited(id="KB-2026-WERC8-GMRZGT", digest="e3" * 32)
    file = edits.cite_evidence(tmp_path, _shelf(tmp_path).find("use-uv"), [cited, cited])
    assert edits.cite_evidence(tmp_path, file, [cited]).decision.evidence == (cited,)
    with pytest.raises(UsageError, match="its evidence is what it was decided on"):
        edits.cite_evidence(tmp_path, _accepted(tmp_path, "0002-use-conda"), [cited])
