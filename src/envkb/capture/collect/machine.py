"""The machine that is read: its file tree, its environment variables, its programs."""

from __future__ import annotations

import errno
import glob
import os
import stat
import sys
from typing import BinaryIO, Mapping

from envkb.capture.collect.rows import UnreadableError, decode

LIMIT_BYTES = 256 * 1024
# Pseudo files tell no size; past this the rest of one is not even counted.
MOST_BYTES = 16 * 1024 * 1024
USUAL_FOLDERS = (
    "/usr/local/sbin",
    "/usr/local/bin",
    "/usr/sbin",
    "/usr/bin",
    "/sbin",
    "/bin",
    "/opt/rocm/bin",
    "/opt/homebrew/bin",
    "/usr/lib/wsl/lib",
    "/opt/vc/bin",
    "/mnt/c/Windows/System32",
    "/mnt/c/Windows/System32/wbem",
)
USER_FOLDERS = (".local/bin", ".cargo/bin", ".pixi/bin", "miniforge3/bin", "miniconda3/bin")


class Machine:
    """Where sources are read from.

    Attributes:
        root: Folder that stands for `/`: empty for the real one, a copied or made-up tree in tests.
        environ: The environment variables.
        system: `Linux` or `Darwin`, as `uname` says.
        cwd: The working directory.
    """

    def __init__(
        self, root: str = "", environ: Mapping[str, str] | None = None, system: str = "", cwd: str = ""
    ) -> None:
        self.root = root.rstrip("/")
        self.environ = os.environ if environ is None else environ
        self.system = system or os.uname().sysname
        self.cwd = cwd or _working_directory()
        self._wsl: bool | None = None
        # A manager that came as a wheel lies beside our own interpreter.
        self._beside = [] if root else [os.path.dirname(sys.executable or "/usr/bin/python3")]

    @property
    def home(self) -> str:
        """The user's home folder; empty where there is none."""
        home = self.environ.get("HOME") or os.path.expanduser("~")
        return home if home.startswith("/") else ""

    @property
    def is_wsl(self) -> bool:
        """Whether this is Linux under Windows."""
        if self._wsl is None:
            self._wsl = self.system == "Linux" and "microsoft" in self.peek("/proc/version").lower()
        return self._wsl

    def at(self, path: str) -> str:
        """Return where a path of the machine really lies."""
        return self.root + path

    def exists(self, path: str) -> bool:
        """Tell whether a path is there."""
        return os.path.exists(self.at(path))

    def glob(self, pattern: str) -> list[str]:
        """Return the paths that match, sorted, as the machine names them."""
        return sorted(path[len(self.root) :] for path in glob.glob(glob.escape(self.root) + pattern))

    def read(self, path: str, limit: int = LIMIT_BYTES) -> tuple[str, int | None]:
        """Return a file's text, and its full length where the text was cut.

        Raises:
            UnreadableError: It is not there, is no file, or may not be read. A FIFO or device is never opened.
        """
        try:
            data, full = read_bounded(self.at(path), limit)
        except OSError as error:
            raise unreadable(error) from error
        return decode(data, limit, full)

    def peek(self, path: str) -> str:
        """Return a file's text without the white space around it; empty where it cannot be read."""
        try:
            return self.read(path)[0].strip()
        except UnreadableError:
            return ""

    def which(self, program: str) -> str | None:
        """Return where a program lies: on PATH, in the usual folders, beside our own interpreter, else None."""
        folders = [folder for folder in self.environ.get("PATH", "").split(os.pathsep) if folder.startswith("/")]
        if self.is_wsl and not program.endswith(".exe"):
            # Windows' PATH is part of ours; each look into it costs a millisecond and finds nothing that runs here.
            folders = [folder for folder in folders if not folder.startswith("/mnt/")]
        usual = [*USUAL_FOLDERS, *(f"{self.home}/{name}" for name in USER_FOLDERS if self.home)]
        for folder in dict.fromkeys([*folders, *(self.at(path) for path in usual), *self._beside]):
            path = os.path.join(folder, program)
            if os.path.isfile(path) and os.access(path, os.X_OK):
                return path
        return None


def read_bounded(path: str, limit: int) -> tuple[bytes, int]:
    """Read a regular file, at most `limit` bytes of it kept: its start and its end.

    Returns:
        The bytes, and the length of the whole.

    Raises:
        OSError: It cannot be read.
        UnreadableError: It is not a regular file.
    """
    # Opening a device can act on it, and opening a FIFO wakes its writer: look first.
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise UnreadableError("failed", "not a regular file")
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableError("failed", "not a regular file")
        if status.st_size > limit:
            head = file.read(limit // 2)
            file.seek(-(limit // 2), os.SEEK_END)
            return head + file.read(limit // 2), status.st_size
        data = _read_all(descriptor)
    return data, len(data)


def open_regular(path: str) -> BinaryIO:
    """Open a file for reading; a FIFO or a device in its place would make us wait for ever.

    Raises:
        OSError: It cannot be read, or is no regular file.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a regular file", path)
    return os.fdopen(descriptor, "rb")


def unreadable(error: OSError) -> UnreadableError:
    """Tell why the system did not let a path be read."""
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return UnreadableError("absent", "no such file")
    if error.errno in (errno.EACCES, errno.EPERM):
        return UnreadableError("denied", "permission denied")
    return UnreadableError("failed", (error.strerror or str(error)).lower())


def _read_all(descriptor: int) -> bytes:
    chunks = []
    size = 0
    while size < MOST_BYTES:
        chunk = os.read(descriptor, 65536)
        if not chunk:
            break
        chunks.append(chunk)
        size += len(chunk)
    return b"".join(chunks)


def _working_directory() -> str:
    try:
        return os.getcwd()
    except OSError:  # the folder was deleted under us
        return "/"
