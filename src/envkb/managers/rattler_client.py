"""A small conda client on py-rattler: a program of its own, which prints one JSON object.

The manager `rattler` starts it under kb's own Python and never imports it, for two reasons: py-rattler now and then
aborts the interpreter at exit, after all is done, so this program leaves by `os._exit`; and a solver that hangs or
takes all memory must not take kb with it. The interface of py-rattler moves between releases: written for 0.28.
"""

import argparse
import asyncio
import hashlib
import json
import os
import sys
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from rattler import (
    BuildString,
    Gateway,
    GenericVirtualPackage,
    LockChannel,
    LockFile,
    LockPlatform,
    MatchSpec,
    PackageName,
    PrefixRecord,
    RepoDataRecord,
    Subdir,
    Version,
    VirtualPackage,
    VirtualPackageOverrides,
    install,
    solve,
)

Answer = dict[str, Any]

BASELINES = {
    "linux": {"__unix": "0", "__linux": "4.18", "__glibc": "2.28"},
    "osx": {"__unix": "0", "__osx": "13.0"},
    "win": {"__win": "0"},
}
"""What another platform is taken to offer to the solver, as pixi does."""


def main() -> int:
    """Do what the arguments say and print the answer; a failure is an answer, too."""
    options = arguments().parse_args()
    try:
        answer = asyncio.run(COMMANDS[options.command](options))
    except Exception as error:  # noqa: BLE001 - whatever it is, the caller reads it as data
        answer = {"ok": False, "exception_name": type(error).__name__, "error": str(error)}
    print(json.dumps(answer), flush=True)  # noqa: T201 - a program prints
    return 0 if answer["ok"] else 1


async def resolve(options: argparse.Namespace) -> Answer:
    """Solve, and tell of each package whether its archive is cached."""
    records, seconds = await solution(options)
    return {"ok": True, "packages": [row(record, packages_cache(options)) for record in records], "resolve_s": seconds}


async def make(options: argparse.Namespace) -> Answer:
    """Solve for what is installed and what is wanted, and install it."""
    installed = installed_in(options.prefix)
    records, seconds = await solution(options, installed)
    return await put(records, options, installed) | {"resolve_s": seconds}


async def restore(options: argparse.Namespace) -> Answer:
    """Install exactly what a lock lists for this platform."""
    here = str(Subdir.current())
    environment = LockFile.from_path(options.lock).default_environment()
    platforms = (
        [platform for platform in environment.platforms() if str(platform.subdir) == here] if environment else []
    )
    if environment is None or not platforms:
        return {
            "ok": False,
            "error": f"the lock has nothing for {here}: it is not compatible with the current platform",
        }
    records = environment.conda_repodata_records_for_platform(platforms[0]) or []
    changed = [record.file_name for record in records if is_changed(record)]
    if changed:
        return {"ok": False, "error": f"hash mismatch: {', '.join(changed)} is not the file that the lock names"}
    return await put(records, options, [])


async def lock(options: argparse.Namespace) -> Answer:
    """Write the lock of what is installed."""
    platform = LockPlatform(str(Subdir.current()))
    file = LockFile([platform])
    file.set_channels("default", [LockChannel(channel) for channel in options.channel])
    for record in installed_in(options.prefix):
        file.add_conda_package("default", platform, record)
    file.to_path(options.lock)
    return {"ok": True}


async def packages(options: argparse.Namespace) -> Answer:
    """List what is installed."""
    return {"ok": True, "packages": [row(record, None) for record in installed_in(options.prefix)]}


async def say_version(options: argparse.Namespace) -> Answer:
    """Say which py-rattler this is."""
    del options
    return {"ok": True, "version": version("py-rattler")}


COMMANDS = {
    "version": say_version,
    "resolve": resolve,
    "make": make,
    "restore": restore,
    "lock": lock,
    "packages": packages,
}


