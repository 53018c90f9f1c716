"""A site built from sample records, some of them hostile."""

from dataclasses import dataclass
from pathlib import Path

from envkb.document.codec import encode_record
from envkb.knowledge.creation import create_knowledge_base
from envkb.knowledge.folder import KnowledgeBase
from envkb.publish.site import build_site
from hostile import make_hostile
from sample_judged import write_judged
from sample_records import EVALUATED, LOG, make_base, sample_records

TITLE = "torch 2.13.0 (CUDA 12.6) with uv on an RTX 4070 under WSL2"


@dataclass(frozen=True)
class Site:
    """A built site.

    Attributes:
        base: Its knowledge base.
        folder: Its folder.
        record: The page of a record as it comes from a real machine.
        hostile: Pages of records whose texts are attacks.
    """

    base: KnowledgeBase
    folder: Path
    record: Path
    hostile: tuple[Path, ...]

    def pages(self) -> list[Path]:
        """Return one page of each sort, then the hostile ones."""
        kb = self.folder / "kb"
        host, edge_case = kb / "hosts/wsl4070/index.html", kb / "edge-cases/wsl-libcuda/index.html"
        lists = [kb / name / "index.html" for name in ("records", "hosts", "edge-cases", "risks", "decisions")]
        lists += [kb / "risks/cuda-not-seen/index.html", kb / "decisions/uv-for-cpu/index.html"]
        return [self.folder / "index.html", self.record, *lists, host, edge_case, *self.hostile]


def make_site(root: Path) -> Site:
    """Build a site as a new knowledge base has it."""
    create_knowledge_base(root, title="Sample machines")
    (root / "kb/kb.toml").unlink()
    base = make_base(root)
    write_judged(root)
    first = sample_records()[0]
    attacks = [make_hostile(first), make_hostile(first, names=False)]
    hostile = [base.add(encode_record(record), {item.sha256: LOG for item in record.attachments}) for record in attacks]
    built = build_site(base, evaluated=EVALUATED)
    pages = {page.parent.name: page for page in built.folder.glob("kb/records/*/index.html")}
    record = next(page for page in pages.values() if f"{TITLE}</h1>" in page.read_text("utf-8"))
    return Site(base, built.folder, record, tuple(pages[stored.id] for stored in hostile))
