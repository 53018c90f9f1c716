import hashlib
import io
import re
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from authority import needs_openssl
from envkb.document.codec import encode_record
from envkb.errors import InvalidDataError, ToolMissingError
from envkb.knowledge.folder import KnowledgeBase
from envkb.publish.exhibit.exhibit import make_exhibit
from envkb.publish.exhibit.steps import SignedFile, StampedFile, written_steps
from envkb.publish.exhibit.writing import written
from exhibits import LOG, make_full_lab, run_verifier, unpack, verdicts
from hostile import make_hostile
from logs import make_base
from sample_records import sample_records
from signed_lab import Lab, make_people
from ssh_keys import needs_ssh_keygen

pytest.importorskip("rfc3161_client", reason="the extra `stamp` is not installed")
pytestmark = [pytest.mark.real, needs_ssh_keygen, needs_openssl]

Full = tuple[Lab, str]
LAYERS = ("bytes", "attachments", "links", "log", "signatures", "witnesses", "time-stamps")


@pytest.fixture
def unpacked(full_lab: Full, tmp_path: Path) -> Path:
    return unpack(full_lab[0].base, full_lab[1], tmp_path / "exhibit")


def test_an_exhibit_holds_the_record_and_all_it_rests_on_with_their_proofs(full_lab: Full, unpacked: Path) -> None:
    lab, name = full_lab
    stored = lab.base.read(name)
    files = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()}
    assert {f"records/{name}.json", f"records/{lab.stored.id}.json", f"log/{name}.tlog-proof"} <= files
    assert {f"attachments/{hashlib.sha256(LOG).hexdigest()}", "trust/allowed_signers", "trust/log.policy"} <= files
    assert len([file for file in files if file.startswith(f"proofs/{stored.digest}/")]) == 3
    assert {"index.html", "verify.html", "verify.py", "STEPS.txt", "SHA256SUMS"} <= files
    assert (unpacked / f"records/{name}.json").read_bytes() == stored.data


def test_it_is_the_same_file_whenever_it_is_made(full_lab: Full) -> None:
    lab, name = full_lab
    for suffix in (".html", ".zip"):
        assert written(make_exhibit(lab.base, [name]), suffix) == written(make_exhibit(lab.base, [name]), suffix)


def test_the_pdf_is_the_same_too_and_holds_the_digest(full_lab: Full) -> None:
    pytest.importorskip("typst", reason="the extra `exhibit` is not installed")
    lab, name = full_lab
    exhibit = make_exhibit(lab.base, [name])
    pdf = written(exhibit, ".pdf")
    assert pdf.startswith(b"%PDF-")
    assert written(exhibit, ".pdf") == pdf


def test_without_typst_the_pdf_names_the_extra(full_lab: Full, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "typst", None)
    with pytest.raises(ToolMissingError, match="typst"):
        written(make_exhibit(full_lab[0].base, [full_lab[1]]), ".pdf")


def test_its_program_needs_nothing_of_ours(full_lab: Full, unpacked: Path) -> None:
    code, output = run_verifier(unpacked)
    assert code == 0, output
    found = verdicts(output, full_lab[1])
    assert found == dict.fromkeys(LAYERS, "PASS")
    assert "ada@lab.example" in output
    assert "grace@lab.example" in output
    assert "signed by the key of lab.example/kb/log" in output


def test_its_program_says_what_it_could_not_check_without_ssh_keygen_and_openssl(
    full_lab: Full, unpacked: Path
) -> None:
    code, output = run_verifier(unpacked, path="/nowhere")
    assert code == 0
    found = verdicts(output, full_lab[1])
    assert [found[layer] for layer in ("signatures", "witnesses", "time-stamps")] == ["ABSENT"] * 3


def test_a_proof_of_another_record_fails(full_lab: Full, unpacked: Path) -> None:
    lab, name = full_lab
    shutil.copy(unpacked / f"log/{lab.stored.id}.tlog-proof", unpacked / f"log/{name}.tlog-proof")
    code, output = run_verifier(unpacked)
    assert code == 4
    assert verdicts(output, name)["log"] == "FAIL"


def test_no_flipped_bit_of_a_proof_of_the_log_passes(full_lab: Full, unpacked: Path) -> None:
    lab, name = full_lab
    proof = unpacked / f"log/{name}.tlog-proof"
    data = proof.read_bytes()
    for at in range(0, len(data), 7):
        proof.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        code, output = run_verifier(unpacked)
        assert code == 4, f"byte {at}: {output}"
    assert lab.base.root.exists()


def test_what_is_missing_is_absent_and_never_passes(full_lab: Full, unpacked: Path) -> None:
    name = full_lab[1]
    (unpacked / f"log/{name}.tlog-proof").unlink()
    shutil.rmtree(unpacked / "attachments")
    shutil.rmtree(unpacked / "proofs")
    shutil.rmtree(unpacked / "stamps")
    code, output = run_verifier(unpacked)
    assert code == 0
    found = verdicts(output, name)
    assert [found[layer] for layer in LAYERS if layer not in ("bytes", "links")] == ["ABSENT"] * 5


