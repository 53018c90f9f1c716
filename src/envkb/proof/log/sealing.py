"""Makes the log grow, in two steps, so that no size of it is ever signed twice.

First the leaves are ordered and written; whoever pushes them first wins, and everybody else orders again: nothing was
signed. Then, when the leaves are what everybody has, their checkpoint is made.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Final

from envkb.document.identity import digest_of
from envkb.errors import InvalidDataError, UsageError, VerificationError
from envkb.knowledge.decisions.files import read_decisions
from envkb.knowledge.files import (
    MissingFileError,
    explain_os_errors,
    open_folder,
    place_file,
    remove_file,
    replace_file,
)
from envkb.knowledge.folder import KnowledgeBase
from envkb.knowledge.index.index import open_index
from envkb.knowledge.layout import LOG, LOG_PENDING, LOG_POLICY, PRIVATE, STATE
from envkb.knowledge.pending import list_pending
from envkb.process import Runner, run
from envkb.proof.log.checkpoint import TIME_FORMAT, Checkpoint
from envkb.proof.log.forks import find_fork, join
from envkb.proof.log.keys import VerifierKey, is_origin, write_policy
from envkb.proof.log.log import KEPT, LATEST, ORIGIN, Log, open_log
from envkb.proof.log.memory import contradictions, seen_checkpoint, seen_leaves
from envkb.proof.log.signing import SigningKey
from envkb.proof.log.tiles import WIDTH, tiles_of
from envkb.proof.merkle import Tree, hash_leaf

_LOCK: Final = "log.lock"
_NO_LOG: Final = "`kb log init` begins one"


@dataclass(frozen=True, slots=True)
class Ordered:
    """What ordering new leaves changed.

    Attributes:
        added: The new digests, in hex, in their order.
        size: Number of leaves now.
        left_out: Files of records that cannot be read, and so were not taken in.
    """

    added: tuple[str, ...]
    size: int
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Closed:
    """What making a checkpoint gave.

    Attributes:
        checkpoint: The checkpoint of all leaves.
        new: Whether it was made; false where this size had one.
    """

    checkpoint: Checkpoint
    new: bool


def begin_log(base: KnowledgeBase, origin: str, key: VerifierKey | None) -> None:
    """Begin the log of a knowledge base.

    Args:
        base: The knowledge base.
        origin: Its name, for ever: where it is published, without the scheme.
        key: The public key of what will sign its checkpoints; null for a log that nobody signs.

    Raises:
        UsageError: The name cannot be one, or there is a log already.
    """
    if not is_origin(origin):
        raise UsageError(f"{origin!r} cannot name a log", hint="use its address: --origin lab.example/kb/log")
    with _only_one(base.root):
        if open_log(base) is not None:
            raise UsageError("there is a log already", hint="`kb log show` tells of it")
        place_file(base.root, LOG_POLICY, write_policy((key,) if key else ()))
        place_file(base.root, ORIGIN, f"{origin}\n".encode())


def seal(base: KnowledgeBase, runner: Runner = run) -> Ordered:
    """Order the digests that are not in the log, and write them as its next leaves; no checkpoint is made.

    Taken in are public records, private ones that lie here, accepted decisions, and what waits in `kb/log/pending`,
    which is emptied. A batch is sorted by digest, so that its order does not tell what is private. Cut off at any
    moment, it is finished by sealing again. Where two places sealed at the same time and git has merged both, the
    leaves of one stay, and those of the other follow them.

    Args:
        base: The knowledge base.
        runner: Starts git, which is asked whose leaves were pushed first.

    Raises:
        UsageError: There is no log.
        VerificationError: The leaves are no longer what the newest checkpoint says, or what this copy has seen.
        InvalidDataError: The log is damaged.
    """
    with _only_one(base.root):
        log = _open(base)
        fork = find_fork(base.root, log, runner)
        if fork is not None:
            join(base.root, fork)
            log = _open(base)
        _refuse_a_changed_past(base.root, log)
        pending = list_pending(base.root)
        wanted, left_out = _wanted(base, log)
        added = sorted({*wanted, *pending} - log.indices.keys())
        grown = [*log.digests, *map(bytes.fromhex, added)]
        _write(base.root, grown)
        for digest in pending:
            remove_file(base.root, LOG_PENDING / digest)
        return Ordered(tuple(added), len(grown), left_out)


def close(base: KnowledgeBase, *, now: datetime, key: SigningKey | None) -> Closed:
    """Make the checkpoint of all leaves; a size that has one keeps it.

    Args:
        base: The knowledge base.
        now: The present, which the checkpoint says.
        key: The secret key; null in a log that has none.

    Raises:
        UsageError: There is no log, or nothing in it; the key is not one of the log's, or lacks.
        VerificationError: The leaves are no longer what the newest checkpoint says; the clock is before it.
        InvalidDataError: The log is damaged.
    """
    with _only_one(base.root):
        log = _open(base)
        if find_fork(base.root, log) is not None:
            raise UsageError(
                "two places sealed at the same time, and their leaves lie side by side",
                hint="`kb log seal` puts them one after the other; push that, then make the checkpoint",
            )
        _refuse_a_changed_past(base.root, log)
        if not log.digests:
            raise UsageError("the log has no leaves yet", hint="`kb log seal` takes in what there is")
        last = log.checkpoints[-1] if log.checkpoints else None
        if last is not None and last.size == log.tree.size:
            _publish(base.root, last)
            return Closed(last, new=False)
        checkpoint = _made(log, last, now, key)
        _write(base.root, log.digests)
        place_file(base.root, KEPT / str(checkpoint.size), checkpoint.encode())
        _publish(base.root, checkpoint)
        return Closed(checkpoint, new=True)


def unpushed(root: Path, runner: Runner = run) -> str | None:
    """Return why the leaves are not yet what everybody has; null where they are, or where there is nothing to push to.

    Args:
        root: The root of the knowledge base.
        runner: Starts git.

    Raises:
        ToolMissingError: git is not installed.
    """
    git = ("git", "-c", "core.fsmonitor=false")
    upstream = runner((*git, "rev-parse", "--verify", "--quiet", "@{upstream}"), cwd=root)
    if upstream.exit_code != 0:
        return None
    changed = runner((*git, "status", "--porcelain", "--", str(LOG)), cwd=root)
    if changed.stdout.strip():
        return "the leaves are not committed"
    ahead = runner((*git, "rev-list", "--max-count=1", "@{upstream}..HEAD", "--", str(LOG)), cwd=root)
    return "the leaves are not pushed" if ahead.stdout.strip() else None


def _open(base: KnowledgeBase) -> Log:
    log = open_log(base)
    if log is None:
        raise UsageError("there is no log here", hint=_NO_LOG)
    return log


def _refuse_a_changed_past(root: Path, log: Log) -> None:
    seen = seen_checkpoint(root)
    if seen is not None and (found := next(contradictions(log, seen, seen_leaves(root, seen)), None)):
        raise VerificationError(
            f"this copy has seen another log of {seen.size} leaves than this one: {found.kind}",
            hint="nothing was written; `kb log check` shows both. Ask whoever seals the log which is true",
        )
    for checkpoint in log.checkpoints[-1:]:
        if log.trust(checkpoint) == "refused":
            raise VerificationError(
                f"the log is not what its checkpoint of {checkpoint.size} leaves says",
                hint="nothing was written; `kb log check` says what differs",
            )


def _wanted(base: KnowledgeBase, log: Log) -> tuple[set[str], tuple[str, ...]]:
    with open_index(base) as index:
        rows, unreadable = index.rows(), index.unreadable()
    # What lies in public and links to a private record is nobody's to log until that is mended.
    found = {
        _sure(base, row.path, row.digest, log)
        for row in rows
        if not row.private or PurePosixPath(row.path).is_relative_to(PRIVATE)
    }
    for file in read_decisions(base.root).files:
        accepted = file.decision.accepted_sha256
        if accepted is not None and accepted == file.text_sha256:
            found.add(accepted)
    return found, tuple(file.path for file in unreadable)


def _sure(base: KnowledgeBase, path: str, digest: str, log: Log) -> str:
    # The index may be behind a file that was changed with its time put back; a leaf is for ever.
    if digest not in log.indices and digest_of(base.load(PurePosixPath(path)).data) != digest:
        raise InvalidDataError(f"{path}: is not what the index says", hint="remove .kb/index.sqlite, and seal again")
    return digest


def _write(root: Path, digests: list[bytes] | tuple[bytes, ...]) -> None:
    tree = Tree(map(hash_leaf, digests))
    for tile in tiles_of(len(digests)):
        place_file(root, LOG / tile.path, tile.content(tree, digests))
        if tile.width == WIDTH:
            _remove_grown(root, LOG / tile.partial_folder)


def _remove_grown(root: Path, folder: PurePosixPath) -> None:
    # What a file grew through is needless once it is full.
    try:
        with explain_os_errors(folder):
            names = [path.name for path in (root / folder).iterdir()]
    except MissingFileError:
        return
    for name in names:
        remove_file(root, folder / name)
    with open_folder(root, folder.parent) as above, explain_os_errors(folder):
        os.rmdir(folder.name, dir_fd=above)


def _made(log: Log, last: Checkpoint | None, now: datetime, key: SigningKey | None) -> Checkpoint:
    sealed = now.astimezone(UTC).strftime(TIME_FORMAT)
    if last is not None and sealed < last.sealed:
        raise VerificationError(
            f"the clock says {sealed}, but the last checkpoint was made at {last.sealed}",
            hint="set the clock of this machine",
        )
    checkpoint = Checkpoint(log.origin, log.tree.size, log.tree.root(), sealed)
    if not log.keys:
        return checkpoint
    if key is None or key.verifier not in log.keys:
        raise UsageError("this is not a key of the log", hint=f"{LOG_POLICY} lists the keys that count")
    return key.sign(checkpoint)


def _publish(root: Path, checkpoint: Checkpoint) -> None:
    if (root / LATEST).exists():
        replace_file(root, LATEST, checkpoint.encode())
    else:
        place_file(root, LATEST, checkpoint.encode())


@contextmanager
def _only_one(root: Path) -> Iterator[None]:
    # One at a time on this machine; a lock that its owner's death releases.
    with open_folder(root, STATE, create=True) as folder, explain_os_errors(STATE / _LOCK):
        lock = os.open(_LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644, dir_fd=folder)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)
