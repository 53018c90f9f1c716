"""What managers answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

PhaseName = Literal["resolve", "download", "link", "install", "bytecode"]


@dataclass(frozen=True, slots=True)
class Package:
    """One package, as a manager names it.

    Attributes:
        name: As the manager spells it.
        version: Its version; None where a lock leaves it to a source tree.
        kind: `python` for a distribution of a package index, `conda` for a conda package.
        build: The build string of a conda package; None for others, or where nothing tells.
        url: Where it comes from; None where the manager does not say.
        size_bytes: Size of its archive; None where the manager does not say.
        sha256: Digest of its archive; None where the manager does not say.
        cached: Whether the manager already has the archive; None where it does not say.
    """

    name: str
    version: str | None
    kind: Literal["python", "conda"] = "python"
    build: str | None = None
    url: str | None = None
    size_bytes: int | None = None
    sha256: str | None = None
    cached: bool | None = None

    @property
    def is_local(self) -> bool:
        """Whether its archive is a file of this machine."""
        return self.url is not None and self.url.startswith("file:")


@dataclass(frozen=True, slots=True)
class LockText:
    """A lock: what a manager wrote, or what follows from what it reported.

    Attributes:
        format: `pylock.toml`, `requirements`, `conda-explicit` or `pixi.lock`.
        text: The whole of it.
    """

    format: str
    text: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """What would be installed.

    Attributes:
        packages: Sorted by name.
        lock: The lock of it; None where resolving writes none.
    """

    packages: tuple[Package, ...]
    lock: LockText | None = None

    @property
    def archive_bytes(self) -> int | None:
        """Bytes of all archives; None where the size of one is unknown."""
        return _sum(package.size_bytes for package in self.packages)

    @property
    def download_bytes(self) -> int | None:
        """Bytes to be received: what is cached or lies on this machine costs none; None where a size is unknown."""
        return _sum(package.size_bytes for package in self.packages if not (package.cached or package.is_local))


@dataclass(frozen=True, slots=True)
class PhaseTime:
    """How long one phase took, as the manager itself timed it.

    Attributes:
        phase: `download` may include unpacking into the cache, where a manager does both at once; `install` is all of
            download, unpacking and linking, where it does not tell them apart.
        seconds: Wall time.
    """

    phase: PhaseName
    seconds: float


@dataclass(frozen=True, slots=True)
class Installed:
    """What a manager says that it did.

    Attributes:
        packages: What it put into the environment; None where it does not say.
        phases: The phases that it timed itself; empty where it does not tell.
        lock: The lock of exactly that; None where it does not tell enough for one.
    """

    packages: tuple[Package, ...] | None
    phases: tuple[PhaseTime, ...] = ()
    lock: LockText | None = None


def by_name(package: Package) -> tuple[str, str]:
    """Return what packages are sorted by."""
    return (package.name, package.version or "")


def _sum(sizes: Iterable[int | None]) -> int | None:
    known = 0
    for size in sizes:
        if size is None:
            return None
        known += size
    return known
