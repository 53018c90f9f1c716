"""A citation needs coreutils alone, an exhibit Python's standard library, openssl and ssh-keygen alone."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("rfc3161_client", reason="the extra `stamp` is not installed")

from authority import needs_openssl
from envkb.cli import main
from envkb.document.canonical import encode
from envkb.document.identity import digest_of, record_id
from exhibits import run_verifier, unpack, verdicts
from signed_lab import Lab
from ssh_keys import needs_ssh_keygen

pytestmark = [pytest.mark.real, needs_ssh_keygen, needs_openssl]

Full = tuple[Lab, str]
COREUTILS = ("cat", "cut", "echo", "env", "ls", "printf", "sha256sum", "sort", "tr")


def tools(folder: Path, *names: str) -> str:
    """Return a PATH on which there is nothing but these programs."""
    folder.mkdir()
    for name in names:
        found = shutil.which(name)
        assert found is not None, name
        (folder / name).symlink_to(found)
    return str(folder)


def bare(path: str, command: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["/bin/sh", "-c", command], cwd=folder, env={"PATH": path}, capture_output=True, check=False, timeout=60
    )


@pytest.mark.parametrize("form", ["short", "long"])
def test_a_citation_is_verified_with_coreutils_alone(
    form: str, full_lab: Full, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lab, name = full_lab
    assert main(["cite", name, "--format", form, "--root", str(lab.base.root)]) == 0
    words = capsys.readouterr().out.replace("sha256:", " ").replace(",", " ").split()
    digest = next(word for word in words if len(word) == 64)
    assert name in words or any(name in word for word in words)
    (tmp_path / f"{name}.json").write_bytes(lab.base.read(name).data)
    path = tools(tmp_path / "bin", *COREUTILS)
    command = f"echo '{digest}  {name}.json' | sha256sum --check --strict"
    assert bare(path, command, tmp_path).returncode == 0
    with (tmp_path / f"{name}.json").open("ab") as file:
        file.write(b" ")
    assert bare(path, command, tmp_path).returncode == 1
    assert bare(path, "python3 --version", tmp_path).returncode == 127


def test_the_long_form_says_a_command_that_works_as_it_is_printed(
    full_lab: Full, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lab, name = full_lab
    assert main(["cite", name, "--format", "long", "--root", str(lab.base.root)]) == 0
    printed = capsys.readouterr().out
    command = printed.split("Linux: ", 1)[1].split("\n", 1)[0]
    (tmp_path / f"{name}.json").write_bytes(lab.base.read(name).data)
    digest = lab.base.read(name).digest
    done = bare(tools(tmp_path / "bin", *COREUTILS), command, tmp_path)
    assert done.stdout.split()[0].decode() == digest


@pytest.mark.parametrize(
    ("programs", "absent"),
    [
        (("openssl", "ssh-keygen"), set()),
        (("openssl",), {"signatures", "witnesses"}),
        (("ssh-keygen",), {"time-stamps"}),
        ((), {"signatures", "witnesses", "time-stamps"}),
    ],
)
def test_an_exhibit_is_verified_with_what_there_is(
    programs: tuple[str, ...], absent: set[str], full_lab: Full, tmp_path: Path
) -> None:
    folder = unpack(full_lab[0].base, full_lab[1], tmp_path / "exhibit")
    code, output = run_verifier(folder, tools(tmp_path / "bin", *programs))
    assert code == 0, output
    found = verdicts(output, full_lab[1])
    assert {layer for layer, status in found.items() if status == "ABSENT"} == absent
    assert "FAIL" not in found.values()


def test_a_stamp_is_not_checked_by_what_only_looks_like_openssl(full_lab: Full, tmp_path: Path) -> None:
    folder = unpack(full_lab[0].base, full_lab[1], tmp_path / "exhibit")
    path = tools(tmp_path / "bin", "ssh-keygen")
    other = tmp_path / "bin/openssl"
    other.write_text("#!/bin/sh\necho LibreSSL 3.3.6\n")
    other.chmod(0o755)
    code, output = run_verifier(folder, path)
    assert code == 0
    assert verdicts(output, full_lab[1])["time-stamps"] == "ABSENT"
    assert "LibreSSL 3.3.6" in output


def test_the_program_imports_nothing_but_the_standard_library(full_lab: Full, tmp_path: Path) -> None:
    folder = unpack(full_lab[0].base, full_lab[1], tmp_path / "exhibit")
    lines = (folder / "verify.py").read_text("utf-8").split("\n")
    imported = {line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))}
    assert imported - {"__future__"} <= sys.stdlib_module_names


def test_no_flipped_bit_of_what_is_not_named_by_its_digest_passes(full_lab: Full, tmp_path: Path) -> None:
    # The signature of a witness is named by the statement's digest, the proofs by the record's id.
    folder = unpack(full_lab[0].base, full_lab[1], tmp_path / "exhibit")
    path = min(folder.glob("proofs/*/witness-*.txt.sig"))
    data = path.read_bytes()
    for at in range(0, len(data), 9):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :])
        code, output = run_verifier(folder)
        assert code == 4, at
        assert verdicts(output, full_lab[1])["witnesses"] == "FAIL", (at, output)


def _kinds(folder: Path) -> list[Path]:
    """Return one file of each kind that the program reads."""
    patterns = ("SHA256SUMS", "records/*", "attachments/*", "log/KB-*-?.tlog-proof", "log/*.tlog-proof", "stamps/*.tsr")
    more = ("stamps/*.json", "proofs/*/author-*", "proofs/*/witness-*.txt", "trust/allowed_signers", "trust/log.policy")
    return [found for pattern in (*patterns, *more) if (found := min(folder.glob(pattern), default=None))]


def test_whatever_is_broken_is_told_in_lines_of_its_own(full_lab: Full, tmp_path: Path) -> None:
    folder = unpack(full_lab[0].base, full_lab[1], tmp_path / "exhibit")
    kinds = _kinds(folder)
    assert len(kinds) >= 10
    for path in kinds:
        data = path.read_bytes()
        for broken in (b"", data[: len(data) // 2], b"\xff\xfe\x00" + data, b'{"schema": 1}\n', b"c2sp.org\n\n\n\n"):
            path.write_bytes(broken)
            code, output = run_verifier(folder)
            assert (code, "Traceback" in output) == (4, False), (path.name, broken[:20], output)
        path.unlink()
        path.mkdir()
        code, output = run_verifier(folder)
        assert (code, "Traceback" in output) == (4, False), (path.name, output)
        path.rmdir()
        path.write_bytes(data)
    assert run_verifier(folder)[0] == 0


def test_a_forged_record_whose_id_fits_is_no_record(full_lab: Full, tmp_path: Path) -> None:
    folder = unpack(full_lab[0].base, full_lab[1], tmp_path / "exhibit")
    forged = encode({"schema": "envkb.record/1", "created": "2026-11-22T10:00:00Z", "links": 7})
    name = record_id(digest_of(forged), 2026)
    (folder / f"records/{name}.json").write_bytes(forged)
    code, output = run_verifier(folder)
    assert (code, "Traceback" in output) == (4, False), output
    assert verdicts(output, name) == {"bytes": "FAIL"}


def test_without_its_sums_an_exhibit_says_so(full_lab: Full, tmp_path: Path) -> None:
    folder = unpack(full_lab[0].base, full_lab[1], tmp_path / "exhibit")
    (folder / "SHA256SUMS").unlink()
    code, output = run_verifier(folder)
    assert code == 0
    assert "ABSENT  files" in output
