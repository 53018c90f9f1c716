import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envkb.document.codec import encode_record
from envkb.document.identity import digest_of, record_id
from envkb.errors import InvalidDataError, KbError, UsageError
from envkb.knowledge.folder import KnowledgeBase, SaltCollisionError
from envkb.knowledge.index.index import open_index
from factory import make_attachment, make_bytes, make_link, make_retraction

LOG = b"Resolved 12 packages in 3ms\n"


@pytest.fixture
def base(tmp_path: Path) -> KnowledgeBase:
    (tmp_path / "kb").mkdir()
    (tmp_path / "kb/kb.toml").write_text('id = "demo"\ntitle = "Demo"\n', "utf-8")
    return KnowledgeBase.open(tmp_path)


def test_a_record_is_found_by_its_id_with_the_bytes_it_was_given(base: KnowledgeBase) -> None:
    data = make_bytes()
    stored = base.add(data, {})
    assert stored.new
    assert stored.digest == digest_of(data)
    assert str(stored.path) == f"kb/records/2026/{stored.id}.json"
    assert (base.root / stored.path).read_bytes() == data
    assert base.read(stored.id.lower()).data == data


def test_adding_the_same_bytes_again_changes_nothing(base: KnowledgeBase) -> None:
    first = base.add(make_bytes(), {})
    before = (base.root / first.path).stat()
    second = base.add(make_bytes(), {})
    assert not second.new
    assert second.id == first.id
    assert (base.root / first.path).stat().st_mtime_ns == before.st_mtime_ns


def test_attachments_are_stored_by_digest_and_checked_when_read(base: KnowledgeBase) -> None:
    entry = make_attachment(LOG)
    base.add(make_bytes(attachments=(entry,)), {entry.sha256: LOG})
    assert base.attachment(entry.sha256) == LOG
    path = base.root / "kb/attachments" / entry.sha256[:2] / entry.sha256
    path.write_bytes(LOG + b"changed")
    with pytest.raises(InvalidDataError, match="was changed"):
        base.attachment(entry.sha256)


@pytest.mark.parametrize("text", ["../../kb.toml", "", "a" * 63, "0" * 64])
def test_an_attachment_that_cannot_be_is_refused(base: KnowledgeBase, text: str) -> None:
    with pytest.raises(UsageError):
        base.attachment(text)


def test_a_record_without_its_attachment_is_refused_and_nothing_is_written(base: KnowledgeBase) -> None:
    entry = make_attachment(LOG)
    with pytest.raises(InvalidDataError, match=r"install\.log.* is missing"):
        base.add(make_bytes(attachments=(entry,)), {})
    with pytest.raises(InvalidDataError, match="not one that the record names"):
        base.add(make_bytes(), {entry.sha256: LOG})
    with pytest.raises(InvalidDataError, match="not one that the record names"):
        base.add(make_bytes(attachments=(entry,)), {entry.sha256: LOG + b"x"})
    assert not (base.root / "kb/records").exists()
    assert not (base.root / "kb/attachments").exists()


def test_a_private_record_lies_apart_and_only_its_owner_may_read_it(base: KnowledgeBase) -> None:
    entry = make_attachment(LOG)
    stored = base.add(make_bytes(attachments=(entry,)), {entry.sha256: LOG}, private=True)
    assert str(stored.path) == f"kb/private/records/2026/{stored.id}.json"
    assert (base.root / stored.path).stat().st_mode & 0o777 == 0o600
    assert base.read(stored.id).private
    assert base.attachment(entry.sha256) == LOG
    assert not (base.root / "kb/records").exists()


def test_a_stored_record_stays_where_it_is(base: KnowledgeBase) -> None:
    public = base.add(make_bytes(), {})
    assert base.add(make_bytes(), {}, private=True).path == public.path
    assert not (base.root / "kb/private").exists()


def test_a_public_record_cannot_name_a_private_one(base: KnowledgeBase) -> None:
    secret = make_bytes()
    base.add(secret, {}, private=True)
    linked = make_bytes(2, links=(make_link("based_on", secret),))
    with pytest.raises(InvalidDataError, match="cannot name the private record"):
        base.add(linked, {})
    assert base.add(linked, {}, private=True).new


def test_another_file_under_the_same_id_makes_the_writer_draw_a_new_salt(base: KnowledgeBase) -> None:
    data = make_bytes()
    path = base.root / f"kb/records/2026/{record_id(digest_of(data), 2026)}.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(make_bytes(2))
    with pytest.raises(SaltCollisionError):
        base.add(data, {})
    with pytest.raises(InvalidDataError, match="was renamed or changed"):
        base.read(path.stem)
    assert path.read_bytes() == make_bytes(2)


