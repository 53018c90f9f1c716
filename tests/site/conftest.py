from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from browser import Browser, open_browser
from envkb.document.codec import encode_record
from envkb.knowledge.creation import create_knowledge_base
from envkb.knowledge.folder import KnowledgeBase
from hostile import make_hostile
from sample_records import EVALUATED, LOG, KEYS, make_base, samples_records

pytest.importorskip("material", reason="needs the extra `site`")

from envkb.publish.site import build_site


@dataclass(frozen=True)
class Site:
    """A built site.

    Attributes:
        base: Its knowledge base.
        folder: Its folder.
        record: The page of a record from a real machine.
        hostile: The page of a record whose every text is an attack.
    """

    base: KnowledgeBase
    folder: Path
    record: Path
    hostile: Path


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    root = tmp_path_factory.mktemp("site")
    create_knowledge_base(root, title="Sample machines")
    (root / "kb/kb.toml").unlink()
    base = make_base(root)
    hostile, _ = make_hostile(samples_records()[0])
    stored = base.add(encode_record(hostile), {item.sha256: LOG for item in hostile.attachments})
    built = build_site(base, evaluated=EVALUATED)
    pages = {page.parent.name: page for page in built.folder.glob("kb/records/*/index.html")}
    record = next(page for page in pages.values() if "RTX 4070 under WSL2</h1>" in page.read_text("utf-8"))
    return Site(base, built.folder, record, pages[stored.id])


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with open_browser(tmp_path_factory.mktemp("profile")) as window:
        yield window
