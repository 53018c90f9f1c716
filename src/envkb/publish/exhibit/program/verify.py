"""Verifies the exhibit that this file lies in. Needs Python 3.9 or later, and nothing else.

    python3 verify.py

Each layer is PASS, FAIL, or ABSENT where there is nothing to judge or something needed for it is missing. Signatures
of people are checked by `ssh-keygen` and time-stamps by `openssl`, where those are installed. Ends with 0, or with 4
where any layer fails. It was written to be read: what it finds, anyone can find by the steps in STEPS.txt.
"""

from __future__ import annotations

import io
import sys

from envkb.publish.exhibit.program.files import DamagedError, listed, read, sha256
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
    digest = sha256(data)
    told = [("bytes", "PASS", f"sha256:{digest.hex()}")]
    told.append(("attachments", *judge_attachments(tree)))
    told.append(("links", *judge_links(tree)))
    told.append(("log", *judge_log(name, digest)))
    for layer, role in (("signatures", "author"), ("witnesses", "witness")):
        told += [(layer, *outcome) for outcome in judge_signatures(role, name, data, tree)]
    told += [("time-stamps", *outcome) for outcome in judge_stamps(name, digest)]
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
