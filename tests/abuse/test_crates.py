"""Abuse 13: crates and bundles that would write elsewhere, or without end, leave nothing behind."""

import io
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from envkb.exchange.crate import write_crate
from envkb.exchange.selection import select
from envkb.knowledge.creation import create_knowledge_base
from envkb.knowledge.folder import KnowledgeBase
from envkb.knowledge.importing import import_bundles
from envkb.knowledge.query.parser import parse_query
from factory import make_attachment, make_bytes

LOG = b"Resolved 12 packages in 3ms\n"
Members = list[tuple[zipfile.ZipInfo, bytes]]


def _members(folder: Path) -> Members:
    create_knowledge_base(folder, title="Source")
    source = KnowledgeBase.open(folder)
    source.add(make_bytes(attachments=(make_attachment(LOG),)), {make_attachment(LOG).sha256: LOG})
    crate = io.BytesIO()
    write_crate(crate, select(source, parse_query("id ~ KB")))
    with zipfile.ZipFile(crate) as archive:
        return [(info, archive.read(info)) for info in archive.infolist()]


def _added(name: str, data: bytes = b"x", mode: int = stat.S_IFREG | 0o644) -> Callable[[Members], Members]:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    return lambda members: [*members, (info, data)]


def _linked(members: Members) -> Members:
    # The attachment itself becomes a link to a file outside.
    for info, _ in members:
        if info.filename.startswith("attachments/"):
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return [(info, b"/etc/passwd" if info.filename.startswith("attachments/") else data) for info, data in members]


def _twice(members: Members) -> Members:
    return [*members, members[0]]


def _traversing_description(members: Members) -> Members:
    return [
        (
            info,
            data.replace(b'"@id": "records/', b'"@id": "records/../../../secret/')
            if "metadata" in info.filename
            else data,
        )
        for info, data in members
    ]


@pytest.mark.parametrize(
    "change",
    [
        _added("../outside.json"),
        _added("records/../../outside.json"),
        _added("/tmp/outside.json"),
        _added("C:\\outside.json"),
        _added("records\\outside.json"),
        _added("kb/kb.toml"),
        _added("attachments/" + "0" * 64, b"/etc/passwd", stat.S_IFLNK | 0o777),
        _added("attachments/" + "0" * 64, b"", stat.S_IFIFO | 0o644),
        _added("attachments/" + "0" * 64, b"\x00" * 65 * 1024**2),
        _added("ro-crate-preview.html", b" " * 60 * 1024**2),
        _linked,
        _twice,
        _traversing_description,
    ],
    ids=[
        *("parent", "parent inside", "absolute", "drive", "backslash", "settings", "link", "pipe", "large", "bomb"),
        *("linked attachment", "twice", "description that leads elsewhere"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_13_an_unsafe_crate_is_refused_and_nothing_is_written(
    tmp_path: Path, change: Callable[[Members], Members], request: pytest.FixtureRequest
) -> None:
    members = change(_members(tmp_path / "source"))
    if request.node.callspec.id == "bomb":
        for number in range(1, 3):
            info = zipfile.ZipInfo(f"attachments/{number:064x}")
            info.compress_type = zipfile.ZIP_DEFLATED
            members.append((info, b" " * 60 * 1024**2))
    crate = tmp_path / "crate.zip"
    with zipfile.ZipFile(crate, "w") as archive:
        for info, data in members:
            archive.writestr(info, data)
    create_knowledge_base(tmp_path / "base", title="Demo")
    before = sorted(tmp_path.rglob("*"))
    (imported,) = import_bundles(KnowledgeBase.open(tmp_path / "base"), [crate])
    assert imported.error is not None
    assert imported.error.exit_code == 3
    assert sorted(tmp_path.rglob("*")) == before
