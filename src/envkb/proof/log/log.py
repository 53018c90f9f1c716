"""The log of a knowledge base as it lies there: its leaves, its checkpoints, and what they prove."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Final, Literal

from envkb.errors import InvalidDataError, KbError, UsageError, VerificationError
from envkb.knowledge.files import MissingFileError, explain_os_errors, read_file
from envkb.knowledge.folder import KnowledgeBase
from envkb.knowledge.layout import LOG, LOG_POLICY
from envkb.proof.log.checkpoint import MAX_BYTES, Checkpoint
from envkb.proof.log.inclusion import InclusionProof
from envkb.proof.log.keys import VerifierKey, is_origin, read_policy
from envkb.proof.log.tiles import WIDTH, Tile, read_entries
from envkb.proof.merkle import HASH_BYTES, Tree, hash_leaf

ORIGIN: Final = LOG / "origin"
"""Holds the name of the log; its presence says that there is a log."""
LATEST: Final = LOG / "checkpoint"
"""The newest checkpoint, where readers of tiled logs look for it."""
KEPT: Final = LOG / "checkpoints"
"""Every checkpoint, named by its size."""

_MAX_LINE_BYTES: Final = 4096
_MAX_BUNDLE_BYTES: Final = WIDTH * (HASH_BYTES + 2)
_RESTORE: Final = "restore kb/log from git or from another copy; `kb log check` says what else is wrong"

Trust = Literal["signed", "unsigned", "refused"]
"""Of a checkpoint: signed by a key of the log; without one, in a log that has none; else not to be relied on."""


@dataclass(frozen=True, slots=True)
class Logged:
    """Where and when the log took a digest in.

    Attributes:
        index: Number of the leaf, from 0.
        checkpoint: The first checkpoint that covers it and can be relied on; null where it waits for one.
        trust: Whether that is signed; null where there is none.
    """

    index: int
    checkpoint: Checkpoint | None
    trust: Trust | None

    @property
    def said(self) -> str | None:
        """The day as a citation says it; null where there is none yet."""
        if self.checkpoint is None:
            return None
        return self.checkpoint.day + (" (unsigned log)" if self.trust == "unsigned" else "")


@dataclass(frozen=True)
class Log:
    """A log.

    Attributes:
        origin: Its name.
        keys: The keys whose signature counts; empty where the log is unsigned.
        digests: Its entries in order: SHA-256 of a file each.
        checkpoints: Its checkpoints by size, smallest first.
    """

    origin: str
    keys: tuple[VerifierKey, ...]
    digests: tuple[bytes, ...]
    checkpoints: tuple[Checkpoint, ...]

    @cached_property
    def tree(self) -> Tree:
        """The Merkle tree over the entries."""
        return Tree(map(hash_leaf, self.digests))

    @cached_property
    def indices(self) -> Mapping[str, int]:
        """Number of the leaf by digest in hex."""
        return {digest.hex(): index for index, digest in enumerate(self.digests)}

    @cached_property
    def _trusted(self) -> dict[int, Trust]:
        return {}

    def trust(self, checkpoint: Checkpoint) -> Trust:
        """Return whether a checkpoint of this log, whose root is as it says, can be relied on."""
        if checkpoint.size not in self._trusted:
            self._trusted[checkpoint.size] = self._judge(checkpoint)
        return self._trusted[checkpoint.size]

    def _judge(self, checkpoint: Checkpoint) -> Trust:
        fits = checkpoint.origin == self.origin and checkpoint.size <= self.tree.size
        if not fits or self.tree.root(checkpoint.size) != checkpoint.root:
            return "refused"
        try:
            signed = checkpoint.signer(self.keys) is not None
        except VerificationError:
            return "refused"
        if signed:
            return "signed"
        return "refused" if self.keys else "unsigned"

    def find(self, digest: str) -> Logged | None:
        """Return where and when a digest was taken in; null where it was not.

        Args:
            digest: SHA-256 of a file, in hex.
        """
        index = self.indices.get(digest)
        if index is None:
            return None
        covering = (each for each in self.checkpoints if each.size > index and self.trust(each) != "refused")
        checkpoint = next(covering, None)
        return Logged(index, checkpoint, self.trust(checkpoint) if checkpoint else None)

    def prove(self, digest: str, checkpoint: Checkpoint | None = None) -> InclusionProof:
        """Return the proof that a digest is in the log.

        Args:
            digest: SHA-256 of a file, in hex.
            checkpoint: The checkpoint that the proof leads to; null for the first that covers the digest, which tells
                the earliest time.

        Raises:
            UsageError: The digest is not in the log, or waits for a checkpoint, or is not under this one.
        """
        found = self.find(digest)
        if found is None:
            raise UsageError(f"{digest} is not in the log", hint="`kb log seal` takes in what is new")
        checkpoint = checkpoint or found.checkpoint
        if checkpoint is None:
            raise UsageError(
                f"{digest} is leaf {found.index} of the log, and no checkpoint covers it yet",
                hint="push the leaves, then `kb log seal --checkpoint`",
            )
        if self.trust(checkpoint) == "refused" or checkpoint.size <= found.index:
            raise UsageError(f"the checkpoint of {checkpoint.size} leaves does not cover leaf {found.index}")
        path = self.tree.prove_inclusion(found.index, checkpoint.size)
        return InclusionProof(found.index, path, checkpoint)


def open_log(base: KnowledgeBase) -> Log | None:
    """Return the log of a knowledge base; null where it has none.

    Files that can be made again from the entries are not read; `verify_log` reads them.

    Raises:
        InvalidDataError: A file of the log is damaged; its name is said.
    """
    origin = _read_origin(base.root)
    if origin is None:
        return None
    keys = _read_keys(base.root, origin)
    return Log(origin, keys, tuple(_read_digests(base.root)), tuple(_read_checkpoints(base.root)))


def _read_origin(root: Path) -> str | None:
    try:
        data = read_file(root, ORIGIN, _MAX_LINE_BYTES)
    except MissingFileError:
        return None
    origin = data.decode("ascii", "replace").removesuffix("\n")
    if not is_origin(origin) or data != f"{origin}\n".encode():
        raise InvalidDataError("no origin of a log", hint=_RESTORE, place=str(ORIGIN))
    return origin


def _read_keys(root: Path, origin: str) -> tuple[VerifierKey, ...]:
    try:
        keys = read_policy(read_file(root, LOG_POLICY, MAX_BYTES))
    except MissingFileError as error:
        raise InvalidDataError("missing: it lists the keys of the log", hint=_RESTORE, place=str(LOG_POLICY)) from error
    except InvalidDataError as error:
        raise _placed(error, LOG_POLICY) from error
    if strangers := [key.name for key in keys if key.name != origin]:
        raise InvalidDataError(f"has a key of another log, {strangers[0]}", hint=_RESTORE, place=str(LOG_POLICY))
    return keys


def _read_digests(root: Path) -> Iterator[bytes]:
    index = 0
    while True:
        tile = _largest(root, index)
        if tile is None:
            return
        path = LOG / tile.path
        try:
            yield from read_entries(read_file(root, path, _MAX_BUNDLE_BYTES), tile.width)
        except InvalidDataError as error:
            raise _placed(error, path) from error
        if tile.width < WIDTH:
            return
        index += 1


def _largest(root: Path, index: int) -> Tile | None:
    # The full file counts, else the widest of those that it grew through.
    full = Tile(None, index)
    if (root / LOG / full.path).is_file():
        return full
    folder = full.partial_folder
    tiles = (Tile.parse(folder / name) for name in _names(root, LOG / folder))
    return max((tile for tile in tiles if tile), key=lambda tile: tile.width, default=None)


def _names(root: Path, folder: PurePosixPath) -> list[str]:
    try:
        with explain_os_errors(folder):
            return [path.name for path in (root / folder).iterdir()]
    except MissingFileError:
        return []


def _read_checkpoints(root: Path) -> Iterator[Checkpoint]:
    sizes = sorted(int(name) for name in _names(root, KEPT) if name.isascii() and name.isdecimal())
    for size in sizes:
        path = KEPT / str(size)
        checkpoint = read_checkpoint(root, path)
        if checkpoint.size != size:
            raise InvalidDataError(f"is the checkpoint of {checkpoint.size} leaves", hint=_RESTORE, place=str(path))
        yield checkpoint


def read_checkpoint(root: Path, path: PurePosixPath) -> Checkpoint:
    """Return the checkpoint in a file below the root.

    Raises:
        InvalidDataError: It is none; the message names the file.
        MissingFileError: There is no such file.
    """
    try:
        return Checkpoint.parse(read_file(root, path, MAX_BYTES))
    except InvalidDataError as error:
        raise _placed(error, path) from error


def _placed(error: KbError, path: PurePosixPath) -> InvalidDataError:
    reason = error.message.removeprefix(f"{path}: ")
    return InvalidDataError(reason, hint=error.hint or _RESTORE, place=str(path))
