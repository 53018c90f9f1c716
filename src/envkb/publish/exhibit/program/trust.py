"""Whom the exhibit's knowledge base trusts, judged at a time: OpenSSH's `allowed_signers`, and keys that were revoked.

Read here rather than by ssh-keygen, because its releases before 8.7 know no dates, and those before 9.1 no UTC.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import NamedTuple

from envkb.publish.exhibit.program.files import DamagedError, spelled, text_of

LINE = re.compile(r'(?:"([^"]+)"|(\S+))[ \t]+(\S.*)')
OPTION = re.compile(r'([A-Za-z-]+)(?:="((?:[^"\\]|\\.)*)")?(,(?=\S)|[ \t]+)')
KEY = re.compile(r"((?:sk-)?(?:ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521))(?:@openssh\.com)?)[ \t]+(\S+).*")
KNOWN = ("cert-authority", "namespaces", "valid-after", "valid-before")
MOMENTS = {9: "%Y%m%dZ", 13: "%Y%m%d%H%MZ", 15: "%Y%m%d%H%M%SZ"}


class Signer(NamedTuple):
    """One line of `allowed_signers`: who holds which key, and what it may sign when."""

    names: str
    key: bytes
    namespaces: str | None
    after: datetime | None
    before: datetime | None


def lines_of(name: str) -> list[str]:
    """Return what a file of trust says, without comments."""
    try:
        lines = text_of("trust", name).split("\n")
    except FileNotFoundError:
        return []
    return [text for line in lines if (text := line.strip(" \t\r")) and not text.startswith("#")]


def read_key(text: str) -> bytes:
    """Return the key in a line."""
    found = KEY.fullmatch(text)
    if found is None:
        raise DamagedError("a line of trust/ has no key that can be read")
    return spelled(found[2])


def signers() -> list[Signer]:
    """Return the lines of `allowed_signers`, but those that trust an authority for certificates."""
    found = (read_line(text) for text in lines_of("allowed_signers"))
    return [signer for signer in found if signer]


def read_line(text: str) -> Signer | None:
    """Return what one line says."""
    line = LINE.fullmatch(text)
    if line is None:
        raise DamagedError("a line of trust/allowed_signers has no key")
    rest, options = line[3], {}
    while not KEY.fullmatch(rest):
        option = OPTION.match(rest)
        if option is None or option[1].lower() not in KNOWN:
            raise DamagedError("a line of trust/allowed_signers cannot be read")
        options[option[1].lower()] = (option[2] or "").replace('\\"', '"')
        rest = rest[option.end() :]
    if "cert-authority" in options:
        return None
    after, before = (read_moment(options.get(name)) for name in ("valid-after", "valid-before"))
    return Signer(line[1] or line[2], read_key(rest), options.get("namespaces"), after, before)


def read_moment(text: str | None) -> datetime | None:
    """Return a moment in UTC; None for none."""
    if text is None:
        return None
    try:
        return datetime.strptime(text, MOMENTS[len(text)]).replace(tzinfo=timezone.utc)
    except (KeyError, ValueError):
        raise DamagedError(f"{text!r} in trust/allowed_signers is no moment in UTC") from None


def revoked() -> list[bytes]:
    """Return the keys that are trusted no more, whenever they signed."""
    return [read_key(text) for text in lines_of("revoked_keys")]


def judge_key(key: bytes, namespace: str, at: datetime) -> tuple[str, str]:
    """Return who holds a key, and what keeps it from signing at a time: an empty text where nothing does."""
    holders = [signer for signer in signers() if signer.key == key]
    if key in revoked():
        return "", "the key was revoked"
    problem = "signed, but by a key that nobody here vouches for"
    for signer in holders:
        if signer.namespaces is not None and not matches(namespace, signer.namespaces):
            problem = "the key may not sign this"
        elif (signer.after and at < signer.after) or (signer.before and at > signer.before):
            problem = "the key was not valid at the time that counts"
        else:
            return signer.names, ""
    return "", problem


def names_of(key: bytes) -> set[str]:
    """Return everybody who holds a key, in small letters."""
    lines = [signer.names for signer in signers() if signer.key == key]
    return {name.strip().lower() for line in lines for name in line.split(",")}


def matches(text: str, patterns: str) -> bool:
    """Tell whether a text fits a list of OpenSSH's patterns, in which `!` excludes."""
    fits = False
    for pattern in patterns.split(","):
        wanted = pattern.removeprefix("!")
        expression = "".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in wanted)
        if re.fullmatch(expression, text, re.DOTALL):
            if pattern.startswith("!"):
                return False
            fits = True
    return fits
