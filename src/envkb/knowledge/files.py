"""Reads and writes single files so that nothing is followed, overwritten or left half-written."""

import errno
import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Final

from envkb.errors import InvalidDataError, KbError
from envkb.knowledge.layout import TEMPORARY

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a FIFO must not make us wait
_CREATE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_NO_HARD_LINKS: Final = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EINVAL}
_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_READ_ONLY: Final = {errno.EROFS, errno.EACCES, errno.EPERM}


class MissingFileError(KbError):
    """There is no such file or folder."""


class TakenError(InvalidDataError):
    """Another file already lies where one was to be written."""


@contextmanager
def open_folder(root: Path, folder: PurePosixPath, *, create: bool = False) -> Iterator[int]:
    """Open a folder below the root without following a symbolic link on the way.

    Args:
        root: The root of the knowledge base; links above it are the user's own affair.
        folder: The folder, relative to the root.
        create: Whether to make what is missing, durably.

    Yields:
        A descriptor of the folder.

    Raises:
        InvalidDataError: Something on the way is a symbolic link or no folder.
        MissingFileError: The folder is missing and `create` is false.
        KbError: The system does not let us.
    """
    with explain_os_errors(folder):
        descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in folder.parts:
            with explain_os_errors(folder):
                below = _step(descriptor, part, create=create)
            os.close(descriptor)
            descriptor = below
        yield descriptor
    finally:
        os.close(descriptor)


def _step(folder: int, part: str, *, create: bool) -> int:
    try:
        return os.open(part, _FOLDER, dir_fd=folder)
    except FileNotFoundError:
        if not create:
            raise
    with suppress(FileExistsError):
        os.mkdir(part, dir_fd=folder)
        os.fsync(folder)
    return os.open(part, _FOLDER, dir_fd=folder)


def read_file(root: Path, path: PurePosixPath, limit: int) -> bytes:
    """Return the bytes of a regular file below the root.

    Args:
        root: The root of the knowledge base.
        path: The file, relative to the root.
        limit: The most bytes it may have; a longer file is refused by its size, unread.

    Raises:
        InvalidDataError: A symbolic link, FIFO, device or folder, or too large.
        MissingFileError: There is no such file.
        KbError: The system does not let us read it.
    """
    with open_folder(root, path.parent) as folder:
        return read_from(folder, path, limit)


def read_from(folder: int, path: PurePosixPath, limit: int) -> bytes:
    """Return the bytes of a regular file whose folder is open; see `read_file`."""
    with explain_os_errors(path):
        descriptor = os.open(path.name, _READ, dir_fd=folder)
        try:
            status = os.fstat(descriptor)
            _check_regular(status, path)
            if status.st_size > limit:
                raise InvalidDataError(f"{path}: {status.st_size} bytes; at most {limit} are allowed")
            with open(descriptor, "rb", closefd=False) as file:
                return file.read(limit + 1)
        finally:
            os.close(descriptor)


def _check_regular(status: os.stat_result, path: PurePosixPath) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise InvalidDataError(f"{path}: no regular file", hint="remove what lies there, restore the file from git")


def place_file(
    root: Path, path: PurePosixPath, data: bytes, *, mode: int = 0o644, link: Callable[..., None] = os.link
) -> bool:
    """Write a file that appears whole or not at all, and never in place of another.

    Args:
        root: The root of the knowledge base.
        path: The file, relative to the root; missing folders are made.
        data: Its bytes.
        mode: Its permissions.
        link: How to give a file a second name; fails where the file system cannot.

    Returns:
        Whether it was written; false where the same bytes lie there already.

    Raises:
        TakenError: Other bytes lie there.
        InvalidDataError: Something that is no regular file lies there or on the way.
        KbError: Read-only, full, or another refusal of the system; nothing is left behind.
    """
    with open_folder(root, path.parent, create=True) as folder, explain_os_errors(path):
        if _lies_there(folder, path, data):
            return False
        temporary = f".{os.urandom(8).hex()}{TEMPORARY}"
        try:
            _write_durably(folder, temporary, data, mode)
            _publish(folder, temporary, path.name, link)
        except FileExistsError:
            # Another writer was faster since we looked.
            if not _lies_there(folder, path, data):
                raise
            return False
        finally:
            with suppress(FileNotFoundError):
                os.unlink(temporary, dir_fd=folder)
        os.fsync(folder)
        return True