def test_a_record_that_was_added_to_the_exhibit_is_told(full_lab: Full, unpacked: Path) -> None:
    other = next(
        stored for stored in full_lab[0].base.records() if not (unpacked / f"records/{stored.id}.json").exists()
    )
    (unpacked / f"records/{other.id}.json").write_bytes(other.data)
    code, output = run_verifier(unpacked)
    assert code == 4
    assert f"records/{other.id}.json does not belong" in output


def test_the_written_steps_work_as_they_are_printed(full_lab: Full, unpacked: Path) -> None:
    steps = (unpacked / "STEPS.txt").read_text("utf-8")
    commands = [line.strip() for line in steps.split("\n") if line.strip().startswith(("ssh-keygen", "openssl"))]
    assert [command.split()[0] for command in commands] == ["ssh-keygen"] * 2 + ["openssl"] * 4
    summed = "sha256sum --check --quiet SHA256SUMS"
    assert summed.replace(" --quiet", "") in steps
    for command in (summed, *commands):
        done = subprocess.run(["sh", "-c", command], cwd=unpacked, capture_output=True, check=False)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
    assert full_lab[1] in steps


def test_names_of_files_and_people_cannot_be_commands() -> None:
    evil = "$(touch evil)"
    signed = SignedFile(
        "s.sig", "r.json", f"!x,{evil},y", "kb-record@envkb", datetime(2026, 11, 22, tzinfo=UTC), revocations=False
    )
    steps = written_steps([], [signed], [StampedFile("t.tsr", "c", f"trust/tsa/{evil}.pem", 1)], logged=False)
    assert f"-I '{evil}' " in steps
    assert f"-CAfile 'trust/tsa/{evil}.pem'" in steps


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.fixture
def hostile(tmp_path: Path) -> tuple[KnowledgeBase, str]:
    base = make_base(tmp_path / "hostile")
    record = make_hostile(sample_records()[0])
    data = encode_record(record.model_copy(update={"attachments": (), "links": ()}))
    return base, base.add(data, {}).id


def test_the_dossier_has_no_script_and_hostile_texts_stay_text(hostile: tuple[KnowledgeBase, str]) -> None:
    base, name = hostile
    tags = _Tags()
    tags.feed(written(make_exhibit(base, [name]), ".html").decode())
    assert {tag for tag, _ in tags.found}.isdisjoint({"script", "img", "iframe", "link", "form", "object"})
    assert not [key for _, attributes in tags.found for key in attributes if key.startswith("on")]
    assert all(
        re.fullmatch("#[A-Za-z0-9-]+", value or "")
        for _, each in tags.found
        for key, value in each.items()
        if key == "href"
    )


def test_a_hostile_record_becomes_a_pdf_or_one_clear_line(hostile: tuple[KnowledgeBase, str]) -> None:
    pytest.importorskip("typst", reason="the extra `exhibit` is not installed")
    base, name = hostile
    assert written(make_exhibit(base, [name]), ".pdf").startswith(b"%PDF-")


def test_what_is_damaged_is_not_exhibited(tmp_path: Path) -> None:
    lab, name = make_full_lab(tmp_path / "lab", make_people(tmp_path / "people"))
    (signature,) = (lab.base.root / "kb/proofs" / lab.base.read(name).digest).glob("author-*.sig")
    signature.write_bytes(signature.read_bytes().replace(b"A", b"B", 1))
    with pytest.raises(InvalidDataError, match="does not verify"):
        make_exhibit(lab.base, [name])


def test_the_zip_has_nothing_but_plain_files_of_no_date(full_lab: Full) -> None:
    lab, name = full_lab
    with zipfile.ZipFile(io.BytesIO(written(make_exhibit(lab.base, [name]), ".zip"))) as archive:
        infos = archive.infolist()
    assert {info.date_time[0] for info in infos} == {1980}
    assert not [info.filename for info in infos if info.filename.startswith("/") or ".." in info.filename]


def test_only_what_says_who_is_trusted_comes_along_and_under_plain_names(full_lab: Full, tmp_path: Path) -> None:
    shutil.copytree(full_lab[0].base.root, tmp_path / "lab")
    base = KnowledgeBase.open(tmp_path / "lab")
    (base.root / "kb/trust/log.key").write_text("secret")
    (base.root / "kb/trust/tsa/notes.md").write_text("from the pages of the authority")
    files = make_exhibit(base, [full_lab[1]]).files
    assert {path for path in files if path.startswith("trust/")} == {
        *("trust/allowed_signers", "trust/log.policy", "trust/tsa/log.pem", "trust/tsa/record.pem")
    }
    (base.root / "kb/trust/tsa/a\nb.pem").write_text("")
    with pytest.raises(InvalidDataError, match="cannot go into an exhibit"):
        make_exhibit(base, [full_lab[1]])
