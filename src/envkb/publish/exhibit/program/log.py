"""The log: proofs that a digest stands in it (C2SP tlog-proof over a tree of RFC 6962)."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import NamedTuple

from envkb.proof.ed25519 import verify
from envkb.publish.exhibit.program.files import DamagedError, read, sha256, spelled, text_of

MOMENT = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"


class Entry(NamedTuple):
    """Where a proof finds a digest: under which checkpoint, with its bytes, made when, and what that says."""

    checkpoint: bytes
    sealed: datetime
    says: str


def moment(text: str) -> datetime:
    """Return the moment that a text in UTC names."""
    if not re.fullmatch(MOMENT, text):
        raise DamagedError(f"{text!r} is no moment")
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    except ValueError:
        raise DamagedError(f"there is no moment {text}") from None


def find_entry(name: str, digest: bytes) -> Entry | None:
    """Follow the proof in log/NAME.tlog-proof from a digest to its checkpoint; None where there is no such file."""
    try:
        proof = text_of("log", f"{name}.tlog-proof")
    except FileNotFoundError:
        return None
    head, _, checkpoint = proof.partition("\n\n")
    first, index, *hashes = [*head.split("\n"), ""] if "\n" not in head else head.split("\n")
    number = re.fullmatch("index (0|[1-9][0-9]{0,18})", index)
    if first != "c2sp.org/tlog-proof@v1" or number is None:
        raise DamagedError("no proof of the log")
    body, _, signatures = checkpoint.rpartition("\n\n")
    note = re.fullmatch(f"([!-*,-~]+)\n(0|[1-9][0-9]{{0,18}})\n([A-Za-z0-9+/=]+)\nsealed ({MOMENT})", body)
    if note is None or (signatures and not signatures.endswith("\n")):
        raise DamagedError("no checkpoint in the proof")
    size, root = int(note[2]), spelled(note[3])
    if root_of(sha256(b"\0" + digest), int(number[1]), size, [spelled(text) for text in hashes]) != root:
        raise DamagedError("the proof does not lead from this file to the root of the log")
    signed = signed_by(note[1], (body + "\n").encode(), signatures)
    says = f"entry {number[1]} of {size} in {note[1]}, sealed {note[4]}, {signed}"
    return Entry(checkpoint.encode(), moment(note[4]), says)


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


def signed_by(origin: str, body: bytes, signatures: str) -> str:
    """Return who signed a checkpoint; with keys of the log in this exhibit, one of them must have."""
    keys = log_keys()
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
    if keys and found != origin:
        raise DamagedError("no key of the log signed the checkpoint")
    return f"signed by the key of {found}" if found else "unsigned: compare the root with one that you got elsewhere"


def log_keys() -> list[list[str]]:
    """Return name, id and key of each key of the log that this exhibit trusts."""
    try:
        policy = read("trust", "log.policy").decode("ascii", "replace")
    except FileNotFoundError:
        return []
    lines = [line.split() for line in policy.split("\n")]
    keys = [words[1].split("+", 2) for words in lines if len(words) > 1 and words[0] == "log"]
    if any(len(key) != len(("name", "id", "key")) for key in keys):
        raise DamagedError("trust/log.policy lists something that is no key")
    return keys


def judge_log(name: str, digest: bytes) -> tuple[str, str]:
    """Judge that a digest stands in the log."""
    try:
        found = find_entry(name, digest)
    except (DamagedError, OSError) as error:
        return "FAIL", str(error)
    return ("PASS", found.says) if found else ("ABSENT", "no proof of the log: nothing shows since when it has existed")
