"""Signatures of people (OpenSSH's SSHSIG): ssh-keygen tells whether a key made them, trust/ whose the key is."""

from __future__ import annotations

import base64
import re
import shutil
import subprocess
from datetime import datetime
from typing import Any

from envkb.publish.exhibit.program.files import HERE, DamagedError, listed, read, sha256, spelled, text_of
from envkb.publish.exhibit.program.log import MOMENT, find_entry, moment
from envkb.publish.exhibit.program.stamps import stamped
from envkb.publish.exhibit.program.trust import judge_key, matches, names_of, revoked, signers

NAMESPACES = {"author": "kb-record@envkb", "witness": "kb-witness@envkb"}
STATEMENT = re.compile(
    "I have read and understood the record (?P<record>KB-[0-9A-Z-]+)\n"
    "with the SHA-256 digest (?P<digest>[0-9a-f]{64})\\.\n\n"
    "Witness: (?P<witness>[^\x00-\x1f\x7f]{1,500})\n"
    f"Date claimed: (?P<date>{MOMENT})\n"
)
BEGIN, END, WIDTH = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----", 70


def judge_signatures(role: str, name: str, data: bytes, tree: dict[str, Any]) -> list[tuple[str, str]]:
    """Judge every signature of a record in one role."""
    folder = ("proofs", sha256(data).hex())
    names = {file if file.endswith(".sig") else f"{file}.sig" for file in listed(*folder)}
    try:
        signers(), revoked()
    except (DamagedError, OSError) as error:
        return [("FAIL", str(error))]
    outcomes = []
    for file in sorted(names):
        if file.startswith("witness") == (role == "witness"):
            try:
                outcomes.append(judge_signature(role, (*folder, file), name, data, tree))
            except (DamagedError, OSError) as error:
                outcomes.append(("FAIL", f"{file}: {error}"))
    return outcomes or [("ABSENT", "unsigned" if role == "author" else "nobody witnessed it")]


def judge_signature(role: str, path: tuple[str, ...], name: str, data: bytes, tree: dict[str, Any]) -> tuple[str, str]:
    """Judge one signature."""
    file = re.fullmatch(r"author-([0-9a-f]{64})\.sig|witness-([0-9a-f]{64})\.txt\.sig", path[-1])
    if file is None:
        raise DamagedError("no name of a proof")
    armoured = read(*path)
    key, namespace = opened(armoured)
    message, date, witness = data, str(tree["created"]), ""
    if role == "witness":
        message = read(*path[:-1], path[-1][: -len(".sig")])
        date, witness = read_statement(text_of(*path[:-1], path[-1][: -len(".sig")]), name, data)
    if (file[1] or file[2]) != sha256(armoured if role == "author" else message).hex():
        raise DamagedError("the content was changed: its digest is another")
    at, basis = counts(armoured, moment(date))
    holder, problem = judge_key(key, NAMESPACES[role], at)
    if namespace != NAMESPACES[role]:
        problem = "signed for another purpose than this"
    if not problem and shutil.which("ssh-keygen") and not made(path, namespace, message):
        problem = "the signature does not fit these bytes and this key"
    if not problem and role == "witness":
        problem = judge_witness(key, witness, data, tree)
    if problem:
        return "FAIL", problem
    if not shutil.which("ssh-keygen"):
        return "ABSENT", "not checked: there is no ssh-keygen here"
    return "PASS", f"{holder}, at the time {basis}: {at:%Y-%m-%dT%H:%M:%SZ}"


def opened(armoured: bytes) -> tuple[bytes, str]:
    """Return key and namespace of a signature file, which must be spelt as ssh-keygen writes it."""
    lines = armoured.decode("ascii", "replace").split("\n")
    blob = spelled("".join(lines[1:-2]))
    text = base64.b64encode(blob).decode()
    if lines != [BEGIN, *(text[at : at + WIDTH] for at in range(0, len(text), WIDTH)), END, ""]:
        raise DamagedError("not spelt as ssh-keygen writes it")
    parts, at = [], 10
    while at < len(blob):
        end = at + 4 + int.from_bytes(blob[at : at + 4], "big")
        parts.append(blob[at + 4 : end])
        at = end
    if blob[:10] != b"SSHSIG\0\0\0\1" or at != len(blob) or len(parts) != len(("key", "for", "", "hash", "made")):
        raise DamagedError("no signature")
    if parts[2] or parts[3] not in (b"sha256", b"sha512"):
        raise DamagedError("a signature of a kind that this program does not know")
    return parts[0], parts[1].decode("latin-1")


def read_statement(text: str, name: str, data: bytes) -> tuple[str, str]:
    """Return the date that a witness claims, and the name."""
    said = STATEMENT.fullmatch(text)
    if said is None:
        raise DamagedError("no statement of a witness")
    if (said["record"], said["digest"]) != (name, sha256(data).hex()):
        raise DamagedError("the witness speaks of another record")
    return said["date"], said["witness"]


def counts(armoured: bytes, claimed: datetime) -> tuple[datetime, str]:
    """Return the time at which the key of a signature is judged: stamped, else logged, else claimed; and which."""
    digest = sha256(armoured)
    time = stamped(digest.hex(), digest)
    if time:
        return time, "stamped"
    entry = find_entry(digest.hex(), digest)
    return (entry.sealed, "logged") if entry else (claimed, "claimed")


def judge_witness(key: bytes, witness: str, data: bytes, tree: dict[str, Any]) -> str:
    """Return what keeps a witness from being one: an empty text where nothing does."""
    authors = {str(author[field]).lower() for author in tree["authors"] for field in ("name", "email") if author[field]}
    signed = author_keys(data)
    authors |= {name for other in signed for name in names_of(other)}
    held = names_of(key)
    if key in signed or any(matches(one, two) or matches(two, one) for one in held for two in authors):
        return "the witness is the author"
    if not any(matches(witness.lower(), name) for name in held):
        return "the statement is signed by somebody else than it names"
    return ""


def author_keys(data: bytes) -> set[bytes]:
    """Return the keys that signed a record as its author's, whether anybody vouches for them or not."""
    folder, keys = ("proofs", sha256(data).hex()), set()
    for file in listed(*folder):
        if file.startswith("author-"):
            try:
                key, namespace = opened(read(*folder, file))
            except (DamagedError, OSError):
                continue
            if not shutil.which("ssh-keygen") or made((*folder, file), namespace, data):
                keys.add(key)
    return keys


def made(path: tuple[str, ...], namespace: str, message: bytes) -> bool:
    """Tell whether the key in a signature file made it; ssh-keygen takes any key here, trust/ does not."""
    asked = ["ssh-keygen", "-Y", "check-novalidate", "-n", namespace, "-s", str(HERE.joinpath(*path))]
    return not subprocess.run(asked, input=message, capture_output=True, check=False).returncode