@pytest.mark.parametrize("text", ["../../etc/passwd", "KB-2026-WERC8-GMRZGA", "KB-2026-\0-x", ""])
def test_a_text_that_is_no_id_is_refused_before_a_path_is_built(base: KnowledgeBase, text: str) -> None:
    with pytest.raises(UsageError):
        base.read(text)


def test_an_unknown_id_is_said_to_be_unknown(base: KnowledgeBase) -> None:
    with pytest.raises(UsageError, match="there is no record KB-2026-WERC8-GMRZGT"):
        base.read("kb-2026-werc8-gmrzgt")


def test_records_are_given_in_the_order_of_their_paths(base: KnowledgeBase) -> None:
    data = [make_bytes(number, created=f"202{number}-01-01T00:00:00Z") for number in (6, 4, 5)]
    for each in data:
        base.add(each, {})
    base.add(encode_record(make_retraction(data[0])), {}, private=True)
    paths = [stored.path for stored in base.records()]
    assert paths == sorted(paths)
    assert len(paths) == 4


def test_the_folder_is_found_from_any_folder_below_it(base: KnowledgeBase, tmp_path: Path) -> None:
    below = tmp_path / "docs/deep"
    below.mkdir(parents=True)
    found = KnowledgeBase.find(below)
    assert found is not None
    assert found.root == base.root
    assert found.settings.title == "Demo"


def test_a_folder_without_settings_is_no_knowledge_base(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"has no kb/kb\.toml"):
        KnowledgeBase.open(tmp_path)


def test_a_host_label_is_remembered_and_comments_survive(base: KnowledgeBase) -> None:
    path = base.root / "kb/kb.toml"
    path.write_text('# ours\nid = "demo"\ntitle = "Demo" # for people\n', "utf-8")
    path.chmod(0o640)
    base.remember_host("00112233445566778899", "pi5")
    base.remember_host("00112233445566778899", "pi5")
    assert base.settings.hosts == {"00112233445566778899": "pi5"}
    assert path.read_text("utf-8") == (
        '# ours\nid = "demo"\ntitle = "Demo" # for people\n\n[hosts]\n00112233445566778899 = "pi5"\n'
    )
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_folder_that_is_a_link_out_of_the_base_is_not_followed(base: KnowledgeBase, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (base.root / "kb/records").mkdir()
    (base.root / "kb/records/2026").symlink_to(outside)
    with pytest.raises(InvalidDataError, match="symbolic link"):
        base.add(make_bytes(), {})
    assert list(outside.iterdir()) == []


def test_a_file_in_the_folders_place_is_named(base: KnowledgeBase) -> None:
    (base.root / "kb/records").write_bytes(b"")
    with pytest.raises(KbError, match="a file where a folder belongs"):
        base.add(make_bytes(), {})


@pytest.mark.parametrize("kind", ["symlink", "fifo", "folder"])
def test_what_is_no_regular_file_in_a_records_place_is_refused(base: KnowledgeBase, tmp_path: Path, kind: str) -> None:
    stored = base.add(make_bytes(), {})
    path = base.root / stored.path
    path.unlink()
    if kind == "symlink":
        (tmp_path / "copy.json").write_bytes(make_bytes())
        path.symlink_to(tmp_path / "copy.json")
    elif kind == "fifo":
        os.mkfifo(path)
    else:
        path.mkdir()
    for attempt in (lambda: base.add(make_bytes(), {}), lambda: base.read(stored.id)):
        with pytest.raises(InvalidDataError, match=r"no regular file|symbolic link"):
            attempt()


def test_a_file_of_two_gigabytes_is_refused_unread(base: KnowledgeBase) -> None:
    stored = base.add(make_bytes(), {})
    with (base.root / stored.path).open("r+b") as file:
        file.truncate(2 * 2**30)
    with pytest.raises(InvalidDataError, match="2147483648 bytes"):
        base.read(stored.id)


@given(st.data())
def test_every_changed_byte_of_a_stored_record_is_noticed(data: st.DataObject) -> None:
    original = make_bytes()
    place = data.draw(st.integers(0, len(original) - 1))
    changed = bytearray(original)
    changed[place] ^= 1 << data.draw(st.integers(0, 7))
    assert digest_of(bytes(changed)) != digest_of(original)


def test_a_record_in_the_folder_of_another_year_is_in_no_list_and_told_where_it_belongs(base: KnowledgeBase) -> None:
    stored = base.add(make_bytes(), {})
    wrong = base.root / "kb/records/2025" / stored.path.name
    wrong.parent.mkdir()
    (base.root / stored.path).rename(wrong)
    with open_index(base) as index:
        assert index.rows() == []
        (unreadable,) = index.unreadable()
    assert (unreadable.path, unreadable.hint) == (f"kb/records/2025/{stored.path.name}", f"move it to {stored.path}")
    with pytest.raises(UsageError, match="there is no record"):
        base.read(stored.id)
