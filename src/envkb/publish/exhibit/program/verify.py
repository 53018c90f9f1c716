"""Verifies the exhibit that this file lies in. Needs Python 3.9 or later, and nothing else.

    python3 verify.py

Each layer is PASS, FAIL, or ABSENT where there is nothing to judge or something needed for it is missing. Signatures
of people are checked by `ssh-keygen` and time-stamps by `openssl`, where those are installed. Ends with 0, or with 4
where any layer fails. It was written to be read: what it finds, anyone can find by the steps in STEPS.txt.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

from envkb.proof.ed25519 import verify

HERE = Path(__file__).resolve().parent
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NAMESPACES = {"author": "kb-record@envkb", "witness": "kb-witness@envkb"}
STATEMENT = re.compile(
    "I have read and understood the record (?P<record>KB-[0-9A-Z-]+)\n"
    "with the SHA-256 digest (?P<digest>[0-9a-f]{64})\\.\n\n"
    "Witness: (?P<witness>[^\x00-\x1f\x7f]{1,500})\n"
    "Date claimed: (?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)\n"
)


class DamagedError(Exception):
    """A file is not what it should be; the text says how."""


def read(*parts: str) -> bytes:
    """Return a file of the exhibit."""
    return HERE.joinpath(*parts).read_bytes()


def listed(*parts: str) -> list[str]:
    """Return the names in a folder of the exhibit; none where it is not there."""
    folder = HERE.joinpath(*parts)
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def sha256(data: bytes) -> bytes:
    """Return the digest of some bytes."""
    return hashlib.sha256(data).digest()


def spelled(text: str) -> bytes:
    """Return what base 64 spells, in its one spelling."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise DamagedError("no base 64") from None
    if base64.b64encode(data).decode() != text:
        raise DamagedError("not the one spelling of its bytes")
    return data


# --- The record's file


def record_id(digest: str, year: str) -> str:
    """Return the id: the year, the first 50 bits of the digest, and a check character over GF(32)."""
    bits = int(digest[:13], 16) >> 2
    ten = "".join(ALPHABET[bits >> shift & 31] for shift in range(45, -1, -5))
    total, weight = 0, 1
    for symbol in year + ten:
        weight = double(weight)
        left, right = weight, ALPHABET.index(symbol)
        while right:
            total ^= left if right & 1 else 0
            left, right = double(left), right >> 1
    return f"KB-{year}-{ten[:5]}-{ten[5:]}{ALPHABET[total]}"


def double(value: int) -> int:
    """Multiply by alpha in GF(32) with the polynomial x^5 + x^2 + 1."""
    return (value << 1 ^ (0b100101 if value & 16 else 0)) & 31


