"""Verifies the exhibit that this file lies in. Needs Python 3.9 or later, and nothing else.

    python3 verify.py

Each layer is PASS, FAIL, or ABSENT where there is nothing to judge or something needed for it is missing. Signatures
of people are checked by `ssh-keygen` and time-stamps by `openssl`, where those are installed. Ends with 0, or with 4
where any layer fails. It was written to be read: what it finds, anyone can find by the steps in STEPS.txt.
"""

from __future__ import annotations

import io
import sys
from typing import Any

from envkb.publish.exhibit.program.files import DamagedError, listed, read, sha256, text_of
from envkb.publish.exhibit.program.log import judge_log
from envkb.publish.exhibit.program.record import judge_attachments, judge_links, read_record
from envkb.publish.exhibit.program.signatures import judge_signatures
from envkb.publish.exhibit.program.stamps import judge_stamps


def judge(name: str) -> list[tuple[str, str, str]]:
    """Return layer, status and finding of one record, layer by layer."""
    try:
        data, tree = read_record(name)
    except (DamagedError, OSError) as error:
        return [("bytes", "FAIL", str(error))]
    try:
        return [("bytes", "PASS", f"sha256:{sha256(data).hex()}"), *judge_layers(name, data, tree)]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return [("bytes", "FAIL", f"no record, though its id fits: {error!r}")]


def judge_layers(name: str, data: bytes, tree: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return layer, status and finding of what a sound file names, and of what proves it."""
    digest = sha256(data)
    told = [("attachments", *judge_attachments(tree)), ("links", *judge_links(tree)), ("log", *judge_log(name, digest))]
    for layer, role in (("signatures", "author"), ("witnesses", "witness")):
        told += [(layer, *outcome) for outcome in judge_signatures(role, name, data, tree)]
    return told + [("time-stamps", *outcome) for outcome in judge_stamps(name, digest)]


def judge_sums() -> list[tuple[str, str, str]]:
    """Judge that every file of the exhibit is there, byte for byte, and no other record."""
    try:
        lines = text_of("SHA256SUMS").split("\n")[:-1]
        sums = {path: digest for digest, path in (line.split("  ", 1) for line in lines)}
    except FileNotFoundError:
        return [("files", "ABSENT", "SHA256SUMS is missing: nothing tells which files belong to this exhibit")]
    except (DamagedError, OSError, ValueError):
        return [("files", "FAIL", "SHA256SUMS cannot be read")]
    told = []
    for path, digest in sums.items():
        try:
            if sha256(read(*path.split("/"))).hex() != digest:
                told.append(("files", "FAIL", f"{path}: the content was changed"))
        except FileNotFoundError:
            told.append(("files", "ABSENT", f"{path} is missing"))
        except DamagedError as error:
            told.append(("files", "FAIL", f"{path}: {error}"))
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
