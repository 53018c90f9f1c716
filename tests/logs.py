"""Knowledge bases with a log, for the tests of what it proves."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from envkb.knowledge.folder import KnowledgeBase
from envkb.proof.log.log import Log, open_log
from envkb.proof.log.sealing import begin_log, close, seal
from envkb.proof.log.signing import SigningKey
from factory import make_bytes

ORIGIN = "lab.example/kb/log"
KEY = SigningKey(ORIGIN, bytes(range(32)))
START = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


def make_base(root: Path) -> KnowledgeBase:
    """Return an empty knowledge base."""
    (root / "kb").mkdir(parents=True)
    (root / "kb/kb.toml").write_text('id = "demo"\ntitle = "Demo"\n', "utf-8")
    return KnowledgeBase.open(root)


def make_logged(root: Path, *batches: int, key: SigningKey | None = KEY) -> KnowledgeBase:
    """Return a knowledge base whose log was sealed once for each batch of so many records, an hour apart."""
    base = make_base(root)
    begin_log(base, ORIGIN, key.verifier if key else None)
    number = 0
    for hour, count in enumerate(batches):
        for _ in range(count):
            number += 1
            base.add(make_bytes(number), {})
        seal(base)
        close(base, now=START + timedelta(hours=hour), key=key)
    return base


def read_log(base: KnowledgeBase) -> Log:
    """Return the log, which is there."""
    log = open_log(base)
    assert log is not None
    return log
