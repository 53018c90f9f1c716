"""What becomes of a knowledge base when writers meet, die, or find no room."""

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from shutil import which

import pytest

from envkb.knowledge.check.check import check
from envkb.knowledge.creation import create_knowledge_base
from envkb.knowledge.folder import KnowledgeBase
from envkb.knowledge.index.index import open_index
from envkb.process import Completed
from factory import make_attachment, make_bytes

TESTS = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, tzinfo=UTC)
WRITER = """
import sys
from pathlib import Path
from envkb.errors import KbError
from envkb.knowledge.folder import KnowledgeBase
from factory import make_attachment, make_bytes
base = KnowledgeBase.open(Path(sys.argv[1]))
for number in range(int(sys.argv[2]), int(sys.argv[3])):
    log = b"log %d " % number * 2000
    entry = make_attachment(log)
    try:
        stored = base.add(make_bytes(number, attachments=(entry,)), {entry.sha256: log})
        print(stored.id, stored.new, flush=True)
    except KbError as error:
        print(type(error).__name__, error.exit_code, error.message, "|", error.hint, flush=True)
"""


@pytest.fixture
def base(tmp_path: Path) -> KnowledgeBase:
    create_knowledge_base(tmp_path / "base", title="Demo")
    return KnowledgeBase.open(tmp_path / "base")


def _writer(base: KnowledgeBase, first: int, end: int, *, before: str = "") -> subprocess.Popen[str]:
    command = [sys.executable, "-c", before + WRITER, str(base.root), str(first), str(end)]
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


def _no_git(args: tuple[str, ...], **_: object) -> Completed:
    return Completed(tuple(args), 128, b"", b"not a git repository", 0.0)


def _levels(base: KnowledgeBase) -> set[str]:
    return {problem.level for problem in check(base, now=NOW, runner=_no_git)}


def _finished(writer: subprocess.Popen[str]) -> list[str]:
    output, _ = writer.communicate(timeout=60)
    assert writer.returncode == 0
    return output.splitlines()


def test_writers_of_the_same_records_meet_without_harm(base: KnowledgeBase) -> None:
    outputs = [_finished(writer) for writer in [_writer(base, 0, 20) for _ in range(3)]]
    assert [{line.split()[0] for line in output} for output in outputs] == [
        {line.split()[0] for line in outputs[0]}
    ] * 3
    assert sum(line.endswith("True") for output in outputs for line in output) == 20
    assert len(list(base.records())) == 20
    assert _levels(base) == set()


def test_whatever_was_told_to_be_written_survives_any_kill(base: KnowledgeBase) -> None:
    random = Random(1)
    told: set[str] = set()
    for attempt in range(12):
        writer = _writer(base, attempt * 10_000, attempt * 10_000 + 10_000)
        assert writer.stdout is not None
        told.add(writer.stdout.readline().split()[0])
        time.sleep(random.uniform(0, 0.03))
        writer.send_signal(signal.SIGKILL)
        output, _ = writer.communicate(timeout=60)
        told |= {line.split()[0] for line in output.splitlines() if line.endswith("True")}
    assert {stored.id for stored in base.records()} >= told
    # What may be left is what nothing refers to: unfinished files, attachments of a record that was not written.
    assert _levels(base) <= {"warning"}


def test_a_disk_without_room_is_told_in_one_line_and_leaves_nothing(base: KnowledgeBase) -> None:
    base.add(make_bytes(0), {})
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))\n"
    (line,) = _finished(_writer(base, 1, 2, before=limit))
    assert line.startswith("KbError 1 kb/attachments/")
    assert "no space left" in line
    assert "free some space" in line
    assert len(list(base.records())) == 1
    assert _levels(base) == set()


@pytest.mark.real
def test_a_full_file_system_is_told_and_leaves_nothing(tiny_disk: Path) -> None:
    create_knowledge_base(tiny_disk, title="Demo")
    base = KnowledgeBase.open(tiny_disk)
    lines = _finished(_writer(base, 0, 200))
    refused = [line for line in lines if line.startswith("KbError 1 ")]
    assert refused
    assert all("no space left" in line and "free some space" in line for line in refused)
    written = {line.split()[0] for line in lines if line.endswith("True")}
    assert {stored.id for stored in base.records()} == written
    assert _levels(base) <= {"warning"}


@pytest.mark.real
def test_a_read_only_file_system_is_told(tiny_disk: Path) -> None:
    create_knowledge_base(tiny_disk, title="Demo")
    base = KnowledgeBase.open(tiny_disk)
    base.add(make_bytes(1), {})
    with open_index(base) as index:
        assert index.count() == 1
    base.add(make_bytes(2), {})
    subprocess.run(["mount", "-o", "remount,ro", str(tiny_disk)], check=True)
    (line,) = _finished(_writer(base, 3, 4))
    assert line.startswith("KbError 1 ")
    assert os.strerror(errno.EROFS).lower() in line
    assert "read-only" in line
    assert len(list(base.records())) == 2
    with open_index(base) as index:
        assert index.count() == 2


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    if os.geteuid() != 0 or which("mount") is None:
        pytest.skip("only root mounts a file system")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(place)], check=False)
    if mounted.returncode != 0:
        pytest.skip("nothing can be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_told(base: KnowledgeBase) -> None:
    folder = base.root / "kb/records"
    folder.chmod(0o500)
    (line,) = _finished(_writer(base, 1, 2))
    folder.chmod(0o700)
    assert line.startswith("KbError 1 kb/records")
    assert "check who may write there" in line


def test_a_cut_off_write_is_completed_by_writing_again(base: KnowledgeBase) -> None:
    log = b"log"
    entry = make_attachment(log)
    data = make_bytes(attachments=(entry,))
    base.add(data, {entry.sha256: log})
    record = next(base.root.glob("kb/records/*/KB-*.json"))
    record.unlink()
    (record.parent / ".0123456789abcdef.tmp").write_bytes(data[:100])
    assert _levels(base) == {"warning"}
    assert base.add(data, {entry.sha256: log}).new
    assert base.read(record.stem).data == data
