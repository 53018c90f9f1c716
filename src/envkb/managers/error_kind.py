"""The kinds of failures of managers, told apart so that they can be counted."""

from enum import StrEnum
from typing import Final, NamedTuple

from envkb.model.edge_case import Phase


class ErrorKind(StrEnum):
    """Why a manager failed."""

    RESOLVER_CONFLICT = "resolver-conflict"
    """What was asked for contradicts itself."""
    NO_MATCHING_WHEEL = "no-matching-wheel"
    """No source has such a package or version for this machine."""
    PYTHON_VERSION_UNSUPPORTED = "python-version-unsupported"
    """The package is not for this version of Python, or there is no such Python."""
    GLIBC_TOO_OLD = "glibc-too-old"
    """The package needs a newer C library than the machine has."""
    NO_CUDA_DRIVER = "no-cuda-driver"
    """The package needs a CUDA driver that the machine does not have, or a newer one."""
    WRONG_PLATFORM = "wrong-platform"
    """The package is for another operating system or processor."""
    HASH_MISMATCH = "hash-mismatch"
    """What came is not what the lock or the index promised."""
    DAMAGED_ARCHIVE = "damaged-archive"
    """An archive cannot be unpacked."""
    NO_NETWORK = "no-network"
    """An index or channel cannot be reached, refuses, or went away in the middle."""
    DISK_FULL = "disk-full"
    """There is no space left."""
    OUT_OF_MEMORY = "out-of-memory"
    """There is no memory left."""
    KILLED = "killed"
    """A signal ended it, and nothing tells who sent it or why."""
    TIME_OUT = "time-out"
    """It did not end in time, and kb ended it."""
    PERMISSION = "permission"
    """The system, or the environment's owner, does not allow it."""
    TERMS_NOT_ACCEPTED = "terms-not-accepted"
    """A channel has terms of service that the user has not accepted; kb never does."""
    BUILD_FAILED = "build-failed"
    """A source distribution could not be built."""
    LOCKFILE_STALE = "lockfile-stale"
    """The lock does not fit the request."""
    USAGE = "usage"
    """The manager does not understand its command line."""
    OTHER = "other"
    """None of these, as far as the text tells."""

    @property
    def edge_class(self) -> str:
        """The class of an edge case that fits; `other` where none does."""
        return _MEANINGS[self].edge_class

    @property
    def phase(self) -> Phase | None:
        """Where such a failure happens; None where it can be anywhere."""
        return _MEANINGS[self].phase

    @property
    def hint(self) -> str:
        """What to do next, in one line; empty where nothing general can be said."""
        return _MEANINGS[self].hint


class _Meaning(NamedTuple):
    edge_class: str
    phase: Phase | None
    hint: str


_MEANINGS: Final = {
    ErrorKind.RESOLVER_CONFLICT: _Meaning("resolver-conflict", Phase.RESOLVE, "loosen one of the versions asked for"),
    ErrorKind.NO_MATCHING_WHEEL: _Meaning(
        "no-matching-wheel", Phase.RESOLVE, "check the spelling, the version and the index or channel"
    ),
    ErrorKind.PYTHON_VERSION_UNSUPPORTED: _Meaning(
        "python-version-unsupported", Phase.RESOLVE, "ask for another Python or another version of the package"
    ),
    ErrorKind.GLIBC_TOO_OLD: _Meaning(
        "glibc-too-old", Phase.RESOLVE, "take an older version of the package, or a newer system or container"
    ),
    ErrorKind.NO_CUDA_DRIVER: _Meaning(
        "cuda-driver-too-old", Phase.RESOLVE, "take a CPU build (--torch-backend cpu), or install a newer driver"
    ),
    ErrorKind.WRONG_PLATFORM: _Meaning("no-matching-wheel", Phase.RESOLVE, "take the build for this machine"),
    ErrorKind.HASH_MISMATCH: _Meaning(
        "hash-mismatch", Phase.DOWNLOAD, "do not install it: find out who changed the file before the lock is renewed"
    ),
    ErrorKind.DAMAGED_ARCHIVE: _Meaning("other", Phase.INSTALL, "fetch the archive again with an empty cache"),
    ErrorKind.NO_NETWORK: _Meaning("network", Phase.DOWNLOAD, "check the address and the line, then run it again"),
    ErrorKind.DISK_FULL: _Meaning("disk-full", None, "free space, or put the cache and the environment elsewhere"),
    ErrorKind.OUT_OF_MEMORY: _Meaning("out-of-memory", None, "close other programs, or use a machine with more memory"),
    ErrorKind.KILLED: _Meaning("other", None, "look into the system's log for who ended it"),
    ErrorKind.TIME_OUT: _Meaning("slow", None, "give it more time with --timeout"),
    ErrorKind.PERMISSION: _Meaning("permission", None, "use a folder that you may write"),
    ErrorKind.TERMS_NOT_ACCEPTED: _Meaning(
        "other", Phase.RESOLVE, "read the terms and accept them yourself, or use another channel"
    ),
    ErrorKind.BUILD_FAILED: _Meaning(
        "build-from-source-failure", Phase.INSTALL, "take a version that has a wheel, or install what the build needs"
    ),
    ErrorKind.LOCKFILE_STALE: _Meaning("lockfile-stale", Phase.RESOLVE, "renew the lock"),
    ErrorKind.USAGE: _Meaning("other", None, "check the extra flags, and the version of the manager"),
    ErrorKind.OTHER: _Meaning("other", None, ""),
}
