import os
from pathlib import Path

import pytest

from envkb.errors import KbError
from envkb.publish.tree import MANIFEST, Written, write_tree


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {MANIFEST}


def test_files_are_written_from_bytes_other_files_and_pieces(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"\x00copied")
    contents = [("a/b.md", b"bytes"), ("c.json", tmp_path / "source"), ("d.ndjson", iter([b"one\n", b"two\n"]))]
    assert write_tree(tmp_path / "out", contents) == Written(total=3, changed=3, removed=0)
    assert (tmp_path / "out/a/b.md").read_bytes() == b"bytes"
    assert (tmp_path / "out/c.json").read_bytes() == b"\x00copied"
    assert (tmp_path / "out/d.ndjson").read_bytes() == b"one\ntwo\n"
    assert names(tmp_path / "out") == {"a/b.md", "c.json", "d.ndjson"}


def test_what_stays_as_it_is_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"copied")

    def write(changed: bytes) -> Written:
        contents = [("a", b"same"), ("b", changed), ("c", tmp_path / "source"), ("d", iter([b"pie", b"ces"]))]
        return write_tree(tmp_path / "out", contents)

    write(b"old")
    for name in "abcd":
        os.utime(tmp_path / "out" / name, (1, 1))
    assert write(b"new") == Written(total=4, changed=1, removed=0)
    touched = {name for name in "abcd" if (tmp_path / "out" / name).stat().st_mtime != 1}
    assert touched == {"b"}


def test_pieces_of_the_same_length_that_differ_are_written(tmp_path: Path) -> None:
    write_tree(tmp_path, [("a", iter([b"one\n", b"two\n"]))])
    assert write_tree(tmp_path, [("a", iter([b"one\n", b"owt\n"]))]).changed == 1
    assert (tmp_path / "a").read_bytes() == b"one\nowt\n"


def test_what_is_no_longer_made_is_removed_with_its_folder_but_nothing_of_other_hands(tmp_path: Path) -> None:
    write_tree(tmp_path, [("records/old/index.md", b"x"), ("keep/index.md", b"x"), ("shared/a", b"x")])
    (tmp_path / "shared/mine.md").write_text("mine")
    assert write_tree(tmp_path, [("keep/index.md", b"x")]) == Written(total=1, changed=0, removed=2)
    assert names(tmp_path) == {"keep/index.md", "shared/mine.md"}
    assert not (tmp_path / "records").exists()


@pytest.mark.parametrize("line", ["../outside", "/etc/passwd", "a/../../outside", ""])
def test_a_manifest_that_was_changed_removes_nothing_outside(tmp_path: Path, line: str) -> None:
    (tmp_path / "outside").write_text("precious")
    write_tree(tmp_path / "out", [("a", b"x")])
    (tmp_path / "out" / MANIFEST).write_text(f"{line}\na\n")
    assert write_tree(tmp_path / "out", [("a", b"x")]).removed == 0
    assert (tmp_path / "outside").read_text() == "precious"


def test_a_manifest_that_cannot_be_read_counts_as_none(tmp_path: Path) -> None:
    write_tree(tmp_path, [("a", b"x")])
    (tmp_path / MANIFEST).write_bytes(b"\xff\xfe")
    assert write_tree(tmp_path, []) == Written(total=0, changed=0, removed=0)
    assert (tmp_path / "a").exists()


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(KbError, match="out: "):
        write_tree(tmp_path / "out", [("a", b"x")])


def test_a_file_to_copy_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(KbError, match="nowhere: no such file"):
        write_tree(tmp_path / "out", [("a", tmp_path / "nowhere")])
