"""A knowledge base with one record by Ada Lovelace, and people with keys, for the tests of signatures."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from envkb.document.codec import encode_record
from envkb.knowledge.creation import create_knowledge_base
from envkb.knowledge.folder import KnowledgeBase, StoredRecord
from envkb.proof.signatures.folder import ALLOWED_SIGNERS
from envkb.proof.signatures.judging import Judge
from factory import make_author, make_record
from ssh_keys import make_key

NOW = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Lab:
    """A knowledge base, its one record, and people with keys."""

    base: KnowledgeBase
    stored: StoredRecord
    keys: Path

    @property
    def judge(self) -> Judge:
        """Who judges signatures by what is trusted now."""
        return Judge.of(self.base.root)

    def key(self, name: str) -> Path:
        """Return somebody's private key."""
        return self.keys / name

    def trust(self, text: str) -> None:
        """Write `allowed_signers`."""
        path = self.base.root / ALLOWED_SIGNERS
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    def line(self, name: str, options: str = "") -> str:
        """Return somebody's line of `allowed_signers`."""
        return f"{name}@lab.example {options} {self.key(name).with_suffix('.pub').read_text()}"


def make_people(folder: Path) -> Path:
    """Make the keys of Ada, Grace and Mallory."""
    for name, kind in (("ada", "ed25519"), ("grace", "ecdsa-256"), ("mallory", "ed25519")):
        make_key(folder, name, kind)
    return folder


def make_lab(root: Path, keys: Path) -> Lab:
    """Make the knowledge base, which trusts Ada and Grace."""
    create_knowledge_base(root)
    base = KnowledgeBase.open(root)
    record = make_record(authors=(make_author(name="Ada Lovelace", email="ada@lab.example"),))
    lab = Lab(base, base.read(base.add(encode_record(record), {}).id), keys)
    lab.trust(lab.line("ada") + lab.line("grace"))
    return lab
