"""Checks a log as a whole: files, checkpoints, signatures, and what was seen of it before."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from envkb.errors import InvalidDataError, KbError, VerificationError
from envkb.knowledge.files import MissingFileError, explain_os_errors, read_file
from envkb.knowledge.folder import KnowledgeBase
from envkb.knowledge.layout import LOG, LOG_POLICY, TEMPORARY
from envkb.proof.log.checkpoint import Checkpoint
from envkb.proof.log.forks import find_fork
from envkb.proof.log.log import LATEST, Log, Trust, open_log, read_checkpoint
from envkb.proof.log.memory import Contradiction, contradictions, seen_checkpoint, seen_leaves
from envkb.proof.log.tiles import TILES, WIDTH, Tile, tiles_of
from envkb.proof.merkle import HASH_BYTES

_MAX_TILE_BYTES = WIDTH * (HASH_BYTES + 2)


@dataclass(frozen=True, slots=True)
class CheckedLog:
    """What came of checking a log.

    Attributes:
        log: The log; null where there is none, or where it cannot be read.
        checkpoints: Its checkpoints, each with whether it can be relied on.
        problems: What is wrong; any of them is a failure.
        contradictions: What it says against checkpoints that were seen before; likewise.
        warnings: What is unfinished.
    """

    log: Log | None
    checkpoints: tuple[tuple[Checkpoint, Trust], ...] = ()
    problems: tuple[str, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong; there may be no log at all."""
        return not self.problems and not self.contradictions


def verify_log(base: KnowledgeBase, against: tuple[Checkpoint, ...] = ()) -> CheckedLog:
    """Check every file of the log, and the log against what this copy has seen of it.

    Args:
        base: The knowledge base.
        against: Further checkpoints that it must agree with.

    Raises:
        KbError: The system does not let us read.
    """
    try:
        log = open_log(base)
    except InvalidDataError as error:
        return CheckedLog(None, problems=(error.message,))
    try:
        seen = seen_checkpoint(base.root)
    except InvalidDataError as error:
        return CheckedLog(log, problems=(error.message,))
    if log is None:
        gone = f"there is no log here, but one of {seen.size} leaves was seen" if seen else None
        orphans = "kb/log has files, but no kb/log/origin" if (base.root / LOG / TILES).exists() else None
        return CheckedLog(None, problems=tuple(filter(None, (gone, orphans))))
    known = [(seen, seen_leaves(base.root, seen))] if seen else []
    told = [(each, ()) for each in against]
    return CheckedLog(
        log,
        tuple((each, log.trust(each)) for each in log.checkpoints),
        (
            *_fork_problems(base.root, log),
            *_seen_problems(log, seen),
            *_checkpoint_problems(log),
            *_latest_problems(base.root, log),
            *_tile_problems(base.root, log),
        ),
        tuple(found for then, leaves in (*known, *told) for found in contradictions(log, then, leaves)),
        tuple(_warnings(base.root, log)),
    )


def _fork_problems(root: Path, log: Log) -> Iterator[str]:
    if find_fork(root, log) is not None:
        yield "two places sealed at the same time, or leaves were added by hand: `kb log seal` puts them in one order"


def _seen_problems(log: Log, seen: Checkpoint | None) -> Iterator[str]:
    try:
        known = seen is None or not seen.signatures or seen.signer(log.keys) is not None
    except VerificationError:
        known = False
    if not known:
        yield f"{LOG_POLICY} does not list the key that signed the checkpoint that was seen last: the key was exchanged"


def _checkpoint_problems(log: Log) -> Iterator[str]:
    earlier: Checkpoint | None = None
    for checkpoint in log.checkpoints:
        if (problem := _problem(log, checkpoint)) is not None:
            yield f"the checkpoint of {checkpoint.size} leaves {problem}"
        if earlier is not None and checkpoint.sealed < earlier.sealed:
            yield f"the checkpoint of {checkpoint.size} leaves says a time before that of {earlier.size}"
        earlier = checkpoint


def _problem(log: Log, checkpoint: Checkpoint) -> str | None:
    if log.trust(checkpoint) != "refused":
        return None
    if checkpoint.origin != log.origin:
        return f"is that of another log, {checkpoint.origin}"
    if checkpoint.size > log.tree.size:
        return f"covers more than the {log.tree.size} leaves that are here: leaves were removed"
    if log.tree.root(checkpoint.size) != checkpoint.root:
        return "has another root than the leaves: leaves were changed, reordered, added between or removed"
    try:
        checkpoint.signer(log.keys)
    except VerificationError:
        return "has a signature that is not that of the log's key"
    return "is signed by no key of the log"


def _latest_problems(root: Path, log: Log) -> Iterator[str]:
    try:
        latest = read_checkpoint(root, LATEST)
    except MissingFileError:
        return
    except InvalidDataError as error:
        yield error.message
        return
    if latest not in log.checkpoints:
        yield f"{LATEST} is none of the checkpoints that are kept"


def _tile_problems(root: Path, log: Log) -> Iterator[str]:
    # What a checkpoint covers must be there; what is not covered yet, a crash may have left out.
    covered = log.checkpoints[-1].size if log.checkpoints else 0
    for tile in tiles_of(min(covered, log.tree.size)):
        if not any((root / LOG / path).is_file() for path in (tile.path, tile.full_path)):
            yield f"{LOG / tile.path} is missing"
    for path in _files(root, LOG / TILES):
        tile_or_none = Tile.parse(path.relative_to(LOG))
        if tile_or_none is None:
            yield f"{path} does not belong in a log"
        elif tile_or_none.end > log.tree.size:
            yield f"{path} covers more than the {log.tree.size} leaves that are here"
        elif (problem := _content_problem(root, path, tile_or_none, log)) is not None:
            yield f"{path}: {problem}"


def _content_problem(root: Path, path: PurePosixPath, tile: Tile, log: Log) -> str | None:
    try:
        data = read_file(root, path, _MAX_TILE_BYTES)
    except KbError as error:
        return error.message.removeprefix(f"{path}: ")
    return None if data == tile.content(log.tree, log.digests) else "is not what the leaves give"


def _files(root: Path, folder: PurePosixPath) -> Iterator[PurePosixPath]:
    try:
        with explain_os_errors(folder), os.scandir(root / folder) as entries:
            found = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
    except MissingFileError:
        return
    for name, is_folder in found:
        if is_folder:
            yield from _files(root, folder / name)
        elif not name.endswith(TEMPORARY):
            yield folder / name


def _warnings(root: Path, log: Log) -> Iterator[str]:
    covered = log.checkpoints[-1].size if log.checkpoints else 0
    if log.tree.size > covered:
        waiting = log.tree.size - covered
        yield f"{waiting} leaves wait for their checkpoint: push them, then `kb log seal --checkpoint`"
    if log.checkpoints and not _is_latest(root, log.checkpoints[-1]):
        yield f"{LATEST} is not the newest checkpoint: `kb log seal --checkpoint` puts it there"
    if not log.keys and log.tree.size:
        yield "the log is unsigned: only copies of its checkpoints kept elsewhere, or time-stamps, hold it fast"


def _is_latest(root: Path, checkpoint: Checkpoint) -> bool:
    try:
        return read_checkpoint(root, LATEST) == checkpoint
    except KbError:
        return False
