import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envkb.proof.merkle import EMPTY_ROOT, Tree, hash_leaf, is_consistent, root_of_inclusion

# Leaves and roots of the reference implementation of RFC 6962.
KNOWN_ENTRIES = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    bytes(range(0x50, 0x58)),
    bytes(range(0x60, 0x70)),
]
KNOWN_ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
KNOWN_GROWTH = {
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


def entry(number: int) -> bytes:
    return hashlib.sha256(str(number).encode()).digest()


def tree(size: int) -> Tree:
    return Tree(hash_leaf(entry(number)) for number in range(size))


@pytest.mark.parametrize(("size", "root"), KNOWN_ROOTS.items())
def test_roots_are_those_of_the_reference(size: int, root: str) -> None:
    assert Tree(map(hash_leaf, KNOWN_ENTRIES[:size])).root().hex() == root


@pytest.mark.parametrize(("sizes", "proof"), KNOWN_GROWTH.items())
def test_proofs_of_consistency_are_those_of_the_reference(sizes: tuple[int, int], proof: list[str]) -> None:
    whole = Tree(map(hash_leaf, KNOWN_ENTRIES))
    assert [step.hex() for step in whole.prove_consistency(*sizes)] == proof


def test_the_empty_tree_has_a_root() -> None:
    assert Tree().root() == EMPTY_ROOT
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_roots_and_proofs_up_to_a_thousand_leaves_are_those_of_pymerkle() -> None:
    pymerkle = pytest.importorskip("pymerkle")
    other = pymerkle.InmemoryTree(algorithm="sha256")
    ours = Tree()
    for size in range(1, 1001):
        other.append_entry(entry(size))
        ours.append(hash_leaf(entry(size)))
        assert ours.root() == other.get_root(size)
        for index in {0, 1, size // 3, size // 2, size - 2, size - 1} & set(range(size)):
            # Theirs counts leaves from one and begins with the leaf itself.
            assert tuple(other.prove_inclusion(index + 1, size).path[1:]) == ours.prove_inclusion(index, size)
        for old in {1, 2, size // 3, size // 2, size - 1} & set(range(1, size)):
            # Theirs has another form, but must be about the same two roots.
            theirs = other.prove_consistency(old, size)
            pymerkle.verify_consistency(ours.root(old), ours.root(size), theirs)
            assert is_consistent(old, ours.root(old), size, ours.root(size), ours.prove_consistency(old, size))


def test_every_leaf_of_every_tree_is_proved_and_no_other_leaf_is() -> None:
    whole = tree(40)
    for size in range(1, 41):
        root = whole.root(size)
        for index in range(size):
            proof = whole.prove_inclusion(index, size)
            assert root_of_inclusion(hash_leaf(entry(index)), index, size, proof) == root
            assert root_of_inclusion(hash_leaf(entry(index + 1)), index, size, proof) != root
            assert all(
                root_of_inclusion(hash_leaf(entry(index)), other, size, proof) != root
                for other in range(-1, size + 2)
                if other != index
            )


def test_every_tree_begins_with_every_smaller_one_and_with_no_other() -> None:
    whole = tree(40)
    for size in range(41):
        for old in range(size + 1):
            proof = whole.prove_consistency(old, size)
            roots = whole.root(old), whole.root(size)
            assert is_consistent(old, roots[0], size, roots[1], proof)
            assert not is_consistent(old, entry(1000), size, roots[1], proof)
            assert not is_consistent(old, roots[0], size, entry(1000), proof) or old == 0
            assert not is_consistent(old, roots[0], size, roots[1], (*proof, entry(1)))
            assert not proof or not is_consistent(old, roots[0], size, roots[1], proof[:-1])


@given(st.integers(1, 300), st.data())
def test_a_forged_proof_of_inclusion_fails(size: int, data: st.DataObject) -> None:
    whole = tree(size)
    index = data.draw(st.integers(0, size - 1))
    proof = list(whole.prove_inclusion(index))
    leaf = hash_leaf(entry(index))
    assert root_of_inclusion(leaf, index, size, proof) == whole.root()
    for forged in _forgeries(proof, data):
        assert root_of_inclusion(leaf, index, size, forged) != whole.root()


@given(st.integers(2, 300), st.data())
def test_a_forged_proof_of_consistency_fails(size: int, data: st.DataObject) -> None:
    whole = tree(size)
    old = data.draw(st.integers(1, size - 1))
    proof = list(whole.prove_consistency(old))
    for forged in _forgeries(proof, data):
        assert not is_consistent(old, whole.root(old), size, whole.root(), forged)


def _forgeries(proof: list[bytes], data: st.DataObject) -> list[list[bytes]]:
    forged = [[*proof, entry(9)], [entry(9), *proof]]
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        bit = data.draw(st.integers(0, 255))
        number = int.from_bytes(proof[place], "big") ^ (1 << bit)
        forged.append([*proof[:place], number.to_bytes(32, "big"), *proof[place + 1 :]])
        forged.append(proof[:place] + proof[place + 1 :])
    if len(proof) > 1:
        forged.append(proof[::-1])
    return forged


@pytest.mark.parametrize("number", [-1, 5])
def test_what_no_tree_of_this_size_has_is_an_index_error(number: int) -> None:
    whole = tree(4)
    for ask in (whole.root, whole.prove_inclusion, whole.prove_consistency):
        with pytest.raises(IndexError):
            ask(number)
