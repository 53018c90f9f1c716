import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from envkb.proof.ed25519 import verify

ORDER = 2**252 + 27742317777372353535851937790883648493
# RFC 8032, section 7.1: key, message, signature.
KNOWN = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("key", "message", "signature"), KNOWN)
def test_signatures_of_the_standard_are_good(key: str, message: str, signature: str) -> None:
    assert verify(bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(signature))


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=300))
def test_what_the_library_signs_is_good_for_that_message_alone(seed: bytes, message: bytes) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public = private.public_key().public_bytes_raw()
    signature = private.sign(message)
    assert verify(public, message, signature)
    assert not verify(public, message + b"\0", signature)


def test_no_bit_of_key_or_signature_can_be_flipped() -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public, message = private.public_key().public_bytes_raw(), b"lab.example/kb\n"
    signature = private.sign(message)
    assert verify(public, message, signature)
    for flipped in _flips(signature):
        assert not verify(public, message, flipped)
    for flipped in _flips(public):
        assert not verify(flipped, message, signature)


def _flips(data: bytes) -> list[bytes]:
    whole = int.from_bytes(data, "big")
    return [(whole ^ (1 << bit)).to_bytes(len(data), "big") for bit in range(8 * len(data))]


def test_a_second_spelling_of_a_signature_is_refused() -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes(32))
    public, signature = private.public_key().public_bytes_raw(), private.sign(b"text")
    number = int.from_bytes(signature[32:], "little") + ORDER
    assert not verify(public, b"text", signature[:32] + number.to_bytes(32, "little"))


@pytest.mark.parametrize(
    "key",
    [
        (1).to_bytes(32, "little"),
        (0).to_bytes(32, "little"),
        (2**255 - 20).to_bytes(32, "little"),
        (2**255 - 18).to_bytes(32, "little"),
        (2**255 + 1).to_bytes(32, "little"),
        b"",
    ],
)
def test_a_key_that_no_honest_person_has_is_refused(key: bytes) -> None:
    assert not verify(key, b"text", (1).to_bytes(32, "little") + bytes(32))


@pytest.mark.parametrize("length", [0, 63, 65])
def test_a_signature_of_another_length_is_refused(length: int) -> None:
    assert not verify(bytes.fromhex(KNOWN[0][0]), b"", bytes(length))
