"""Abuse 27: a writer that is killed at any system call leaves the old state or the new one."""

import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from envkb.knowledge.check.check import check
from envkb.knowledge.creation import create_knowledge_base
from envkb.knowledge.folder import KnowledgeBase
from envkb.process import Completed
from factory import make_attachment, make_bytes

TESTS = Path(__file__).parents[1]
LOG = b"Resolved 12 packages in 3ms\n"
DATA = make_bytes(attachments=(make_attachment(LOG),))
CALLS = ("mkdirat", "write", "fsync", "linkat", "unlinkat")
# The program is loaded before the fork: strace counts the calls of each process by itself.
WRITER = f"""
import os, sys
from pathlib import Path
from envkb.knowledge.folder import KnowledgeBase
from factory import make_attachment, make_bytes
log = {LOG!r}
data = make_bytes(attachments=(make_attachment(log),))
if os.fork() == 0:
    KnowledgeBase.open(Path(sys.argv[1])).add(data, {{make_attachment(log).sha256: log}})
    os._exit(0)
os.waitpid(-1, 0)
"""

pytestmark = [pytest.mark.real, pytest.mark.slow]


def _traced(root: Path, *options: str) -> str:
    log = root.parent / f"{root.name}.strace"
    command = ["strace", "-f", "-o", str(log), *options, sys.executable, "-c", WRITER, str(root)]
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    if not log.is_file() or "ptrace" in done.stderr:
        pytest.skip(f"strace may not trace here: {done.stderr.strip()[-200:]}")
    return log.read_text("utf-8", "replace")


def _fresh(root: Path) -> KnowledgeBase:
    create_knowledge_base(root, title="Demo")
    return KnowledgeBase.open(root)


def _calls(tmp_path: Path) -> dict[str, int]:
    text = _traced(_fresh(tmp_path / "whole").root, "-e", f"trace={','.join(CALLS)}")
    writer = re.search(r"^(\d+) +linkat\(", text, re.MULTILINE)
    assert writer, text
    return {call: len(re.findall(rf"^{writer[1]} +{call}\(", text, re.MULTILINE)) for call in CALLS}


def _no_git(args: tuple[str, ...], **_: object) -> Completed:
    return Completed(tuple(args), 128, b"", b"not a git repository", 0.0)


def test_27_a_writer_killed_at_any_system_call_leaves_the_old_state_or_the_new_one(tmp_path: Path) -> None:
    if shutil.which("strace") is None:
        pytest.skip("needs strace on PATH")
    counts = _calls(tmp_path)
    assert counts["fsync"] >= 4
    assert counts["linkat"] == 2
    for call, count in counts.items():
        for number in range(1, count + 1):
            base = _fresh(tmp_path / f"{call}-{number}")
            log = _traced(base.root, "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}")
            assert "killed by SIGKILL" in log
            problems = check(base, now=datetime(2026, 11, 23, tzinfo=UTC), runner=_no_git)
            assert {problem.level for problem in problems} <= {"warning"}, (call, number, problems)
            assert [stored.data for stored in base.records()] in ([], [DATA]), (call, number)
            base.add(DATA, {make_attachment(LOG).sha256: LOG})
            assert base.attachment(make_attachment(LOG).sha256) == LOG
