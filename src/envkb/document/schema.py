"""JSON Schemas, made from the models so that they never tell another story."""

import inspect
import re
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from envkb.model.record import SCHEMA, Record
from envkb.model.settings import Settings

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_ATTRIBUTES: Final = re.compile(r"\nAttributes:\n(?P<lines>(?:[ ]{4}.*\n?|\n)+)")
_ATTRIBUTE: Final = re.compile(r"^ {4}(\w+): (.+(?:\n {8,}.+)*)", re.MULTILINE)


def record_schema() -> dict[str, Any]:
    """Return the JSON Schema of a record's file.

    It cannot say everything: canonical form, order and what belongs to each kind are checked by `kb check`.
    """
    return schema_of(Record, SCHEMA)


def settings_schema() -> dict[str, Any]:
    """Return the JSON Schema of `kb.toml`, for editors."""
    return schema_of(Settings, "envkb.kb/1")


def schema_of(model: type[BaseModel], name: str) -> dict[str, Any]:
    """Return the JSON Schema of a model's documents, with the meanings that its docstrings give.

    Args:
        model: What one document is validated by.
        name: The document's name and version: what its own `schema` key says, where it has one.
    """
    schema = model.model_json_schema(by_alias=True, mode="validation", schema_generator=_Described)
    return {"$schema": DIALECT, "$id": f"urn:{name.replace('/', ':')}", **schema}


class _Described(GenerateJsonSchema):
    """Adds the meanings of attributes, which the docstrings hold, and leaves out titles that only repeat names."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401, ARG002 - pydantic's own signature
        return False

    def model_schema(self, schema: Any) -> JsonSchemaValue:  # noqa: ANN401 - pydantic's own type is private
        json_schema = super().model_schema(schema)
        if "properties" not in json_schema:
            return json_schema
        model: type[BaseModel] = schema["cls"]
        text = inspect.cleandoc(model.__doc__ or "")
        json_schema["description"] = " ".join(text.split("\n\nAttributes:")[0].split())
        # A key that is inherited is explained where it comes from.
        meanings = {name: it for kind in reversed(model.__mro__) for name, it in _meanings(kind.__doc__).items()}
        for name, field in model.model_fields.items():
            if name in meanings:
                json_schema["properties"][field.alias or name]["description"] = meanings[name]
        return json_schema


def _meanings(docstring: str | None) -> dict[str, str]:
    section = _ATTRIBUTES.search(inspect.cleandoc(docstring or ""))
    found = _ATTRIBUTE.findall(section["lines"]) if section else []
    return {name: " ".join(meaning.split()) for name, meaning in found}
