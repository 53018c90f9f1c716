"""No change of a stored signature goes unnoticed, whatever its name is then."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envkb.errors import InvalidDataError
from envkb.proof.signatures.envelope import Envelope, Made, parse_envelope
from envkb.proof.signatures.folder import Proof, Role
from envkb.proof.signatures.key import key_line
from envkb.proof.signatures.signers import matches, parse_allowed_signers
from envkb.proof.signatures.signing import witness
from envkb.proof.signatures.statement import Statement, parse_statement
from envkb.proof.signatures.wire import Reader, integer, string
from signed_lab import NOW, Lab
from ssh_keys import KINDS, SecurityKey, make_key, needs_ssh_keygen, sign_with

pytest.importorskip("cryptography", reason="the extra `proof` is not installed")

NAMESPACE = "kb-record@envkb"


def flips(data: bytes) -> Iterator[bytes]:
    for at in range(len(data)):
        for bit in range(8):
            yield data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]


def passes(lab: Lab, role: Role, signature: bytes, statement: bytes | None = None) -> bool:
    judge = lab.judge
    proof = Proof(role, PurePosixPath("signature"), signature, statement)
    return judge._judge(proof, lab.stored, frozenset()).status == "PASS"


@pytest.mark.real
@needs_ssh_keygen
@pytest.mark.parametrize("kind", KINDS)
def test_every_bit_of_a_signature_counts(kind: str, lab: Lab, tmp_path: Path) -> None:
    key = make_key(tmp_path, kind, kind)
    lab.trust(f"somebody@lab.example {key.with_suffix('.pub').read_text()}")
    data = sign_with(key, NAMESPACE, lab.stored.data)

    assert passes(lab, "author", data)
    assert not any(passes(lab, "author", flipped) for flipped in flips(data))


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa"])
def test_every_bit_of_the_signature_of_a_security_key_counts(kind: str, lab: Lab) -> None:
    key = SecurityKey(kind)
    lab.trust(f"somebody@lab.example {key_line(key.public)}\n")
    data = key.sign(NAMESPACE, lab.stored.data).printed()

    assert passes(lab, "author", data)
    assert not any(passes(lab, "author", flipped) for flipped in flips(data))


@pytest.mark.real
@needs_ssh_keygen
def test_every_bit_of_a_witness_counts(lab: Lab) -> None:
    path = lab.base.root / witness(lab.judge, lab.stored, lab.key("grace"), NOW).path
    signature, statement = path.read_bytes(), path.with_suffix("").read_bytes()

    assert passes(lab, "witness", signature, statement)
    assert not any(passes(lab, "witness", flipped, statement) for flipped in flips(signature))
    assert not any(passes(lab, "witness", signature, flipped) for flipped in flips(statement))


@pytest.mark.real
@needs_ssh_keygen
def test_a_signature_cut_anywhere_does_not_pass(lab: Lab) -> None:
    data = sign_with(lab.key("ada"), NAMESPACE, lab.stored.data)

    assert not any(passes(lab, "author", data[:end]) for end in range(len(data)))


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text + "\n",
        lambda text: "x\n" + text,
        lambda text: text.rstrip("\n"),
        lambda text: text[:40] + "\n" + text[40:],
        lambda text: text + text,
    ],
)
def test_what_ssh_keygen_would_have_written_otherwise_is_refused(lab: Lab, change: Callable[[str], str]) -> None:
    text = SecurityKey("ed25519").sign(NAMESPACE, lab.stored.data).printed().decode()

    with pytest.raises(InvalidDataError, match="not spelt as ssh-keygen writes it"):
        parse_envelope(change(text).encode())


@given(st.binary(max_size=400))
def test_any_bytes_are_a_signature_in_its_one_spelling_or_refused(data: bytes) -> None:
    with suppress(InvalidDataError):
        assert parse_envelope(data).printed() == data


@given(st.binary(max_size=80), st.from_regex(r"[!-~]{1,20}", fullmatch=True), st.binary(max_size=80))
def test_an_envelope_reads_as_it_was_written(key: bytes, namespace: str, value: bytes) -> None:
    for made in (Made("ssh-ed25519", value), Made("sk-ssh-ed25519@openssh.com", value, 5, 2**32 - 1)):
        envelope = Envelope(string(key), namespace, "sha512", made)
        assert parse_envelope(envelope.printed()) == envelope


@given(st.integers(min_value=0, max_value=2**600))
def test_numbers_read_as_they_were_written(value: int) -> None:
    reader = Reader(integer(value))
    assert reader.integer() == value
    reader.finish()


@given(st.text(max_size=200).map(str.encode) | st.binary(max_size=200))
def test_any_text_is_a_list_of_signers_or_refused_as_such(data: bytes) -> None:
    with suppress(InvalidDataError):
        assert all(signer.key for signer in parse_allowed_signers(data, "allowed_signers"))


@given(st.text("ab*?!,", max_size=8), st.text("ab", max_size=4))
def test_patterns_are_judged_without_error(patterns: str, text: str) -> None:
    assert matches(text, patterns) in (True, False)


@given(st.text(min_size=1, max_size=60).filter(lambda name: all(char > "\x1f" and char != "\x7f" for char in name)))
def test_a_statement_reads_as_it_was_written(name: str) -> None:
    try:
        statement = Statement("KB-2026-WERC8-GMRZGT", "0" * 64, name, "2026-11-22T22:30:00Z")
        data = statement.text()
    except UnicodeEncodeError:
        return
    assert parse_statement(data) == statement
