"""The Merkle tree of RFC 6962, section 2.1: roots, proofs, and their verification. Pure."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
"""Root of the tree without leaves."""


def hash_leaf(entry: bytes) -> bytes:
    """Return the hash of a leaf; its prefix keeps it from ever being taken for a node's."""
    return hashlib.sha256(b"\0" + entry).digest()


def hash_node(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node above two others."""
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """A tree that grows at its end, and answers for every size that it has had.

    The hashes of all complete subtrees are kept, 64 bytes a leaf, so that each answer costs a few dozen hashes.
    """

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        """Take the hashes of the leaves, in order; see `hash_leaf`."""
        # levels[k][i] is the hash over leaves i * 2**k to (i + 1) * 2**k, of complete subtrees alone.
        self._levels: list[list[bytes]] = [[]]
        for leaf in leaves:
            self.append(leaf)

    @property
    def size(self) -> int:
        """Number of leaves."""
        return len(self._levels[0])

    def append(self, leaf: bytes) -> None:
        """Add the hash of a leaf."""
        level, carried = 0, leaf
        while True:
            if level == len(self._levels):
                self._levels.append([])
            row = self._levels[level]
            row.append(carried)
            if len(row) % 2:
                return
            carried = hash_node(row[-2], row[-1])
            level += 1

    def subtree(self, level: int, index: int) -> bytes:
        """Return the hash of a complete subtree.

        Args:
            level: Its height: it spans `2**level` leaves.
            index: Its number among those of its height.

        Raises:
            IndexError: It is not complete.
        """
        return self._levels[level][index]

    def root(self, size: int | None = None) -> bytes:
        """Return the root of the first leaves.

        Args:
            size: How many; all where null.

        Raises:
            IndexError: There are fewer.
        """
        size = self._checked(size)
        return self._hash(0, size) if size else EMPTY_ROOT

    def prove_inclusion(self, index: int, size: int | None = None) -> tuple[bytes, ...]:
        """Return the hashes that lead from a leaf to the root, the leaf's sibling first.

        Args:
            index: Which leaf, from 0.
            size: Size of the tree that it is to be found in; all leaves where null.

        Raises:
            IndexError: There is no such leaf.
        """
        size = self._checked(size)
        if not 0 <= index < size:
            raise IndexError(index)
        return tuple(self._path(index, 0, size))

    def prove_consistency(self, old: int, size: int | None = None) -> tuple[bytes, ...]:
        """Return the hashes that show that a tree begins with an older one.

        Args:
            old: Size of the older tree.
            size: Size of the newer tree; all leaves where null.

        Raises:
            IndexError: The older tree is the larger one.
        """
        size = self._checked(size)
        if not 0 <= old <= size:
            raise IndexError(old)
        return tuple(self._growth(old, 0, size, whole=True)) if 0 < old < size else ()

    def _checked(self, size: int | None) -> int:
        if size is None:
            return self.size
        if not 0 <= size <= self.size:
            raise IndexError(size)
        return size

    def _hash(self, start: int, end: int) -> bytes:
        width = end - start
        if width & (width - 1) == 0:
            # RFC 6962 splits at powers of two, so that a power of two always lies at a multiple of itself.
            return self._levels[width.bit_length() - 1][start // width]
        middle = start + _split(width)
        return hash_node(self._hash(start, middle), self._hash(middle, end))

    def _path(self, index: int, start: int, end: int) -> list[bytes]:
        if end - start == 1:
            return []
        middle = start + _split(end - start)
        if index < middle:
            return [*self._path(index, start, middle), self._hash(middle, end)]
        return [*self._path(index, middle, end), self._hash(start, middle)]

    def _growth(self, old: int, start: int, end: int, *, whole: bool) -> list[bytes]:
        # SUBPROOF of RFC 6962, section 2.1.2: `whole` says that what was proved so far is the old tree itself.
        if old == end:
            return [] if whole else [self._hash(start, end)]
        middle = start + _split(end - start)
        if old <= middle:
            return [*self._growth(old, start, middle, whole=whole), self._hash(middle, end)]
        return [*self._growth(old, middle, end, whole=False), self._hash(start, middle)]


def _split(width: int) -> int:
    # The largest power of two below the width.
    return 1 << ((width - 1).bit_length() - 1)


def root_of_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """Return the root that a proof of inclusion leads to; the caller compares it with the one that is trusted.

    Args:
        leaf: Hash of the leaf.
        index: Number of the leaf, from 0.
        size: Size of the tree.
        proof: Hashes from the leaf's sibling upwards.

    Returns:
        The root; null where no proof of this length can be for this leaf of this tree.
    """
    if not 0 <= index < size:
        return None
    node, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return None
        if node % 2 or node == last:
            found = hash_node(step, found)
            while node % 2 == 0 and node:
                node, last = node >> 1, last >> 1
        else:
            found = hash_node(found, step)
        node, last = node >> 1, last >> 1
    return found if last == 0 else None


def is_consistent(old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Return whether a proof shows that the tree of one root begins with that of another.

    Args:
        old: Size of the older tree.
        old_root: Its root.
        size: Size of the newer tree.
        root: Its root.
        proof: Hashes as `Tree.prove_consistency` gives them.
    """
    if not 0 <= old <= size:
        return False
    if old == size:
        return not proof and old_root == root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    # Of an old tree that is complete the first hash is its own root, which the proof leaves out.
    hashes = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    node, last = old - 1, size - 1
    while node % 2:
        node, last = node >> 1, last >> 1
    return bool(hashes) and _roots_of_growth(hashes, node, last) == (old_root, root)


def _roots_of_growth(hashes: Sequence[bytes], node: int, last: int) -> tuple[bytes, bytes] | None:
    before = after = hashes[0]
    for step in hashes[1:]:
        if last == 0:
            return None
        if node % 2 or node == last:
            before, after = hash_node(step, before), hash_node(step, after)
            while node % 2 == 0 and node:
                node, last = node >> 1, last >> 1
        else:
            after = hash_node(after, step)
        node, last = node >> 1, last >> 1
    return (before, after) if last == 0 else None
