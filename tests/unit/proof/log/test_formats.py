from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envkb.errors import InvalidDataError, KbError, VerificationError
from envkb.proof.log.checkpoint import Checkpoint, Signature
from envkb.proof.log.inclusion import InclusionProof, verify_inclusion
from envkb.proof.log.keys import VerifierKey, read_policy, write_policy
from envkb.proof.log.signing import find_key, key_path, make_key, parse_key, provide_key
from envkb.proof.log.tiles import Tile, read_entries, tiles_of
from logs import KEY, ORIGIN, make_logged, read_log

# The key and the note of Go's package `note`, which defined the format.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n",
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=",
)


def test_a_key_of_the_format_s_first_implementation_is_read_and_written() -> None:
    import base64  # noqa: PLC0415

    from envkb.proof.ed25519 import verify  # noqa: PLC0415

    key = VerifierKey.parse(PETER)
    assert key.text == PETER
    data = base64.b64decode(PETER_NOTE[1])
    assert data[:4] == key.id
    assert verify(key.public, PETER_NOTE[0].encode(), data[4:])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "na me+00000000+AQ==",
        PETER.replace("c74f20a3", "c74f20a4"),
        PETER.replace("Peter", "Petra"),
        PETER[:-1],
        PETER + "A",
    ],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(InvalidDataError):
        VerifierKey.parse(text)
    with pytest.raises(InvalidDataError, match="line 1"):
        read_policy(f"log {text}\nquorum none\n".encode())


def test_a_policy_lists_keys_and_asks_nothing_that_is_not_checked() -> None:
    keys = (KEY.verifier, make_key(ORIGIN).verifier)
    assert read_policy(write_policy(keys)) == keys
    assert read_policy(b"# old\n\nquorum none\n") == ()
    for line in ("witness w " + PETER, "quorum all", "group g any w", "log"):
        with pytest.raises(InvalidDataError, match="line 2"):
            read_policy(f"quorum none\n{line}\n".encode())
    for text in (b"", b"quorum none\nquorum none\n", write_policy((*keys, keys[0]))):
        with pytest.raises(InvalidDataError):
            read_policy(text)


def test_a_checkpoint_comes_back_as_it_was_written(tmp_path: Path) -> None:
    log = read_log(make_logged(tmp_path, 3))
    checkpoint = log.checkpoints[-1]
    text = checkpoint.encode().decode()
    assert text.startswith(f"{ORIGIN}\n3\n")
    assert f"\nsealed 2026-11-22T12:00:00Z\n\n— {ORIGIN} " in text
    assert Checkpoint.parse(checkpoint.encode()) == checkpoint
    assert checkpoint.signer([KEY.verifier]) == KEY.verifier


def test_signatures_of_others_beside_that_of_the_log_do_not_matter(tmp_path: Path) -> None:
    checkpoint = read_log(make_logged(tmp_path, 1)).checkpoints[-1]
    witnessed = checkpoint.with_signature("witness.example", b"1234", b"x" * 72)
    assert Checkpoint.parse(witnessed.encode()).signer([KEY.verifier]) == KEY.verifier
    assert checkpoint.signer([VerifierKey.parse(PETER)]) is None


def test_a_false_signature_beside_a_true_one_is_refused(tmp_path: Path) -> None:
    checkpoint = read_log(make_logged(tmp_path, 1)).checkpoints[-1]
    false = Signature(KEY.name, KEY.verifier.id, bytes(64))
    for both in ((false, *checkpoint.signatures), (*checkpoint.signatures, false)):
        with pytest.raises(VerificationError):
            replace(checkpoint, signatures=both).signer([KEY.verifier])


@pytest.mark.parametrize(
    "change",
    [
        ("\n3\n", "\n03\n"),
        ("\n3\n", "\n-3\n"),
        ("\n3\n", "\n٣\n"),
        ("T12:", "T25:"),
        ("-11-22", "-11-31"),
        ("sealed ", "Sealed "),
        ("\n\n—", "\nmore\n\n—"),
        ("\n\n—", "\n—"),
        ("— ", "- "),
        ("=\n", "\n"),
        ("\n", "\r\n"),
    ],
)
def test_another_spelling_of_a_checkpoint_is_refused(tmp_path: Path, change: tuple[str, str]) -> None:
    text = read_log(make_logged(tmp_path, 3)).checkpoints[-1].encode().decode()
    assert change[0] in text
    with pytest.raises(InvalidDataError):
        Checkpoint.parse(text.replace(*change).encode())


def test_what_is_too_large_or_no_text_is_no_checkpoint_and_no_proof() -> None:
    for data in (b"", b"\xff" * 100, b"x" * 40_000, b"\n" * 10, b"a\n1\n"):
        with pytest.raises(InvalidDataError):
            Checkpoint.parse(data)
        with pytest.raises(InvalidDataError):
            InclusionProof.parse(data)


