"""The log and disclosure, killed before each single call that changes the disk."""

import os
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from shutil import copytree, rmtree

import pytest

from envkb.knowledge.disclosure import disclose
from envkb.knowledge.folder import KnowledgeBase
from envkb.knowledge.pending import add_pending, list_pending
from envkb.proof.log.memory import remember
from envkb.proof.log.sealing import close, seal
from envkb.proof.log.verify import verify_log
from factory import make_attachment, make_bytes
from logs import KEY, START, make_base, make_logged, read_log

CHANGING = ("link", "rename", "unlink", "rmdir", "mkdir", "fsync")
LATER = START + timedelta(days=1)


def crashes(act: Callable[[KnowledgeBase], None], original: Path, place: Path) -> Iterator[KnowledgeBase]:
    """Give a copy of a knowledge base for each call before which the process that changed it was killed."""
    number = 0
    while True:
        number += 1
        rmtree(place, ignore_errors=True)
        copytree(original, place)
        child = os.fork()
        if child == 0:
            _die_before(number)
            act(KnowledgeBase.open(place))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            assert os.WEXITSTATUS(status) == 0
            assert number > 10
            return
        yield KnowledgeBase.open(place)


def _die_before(number: int) -> None:
    calls = 0

    def counted(real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **named: object) -> object:
            nonlocal calls
            calls += 1
            if calls == number:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **named)

        return call

    for name in CHANGING:
        setattr(os, name, counted(getattr(os, name)))


@pytest.mark.slow
def test_sealing_killed_at_any_call_leaves_an_honest_log_and_is_finished_by_sealing_again(tmp_path: Path) -> None:
    base = make_logged(tmp_path / "base")
    for number in range(254):
        add_pending(base.root, f"{number:064x}")
    seal(base)
    close(base, now=START, key=KEY)
    remember(base.root, read_log(base))
    # Two more make a full file, and what it grew through goes; a third begins another.
    for number in (254, 255):
        add_pending(base.root, f"{number:064x}")
    base.add(make_bytes(99), {})
    wanted = {f"{number:064x}" for number in range(256)} | {stored.digest for stored in base.records()}

    def grow(copy: KnowledgeBase) -> None:
        seal(copy)
        close(copy, now=LATER, key=KEY)

    for copy in crashes(grow, base.root, tmp_path / "copy"):
        checked = verify_log(copy)
        assert checked.holds, (checked.problems, checked.contradictions)
        grow(copy)
        checked = verify_log(copy)
        assert checked.holds
        assert checked.warnings == ()
        assert set(read_log(copy).indices) == wanted
        assert len(read_log(copy).digests) == len(wanted)
        assert list_pending(copy.root) == []


def test_a_private_record_killed_at_any_call_is_in_the_log_in_the_end(tmp_path: Path) -> None:
    base = make_logged(tmp_path / "base", 1)
    data = make_bytes(50)
    for copy in crashes(lambda copy: _ignore(copy.add(data, {}, private=True)), base.root, tmp_path / "copy"):
        stored = copy.add(data, {}, private=True)
        assert list_pending(copy.root) == [stored.digest]


def _ignore(_: object) -> None:
    pass


def test_disclosure_killed_at_any_call_loses_nothing_and_is_finished_by_disclosing_again(tmp_path: Path) -> None:
    base = make_base(tmp_path / "base")
    text = b"Resolved 12 packages\n"
    entry = make_attachment(text)
    stored = base.add(make_bytes(attachments=(entry,)), {entry.sha256: text}, private=True)
    for copy in crashes(lambda copy: _ignore(disclose(copy, stored.id)), base.root, tmp_path / "copy"):
        assert copy.read(stored.id).digest == stored.digest
        assert copy.attachment(entry.sha256) == text
        hidden = copy.root / "kb/private/records/2026" / f"{stored.id}.json"
        if hidden.exists():
            disclose(copy, stored.id)
        assert not copy.read(stored.id).private
        assert copy.attachment(entry.sha256, public=True) == text
