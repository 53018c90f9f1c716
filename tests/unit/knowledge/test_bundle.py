import stat
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from envkb.document.identity import digest_of, record_id
from envkb.errors import InvalidDataError, KbError, UsageError
from envkb.knowledge.bundle import open_bundle, write_bundle
from envkb.knowledge.folder import KnowledgeBase
from envkb.knowledge.importing import import_bundles
from factory import make_attachment, make_bytes, make_link

LOG = b"Resolved 12 packages in 3ms\n"
LOG_NAME = digest_of(LOG)
DATA = make_bytes(attachments=(make_attachment(LOG),))
NAME = record_id(digest_of(DATA), 2026)
FILES = {f"records/{NAME}.json": DATA, f"attachments/{LOG_NAME}": LOG}


@pytest.fixture
def base(tmp_path: Path) -> KnowledgeBase:
    root = tmp_path / "base"
    (root / "kb").mkdir(parents=True)
    (root / "kb/kb.toml").write_text('id = "demo"\ntitle = "Demo"\n', "utf-8")
    return KnowledgeBase.open(root)


def _zip(path: Path, files: dict[str, bytes], **info: Any) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            member = zipfile.ZipInfo(name)
            member.compress_type = zipfile.ZIP_DEFLATED
            for key, value in info.items():
                setattr(member, key, value)
            archive.writestr(member, data)
    return path


def _left_behind(base: KnowledgeBase) -> list[Path]:
    return [path for path in (base.root / "kb").rglob("*") if path.is_file() and path.name != "kb.toml"]


def test_a_bundle_brings_records_and_attachments_byte_for_byte(base: KnowledgeBase, tmp_path: Path) -> None:
    write_bundle(tmp_path / "x.kbz", {NAME: DATA}, {LOG_NAME: LOG})
    (imported,) = import_bundles(base, [tmp_path / "x.kbz"])
    assert imported.error is None
    assert [stored.new for stored in imported.records] == [True]
    assert base.read(NAME).data == DATA
    assert base.attachment(LOG_NAME) == LOG


def test_importing_again_finds_nothing_to_do(base: KnowledgeBase, tmp_path: Path) -> None:
    write_bundle(tmp_path / "x.kbz", {NAME: DATA}, {LOG_NAME: LOG})
    import_bundles(base, [tmp_path])
    (again,) = import_bundles(base, [tmp_path])
    assert [stored.new for stored in again.records] == [False]


def test_equal_content_gives_equal_bytes(tmp_path: Path) -> None:
    other = make_bytes(2)
    records = {NAME: DATA, record_id(digest_of(other), 2026): other}
    write_bundle(tmp_path / "x.kbz", records, {LOG_NAME: LOG})
    write_bundle(tmp_path / "y.kbz", dict(reversed(records.items())), {LOG_NAME: LOG})
    assert (tmp_path / "x.kbz").read_bytes() == (tmp_path / "y.kbz").read_bytes()


def test_a_bundle_is_never_overwritten(tmp_path: Path) -> None:
    write_bundle(tmp_path / "x.kbz", {NAME: DATA}, {LOG_NAME: LOG})
    write_bundle(tmp_path / "x.kbz", {NAME: DATA}, {LOG_NAME: LOG})
    with pytest.raises(InvalidDataError, match="another file lies there"):
        write_bundle(tmp_path / "x.kbz", {NAME: DATA}, {})


def test_records_go_to_the_private_place_only_where_asked_for(base: KnowledgeBase, tmp_path: Path) -> None:
    write_bundle(tmp_path / "x.kbz", {NAME: DATA}, {LOG_NAME: LOG})
    (imported,) = import_bundles(base, [tmp_path / "x.kbz"], private=True)
    assert imported.records[0].private
    assert not (base.root / "kb/records").exists()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"../evil.json": b"x"}, "does not belong"),
        ({"/etc/evil": b"x"}, "does not belong"),
        ({f"records/../records/{NAME}.json": b"x"}, "does not belong"),
        ({f"records\\{NAME}.json": b"x"}, "does not belong"),
        ({"README": b"x"}, "does not belong"),
        ({"records/2026/": b""}, "does not belong"),
        ({f"attachments/{'0' * 64}": b"x"}, "belongs to no record"),
        ({f"attachments/{LOG_NAME}": LOG + b"x"}, "has other content"),
        ({f"records/{NAME}.json": DATA.replace(b"Pi 5", b"Pi 4")}, "has the content of"),
        ({f"records/{NAME}.json": DATA[:-1]}, "canonical"),
        ({f"records/{NAME}.json": b"[" * 100_000}, "nested deeper"),
        ({f"records/{NAME}.json": b" " * 2_000_000}, "at most 1048576"),
    ],
)
def test_a_bundle_that_holds_anything_else_is_refused_as_a_whole(
    base: KnowledgeBase, tmp_path: Path, change: dict[str, bytes], reason: str
) -> None:
    _zip(tmp_path / "x.kbz", FILES | change)
    (imported,) = import_bundles(base, [tmp_path / "x.kbz"])
    assert isinstance(imported.error, InvalidDataError)
    assert reason in imported.error.message
    assert _left_behind(base) == []
    assert not (tmp_path / "evil.json").exists()


