"""The program of an exhibit and kb give the same verdict on the same files, whatever was done to them."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("rfc3161_client", reason="the extra `stamp` is not installed")

from authority import Authority, needs_openssl
from envkb.knowledge.folder import KnowledgeBase
from exhibits import run_verifier, told_by_kb, unpack, verdicts
from signed_lab import Lab
from ssh_keys import needs_ssh_keygen

pytestmark = [pytest.mark.real, needs_ssh_keygen, needs_openssl]

Full = tuple[Lab, str]
Change = Callable[[Path], object]


@pytest.fixture(scope="module")
def exhibit(full_lab: Full, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpack(full_lab[0].base, full_lab[1], tmp_path_factory.mktemp("exhibit"))


@pytest.fixture
def both(full_lab: Full, exhibit: Path, tmp_path: Path) -> tuple[Path, KnowledgeBase]:
    """A copy of the exhibit, and one of the knowledge base that it was made of."""
    shutil.copytree(exhibit, tmp_path / "exhibit")
    shutil.copytree(full_lab[0].base.root, tmp_path / "lab")
    return tmp_path / "exhibit", KnowledgeBase.open(tmp_path / "lab")


def same(folder: Path, base: KnowledgeBase, name: str) -> dict[str, str]:
    """Return what both say of each layer that both judge."""
    code, output = run_verifier(folder)
    found, told = verdicts(output, name), told_by_kb(base, name)
    assert found == {layer: told[layer] for layer in found}, output
    assert (code == 4) is ("  FAIL" in output)
    return found


def flip(at: int) -> Change:
    def change(path: Path) -> None:
        data = bytearray(path.read_bytes())
        data[at] ^= 1
        path.write_bytes(bytes(data))

    return change


def revoke(path: Path) -> None:
    ada = next(line for line in path.read_text().split("\n") if line.startswith("ada"))
    path.with_name("revoked_keys").write_text(ada.split(" ", 1)[1].strip() + "\n")


def strangers_root(path: Path) -> None:
    folder = path.parent.parent.parent.parent / f"stranger of {path.parent.parent.parent.name}"
    shutil.copy(Authority(folder).root, path)


# What is done to which file, and the layer that must fail. The pattern may fit several: the first is taken.
TAMPERED: dict[str, tuple[str, str, Change]] = {
    "a byte of the record": ("records/{id}.json", "bytes", flip(-20)),
    "a byte of the attachment": ("attachments/{attachment}", "attachments", flip(3)),
    "a byte of the author's signature": ("proofs/{digest}/author-*.sig", "signatures", flip(120)),
    "a byte of the witness's signature": ("proofs/{digest}/witness-*.sig", "witnesses", flip(120)),
    "a byte of the witness's statement": ("proofs/{digest}/witness-*.txt", "witnesses", flip(10)),
    "a statement without signature": ("proofs/{digest}/witness-*.sig", "witnesses", Path.unlink),
    "a signature without statement": ("proofs/{digest}/witness-*.txt", "witnesses", Path.unlink),
    "a line end in a signature": (
        "proofs/{digest}/author-*.sig",
        "signatures",
        lambda path: path.write_bytes(path.read_bytes() + b"\n"),
    ),
    "a stranger among the signatures": (
        "proofs/{digest}/author-*.sig",
        "signatures",
        lambda path: path.with_name("notes.md").write_text("read me"),
    ),
    "the author's key revoked": ("trust/allowed_signers", "signatures", revoke),
    "a key that nobody vouches for": ("trust/allowed_signers", "signatures", lambda path: path.write_text("")),
    "no list of signers": ("trust/allowed_signers", "signatures", Path.unlink),
    "a list of signers that cannot be read": (
        "trust/allowed_signers",
        "signatures",
        lambda path: path.write_text(f"{path.read_text()}grace@lab.example ssh-ed25519\n"),
    ),
    "a byte of a token": ("stamps/*.tsr", "time-stamps", flip(-30)),
    "the first byte of a token": ("stamps/*.tsr", "time-stamps", flip(0)),
    "an empty token": ("stamps/*.tsr", "time-stamps", lambda path: path.write_bytes(b"")),
    "no token": ("stamps/*.tsr", "time-stamps", Path.unlink),
    "a byte of a sidecar": ("stamps/*.json", "time-stamps", flip(-10)),
    "no sidecar": ("stamps/*.json", "time-stamps", Path.unlink),
    "a root of somebody else": ("trust/tsa/record.pem", "time-stamps", strangers_root),
    "no root": ("trust/tsa/log.pem", "time-stamps", Path.unlink),
    "no certificate as root": ("trust/tsa/log.pem", "time-stamps", lambda path: path.write_text("trust me\n")),
}


@pytest.mark.parametrize("case", TAMPERED)
def test_what_was_tampered_with_fails_alike(case: str, full_lab: Full, both: tuple[Path, KnowledgeBase]) -> None:
    stored = full_lab[0].base.read(full_lab[1])
    (folder, base), (pattern, layer, tamper) = both, TAMPERED[case]
    sha256 = stored.record.attachments[0].sha256
    named = pattern.format(id=stored.id, digest=stored.digest, attachment=sha256)
    own = named.replace("records/", "records/2026/").replace("attachments/", f"attachments/{sha256[:2]}/")
    for root, place in ((folder, named), (base.root / "kb", own.replace("stamps/", "log/stamps/"))):
        tamper(min(root.glob(place)))
    assert same(folder, base, stored.id)[layer] == "FAIL"


# The author says 10:00, the log 12:00, and the authority a later time.
LINES: dict[str, tuple[str, bool, str]] = {
    "no options": ("ada@lab.example {ada}", True, "PASS"),
    "several names": ('"ada@lab.example,countess@lab.example" {ada}', True, "PASS"),
    "a pattern": ("*@lab.example {ada}", True, "PASS"),
    "a pattern with an exception": ("!mallory@lab.example,*@lab.example {ada}", True, "PASS"),
    "for another purpose": ('ada@lab.example namespaces="git" {ada}', True, "FAIL"),
    "for this purpose among others": ('ada@lab.example namespaces="git,kb-*" {ada}', True, "PASS"),
    "two lines": ('ada@lab.example namespaces="git" {ada}countess@lab.example {ada}', True, "PASS"),
    "not yet valid at the time claimed": ('ada@lab.example valid-after="20261122110000Z" {ada}', False, "PASS"),
    "expired before it was logged": ('ada@lab.example valid-before="20261122110000Z" {ada}', False, "FAIL"),
    "expired after it was logged": ('ada@lab.example valid-before="20261122130000Z" {ada}', False, "PASS"),
    "expired before it was stamped": ('ada@lab.example valid-before="20261122130000Z" {ada}', True, "FAIL"),
    "a time without zone": ('ada@lab.example valid-after="20261122" {ada}', True, "FAIL"),
    "an authority for certificates": ("ada@lab.example cert-authority {ada}", True, "FAIL"),
}


@pytest.mark.parametrize("case", LINES)
def test_keys_are_judged_alike_at_the_time_that_is_proven(
    case: str, full_lab: Full, both: tuple[Path, KnowledgeBase]
) -> None:
    (folder, base), (line, stamped, status) = both, LINES[case]
    key = full_lab[0].key("ada").with_suffix(".pub").read_text()
    for root in (folder, base.root / "kb"):
        (root / "trust/allowed_signers").write_text(line.format(ada=key))
    if not stamped:
        shutil.rmtree(folder / "stamps")
        shutil.rmtree(base.root / "kb/log/stamps")
    found = same(folder, base, full_lab[1])
    assert found["signatures"] == status
    assert found["witnesses"] == "FAIL", "nobody vouches for the key of the witness"


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("grace@lab.example {grace}", "PASS"),
        ("*@lab.example {grace}", "FAIL"),  # the author could be meant, too
        ("grace@lab.example,ada@lab.example {grace}", "FAIL"),
        ("hopper@lab.example {grace}", "FAIL"),
    ],
)
def test_a_witness_is_somebody_else_alike(
    line: str, status: str, full_lab: Full, both: tuple[Path, KnowledgeBase]
) -> None:
    lab, (folder, base) = full_lab[0], both
    keys = {name: lab.key(name).with_suffix(".pub").read_text() for name in ("ada", "grace")}
    for root in (folder, base.root / "kb"):
        (root / "trust/allowed_signers").write_text(f"ada@lab.example {keys['ada']}{line.format(**keys)}")
    assert same(folder, base, full_lab[1])["witnesses"] == status
