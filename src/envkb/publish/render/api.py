"""The static API: the same knowledge for programs."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pydantic import JsonValue

from envkb.assess.risk.assessment import Assessment
from envkb.assess.risk.matrix import Matrix
from envkb.document.schema import record_schema, schema_of, settings_schema
from envkb.experiment.judging import JudgedDecision, Judgement
from envkb.model.decision import SCHEMA as DECISION_SCHEMA
from envkb.model.decision import Decision
from envkb.model.risk import SCHEMA as RISK_SCHEMA
from envkb.model.risk import Risk
from envkb.model.settings import Settings
from envkb.publish.judged import Judged
from envkb.publish.render.entry import Entry
from envkb.publish.render.summary import Summary

BASE: Final = "api/v1"
SCHEMA: Final = "envkb.api.index/1"


def api_files(rows: Sequence[Summary], judged: Judged, settings: Settings) -> Iterator[tuple[str, bytes]]:
    """Yield index, risks, decisions and schemas, by path."""
    yield f"{BASE}/index.json", _pretty(_index(rows, settings))
    yield f"{BASE}/risks.json", _pretty(_risks(judged.matrix))
    yield f"{BASE}/decisions.json", _pretty(_decisions(judged.decisions))
    yield f"{BASE}/schema/risk.json", _pretty(schema_of(Risk, RISK_SCHEMA))
    yield f"{BASE}/schema/decision.json", _pretty(schema_of(Decision, DECISION_SCHEMA))
    yield f"{BASE}/schema/record.json", _pretty(record_schema())
    yield f"{BASE}/schema/kb.json", _pretty(settings_schema())


def record_lines(entries: Sequence[Entry]) -> Iterator[bytes]:
    """Yield all records as lines of JSON (NDJSON), newest first, each with its id and digest."""
    for entry in entries:
        tree = {"id": entry.row.id, "digest": entry.row.digest, "record": json.loads(entry.file.read_bytes())}
        yield (json.dumps(tree, sort_keys=True, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _index(rows: Sequence[Summary], settings: Settings) -> JsonValue:
    return {
        "schema": SCHEMA,
        "knowledge_base": {"id": settings.id, "title": settings.title, "base_url": settings.base_url},
        "records": [_line(row.entry) for row in rows],
    }


def _line(entry: Entry) -> JsonValue:
    row = entry.row
    return {
        "id": row.id,
        "digest": row.digest,
        "path": f"records/{row.id}.json",
        "title": row.title,
        "created": row.created,
        "kind": row.kind,
        "state": row.state,
        "outcome": row.outcome,
        "host": row.host,
        "manager": row.manager,
        "python": row.python,
        "tags": list(row.tags),
        "edge_cases": list(row.edges),
    }


def _risks(matrix: Matrix) -> JsonValue:
    return {
        "schema": "envkb.api.risks/1",
        "evaluated": matrix.today.isoformat(),
        "risks": [_risk(each) for each in matrix.assessments],
    }


def _risk(assessment: Assessment) -> JsonValue:
    now, prior = assessment.likelihood, assessment.prior
    return {
        "id": assessment.file.slug,
        "path": str(assessment.file.path),
        "title": assessment.risk.statement,
        "status": assessment.status,
        "date": assessment.risk.review.isoformat(),
        "impact": assessment.risk.impact,
        "basis": assessment.risk.basis,
        "probability": assessment.probability,
        "prior": prior.model_dump(mode="json") if prior else None,
        "posterior": now.model_dump(mode="json") if now else None,
        "records_for": list(assessment.records_for),
        "records_against": list(assessment.records_against),
    }


def _decisions(judgement: Judgement) -> JsonValue:
    return {
        "schema": "envkb.api.decisions/1",
        "evaluated": judgement.on.isoformat(),
        "decisions": [_decision(each) for each in judgement.decisions],
    }


def _decision(judged: JudgedDecision) -> JsonValue:
    return {
        "id": judged.file.slug,
        "path": str(judged.file.path),
        "title": judged.file.title,
        "status": judged.file.decision.status,
        "date": judged.file.decision.date,
        "state": judged.state,
        "assumptions": [
            {
                "id": each.assumption.id,
                "statement": each.assumption.statement,
                "state": each.state,
                "waived": each.waived,
                "reason": each.found.reason,
                "supporting": list(each.found.supporting),
                "opposing": list(each.found.opposing),
            }
            for each in judged.outcomes
        ],
    }


def _pretty(tree: JsonValue | Mapping[str, Any]) -> bytes:
    return (json.dumps(tree, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()
