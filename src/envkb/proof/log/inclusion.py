"""Proofs that a digest is in the log, in the C2SP tlog-proof format, to be checked offline. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from envkb.errors import InvalidDataError, VerificationError
from envkb.proof.log.base64_line import read_base64, write_base64
from envkb.proof.log.checkpoint import Checkpoint
from envkb.proof.log.keys import VerifierKey
from envkb.proof.merkle import HASH_BYTES, hash_leaf, root_of_inclusion

SUFFIX: Final = ".tlog-proof"
"""How the name of a proof's file ends."""

MAX_BYTES: Final = 32 * 1024
"""The largest proof that is read."""

_HEADER: Final = "c2sp.org/tlog-proof@v1"
_INDEX: Final = re.compile(r"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """A proof that one leaf is in the tree of a checkpoint.

    Attributes:
        index: Number of the leaf, from 0.
        path: Hashes from the leaf's sibling upwards.
        checkpoint: The checkpoint.
    """

    index: int
    path: tuple[bytes, ...]
    checkpoint: Checkpoint

    def encode(self) -> bytes:
        """Return the file."""
        lines = [_HEADER, f"index {self.index}", *map(write_base64, self.path), "", ""]
        return "\n".join(lines).encode() + self.checkpoint.encode()

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read a file.

        Raises:
            InvalidDataError: It is no proof, or not in its one spelling.
        """
        if len(data) > MAX_BYTES:
            raise InvalidDataError(f"{len(data)} bytes; a proof has at most {MAX_BYTES}")
        head, _, rest = data.partition(b"\n\n")
        lines = head.decode("ascii", "replace").split("\n")
        index = _INDEX.fullmatch(lines[1]) if len(lines) > 1 else None
        if lines[0] != _HEADER or index is None:
            raise InvalidDataError(f"no proof: it begins with the lines {_HEADER!r} and 'index NUMBER'")
        path = tuple(read_base64(line) for line in lines[2:])
        if any(len(step) != HASH_BYTES for step in path):
            raise InvalidDataError("no proof: one of its hashes has another length")
        found = cls(int(index[1]), path, Checkpoint.parse(rest))
        if found.encode() != data:
            raise InvalidDataError("not in the one spelling of a proof")
        return found


def verify_inclusion(
    proof: InclusionProof, digest: str, *, origin: str, keys: Sequence[VerifierKey]
) -> VerifierKey | None:
    """Check that a proof shows that a digest is in a log.

    Args:
        proof: The proof.
        digest: SHA-256 of a file, in hex.
        origin: Name of the log that it must be about.
        keys: Keys of the log; with none, the checkpoint is taken as it stands.

    Returns:
        The key that signed the checkpoint; null where the log has no key: then only the checkpoint itself, kept
        elsewhere or stamped, shows that it was not made up.

    Raises:
        VerificationError: It is a proof of something else, or the checkpoint is another log's or lacks the signature.
    """
    checkpoint = proof.checkpoint
    root = root_of_inclusion(hash_leaf(bytes.fromhex(digest)), proof.index, checkpoint.size, proof.path)
    if root != checkpoint.root:
        raise VerificationError(
            f"the proof does not show that {digest} is in the log",
            hint="it is the proof of another file, or the proof or the file was changed",
        )
    if checkpoint.origin != origin:
        raise VerificationError(
            f"the proof is about the log {checkpoint.origin}, not {origin}", hint="ask for a proof of this log"
        )
    signer = checkpoint.signer(keys)
    if keys and signer is None:
        raise VerificationError(
            f"the checkpoint of {checkpoint.size} leaves is signed by no key of the log",
            hint="kb/trust/log.policy lists the keys that count",
        )
    return signer