def read_record(name: str) -> tuple[bytes, dict[str, Any]]:
    """Return bytes and content of a record, which must be spelt canonically and have the id that its file's name is."""
    data = read("records", f"{name}.json")
    try:
        text = data.decode("utf-8")
        tree = json.loads(text)
        canonical = json.dumps(tree, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"
    except (ValueError, RecursionError) as error:
        raise DamagedError(f"no JSON: {error}") from None
    if text != canonical or not unicodedata.is_normalized("NFC", text):
        raise DamagedError("not in canonical form")
    if not isinstance(tree, dict) or tree.get("schema") != "envkb.record/1":
        raise DamagedError("no record")
    year = str(tree.get("created"))[:4]
    if not re.fullmatch("[0-9]{4}", year) or record_id(sha256(data).hex(), year) != name:
        raise DamagedError("the bytes have another id: the file was changed or renamed")
    return data, tree


def judge_attachments(tree: dict[str, Any]) -> tuple[str, str]:
    """Judge that each attachment is there, byte for byte."""
    missing = []
    for attachment in tree["attachments"]:
        try:
            data = read("attachments", attachment["sha256"])
        except FileNotFoundError:
            missing.append(attachment["name"])
            continue
        if sha256(data).hex() != attachment["sha256"] or len(data) != attachment["size_bytes"]:
            return "FAIL", f"{attachment['name']}: the content was changed"
    if missing:
        return "ABSENT", f"not in this exhibit: {', '.join(missing)}"
    return "PASS", f"all {len(tree['attachments'])} there" if tree["attachments"] else "it names none"


def judge_links(tree: dict[str, Any]) -> tuple[str, str]:
    """Judge that each record named is the one that was meant."""
    missing = []
    for link in tree["links"]:
        try:
            data = read("records", f"{link['id']}.json")
        except FileNotFoundError:
            missing.append(link["id"])
            continue
        if sha256(data).hex() != link["digest"]:
            return "FAIL", f"{link['relation']} {link['id']}, but that is another file"
    if missing:
        return "ABSENT", f"not in this exhibit: {', '.join(missing)}"
    return "PASS", f"all {len(tree['links'])} lead where they should" if tree["links"] else "it names no other record"


# --- The log: C2SP tlog-proof over a tree of RFC 6962


def judge_log(name: str, digest: bytes) -> tuple[str, str]:
    """Judge that a digest stands in the log."""
    try:
        proof = read("log", f"{name}.tlog-proof").decode("utf-8")
    except FileNotFoundError:
        return "ABSENT", "no proof of the log: nothing shows since when it has existed"
    try:
        says = check_inclusion(proof, digest)
    except (DamagedError, UnicodeDecodeError) as error:
        return "FAIL", str(error)
    return "PASS", says


def check_inclusion(proof: str, digest: bytes) -> str:
    """Follow a proof to its checkpoint; return what it shows."""
    head, _, checkpoint = proof.partition("\n\n")
    first, index, *hashes = [*head.split("\n"), ""] if "\n" not in head else head.split("\n")
    number = re.fullmatch("index (0|[1-9][0-9]*)", index)
    if first != "c2sp.org/tlog-proof@v1" or number is None:
        raise DamagedError("no proof of the log")
    body, _, signatures = checkpoint.rpartition("\n\n")
    note = re.fullmatch("([!-*,-~]+)\n(0|[1-9][0-9]*)\n([A-Za-z0-9+/=]+)\nsealed ([0-9TZ:-]{20})", body)
    if note is None or (signatures and not signatures.endswith("\n")):
        raise DamagedError("no checkpoint in the proof")
    size, root = int(note[2]), spelled(note[3])
    if root_of(sha256(b"\0" + digest), int(number[1]), size, [spelled(text) for text in hashes]) != root:
        raise DamagedError("the proof does not lead from this record to the root of the log")
    signed = signed_by((body + "\n").encode(), signatures)
    return f"entry {number[1]} of {size} in {note[1]}, sealed {note[4]}, {signed}"


def root_of(found: bytes, index: int, size: int, path: list[bytes]) -> bytes | None:
    """Return the root that a path leads to; None where no such path can be."""
    last = size - 1
    if index > last:
        return None
    for step in path:
        if last == 0 or len(step) != len(found):
            return None
        if index % 2 or index == last:
            found = sha256(b"\1" + step + found)
            while index % 2 == 0 and index:
                index, last = index >> 1, last >> 1
        else:
            found = sha256(b"\1" + found + step)
        index, last = index >> 1, last >> 1
    return found if last == 0 else None


def signed_by(body: bytes, signatures: str) -> str:
    """Return who signed a checkpoint; with keys of the log in this exhibit, one of them must have."""
    try:
        policy = read("trust", "log.policy").decode("ascii")
    except FileNotFoundError:
        policy = ""
    keys = [line.split()[1].split("+", 2) for line in policy.split("\n") if line.startswith("log ")]
    found = ""
    for line in signatures.split("\n")[:-1]:
        match = re.fullmatch("\u2014 (\\S+) (\\S+)", line)
        if match is None:
            raise DamagedError("a line of the checkpoint is no signature")
        value = spelled(match[2])
        for name, key_id, key in keys:
            if name == match[1] and key_id == value[:4].hex():
                if not verify(spelled(key)[1:], body, value[4:]):
                    raise DamagedError("the signature of the checkpoint does not fit")
                found = name
    if keys and not found:
        raise DamagedError("no key of the log signed the checkpoint")
    return f"signed by the key of {found}" if found else "unsigned: compare the root with one that you got elsewhere"


# --- Signatures of people, by ssh-keygen


def judge_signatures(role: str, name: str, data: bytes, tree: dict[str, Any]) -> list[tuple[str, str]]:
    """Judge every signature of a record in one role."""
    folder = ("proofs", sha256(data).hex())
    found = [
        name if name.endswith(".sig") else f"{name}.sig"
        for name in listed(*folder)
        if name.startswith(role) and (name.endswith(".sig") or f"{name}.sig" not in listed(*folder))
    ]
    outcomes = []
    for file in found:
        try:
            outcomes.append(judge_signature(role, (*folder, file), name, data, tree))
        except (DamagedError, OSError, UnicodeDecodeError) as error:
            outcomes.append(("FAIL", f"{file}: {error}"))
    return outcomes or [("ABSENT", "unsigned" if role == "author" else "nobody witnessed it")]


def judge_signature(role: str, path: tuple[str, ...], name: str, data: bytes, tree: dict[str, Any]) -> tuple[str, str]:
    """Judge one signature."""
    armoured = read(*path)
    message, date = data, str(tree["created"])
    if role == "witness":
        message = read(*path[:-1], path[-1][: -len(".sig")])
        said = STATEMENT.fullmatch(message.decode("utf-8"))
        if said is None:
            raise DamagedError("no statement of a witness")
        if (said["record"], said["digest"]) != (name, sha256(data).hex()):
            raise DamagedError("the witness speaks of another record")
        date = said["date"]
    if path[-1].split("-")[1].split(".")[0] != sha256(armoured if role == "author" else message).hex():
        raise DamagedError("the content was changed: its digest is another")
    check_spelling(armoured)
    if not shutil.which("ssh-keygen"):
        return "ABSENT", "not checked: there is no ssh-keygen here"
    return ask_ssh_keygen(role, HERE.joinpath(*path), message, date, tree)


def check_spelling(armoured: bytes) -> None:
    """Refuse a signature file that is not spelt as ssh-keygen writes it, though it would read it."""
    begin, end = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
    lines = armoured.decode("ascii").split("\n")
    text = base64.b64encode(spelled("".join(lines[1:-2]))).decode()
    again = [begin, *(text[at : at + 70] for at in range(0, len(text), 70)), end, ""]
    if lines != again:
        raise DamagedError("not spelt as ssh-keygen writes it")


def ask_ssh_keygen(role: str, path: Path, message: bytes, date: str, tree: dict[str, Any]) -> tuple[str, str]:
    """Let ssh-keygen check a signature, at the time that its author claims, and say whose it is."""
    allowed, revoked = HERE / "trust/allowed_signers", HERE / "trust/revoked_keys"
    at = "-Overify-time=" + re.sub("[^0-9]", "", date)
    if not allowed.exists():
        return "FAIL", "signed, but by a key that nobody here vouches for"
    found = keygen(["-Y", "find-principals", "-s", str(path), "-f", str(allowed), at], b"")
    signers = found.stdout.decode("utf-8", "replace").split("\n")[:-1]
    if found.returncode or not signers:
        return "FAIL", "signed by a key that nobody here vouches for, or that was not valid then"
    who = ["-f", str(allowed), "-I", signers[0].split(",")[0], "-n", NAMESPACES[role], "-s", str(path), at]
    held = keygen(["-Y", "verify", *who, *(["-r", str(revoked)] if revoked.exists() else [])], message)
    if held.returncode:
        return "FAIL", (held.stderr or held.stdout).decode("utf-8", "replace").strip().split("\n")[-1]
    authors = {str(author[key]).lower() for author in tree["authors"] for key in ("name", "email") if author[key]}
    if role == "witness" and (authors & set(signers[0].lower().split(",")) or is_author(path)):
        return "FAIL", "the witness is the author"
    return "PASS", f"{signers[0]}, at the time claimed: {date}"


def is_author(path: Path) -> bool:
    """Tell whether the key of a witness's signature signed the record as its author's, too."""
    return any(key_of(other) == key_of(path) for other in path.parent.glob("author-*.sig"))


def key_of(path: Path) -> bytes:
    """Return the public key that a signature file names."""
    blob = spelled("".join(path.read_bytes().decode("ascii").split("\n")[1:-2]))
    return blob[14 : 14 + int.from_bytes(blob[10:14], "big")]


def keygen(arguments: list[str], message: bytes) -> subprocess.CompletedProcess[bytes]:
    """Run ssh-keygen, whose times are local, in UTC."""
    environment = {**os.environ, "TZ": "UTC"}
    return subprocess.run(["ssh-keygen", *arguments], input=message, capture_output=True, env=environment, check=False)


# --- The whole


def judge(name: str) -> list[tuple[str, str, str]]:
    """Return layer, status and finding of one record, layer by layer."""
    try:
        data, tree = read_record(name)
    except (DamagedError, OSError) as error:
        return [("bytes", "FAIL", str(error))]
    digest = sha256(data)
    told = [("bytes", "PASS", f"sha256:{digest.hex()}")]
    told.append(("attachments", *judge_attachments(tree)))
    told.append(("links", *judge_links(tree)))
    told.append(("log", *judge_log(name, digest)))
    for layer, role in (("signatures", "author"), ("witnesses", "witness")):
        told += [(layer, *outcome) for outcome in judge_signatures(role, name, data, tree)]
    return told


def judge_sums() -> list[tuple[str, str, str]]:
    """Judge that every file of the exhibit is there, byte for byte, and no other record."""
    sums = dict(line.split("  ", 1)[::-1] for line in read("SHA256SUMS").decode("utf-8").split("\n")[:-1])
    told = []
    for path, digest in sums.items():
        try:
            if sha256(read(*path.split("/"))).hex() != digest:
                told.append(("files", "FAIL", f"{path}: the content was changed"))
        except OSError:
            told.append(("files", "ABSENT", f"{path} is missing"))
    strangers = [name for name in listed("records") if f"records/{name}" not in sums]
    told += [("files", "FAIL", f"records/{name} does not belong to this exhibit") for name in strangers]
    return told or [("files", "PASS", f"all {len(sums)} there")]


def main() -> int:
    """Print what each layer shows; return the exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    records = [name[: -len(".json")] for name in listed("records") if name.endswith(".json")]
    if not records:
        print("FAIL: there are no records beside this file: unpack the whole zip file")
        return 4
    failed = False
    for title, told in [("This exhibit", judge_sums()), *((name, judge(name)) for name in records)]:
        print(title)
        for layer, status, says in told:
            failed = failed or status == "FAIL"
            print(f"  {status:<6}  {layer:<12}  {says}")
    print("FAIL" if failed else "PASS: nothing fails; what is ABSENT was not there to be judged")
    return 4 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
