import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from envkb.document.codec import encode_record
from envkb.document.identity import digest_of
from envkb.errors import ToolFailedError, UsageError
from envkb.proof.signatures.folder import REVOKED_KEYS
from envkb.proof.signatures.judging import Judge, Judged, Moment
from envkb.proof.signatures.signing import find_key, sign, witness
from envkb.proof.signatures.verdict import Verdict
from factory import make_record
from signed_lab import NOW, Lab
from ssh_keys import keygen, make_key, needs_ssh_keygen, sign_with

pytest.importorskip("cryptography", reason="the extra `proof` is not installed")
pytestmark = [pytest.mark.real, needs_ssh_keygen]


def judged(lab: Lab) -> list[tuple[str, Verdict]]:
    return [(each.role, each.verdict) for each in lab.judge.judge(lab.stored)]


def signed(lab: Lab, name: str = "ada") -> Path:
    return lab.base.root / sign(lab.judge, lab.stored, lab.key(name)).path


def witnessed(lab: Lab, name: str = "grace") -> Path:
    return lab.base.root / witness(lab.judge, lab.stored, lab.key(name), NOW).path


def only(lab: Lab) -> Judged:
    (found,) = lab.judge.judge(lab.stored)
    return found


def test_a_record_is_unsigned_until_somebody_signs(lab: Lab) -> None:
    assert judged(lab) == []


def test_an_author_signs_the_file_itself_so_that_ssh_keygen_alone_verifies_it(lab: Lab) -> None:
    signature = signed(lab)

    found = only(lab)
    assert (found.verdict, found.signer, found.status) == (Verdict.GOOD, "ada@lab.example", "PASS")
    assert found.moment == Moment(datetime(2026, 11, 22, 10, tzinfo=UTC), "claimed")
    done = keygen(
        *("-Y", "verify", "-f", str(lab.base.root / "kb/trust/allowed_signers"), "-I", "ada@lab.example"),
        *("-n", "kb-record@envkb", "-s", str(signature)),
        stdin=(lab.base.root / lab.stored.path).read_bytes(),
    )
    assert b"Good" in done.stdout


def test_a_witness_signs_a_statement_of_their_own(lab: Lab) -> None:
    signed(lab)
    signature = witnessed(lab)

    assert judged(lab) == [("author", Verdict.GOOD), ("witness", Verdict.GOOD)]
    text = signature.with_suffix("").read_text()
    assert lab.stored.id in text
    assert lab.stored.digest in text
    assert "Witness: grace@lab.example\nDate claimed: 2026-11-22T22:30:00Z\n" in text
    done = keygen(
        *("-Y", "verify", "-f", str(lab.base.root / "kb/trust/allowed_signers"), "-I", "grace@lab.example"),
        *("-n", "kb-witness@envkb", "-s", str(signature)),
        stdin=text.encode(),
    )
    assert b"Good" in done.stdout


def test_signing_twice_with_a_key_leaves_one_signature(lab: Lab) -> None:
    lab.trust(lab.line("grace"))

    first = sign(lab.judge, lab.stored, lab.key("grace"))
    again = sign(lab.judge, lab.stored, lab.key("grace"))  # ECDSA never signs twice alike

    assert (first.new, again.new, again.path) == (True, False, first.path)
    assert len(judged(lab)) == 1


def test_the_digest_of_a_signature_waits_for_the_log(lab: Lab) -> None:
    signature = signed(lab)

    assert (lab.base.root / "kb/log/pending" / digest_of(signature.read_bytes())).read_bytes() == b""


def test_a_key_that_nobody_vouches_for_signs_and_is_shown_with_its_line(lab: Lab) -> None:
    made = sign(lab.judge, lab.stored, lab.key("mallory"))

    assert made.signer is None
    assert made.trust_line is not None
    assert only(lab).verdict is Verdict.UNKNOWN_KEY
    lab.trust(f"mallory@lab.example {made.trust_line}\n")
    assert only(lab).verdict is Verdict.GOOD


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ('namespaces="git"', Verdict.WRONG_NAMESPACE),
        ('valid-before="20260101Z"', Verdict.EXPIRED),
        ('valid-after="20270101Z"', Verdict.NOT_YET_VALID),
    ],
)
def test_each_reason_to_distrust_has_its_own_verdict(lab: Lab, options: str, expected: Verdict) -> None:
    signed(lab)
    lab.trust(lab.line("ada", options))

    found = only(lab)
    assert (found.verdict, found.status) == (expected, "FAIL")
    assert found.next_step


def test_a_revoked_key_is_trusted_at_no_time(lab: Lab) -> None:
    signed(lab)
    (lab.base.root / REVOKED_KEYS).write_text("# stolen\n" + lab.key("ada").with_suffix(".pub").read_text())

    assert only(lab).verdict is Verdict.REVOKED


def test_a_key_is_judged_at_the_time_that_is_proven(lab: Lab) -> None:
    signature = signed(lab)
    lab.trust(lab.line("ada", 'valid-before="20270101Z"'))
    late = Moment(NOW + timedelta(days=365), "logged")

    proven = {digest_of(signature.read_bytes()): late}.get
    (found,) = Judge.of(lab.base.root, proven=proven).judge(lab.stored)

    assert (found.verdict, found.moment) == (Verdict.EXPIRED, late)
    assert only(lab).verdict is Verdict.GOOD


