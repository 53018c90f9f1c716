"""kb and ssh-keygen judge the same signatures alike."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from envkb.errors import InvalidDataError
from envkb.proof.signatures.checking import Check, check_by_library, check_by_ssh_keygen
from envkb.proof.signatures.envelope import parse_envelope
from envkb.proof.signatures.key import KEY_TYPES, key_line, key_type
from envkb.proof.signatures.signers import Trust, parse_allowed_signers, parse_revoked_keys
from envkb.proof.signatures.verdict import Verdict
from ssh_keys import KINDS, SecurityKey, keygen, make_key, needs_ssh_keygen, sign_with, ssh_keygen_accepts

pytest.importorskip("cryptography", reason="the extra `proof` is not installed")
pytestmark = [pytest.mark.real, needs_ssh_keygen]

MESSAGE = b'{\n  "title": "a record"\n}\n'
NAMESPACE = "kb-record@envkb"
AT = "20260601000000Z"


@dataclass(frozen=True)
class Case:
    """A line of trust with what both must say of a good signature by its key."""

    options: str
    verdict: Verdict
    namespace: str = NAMESPACE
    message: bytes = MESSAGE
    revoked: bool = False
    known: bool = True
    at: str = AT
    principals: str = "ada@lab.example"


CASES = {
    "no options": Case("", Verdict.GOOD),
    "a pattern of namespaces": Case('namespaces="git,kb-*"', Verdict.GOOD),
    "a pattern of one letter": Case('namespaces="kb-recor?@envkb"', Verdict.GOOD),
    "a forbidden namespace": Case('namespaces="*,!kb-record@envkb"', Verdict.WRONG_NAMESPACE),
    "another namespace allowed": Case('namespaces="git"', Verdict.WRONG_NAMESPACE),
    "brackets are no pattern": Case('namespaces="kb-[r]ecord@envkb"', Verdict.WRONG_NAMESPACE),
    "signed for another namespace": Case("", Verdict.WRONG_NAMESPACE, namespace="git"),
    "another message": Case("", Verdict.BAD_SIGNATURE, message=MESSAGE + b" "),
    "an unknown key": Case("", Verdict.UNKNOWN_KEY, known=False),
    "a revoked key": Case("", Verdict.REVOKED, revoked=True),
    "not yet valid": Case('valid-after="20260602Z"', Verdict.NOT_YET_VALID),
    "valid from this second": Case('valid-after="20260601000000Z"', Verdict.GOOD),
    "valid until this second": Case('valid-before="20260601Z"', Verdict.GOOD),
    "expired a second ago": Case('valid-before="20260531235959Z"', Verdict.EXPIRED),
    "valid in between": Case('valid-after="202601010000Z",valid-before="20270101Z"', Verdict.GOOD),
    "options in capitals": Case('NAMESPACES="kb-record@envkb",Valid-After="20260101Z"', Verdict.GOOD),
    "an authority for certificates": Case("cert-authority", Verdict.UNKNOWN_KEY),
    "names in quotes": Case("", Verdict.GOOD, principals='"ada@lab.example,countess@lab.example"'),
}


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("keys")
    return {kind: make_key(folder, kind, kind) for kind in KINDS}


def line(case: Case, public: str) -> str:
    return f"{case.principals} {case.options} {public}\n"


@pytest.mark.parametrize("check", [check_by_library, check_by_ssh_keygen], ids=["library", "ssh-keygen"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_kb_and_ssh_keygen_give_the_same_verdict(
    case: Case, check: Check, kinds: dict[str, Path], tmp_path: Path
) -> None:
    key = kinds["ed25519"]
    public = key.with_suffix(".pub").read_text()
    trust = line(case, public if case.known else kinds["ecdsa-256"].with_suffix(".pub").read_text())
    revoked = public if case.revoked else ""
    signature = sign_with(key, case.namespace, MESSAGE)

    accepted = ssh_keygen_accepts(
        tmp_path, trust, "ada@lab.example", NAMESPACE, signature, case.message, at=case.at, revoked=revoked
    )

    assert judge(trust, revoked, signature, case.message, check) is case.verdict
    assert accepted is (case.verdict is Verdict.GOOD)


def judge(trust: str, revoked: str, signature: bytes, message: bytes, check: Check) -> Verdict:
    envelope = parse_envelope(signature)
    trusted = Trust(parse_allowed_signers(trust.encode(), "trust"), parse_revoked_keys(revoked.encode(), "revoked"))
    if envelope.namespace != NAMESPACE:
        return Verdict.WRONG_NAMESPACE
    if not check(envelope, message):
        return Verdict.BAD_SIGNATURE
    at = datetime.strptime(AT, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
    return trusted.judge(envelope.public_key, NAMESPACE, at)[0]


@pytest.mark.parametrize("check", [check_by_library, check_by_ssh_keygen], ids=["library", "ssh-keygen"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_key_is_checked(kind: str, check: Check, kinds: dict[str, Path]) -> None:
    data = sign_with(kinds[kind], NAMESPACE, MESSAGE)
    envelope = parse_envelope(data)

    assert envelope.printed() == data
    assert check(envelope, MESSAGE)
    assert not check(envelope, MESSAGE + b"\n")
    assert key_line(envelope.public_key) in kinds[kind].with_suffix(".pub").read_text()


@pytest.mark.parametrize("check", [check_by_library, check_by_ssh_keygen], ids=["library", "ssh-keygen"])
@pytest.mark.parametrize("kind", ["ed25519", "ecdsa"])
@pytest.mark.parametrize("flags", [0, 1, 5])
def test_a_security_key_is_checked_as_ssh_keygen_checks_it(kind: str, flags: int, check: Check) -> None:
    key = SecurityKey(kind)
    envelope = key.sign(NAMESPACE, MESSAGE, flags=flags)

    assert key_type(key.public) in KEY_TYPES
    assert parse_envelope(envelope.printed()) == envelope
    assert check(envelope, MESSAGE)
    assert not check(envelope, b"another record")


def test_hashing_by_sha256_is_known(kinds: dict[str, Path], tmp_path: Path) -> None:
    message = tmp_path / "message"
    message.write_bytes(MESSAGE)
    keygen("-q", "-Y", "sign", "-O", "hashalg=sha256", "-f", str(kinds["rsa"]), "-n", NAMESPACE, str(message))
    envelope = parse_envelope(message.with_suffix(".sig").read_bytes())

    assert envelope.hash_name == "sha256"
    assert check_by_library(envelope, MESSAGE)


def test_a_time_without_zone_is_refused_because_each_reader_would_judge_it_otherwise(kinds: dict[str, Path]) -> None:
    public = kinds["ed25519"].with_suffix(".pub").read_text()

    with pytest.raises(InvalidDataError, match="no moment in UTC") as raised:
        parse_allowed_signers(f'ada valid-before="20260601" {public}'.encode(), "trust")

    assert "time zone" in raised.value.hint