def replace_file(root: Path, path: PurePosixPath, data: bytes) -> None:
    """Replace a file that people edit by a new version, at once or not at all; its permissions stay.

    Raises:
        InvalidDataError: Something that is no regular file lies there or on the way.
        KbError: Another refusal of the system; the old version is still there.
    """
    with open_folder(root, path.parent) as folder, explain_os_errors(path):
        status = os.stat(path.name, dir_fd=folder, follow_symlinks=False)
        _check_regular(status, path)
        temporary = f".{os.urandom(8).hex()}{TEMPORARY}"
        try:
            _write_durably(folder, temporary, data, stat.S_IMODE(status.st_mode))
            os.rename(temporary, path.name, src_dir_fd=folder, dst_dir_fd=folder)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(temporary, dir_fd=folder)
        os.fsync(folder)


def remove_file(root: Path, path: PurePosixPath) -> bool:
    """Remove a file, durably; a link is removed, not followed.

    Returns:
        Whether there was one.

    Raises:
        InvalidDataError: A folder lies there, or a link on the way.
        KbError: Another refusal of the system.
    """
    try:
        with open_folder(root, path.parent) as folder, explain_os_errors(path):
            os.unlink(path.name, dir_fd=folder)
            os.fsync(folder)
    except MissingFileError:
        return False
    return True


def _write_durably(folder: int, name: str, data: bytes, mode: int) -> None:
    with open(os.open(name, _CREATE, mode, dir_fd=folder), "wb") as file:  # noqa: PTH123 - relative to the folder
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _publish(folder: int, temporary: str, name: str, link: Callable[..., None]) -> None:
    try:
        link(temporary, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        # Without hard links (exFAT, some network folders) a rename is whole as well, but would overwrite: writers of
        # kb keep each other out by a lock that their death releases.
        fcntl.flock(folder, fcntl.LOCK_EX)
        if _status(folder, name) is not None:
            raise FileExistsError(name) from error
        os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)


def _status(folder: int, name: str) -> os.stat_result | None:
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None


def _lies_there(folder: int, path: PurePosixPath, data: bytes) -> bool:
    status = _status(folder, path.name)
    if status is None:
        return False
    _check_regular(status, path)
    if status.st_size != len(data) or read_from(folder, path, len(data)) != data:
        raise TakenError(f"{path}: another file lies there", hint="run `kb check`")
    return True


@contextmanager
def explain_os_errors(path: PurePosixPath | Path) -> Iterator[None]:
    """Turn a refusal of the system into one line with a hint.

    Raises:
        MissingFileError: There is no such file or folder.
        InvalidDataError: A symbolic link, or a file in a folder's place, is on the way.
        KbError: Everything else.
    """
    try:
        yield
    except FileNotFoundError as error:
        raise MissingFileError(f"{path}: no such file or folder") from error
    except OSError as error:
        raise _explained(path, error) from error


def _explained(path: PurePosixPath | Path, error: OSError) -> KbError:
    if error.errno in (errno.ELOOP, errno.ENOTDIR):
        return InvalidDataError(
            f"{path}: a symbolic link, or a file where a folder belongs, is in the way",
            hint="put the real file or folder in its place",
        )
    if error.errno in _FULL:
        return KbError(f"{path}: no space left to write it", hint="nothing was written; free some space and try again")
    if error.errno in _READ_ONLY:
        return KbError(
            f"{path}: {(error.strerror or 'refused').lower()}",
            hint="check who may write there, and whether it is mounted read-only",
        )
    return KbError(f"{path}: {error.strerror or error}", hint="check the disk and the path, and try again")