@pytest.mark.parametrize("size", [1, 2, 7])
def test_no_bit_of_a_proof_can_be_flipped(tmp_path: Path, size: int) -> None:
    log = read_log(make_logged(tmp_path, size))
    digest = log.digests[size // 2].hex()
    data = log.prove(digest).encode()
    verify_inclusion(InclusionProof.parse(data), digest, origin=ORIGIN, keys=log.keys)
    for flipped in flips(data):
        with pytest.raises((InvalidDataError, VerificationError)):
            verify_inclusion(InclusionProof.parse(flipped), digest, origin=ORIGIN, keys=log.keys)


def test_no_bit_of_a_checkpoint_can_be_flipped(tmp_path: Path) -> None:
    log = read_log(make_logged(tmp_path, 5))
    for flipped in flips(log.checkpoints[-1].encode()):
        try:
            checkpoint = Checkpoint.parse(flipped)
        except InvalidDataError:
            continue
        fresh = replace(log, checkpoints=(checkpoint,))
        assert fresh.trust(checkpoint) == "refused"


def flips(data: bytes) -> list[bytes]:
    whole = int.from_bytes(data, "big")
    return [(whole ^ (1 << bit)).to_bytes(len(data), "big") for bit in range(8 * len(data))]


def test_a_proof_truncated_anywhere_is_no_proof(tmp_path: Path) -> None:
    log = read_log(make_logged(tmp_path, 5))
    digest = log.digests[3].hex()
    data = log.prove(digest).encode()
    for end in range(len(data)):
        with pytest.raises((InvalidDataError, VerificationError)):
            verify_inclusion(InclusionProof.parse(data[:end]), digest, origin=ORIGIN, keys=log.keys)


def test_the_proof_of_another_record_or_log_proves_nothing(tmp_path: Path) -> None:
    log = read_log(make_logged(tmp_path, 5))
    digests = [digest.hex() for digest in log.digests]
    proof = log.prove(digests[1])
    with pytest.raises(VerificationError, match="does not show"):
        verify_inclusion(proof, digests[2], origin=ORIGIN, keys=log.keys)
    with pytest.raises(VerificationError, match="does not show"):
        verify_inclusion(replace(proof, index=0), digests[1], origin=ORIGIN, keys=log.keys)
    with pytest.raises(VerificationError, match="is about the log"):
        verify_inclusion(proof, digests[1], origin="other.example/log", keys=log.keys)
    with pytest.raises(VerificationError, match="signed by no key"):
        verify_inclusion(proof, digests[1], origin=ORIGIN, keys=(VerifierKey.parse(PETER),))
    assert verify_inclusion(proof, digests[1], origin=ORIGIN, keys=()) is None


def test_a_proof_tells_of_the_first_checkpoint_that_covers_the_record(tmp_path: Path) -> None:
    log = read_log(make_logged(tmp_path, 3, 4))
    assert log.prove(log.digests[2].hex()).checkpoint.size == 3
    assert log.prove(log.digests[3].hex()).checkpoint.size == 7
    later = log.prove(log.digests[2].hex(), log.checkpoints[-1])
    assert verify_inclusion(later, log.digests[2].hex(), origin=ORIGIN, keys=log.keys) == KEY.verifier
    with pytest.raises(KbError, match="does not cover"):
        log.prove(log.digests[3].hex(), log.checkpoints[0])
    with pytest.raises(KbError, match="is not in the log"):
        log.prove("00" * 32)


@given(st.sampled_from([None, 0, 1, 7, 63]), st.integers(0, 10**9), st.integers(1, 256))
def test_the_name_of_a_tile_says_what_it_is(level: int | None, index: int, width: int) -> None:
    tile = Tile(level, index, width)
    assert Tile.parse(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/0",
        "tile/0/x000/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/64/000",
        "tile/0/000.p/01",
        "other/0/000",
    ],
)
def test_other_names_belong_to_no_log(path: str) -> None:
    assert Tile.parse(PurePosixPath(path)) is None


def test_the_names_are_those_of_the_specification() -> None:
    assert str(Tile(0, 1234067).path) == "tile/0/x001/x234/067"
    assert str(Tile(None, 3, 17).path) == "tile/entries/003.p/17"
    tiles = list(tiles_of(70_000))
    assert sum(tile.level == 0 and tile.width == 256 for tile in tiles) == 273
    assert [str(tile.path) for tile in tiles if tile.level is not None][273:] == [
        "tile/0/273.p/112",
        "tile/1/000",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    ]
    assert [str(tile.path) for tile in tiles_of(256)] == ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]


@pytest.mark.parametrize("data", [b"", bytes(33), b"\0\x21" + bytes(33), b"\0\x1f" + bytes(32)])
def test_an_entry_is_a_digest_and_nothing_else(data: bytes) -> None:
    with pytest.raises(InvalidDataError):
        read_entries(data, 1)


def test_the_secret_key_lies_outside_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    environment = {"XDG_CONFIG_HOME": str(tmp_path)}
    path = key_path(ORIGIN, environment)
    made = provide_key(ORIGIN, path)
    assert path == tmp_path / "envkb/lab.example_kb_log.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert find_key(ORIGIN, environment) == made
    assert find_key(ORIGIN, {"KB_LOG_KEY": str(path)}) == made
    assert provide_key(ORIGIN, path) == made
    assert find_key(ORIGIN, {"KB_LOG_KEY": f"{KEY.text}\n"}) == KEY
    with pytest.raises(InvalidDataError, match="is that of the log"):
        provide_key("other.example/log", path)


@pytest.mark.parametrize("text", ["", "PRIVATE+KEY+a+00000000+AQ==", KEY.text[:-4], KEY.text.replace("lab", "lob")])
def test_what_is_no_secret_key_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(InvalidDataError) as caught:
        parse_key(text)
    assert KEY.text[-20:] not in caught.value.message
    assert "seed" not in repr(KEY)


def test_a_missing_or_strange_secret_key_is_said(tmp_path: Path) -> None:
    with pytest.raises(KbError, match="cannot be read"):
        find_key(ORIGIN, {"XDG_CONFIG_HOME": str(tmp_path)})
    with pytest.raises(InvalidDataError, match="is that of the log"):
        find_key("other.example/log", {"KB_LOG_KEY": KEY.text})
