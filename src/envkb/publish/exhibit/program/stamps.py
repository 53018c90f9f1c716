"""Time-stamps of authorities (RFC 3161), by openssl."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import datetime, timezone
from functools import cache
from typing import NamedTuple

from envkb.publish.exhibit.program.files import HERE, DamagedError, listed, read, sha256
from envkb.publish.exhibit.program.log import find_entry

TOKEN_TIME = re.compile(r"^Time stamp: (\w{3} [ \d]\d \d\d:\d\d:\d\d)(?:\.\d+)? (\d{4}) GMT\r?$", re.MULTILINE)


class Stamp(NamedTuple):
    """A token, and what it stamps: a checkpoint of so many entries, or one file, where the size is None."""

    token: str
    subject: str
    size: int | None
    authority: str


def judge_stamps(name: str, digest: bytes) -> list[tuple[str, str]]:
    """Judge every time-stamp that is about a file, and those of which nobody can tell."""
    outcomes = []
    for sidecar in sidecars():
        try:
            if covers(sidecar, name, digest):
                status, says, _ = check_token(sidecar)
                outcomes.append((status, says))
        except (DamagedError, OSError) as error:
            outcomes.append(("FAIL", f"stamps/{sidecar}: {error}"))
    return outcomes or [("ABSENT", "no authority attests when it existed")]


def stamped(name: str, digest: bytes) -> datetime | None:
    """Return the earliest time that a good stamp shows for a file; None where none does."""
    times = []
    for sidecar in sidecars():
        try:
            time = check_token(sidecar)[2] if covers(sidecar, name, digest) else None
        except (DamagedError, OSError):
            continue
        if time:
            times.append(time)
    return min(times, default=None)


def sidecars() -> list[str]:
    """Return the files that tell of the tokens; a token without one is named itself, and cannot be judged."""
    names = listed("stamps")
    told = [name for name in names if name.endswith(".json")]
    known = set()
    for name in told:
        try:
            known.add(read_stamp(name).token)
        except (DamagedError, OSError):
            continue
    return told + [name for name in names if name not in known and not name.endswith(".json")]


@cache
def read_stamp(sidecar: str) -> Stamp:
    """Return what a sidecar says of its token, whose digest it holds."""
    data = read("stamps", sidecar)
    if sidecar != f"{sha256(data).hex()}.json":
        raise DamagedError("the content was changed: its digest is another, or no sidecar tells of it")
    try:
        tree = json.loads(data)
        subject, size = tree["subject"], tree["subject"]["size"]
        if size is not None and not isinstance(size, int):
            raise DamagedError("no sidecar of a time-stamp")
        return Stamp(f"{tree['token_sha256']}.tsr", str(subject["sha256"]), size, str(tree["authority"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise DamagedError("no sidecar of a time-stamp") from None


def covers(sidecar: str, name: str, digest: bytes) -> bool:
    """Tell whether a stamp is about a file: about itself, or about a checkpoint that a proof leads to."""
    stamp = read_stamp(sidecar)
    find_entry(sidecar[: -len(".json")], bytes.fromhex(sidecar[: -len(".json")]))
    if stamp.size is None:
        return stamp.subject == digest.hex()
    entry = find_entry(f"{name}-{stamp.size}", digest)
    if entry and sha256(entry.checkpoint).hex() != stamp.subject:
        raise DamagedError("it stamps another checkpoint")
    return entry is not None


@cache
def check_token(sidecar: str) -> tuple[str, str, datetime | None]:
    """Judge one token; return status, finding, and the time that it shows."""
    stamp = read_stamp(sidecar)
    if sha256(read("stamps", stamp.token)).hex() != stamp.token[: -len(".tsr")]:
        raise DamagedError("the token was changed: its digest is another")
    version = openssl("version")[1] if shutil.which("openssl") else ""
    if not version.startswith("OpenSSL"):
        return "ABSENT", f"not checked: that needs OpenSSL, and here is {version.strip() or 'none'}", None
    token = str(HERE / "stamps" / stamp.token)
    code, text = openssl("ts", "-reply", "-in", token, "-text")
    told = TOKEN_TIME.search(text)
    if code or told is None or "Status: Granted." not in text or "Hash Algorithm: sha256" not in text:
        raise DamagedError("no token that grants a time-stamp")
    time = datetime.strptime(f"{told[1]} {told[2]}", "%b %d %H:%M:%S %Y").replace(tzinfo=timezone.utc)
    for root in [str(HERE / "trust/tsa" / name) for name in listed("trust", "tsa") if name.endswith(".pem")]:
        asked = ("-in", token, "-digest", stamp.subject, "-CAfile", root, "-untrusted", root)
        if not openssl("ts", "-verify", *asked, "-attime", str(int(time.timestamp())))[0]:
            return "PASS", f"existed at {time:%Y-%m-%dT%H:%M:%SZ}, says an authority ({stamp.authority})", time
    raise DamagedError("no authority that this exhibit trusts vouches for it")


def openssl(*arguments: str) -> tuple[int, str]:
    """Run openssl; return its exit code and what it says."""
    done = subprocess.run(["openssl", *arguments], capture_output=True, check=False)
    return done.returncode, done.stdout.decode("utf-8", "replace")