def test_a_signature_of_another_record_or_for_another_purpose_does_not_pass(lab: Lab) -> None:
    folder = signed(lab).parent
    for path in folder.iterdir():
        path.unlink()
    for message, namespace in ((b"another record", "kb-record@envkb"), (lab.stored.data, "kb-witness@envkb")):
        data = sign_with(lab.key("ada"), namespace, message)
        (folder / f"author-{digest_of(data)}.sig").write_bytes(data)

    assert {verdict for _, verdict in judged(lab)} == {Verdict.BAD_SIGNATURE, Verdict.WRONG_NAMESPACE}


def test_an_author_cannot_witness_with_the_same_key(lab: Lab) -> None:
    lab.trust(lab.line("grace"))
    signed(lab, "grace")

    with pytest.raises(UsageError, match="nobody can be their own witness"):
        witnessed(lab, "grace")


def test_an_author_cannot_witness_with_another_key_of_theirs(lab: Lab) -> None:
    lab.trust(lab.line("ada") + lab.line("mallory").replace("mallory@", "ADA@"))

    with pytest.raises(UsageError, match="nobody can be their own witness"):
        witnessed(lab, "mallory")


def test_somebody_whom_nobody_knows_cannot_witness(lab: Lab) -> None:
    with pytest.raises(UsageError, match="nobody knows whose key") as raised:
        witnessed(lab, "mallory")

    assert "allowed_signers" in raised.value.hint


def test_a_self_witness_made_by_hand_does_not_pass(lab: Lab) -> None:
    signed(lab, "mallory")
    lab.trust(lab.line("mallory"))
    statement = f"""\
I have read and understood the record {lab.stored.id}
with the SHA-256 digest {lab.stored.digest}.

Witness: mallory@lab.example
Date claimed: 2026-11-22T22:30:00Z
""".encode()
    path = lab.base.root / f"kb/proofs/{lab.stored.digest}/witness-{digest_of(statement)}.txt"
    path.write_bytes(statement)
    path.with_suffix(".txt.sig").write_bytes(sign_with(lab.key("mallory"), "kb-witness@envkb", statement))

    assert judged(lab) == [("author", Verdict.GOOD), ("witness", Verdict.SELF_WITNESS)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Witness: grace", "Witness: ada", Verdict.OTHER_WITNESS),
        ("digest 5", "digest 6", Verdict.OTHER_RECORD),
        ("understood", "misunderstood", Verdict.DAMAGED),
    ],
)
def test_a_witness_can_only_speak_for_themselves_and_of_this_record(
    lab: Lab, old: str, new: str, expected: Verdict
) -> None:
    assert lab.stored.digest.startswith("5")
    right = witnessed(lab).with_suffix("")
    text = right.read_text().replace(old, new)
    folder = right.parent
    shutil.rmtree(folder)
    folder.mkdir()
    path = folder / f"witness-{digest_of(text.encode())}.txt"
    path.write_text(text)
    path.with_suffix(".txt.sig").write_bytes(sign_with(lab.key("grace"), "kb-witness@envkb", text.encode()))

    assert only(lab).verdict is expected


@pytest.mark.parametrize("missing", [".txt", ".txt.sig"])
def test_half_of_a_witness_is_damaged_not_absent(lab: Lab, missing: str) -> None:
    signature = witnessed(lab)
    signature.with_name(signature.name.removesuffix(".txt.sig") + missing).unlink()

    assert only(lab).verdict is Verdict.DAMAGED


def test_signatures_of_a_private_record_lie_in_the_private_place(lab: Lab) -> None:
    data = encode_record(make_record(2))
    private = lab.base.read(lab.base.add(data, {}, private=True).id)

    made = sign(lab.judge, private, lab.key("ada"))

    assert str(made.path).startswith("kb/private/proofs/")
    assert not (lab.base.root / "kb/proofs" / private.digest).exists()
    assert [each.verdict for each in lab.judge.judge(private)] == [Verdict.GOOD]


def test_a_key_with_a_passphrase_and_no_terminal_is_told_apart(lab: Lab, tmp_path: Path) -> None:
    key = make_key(tmp_path, "locked", passphrase="correct horse")

    with pytest.raises(ToolFailedError, match=r"did not sign: .*passphrase"):
        sign(lab.judge, lab.stored, key)


def test_the_usual_key_is_found_and_a_missing_one_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(UsageError, match="there is no key") as raised:
        find_key(None)
    assert "ssh-keygen -t ed25519" in raised.value.hint

    make_key(tmp_path / ".ssh", "id_ecdsa", "ecdsa-256")
    make_key(tmp_path / ".ssh", "id_ed25519")
    assert find_key(None).name == "id_ed25519"


def test_without_library_and_ssh_keygen_nothing_passes(lab: Lab) -> None:
    signed(lab)
    judge = Judge(lab.base.root, lab.judge.trust, None, lambda _: None)

    (found,) = judge.judge(lab.stored)

    assert (found.verdict, found.status) == (Verdict.NOT_CHECKED, "ABSENT")
    assert "envkb[" in str(found.next_step)


def test_a_link_in_place_of_a_signature_is_not_followed(lab: Lab, tmp_path: Path) -> None:
    path = signed(lab)
    elsewhere = tmp_path / "elsewhere"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)

    assert only(lab).verdict is Verdict.DAMAGED


def test_a_file_that_is_no_proof_is_damaged_and_a_hidden_one_is_passed_over(lab: Lab) -> None:
    folder = signed(lab).parent
    (folder / ".DS_Store").write_bytes(b"")
    (folder / "reviewer-1.sig").write_bytes(b"")

    assert judged(lab) == [("author", Verdict.GOOD), ("author", Verdict.DAMAGED)]
