"""An exhibit with everything: of a record that is signed, witnessed, logged and stamped, and rests on another."""

import io
import os
import shutil
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

from authority import Authority
from envkb.document.codec import encode_record
from envkb.knowledge.folder import KnowledgeBase, StoredRecord
from envkb.proof.log.sealing import begin_log, close, seal
from envkb.proof.signatures.signing import sign, witness
from envkb.proof.stamps.folder import ROOTS
from envkb.proof.stamps.stamping import newest_checkpoint, stamp, this_record
from envkb.proof.verification.verify import verify_record
from envkb.publish.exhibit.archive import packed
from envkb.publish.exhibit.exhibit import make_exhibit
from factory import make_attachment, make_author, make_bytes, make_link, make_record
from logs import KEY, ORIGIN, START
from signed_lab import NOW, Lab, make_lab

LOG = b"Resolved 12 packages in 3ms\n"


def make_full_lab(root: Path, keys: Path) -> tuple[Lab, str]:
    """Return a lab, and the id of a record in it that has everything that can be proven, and rests on another."""
    lab = make_lab(root, keys)
    base = lab.base
    for number in range(2, 9):
        base.add(make_bytes(number), {})
    entry = make_attachment(LOG)
    author = make_author(name="Ada Lovelace", email="ada@lab.example")
    link = make_link("based_on", lab.stored.data)
    record = make_record(20, authors=(author,), attachments=(entry,), links=(link,))
    stored = base.read(base.add(encode_record(record), {entry.sha256: LOG}).id)
    sign(lab.judge, stored, lab.key("ada"))
    witness(lab.judge, stored, lab.key("grace"), NOW)
    begin_log(base, ORIGIN, KEY.verifier)
    seal(base)
    close(base, now=START, key=KEY)
    _stamp(base, stored, keys)
    seal(base)
    close(base, now=START + timedelta(hours=1), key=KEY)
    return lab, stored.id


def _stamp(base: KnowledgeBase, stored: StoredRecord, folder: Path) -> None:
    # One authority stamps the log's checkpoint, another the record alone, with its chain in OpenSSL's own order.
    (base.root / ROOTS).mkdir(parents=True)
    for name, (subject, data) in {"log": newest_checkpoint(base), "record": this_record(stored)}.items():
        path = folder / f"authority of the {name}"
        authority = Authority(path, chain=name == "record")
        shutil.copy(authority.root, base.root / ROOTS / f"{name}.pem")
        stamp(base, subject, data, f"https://{name}.example/tsr", NOW, post=authority.post)


def unpack(base: KnowledgeBase, name: str, folder: Path) -> Path:
    """Make the exhibit of a record and unpack it."""
    with zipfile.ZipFile(io.BytesIO(packed(make_exhibit(base, [name]).files))) as archive:
        archive.extractall(folder)
    return folder


def run_verifier(folder: Path, path: str | None = None) -> tuple[int, str]:
    """Run the exhibit's own program as somebody would who has nothing of ours; return exit code and output."""
    environment = {"PATH": os.environ["PATH"] if path is None else path, "LANG": "C.UTF-8"}
    # -I and -S: neither packages of this environment nor this folder's modules can be imported.
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(folder / "verify.py")],
        capture_output=True,
        check=False,
        env=environment,
        cwd="/",
        timeout=120,
    )
    return done.returncode, done.stdout.decode() + done.stderr.decode()


def worse(one: str | None, two: str) -> str:
    """Return which of two statuses a reader should hear first."""
    return min(one or two, two, key=("FAIL", "ABSENT", "PASS").index)


def told_by_kb(base: KnowledgeBase, name: str) -> dict[str, str]:
    """Return the status of each layer that kb gives a record; of several, the worst."""
    found: dict[str, str] = {}
    for outcome in verify_record(base, name).outcomes:
        found[outcome.layer] = worse(found.get(outcome.layer), outcome.status)
    return found


def verdicts(output: str, name: str) -> dict[str, str]:
    """Return the status of each layer that the program prints of a record; of several, the worst."""
    found: dict[str, str] = {}
    for line in output.split(f"{name}\n", 1)[1].split("\n"):
        if not line.startswith("  "):
            break
        status, layer, *_ = line.split()
        found[layer] = worse(found.get(layer), status)
    return found
