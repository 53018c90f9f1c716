"""What this copy has seen of the log, kept in `.kb/log`, so that a rewritten history is noticed."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Final, Literal

from envkb.errors import KbError
from envkb.knowledge.files import MissingFileError, place_file, read_file, replace_file
from envkb.knowledge.layout import SEEN_LOG
from envkb.proof.log.checkpoint import Checkpoint
from envkb.proof.log.log import Log, read_checkpoint
from envkb.proof.merkle import HASH_BYTES, Tree, hash_leaf

SEEN: Final = SEEN_LOG / "checkpoint"
_LEAVES: Final = SEEN_LOG / "leaves"
CONFLICTS: Final = SEEN_LOG / "conflicts"
"""Both checkpoints of each contradiction that was found, named by their SHA-256."""

_MAX_LEAVES_BYTES: Final = 1 << 30

Kind = Literal["rewritten", "rolled back", "equivocation", "forgotten", "another log"]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two things that the log said and that cannot both be.

    Attributes:
        kind: `rewritten`: the older tree is no longer part of the newer; `rolled back`: the log is smaller than it was;
            `equivocation`: two checkpoints of one size differ; `forgotten`: the leaves are the same, but the checkpoint
            is no longer kept; `another log`: the log has another name.
        then: The checkpoint that was seen or given.
        size: Number of leaves of the log now.
        root: Root of the log now, over as many leaves as both have.
        now: The newest checkpoint of the log now; null where it has none.
        first: Number of the first leaf that differs; null where what was seen is not known leaf by leaf.
        gone: Digests that were in the log and are not any more.
        come: Digests in the place of leaves that were there.
    """

    kind: Kind
    then: Checkpoint
    size: int
    root: bytes
    now: Checkpoint | None
    first: int | None = None
    gone: tuple[str, ...] = ()
    come: tuple[str, ...] = ()


def seen_checkpoint(root: Path) -> Checkpoint | None:
    """Return the newest checkpoint that this copy has seen; null where it has seen none.

    Raises:
        InvalidDataError: The memory is damaged.
    """
    try:
        return read_checkpoint(root, SEEN)
    except MissingFileError:
        return None


def remember(root: Path, log: Log) -> None:
    """Remember the newest checkpoint of a log that has been checked, and its leaves.

    Raises:
        KbError: The system does not let us write.
    """
    checkpoint = next((each for each in reversed(log.checkpoints) if log.trust(each) != "refused"), None)
    if checkpoint is not None:
        # The leaves first: the checkpoint says how many of them count.
        _put(root, _LEAVES, b"".join(log.digests[: checkpoint.size]))
        _put(root, SEEN, checkpoint.encode())


def _put(root: Path, path: PurePosixPath, data: bytes) -> None:
    if (root / path).exists():
        replace_file(root, path, data)
    else:
        place_file(root, path, data)


def contradictions(log: Log, then: Checkpoint, leaves: tuple[bytes, ...] = ()) -> Iterator[Contradiction]:
    """Give what the log now says against an older checkpoint.

    Args:
        log: The log now.
        then: The checkpoint.
        leaves: The leaves that it was made of, where they are known.
    """
    now = log.checkpoints[-1] if log.checkpoints else None
    common = min(then.size, log.tree.size)
    root = log.tree.root(common)
    if then.origin != log.origin:
        yield Contradiction("another log", then, log.tree.size, root, now)
        return
    twin = next((each for each in log.checkpoints if each.size == then.size), None)
    changed = root != (then.root if common == then.size else _root(leaves, common))
    if twin is not None and twin.body != then.body:
        yield Contradiction("equivocation", then, log.tree.size, root, twin, *_difference(log, leaves, common))
    elif changed and (leaves or common == then.size):
        yield Contradiction("rewritten", then, log.tree.size, root, now, *_difference(log, leaves, common))
    elif then.size > log.tree.size:
        gone = tuple(leaf.hex() for leaf in leaves[common:])
        yield Contradiction("rolled back", then, log.tree.size, root, now, None, gone)
    elif twin is None:
        yield Contradiction("forgotten", then, log.tree.size, root, now)


def _root(leaves: tuple[bytes, ...], size: int) -> bytes | None:
    return Tree(map(hash_leaf, leaves[:size])).root() if len(leaves) >= size else None


def _difference(
    log: Log, leaves: tuple[bytes, ...], common: int
) -> tuple[int | None, tuple[str, ...], tuple[str, ...]]:
    known = min(common, len(leaves))
    first = next((index for index in range(known) if leaves[index] != log.digests[index]), None)
    if first is None:
        return None, (), ()
    before, after = leaves[first:], log.digests[first:common]
    return (
        first,
        tuple(leaf.hex() for leaf in before if leaf.hex() not in log.indices),
        tuple(leaf.hex() for leaf in after if leaf not in set(leaves)),
    )


def seen_leaves(root: Path, checkpoint: Checkpoint) -> tuple[bytes, ...]:
    """Return the leaves that a remembered checkpoint was made of; empty where they are not known."""
    try:
        data = read_file(root, _LEAVES, _MAX_LEAVES_BYTES)
    except KbError:
        return ()
    leaves = tuple(data[start : start + HASH_BYTES] for start in range(0, len(data), HASH_BYTES))[: checkpoint.size]
    return leaves if _root(leaves, checkpoint.size) == checkpoint.root else ()


def keep_both(root: Path, contradiction: Contradiction) -> tuple[PurePosixPath, ...]:
    """Keep both checkpoints of a contradiction as evidence, and return where.

    Raises:
        KbError: The system does not let us write.
    """
    kept = []
    for checkpoint in filter(None, (contradiction.then, contradiction.now)):
        data = checkpoint.encode()
        path = CONFLICTS / sha256(data).hexdigest()
        place_file(root, path, data)
        kept.append(path)
    return tuple(kept)
