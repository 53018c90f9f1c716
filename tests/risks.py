"""Knowledge bases with risks, for tests."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from envkb.assess.risk.assessment import Assessment, assess_risk
from envkb.assess.risk.matrix import Matrix, assess_risks
from envkb.knowledge.folder import KnowledgeBase
from envkb.knowledge.index.index import open_index
from envkb.knowledge.query.parser import parse_query
from envkb.knowledge.risk_evidence import EvidenceReader
from envkb.knowledge.risks import RiskFile, read_risks
from envkb.model.value import Origin
from factory import make_bytes, make_distribution, make_environment, make_host, make_install

TODAY = date(2026, 11, 22)
RISK: dict[str, Any] = {
    "statement": "torch installed by uv cannot use the GPU",
    "category": "environment",
    "owner": "Ada Example",
    "review": "2027-03-01",
    "impact": 4,
    "impact_reason": "training falls back to the CPU",
    "scope": "manager = uv",
    "event": {"failed": "any"},
    "prior": {"mean": 0.3, "weight": 2, "source": "what we were told"},
    "response": "reduce",
}
JUDGED: dict[str, Any] = {
    **{key: RISK[key] for key in ("statement", "category", "owner", "review", "impact", "impact_reason", "response")},
    "basis": "judgement",
    "judgement": {"author": "Ada", "reason": "seen it before", "until": "2027-01-01", "probability": 0.6},
}


def write_risk(root: Path, slug: str = "cuda-not-seen", content: dict[str, Any] | None = None, **changes: Any) -> Path:
    """Write the file of a risk; a change to null leaves the key out."""
    fields = {**(RISK if content is None else content), **changes}
    lines = [f"{key}: {json.dumps(value)}" for key, value in fields.items() if value is not None]
    path = root / "kb" / "risks" / f"{slug}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["---", *lines, "---", "# Why", ""]), "utf-8")
    return path


def experiment(number: int, *, host: str = "wsl4070", **changes: Any) -> bytes:
    """Return a record of a labelled host by uv; `torch`, `manager`, `origin`, `failed` and fields of a record."""
    origin = Origin(changes.pop("origin", "captured"))
    version, manager, failed = (
        changes.pop("torch", "2.13.0"),
        changes.pop("manager", "uv"),
        changes.pop("failed", False),
    )
    fields = {
        "host": make_host(origin=origin, key=None, label=host),
        "environment": make_environment(make_distribution("torch", version), origin=origin, manager=manager),
        "install": make_install(origin=origin, manager=manager, outcome=None),
        "outcome": "failure" if failed else "success",
        "measurements": (),
        "facts": (),
        "created": "2026-11-22T10:00:00Z",
    }
    return make_bytes(number, **(fields | changes))


def assess(base: KnowledgeBase, *, today: date = TODAY, public: bool = True, where: str = "") -> Matrix:
    """Return the risks of a knowledge base as of a day."""
    with open_index(base, public=public) as index:
        reader = EvidenceReader(index, parse_query(where)) if where else EvidenceReader(index)
        return assess_risks(read_risks(base.root).files, reader, base.settings.thresholds, today=today)


def assess_one(base: KnowledgeBase, *, today: date = TODAY, public: bool = True) -> Assessment:
    """Return the only risk of a knowledge base as of a day."""
    (file,) = read_risks(base.root).files
    with open_index(base, public=public) as index:
        return assess_risk(file, EvidenceReader(index).of(file), base.settings.thresholds, today=today)


def only_file(base: KnowledgeBase) -> RiskFile:
    """Return the only risk's file."""
    (file,) = read_risks(base.root).files
    return file
