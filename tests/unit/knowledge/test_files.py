import errno
import os
import socket
import threading
from pathlib import Path, PurePosixPath

import pytest

from envkb.errors import InvalidDataError, KbError
from envkb.knowledge.files import MissingFileError, TakenError, place_file, read_file, replace_file

PATH = PurePosixPath("kb/records/2026/x.json")


def _left_over(root: Path) -> list[str]:
    return [path.name for path in root.rglob("*") if path.is_file()]


def _refuse(code: int) -> object:
    def link(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    return link


def test_a_placed_file_holds_the_bytes_and_nothing_else_is_left(tmp_path: Path) -> None:
    assert place_file(tmp_path, PATH, b"one")
    assert read_file(tmp_path, PATH, 3) == b"one"
    assert _left_over(tmp_path) == ["x.json"]


def test_the_same_bytes_are_not_written_again_and_others_never_over_them(tmp_path: Path) -> None:
    place_file(tmp_path, PATH, b"one")
    assert not place_file(tmp_path, PATH, b"one")
    for other in (b"two", b"", b"longer"):
        with pytest.raises(TakenError):
            place_file(tmp_path, PATH, other)
    assert read_file(tmp_path, PATH, 3) == b"one"


@pytest.mark.parametrize("code", [errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK])
def test_without_hard_links_nothing_is_overwritten_either(tmp_path: Path, code: int) -> None:
    link = _refuse(code)
    assert place_file(tmp_path, PATH, b"one", link=link)
    assert not place_file(tmp_path, PATH, b"one", link=link)
    with pytest.raises(TakenError):
        place_file(tmp_path, PATH, b"two", link=link)
    assert _left_over(tmp_path) == ["x.json"]
    assert read_file(tmp_path, PATH, 3) == b"one"


def test_a_faster_writer_without_hard_links_wins(tmp_path: Path) -> None:
    def link(*_: object, **__: object) -> None:
        (tmp_path / PATH).write_bytes(b"faster")
        raise OSError(errno.EPERM, "no hard links")

    with pytest.raises(TakenError):
        place_file(tmp_path, PATH, b"slower", link=link)
    assert not place_file(tmp_path, PATH, b"faster", link=link)
    assert _left_over(tmp_path) == ["x.json"]


def test_a_faster_writer_of_the_same_bytes_leaves_nothing_to_do(tmp_path: Path) -> None:
    def link(*_: object, **__: object) -> None:
        (tmp_path / PATH).write_bytes(b"same")
        raise FileExistsError(errno.EEXIST, "exists")

    assert not place_file(tmp_path, PATH, b"same", link=link)
    assert _left_over(tmp_path) == ["x.json"]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS])
def test_a_failing_disk_leaves_nothing_and_says_so_in_one_line(tmp_path: Path, code: int) -> None:
    with pytest.raises(KbError) as caught:
        place_file(tmp_path, PATH, b"one", link=_refuse(code))
    assert str(PATH) in caught.value.message
    assert caught.value.hint
    assert caught.value.exit_code == 1
    assert _left_over(tmp_path) == []


def test_many_writers_of_one_name_have_one_winner(tmp_path: Path) -> None:
    outcomes: list[object] = []

    def write(number: int) -> None:
        try:
            outcomes.append(place_file(tmp_path, PATH, b"writer %d" % number))
        except TakenError:
            outcomes.append("taken")

    writers = [threading.Thread(target=write, args=(number,)) for number in range(16)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sorted(map(str, outcomes)) == ["True"] + ["taken"] * 15
    assert _left_over(tmp_path) == ["x.json"]


def test_a_missing_file_and_a_missing_folder_are_told_alike(tmp_path: Path) -> None:
    (tmp_path / "kb").mkdir()
    for path in (PATH, PurePosixPath("kb/x")):
        with pytest.raises(MissingFileError):
            read_file(tmp_path, path, 10)


@pytest.mark.parametrize("kind", ["symlink", "fifo", "folder", "device", "socket"])
def test_only_regular_files_are_opened(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x"
    (tmp_path / "real").write_bytes(b"x")
    if kind == "symlink":
        path.symlink_to("real")
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "socket":
        _bind(path)
    else:
        _make_device(path)
    with pytest.raises(KbError):
        read_file(tmp_path, PurePosixPath("x"), 10)
    with pytest.raises(InvalidDataError):
        place_file(tmp_path, PurePosixPath("x"), b"x")
    with pytest.raises(InvalidDataError):
        replace_file(tmp_path, PurePosixPath("x"), b"x")


def _bind(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        try:
            server.bind(str(path))
        except OSError as error:
            pytest.skip(f"no socket can be made here: {error}")


def _make_device(path: Path) -> None:
    try:
        os.mknod(path, 0o600 | 0o020000, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("only root makes a device")


def test_a_file_above_the_limit_is_refused_by_its_size(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"four")
    assert read_file(tmp_path, PurePosixPath("x"), 4) == b"four"
    with pytest.raises(InvalidDataError, match="4 bytes; at most 3"):
        read_file(tmp_path, PurePosixPath("x"), 3)


def test_a_link_on_the_way_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "root").mkdir()
    (tmp_path / "root/kb").symlink_to(tmp_path / "outside")
    with pytest.raises(InvalidDataError, match="symbolic link"):
        place_file(tmp_path / "root", PATH, b"one")
    assert list((tmp_path / "outside").iterdir()) == []


def test_a_replaced_file_keeps_its_permissions(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"old")
    (tmp_path / "x").chmod(0o600)
    replace_file(tmp_path, PurePosixPath("x"), b"new")
    assert (tmp_path / "x").read_bytes() == b"new"
    assert (tmp_path / "x").stat().st_mode & 0o777 == 0o600
    with pytest.raises(MissingFileError):
        replace_file(tmp_path, PurePosixPath("y"), b"new")