async def solution(
    options: argparse.Namespace, installed: Sequence[PrefixRecord] = ()
) -> tuple[list[RepoDataRecord], float]:
    """Return the records of a solution, and the seconds that it took."""
    platform = options.platform or str(Subdir.current())
    begin = time.perf_counter()
    records = await solve(
        sources=options.channel,
        specs=options.spec,
        gateway=Gateway(cache_dir=options.cache / "repodata"),
        platforms=[Subdir(platform), Subdir("noarch")],
        locked_packages=installed,
        virtual_packages=virtual_packages(platform),
        constraints=options.constraint,
    )
    return records, time.perf_counter() - begin


async def put(records: list[RepoDataRecord], options: argparse.Namespace, installed: list[PrefixRecord]) -> Answer:
    """Install records, and check in conda-meta that all of them are there."""
    begin = time.perf_counter()
    await install(
        records,
        target_prefix=options.prefix,
        cache_dir=packages_cache(options),
        installed_packages=installed,
        show_progress=False,
        # 0.28 hands its own MatchSpec on unopened, and then refuses it.
        requested_specs=[MatchSpec(spec)._match_spec for spec in options.spec],  # noqa: SLF001 - see above
    )
    seconds = time.perf_counter() - begin
    there = {identity(record) for record in installed_in(options.prefix)}
    missing = sorted({identity(record) for record in records} - there)
    if missing:
        return {"ok": False, "error": f"conda-meta does not list {', '.join(missing)}"}
    return {"ok": True, "packages": [row(record, None) for record in records], "install_s": seconds}


def is_changed(record: RepoDataRecord) -> bool:
    """Return whether a local archive differs from its digest: py-rattler checks only what it downloads."""
    address = urlsplit(str(record.url))
    if address.scheme not in {"", "file"} or record.sha256 is None:
        return False
    with Path(unquote(address.path)).open("rb") as archive:
        return hashlib.file_digest(archive, "sha256").digest() != record.sha256


def virtual_packages(platform: str) -> list[Any]:
    """Return what the machine offers to the solver; for another platform than its own, a common baseline."""
    if platform == str(Subdir.current()):
        return VirtualPackage.detect(VirtualPackageOverrides.from_env())
    offered = BASELINES.get(platform.split("-", maxsplit=1)[0], {})
    return [
        GenericVirtualPackage(PackageName(name), Version(number), BuildString("0")) for name, number in offered.items()
    ]


def installed_in(prefix: Path) -> list[PrefixRecord]:
    """Return what is installed in a prefix, by conda-meta."""
    return [PrefixRecord.from_path(path) for path in sorted((prefix / "conda-meta").glob("*.json"))]


def packages_cache(options: argparse.Namespace) -> Path:
    """Return the folder of archives within the cache."""
    folder: Path = options.cache / "pkgs"
    return folder


def identity(record: RepoDataRecord) -> str:
    """Return what tells one package from another."""
    return f"{record.name.normalized}-{record.version}-{record.build}"


def row(record: RepoDataRecord, cache: Path | None) -> Answer:
    """Return one package as the caller wants it."""
    return {
        "name": record.name.normalized,
        "version": str(record.version),
        "build": str(record.build),
        "url": str(record.url),
        "size": record.size,
        "sha256": record.sha256.hex() if record.sha256 else None,
        "cached": (cache / identity(record)).is_dir() if cache is not None else None,
    }


def arguments() -> argparse.ArgumentParser:
    """Return the parser of the arguments."""
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=COMMANDS, nargs="?", default="version")
    parser.add_argument("--version", action="store_true")
    for name in ("--spec", "--channel", "--constraint"):
        parser.add_argument(name, action="append", default=[])
    parser.add_argument("--platform")
    for name in ("--prefix", "--cache", "--lock"):
        parser.add_argument(name, type=Path)
    return parser


if __name__ == "__main__":
    STATUS = main()
    sys.stderr.flush()
    os._exit(STATUS)
