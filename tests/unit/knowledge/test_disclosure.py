from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from envkb.errors import InvalidDataError, KbError, UsageError
from envkb.knowledge.check.check import check
from envkb.knowledge.disclosure import disclose, due, parse_day, remind
from envkb.knowledge.layout import proofs_path
from factory import make_attachment, make_bytes, make_link
from logs import make_base

LOG = b"Resolved 12 packages in 3ms\n"


def private_files(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in (root / "kb/private").rglob("*") if path.is_file())


def test_the_same_bytes_lie_in_the_open_and_nothing_stays_behind(tmp_path: Path) -> None:
    base = make_base(tmp_path)
    entry = make_attachment(LOG)
    stored = base.add(make_bytes(attachments=(entry,)), {entry.sha256: LOG}, private=True)
    signature = tmp_path / proofs_path(stored.digest, private=True) / "author-1.sig"
    signature.parent.mkdir(parents=True)
    signature.write_bytes(b"signature\n")
    now = disclose(base, stored.id.lower())
    assert now.id == stored.id
    assert now.digest == stored.digest
    assert not now.private
    assert base.attachment(entry.sha256, public=True) == LOG
    assert (tmp_path / proofs_path(stored.digest, private=False) / "author-1.sig").read_bytes() == b"signature\n"
    assert private_files(tmp_path) == []
    assert (tmp_path / now.path).stat().st_mode & 0o777 == 0o644
    assert [problem for problem in check(base, now=datetime.now(UTC)) if "private" in problem.path] == []


def test_an_attachment_that_another_private_record_needs_stays_there_too(tmp_path: Path) -> None:
    base = make_base(tmp_path)
    entry = make_attachment(LOG)
    first, second = (
        base.add(make_bytes(number, attachments=(entry,)), {entry.sha256: LOG}, private=True) for number in (1, 2)
    )
    disclose(base, first.id)
    assert base.read(second.id).private
    assert [problem.message for problem in check(base, now=datetime.now(UTC)) if problem.level == "error"] == []
    disclose(base, second.id)
    assert private_files(tmp_path) == []


def test_what_rests_on_a_private_record_waits_for_it(tmp_path: Path) -> None:
    base = make_base(tmp_path)
    first = make_bytes(1)
    below = base.add(first, {}, private=True)
    above = base.add(make_bytes(2, links=(make_link("based_on", first),)), {}, private=True)
    with pytest.raises(UsageError, match=f"rests on the private record {below.id}"):
        disclose(base, above.id)
    assert base.read(above.id).private
    disclose(base, below.id)
    disclose(base, above.id)
    assert not base.read(above.id).private


def test_a_private_record_that_only_its_text_names_counts_too(tmp_path: Path) -> None:
    base = make_base(tmp_path)
    below = base.add(make_bytes(1), {}, private=True)
    above = base.add(make_bytes(2, summary=f"as in {below.id}"), {}, private=True)
    with pytest.raises(UsageError, match="rests on"):
        disclose(base, above.id)


def test_a_disclosure_that_was_cut_off_is_finished(tmp_path: Path) -> None:
    base = make_base(tmp_path)
    entry = make_attachment(LOG)
    data = make_bytes(attachments=(entry,))
    stored = base.add(data, {entry.sha256: LOG}, private=True)
    public = tmp_path / "kb/records/2026" / f"{stored.id}.json"
    public.parent.mkdir(parents=True)
    public.write_bytes(data)
    (tmp_path / "kb/attachments" / entry.sha256[:2]).mkdir(parents=True)
    (tmp_path / "kb/private/attachments" / entry.sha256[:2] / entry.sha256).rename(
        tmp_path / "kb/attachments" / entry.sha256[:2] / entry.sha256
    )
    assert not disclose(base, stored.id).private
    assert private_files(tmp_path) == []


def test_a_changed_attachment_publishes_nothing(tmp_path: Path) -> None:
    base = make_base(tmp_path)
    entry = make_attachment(LOG)
    stored = base.add(make_bytes(attachments=(entry,)), {entry.sha256: LOG}, private=True)
    path = tmp_path / "kb/private/attachments" / entry.sha256[:2] / entry.sha256
    path.write_bytes(LOG + b"!")
    with pytest.raises(InvalidDataError, match="was changed"):
        disclose(base, stored.id)
    path.unlink()
    with pytest.raises(InvalidDataError, match="is missing"):
        disclose(base, stored.id)
    assert base.read(stored.id).private
    assert not (tmp_path / "kb/records/2026").exists()


def test_what_is_public_or_not_there_cannot_be_disclosed(tmp_path: Path) -> None:
    base = make_base(tmp_path)
    stored = base.add(make_bytes(), {})
    for act in (lambda: disclose(base, stored.id), lambda: remind(base, stored.id, date(2027, 1, 1))):
        with pytest.raises(UsageError, match="public already"):
            act()
    with pytest.raises(UsageError, match="there is no record"):
        disclose(base, "KB-2026-WERC8-GMRZGT")


def test_a_reminder_comes_when_its_day_has_come_and_goes_with_the_disclosure(tmp_path: Path) -> None:
    base = make_base(tmp_path)
    stored = base.add(make_bytes(), {}, private=True)
    assert list(due(tmp_path, date(2030, 1, 1))) == []
    remind(base, stored.id, date(2027, 6, 30))
    remind(base, stored.id, date(2027, 5, 31))
    assert list(due(tmp_path, date(2027, 5, 30))) == []
    assert [tuple(each) for each in due(tmp_path, date(2027, 5, 31))] == [(stored.id, date(2027, 5, 31))]
    warned = [problem.message for problem in check(base, now=datetime(2028, 1, 1, tzinfo=UTC))]
    assert f"{stored.id} was to be disclosed after 2027-05-31" in warned
    disclose(base, stored.id)
    assert list(due(tmp_path, date(2030, 1, 1))) == []


def test_a_reminder_that_cannot_be_read_reminds_of_nothing(tmp_path: Path) -> None:
    base = make_base(tmp_path)
    (tmp_path / "kb/private/reminders").mkdir(parents=True)
    (tmp_path / "kb/private/reminders/KB-2026-WERC8-GMRZGT").write_bytes(b"\xff\n")
    assert list(due(base.root, date(2030, 1, 1))) == []


@pytest.mark.parametrize("text", ["", "2027", "2027-02-30", "20270101", "tomorrow", "2027-1-1", "2027-W01-1"])
def test_what_is_no_day_is_said(text: str) -> None:
    with pytest.raises(KbError, match="is no day"):
        parse_day(text)


def test_the_log_is_told_of_every_private_record(tmp_path: Path) -> None:
    base = make_base(tmp_path)
    stored = base.add(make_bytes(), {}, private=True)
    assert [path.name for path in (tmp_path / "kb/log/pending").iterdir()] == [stored.digest]
    (tmp_path / "kb/log/pending" / stored.digest).unlink()
    base.add(make_bytes(), {}, private=True)  # what was cut off before it was told of is told of again
    assert (tmp_path / "kb/log/pending" / stored.digest).read_bytes() == b""
