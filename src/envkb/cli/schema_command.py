"""`kb schema`."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from envkb.cli.console import AsJson, emit, show
from envkb.errors import UsageError

if TYPE_CHECKING:
    from pydantic import BaseModel


def run(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Name of the schema; without one they are listed.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Print the JSON Schema of a record, of kb.toml, of `--from`, or of a `--json` output.

    Example: kb schema record > record.schema.json
    """
    from envkb.cli.documents import SchemaDocument  # noqa: PLC0415 - start-up

    schemas = known()
    if name is not None and name not in schemas:
        raise UsageError(f"there is no schema {name!r}", hint=f"known: {', '.join(schemas)}")
    if as_json:
        emit(SchemaDocument(names=tuple(schemas), name=name, json_schema=schema(name) if name else None))
    elif name is None:
        for known_name in schemas:
            show(known_name)
    else:
        show(json.dumps(schema(name), indent=2, ensure_ascii=False))


def schema(name: str) -> dict[str, Any]:
    """Return a schema by its name."""
    from envkb.document.schema import schema_of  # noqa: PLC0415 - start-up

    model, version = known()[name]
    return schema_of(model, version)


def known() -> "dict[str, tuple[type[BaseModel], str]]":
    """Return every document of kb by name: its model and its `schema`."""
    from envkb.cli import (  # noqa: PLC0415 - start-up
        amending_documents,
        base_documents,
        decision_documents,
        decision_import_documents,
        documents,
        exchange_documents,
        exhibit_documents,
        log_documents,
        next_documents,
        proof_documents,
        risk_documents,
        run_documents,
        verify_documents,
    )
    from envkb.experiment.stated_document import StatedDocument  # noqa: PLC0415 - start-up
    from envkb.model.decision import SCHEMA as DECISION_SCHEMA  # noqa: PLC0415 - start-up
    from envkb.model.decision import Decision  # noqa: PLC0415 - start-up
    from envkb.model.plan import Plan  # noqa: PLC0415 - start-up
    from envkb.model.record import SCHEMA, Record  # noqa: PLC0415 - start-up
    from envkb.model.risk import SCHEMA as RISK_SCHEMA  # noqa: PLC0415 - start-up
    from envkb.model.risk import Risk  # noqa: PLC0415 - start-up
    from envkb.model.settings import Settings  # noqa: PLC0415 - start-up

    found: dict[str, tuple[type[BaseModel], str]] = {
        "record": (Record, SCHEMA),
        "kb": (Settings, "envkb.kb/1"),
        "stated": (StatedDocument, "envkb.stated/1"),
        "plan": (Plan, "envkb.plan/1"),
        "risk": (Risk, RISK_SCHEMA),
        "decision": (Decision, DECISION_SCHEMA),
    }
    printed = (
        documents,
        base_documents,
        run_documents,
        decision_documents,
        decision_import_documents,
        amending_documents,
        exchange_documents,
        exhibit_documents,
        log_documents,
        next_documents,
        proof_documents,
        risk_documents,
        verify_documents,
    )
    for model in (model for module in printed for model in module.PRINTED):
        version = str(model.model_fields["schema_"].default)
        found[version.removeprefix("envkb.").partition("/")[0]] = (model, version)
    return found
