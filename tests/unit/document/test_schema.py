import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from envkb.document.schema import record_schema, settings_schema
from envkb.knowledge.creation import create_knowledge_base
from factory import make_attachment, make_bytes, make_edge_case, make_link, make_retraction


def _walk(schema: Any) -> list[dict[str, Any]]:
    objects = [schema, *schema.get("$defs", {}).values()]
    return [each for each in objects if each.get("type") == "object"]


@pytest.mark.parametrize("schema", [record_schema(), settings_schema()], ids=["record", "kb.toml"])
def test_the_schema_is_one_and_explains_every_key(schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)
    for each in _walk(schema):
        for name, key in each["properties"].items():
            assert key.get("description"), name


def test_records_that_kb_writes_fit_the_schema() -> None:
    validator = jsonschema.Draft202012Validator(record_schema())
    plain = make_bytes()
    rich = make_bytes(
        2, edge_cases=(make_edge_case(),), attachments=(make_attachment(b"x"),), links=(make_link("reproduces", plain),)
    )
    retraction = json.loads(make_retraction(plain).model_dump_json())
    for tree in (json.loads(plain), json.loads(rich), retraction):
        validator.validate(tree)


@pytest.mark.parametrize("change", [{"schema": "x"}, {"extra": 1}, {"outcome": "maybe"}, {"created": "today"}])
def test_the_schema_refuses_what_the_model_refuses(change: dict[str, Any]) -> None:
    validator = jsonschema.Draft202012Validator(record_schema())
    assert not validator.is_valid(json.loads(make_bytes()) | change)


def test_every_key_of_a_record_is_required() -> None:
    schema = record_schema()
    assert set(schema["required"]) == set(schema["properties"])


def test_new_settings_fit_their_schema(tmp_path: Path) -> None:
    create_knowledge_base(tmp_path)
    settings = tomllib.loads((tmp_path / "kb/kb.toml").read_text("utf-8"))
    jsonschema.Draft202012Validator(settings_schema()).validate(settings)
