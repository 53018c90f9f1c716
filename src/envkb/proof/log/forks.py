"""Joins what git merged where two places sealed at the same time: both wrote leaves after the same last one.

Files of both lie side by side then, since the width of a file is in its name, and git sees no conflict.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Final

from envkb.errors import InvalidDataError, ToolMissingError
from envkb.knowledge.files import MissingFileError, explain_os_errors, read_file, remove_file
from envkb.knowledge.layout import LOG
from envkb.knowledge.pending import add_pending
from envkb.process import Runner, run
from envkb.proof.log.log import Log
from envkb.proof.log.tiles import ENTRIES, TILES, WIDTH, Tile, read_entries

_MAX_BYTES: Final = 64 * WIDTH
_GIT: Final = ("git", "-c", "core.fsmonitor=false", "ls-tree", "-r", "--name-only", "@{upstream}", "--")


@dataclass(frozen=True, slots=True)
class Fork:
    """Leaves of two seals, and what becomes of them.

    Attributes:
        log: The log that goes on: every checkpoint holds in it; of several what was pushed, then the longest.
        waiting: Digests in hex that the other seal took in, and that wait for the log again.
        needless: Files of the other seal.
    """

    log: Log
    waiting: tuple[str, ...]
    needless: tuple[PurePosixPath, ...]


def find_fork(root: Path, log: Log, runner: Runner = run) -> Fork | None:
    """Return the fork of a log; null where there is none, or where no leaves are what the checkpoints say.

    Args:
        root: The root of the knowledge base.
        log: The log as it was read.
        runner: Starts git, which is asked what is pushed.

    Raises:
        KbError: The system does not let us read.
    """
    grown = dict(_growing(root))
    if all(_fits(tile, entries, log) for tile, entries in grown.items()):
        return None
    chosen = _choose(root, log, grown, runner)
    if chosen is None:
        return None
    others = (digest.hex() for entries in (log.digests, *grown.values()) for digest in entries)
    return Fork(
        chosen,
        tuple(sorted(set(others) - chosen.indices.keys())),
        tuple(path for path, tile in _tiles(root, TILES) if not _is_of(root, path, tile, chosen)),
    )


def join(root: Path, fork: Fork) -> None:
    """Let what the other seal took in wait for the log, and remove its files.

    Raises:
        KbError: The system does not let us write.
    """
    # First what must not be lost: of a private record the digest may stand nowhere else here.
    for digest in fork.waiting:
        add_pending(root, digest)
    for path in fork.needless:
        remove_file(root, path)


def _growing(root: Path) -> Iterator[tuple[Tile, tuple[bytes, ...]]]:
    for path, tile in _tiles(root, TILES / ENTRIES):
        if tile.width < WIDTH:
            try:
                yield tile, tuple(read_entries(read_file(root, path, _MAX_BYTES), tile.width))
            except InvalidDataError:
                continue  # damaged: of no seal


def _tiles(root: Path, folder: PurePosixPath) -> Iterator[tuple[PurePosixPath, Tile]]:
    try:
        with explain_os_errors(LOG / folder):
            names = sorted(path.relative_to(root / LOG).as_posix() for path in (root / LOG / folder).rglob("*"))
    except MissingFileError:
        return
    for name in names:
        tile = Tile.parse(PurePosixPath(name))
        if tile is not None:
            yield LOG / name, tile


def _fits(tile: Tile, entries: tuple[bytes, ...], log: Log) -> bool:
    start = tile.index * WIDTH
    return log.digests[start : start + tile.width] == entries


def _choose(root: Path, log: Log, grown: dict[Tile, tuple[bytes, ...]], runner: Runner) -> Log | None:
    grew = (replace(log, digests=(*log.digests[: tile.index * WIDTH], *entries)) for tile, entries in grown.items())
    sound = [each for each in (log, *grew) if all(each.trust(known) != "refused" for known in each.checkpoints)]
    if len(sound) < 2:  # noqa: PLR2004 - there is nothing to choose from
        return next(iter(sound), None)
    pushed = _pushed(root, runner)
    return max(sound, key=lambda each: (_last_path(each) in pushed, each.tree.size))


def _last_path(log: Log) -> str:
    index, width = divmod(log.tree.size - 1, WIDTH)
    return str(LOG / Tile(None, index, width + 1).path)


def _pushed(root: Path, runner: Runner) -> set[str]:
    try:
        listed = runner((*_GIT, str(LOG / TILES / ENTRIES)), cwd=root)
    except ToolMissingError:
        return set()
    return set(listed.stdout.decode("utf-8", "replace").splitlines()) if listed.exit_code == 0 else set()


def _is_of(root: Path, path: PurePosixPath, tile: Tile, log: Log) -> bool:
    if tile.end > log.tree.size:
        return False
    try:
        return read_file(root, path, _MAX_BYTES) == tile.content(log.tree, log.digests)
    except InvalidDataError:
        return False
