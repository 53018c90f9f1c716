"""Times `kb verify` over a knowledge base of many records, a tenth of them signed, all of them logged.

    .venv/bin/python benchmarks/verification.py [--records 10000] [--write]

The records are those of `benchmarks/knowledge.py`; the signatures are made by `ssh-keygen`, as people make them.
"""

import argparse
import json
import os
import subprocess
import tempfile
from pathlib import Path

from envkb.document.identity import digest_of
from envkb.knowledge.layout import proofs_path
from envkb.knowledge.listing import list_records
from envkb.proof.signatures.folder import ALLOWED_SIGNERS
from knowledge import KB, ROUNDS, median, new_base, real_record, write
from timing import run, table, write_section

SIZE = 15_000
SIGNED_OF = 10


def main() -> None:
    """Measure, print, and with `--write` publish."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        template = json.loads(real_record(new_base(Path(folder) / "template")).read_bytes())
        root = new_base(Path(folder) / "base")
        for number in range(arguments.records):
            write(root, template, SIZE, number)
        signed = sign_some(root, Path(folder) / "key")
        log(root)
        one = Path(signed[0]).stem
        everything = run([KB, "verify", "--all", "--root", str(root)])
        single = median([KB, "verify", one, "--root", str(root)])
    head = ["records", "signed", "`kb verify --all` s", "peak MB", "`kb verify ID` s"]
    row = [
        f"{arguments.records:,} of {SIZE // 1000} KB",
        f"{len(signed):,}",
        f"{everything.wall_s:.1f}",
        f"{everything.peak_bytes / 1e6:.0f}",
        f"{single:.3f}",
    ]
    text = table(head, [row])
    text += (
        f"\n\nWhole processes on {os.cpu_count()} CPUs; the last is a median of {ROUNDS}, of one record among all of "
        "them, with its log and its signature."
    )
    print(text)
    if arguments.write:
        write_section("verification", text)


def sign_some(root: Path, key: Path) -> list[str]:
    """Let `ssh-keygen` sign every tenth record; return their files."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    public = key.with_suffix(".pub").read_text()
    (root / ALLOWED_SIGNERS).parent.mkdir(parents=True, exist_ok=True)
    (root / ALLOWED_SIGNERS).write_text(f"ada@lab.example {public}")
    chosen = sorted(list_records(root))[::SIGNED_OF]
    for path in chosen:
        record = (root / path).read_bytes()
        asked = ["ssh-keygen", "-q", "-Y", "sign", "-f", str(key), "-n", "kb-record@envkb"]
        signature = subprocess.run(asked, input=record, capture_output=True, check=True).stdout
        folder = root / proofs_path(digest_of(record), private=False)
        folder.mkdir(parents=True)
        (folder / f"author-{digest_of(signature)}.sig").write_bytes(signature)
    return chosen


def log(root: Path) -> None:
    """Begin a log that nobody signs, and seal all records in it."""
    for command in (["init", "--unsigned", "--origin", "lab.example/kb/log"], ["seal"], ["seal", "--checkpoint"]):
        subprocess.run([KB, "log", *command, "--root", str(root)], check=True, capture_output=True)


if __name__ == "__main__":
    main()