def test_a_symbolic_link_in_a_bundle_is_refused(base: KnowledgeBase, tmp_path: Path) -> None:
    _zip(tmp_path / "x.kbz", FILES, external_attr=(stat.S_IFLNK | 0o777) << 16)
    (imported,) = import_bundles(base, [tmp_path / "x.kbz"])
    assert imported.error is not None
    assert "is no regular file" in imported.error.message


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_is_there_twice_is_refused(base: KnowledgeBase, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.kbz", "w") as archive:
        for data in (DATA, DATA):
            archive.writestr(f"records/{NAME}.json", data)
    (imported,) = import_bundles(base, [tmp_path / "x.kbz"])
    assert imported.error is not None
    assert "there twice" in imported.error.message


def test_a_bomb_is_refused_before_it_is_unpacked(base: KnowledgeBase, tmp_path: Path) -> None:
    zeros = bytes(33 * 1024**2)
    entries = tuple(sorted((make_attachment(zeros + bytes([end])) for end in range(2)), key=lambda entry: entry.sha256))
    data = make_bytes(attachments=entries)
    files = {f"records/{record_id(digest_of(data), 2026)}.json": data}
    files |= {f"attachments/{digest_of(zeros + bytes([end]))}": zeros + bytes([end]) for end in range(2)}
    _zip(tmp_path / "x.kbz", files)
    (imported,) = import_bundles(base, [tmp_path / "x.kbz"])
    assert imported.error is not None
    assert "refused as a bomb" in imported.error.message
    assert _left_behind(base) == []


def test_a_missing_attachment_refuses_the_bundle(base: KnowledgeBase, tmp_path: Path) -> None:
    write_bundle(tmp_path / "x.kbz", {NAME: DATA}, {})
    (imported,) = import_bundles(base, [tmp_path / "x.kbz"])
    assert imported.error is not None
    assert "is missing" in imported.error.message


def test_one_bad_record_keeps_the_good_one_out_but_not_the_other_bundle(base: KnowledgeBase, tmp_path: Path) -> None:
    good = make_bytes(2)
    good_name = record_id(digest_of(good), 2026)
    _zip(tmp_path / "a.kbz", {f"records/{good_name}.json": good, f"records/{NAME}.json": DATA[:-1]})
    other = make_bytes(3)
    write_bundle(tmp_path / "b.kbz", {record_id(digest_of(other), 2026): other}, {})
    first, second = import_bundles(base, [tmp_path])
    assert first.error is not None
    assert second.error is None
    with pytest.raises(UsageError):
        base.read(good_name)


def test_a_public_import_cannot_name_a_private_record(base: KnowledgeBase, tmp_path: Path) -> None:
    secret = make_bytes(2)
    base.add(secret, {}, private=True)
    linked = make_bytes(3, links=(make_link("based_on", secret),))
    write_bundle(tmp_path / "x.kbz", {record_id(digest_of(linked), 2026): linked}, {})
    (imported,) = import_bundles(base, [tmp_path / "x.kbz"])
    assert imported.error is not None
    assert "private record" in imported.error.message


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x05\x06" + bytes(18), b"PK\x03\x04" * 40])
def test_what_is_no_bundle_is_said_to_be_none(base: KnowledgeBase, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.kbz").write_bytes(content)
    (imported,) = import_bundles(base, [tmp_path / "x.kbz"])
    assert isinstance(imported.error, InvalidDataError)


def test_a_path_without_bundles_is_a_usage_error(base: KnowledgeBase, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for path, message in (("gone.kbz", "no such file"), ("empty", "no bundle here")):
        with pytest.raises(UsageError, match=message):
            import_bundles(base, [tmp_path / path])


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_bundle_is_refused_or_whole(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "whole.kbz"
    if not path.exists():
        write_bundle(path, {NAME: DATA}, {LOG_NAME: LOG})
    damaged = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(damaged)))
    (tmp_path / "damaged.kbz").write_bytes(damaged[:cut] if data.draw(st.booleans()) else damaged)
    with suppress(KbError), open_bundle(tmp_path / "damaged.kbz") as bundle:
        for name in bundle.attachments:
            assert digest_of(bundle.attachment(name)) == name
        for name in bundle.records:
            bundle.record(name)
