"""The keys of every JSON and TOML document, from the schemas that `kb schema` prints."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from tables import code, table

from envkb.cli.schema_command import known, schema

_WRITTEN_BY_HAND = ("kb", "stated", "risk", "decision")
_ELSEWHERE = {
    "JsonValue": "any JSON value",
    "Origin": "[origin](record.md#origin)",
    "Phase": "[phase](edge-cases.md#phase)",
    "Record": "[record](record.md#keys)",
    "Severity": "[severity](edge-cases.md#severity)",
    "Status": "[status](record.md#status)",
}
_TYPES = {
    "boolean": "true or false",
    "integer": "integer",
    "null": "null",
    "number": "number",
    "object": "table",
    "string": "text",
}


def record() -> str:
    """Return the keys of a record and of everything in it."""
    return "\n\n".join(_sections(schema("record")))


def settings() -> str:
    """Return the keys of `kb.toml`."""
    return "\n\n".join(_sections(schema("kb"), by_hand=True))


def stated() -> str:
    """Return the keys of what `kb record --from` reads."""
    return "\n\n".join(_sections(schema("stated"), by_hand=True))


def risk() -> str:
    """Return the keys of a risk's front matter."""
    return "\n\n".join(_sections(schema("risk"), by_hand=True))


def printed() -> str:
    """Return every document that `--json` prints."""
    in_records = schema("record")["$defs"]
    told = {"Record", *in_records}
    sections = []
    for name in known():
        if name not in (*_WRITTEN_BY_HAND, "record"):
            document = schema(name)
            version = document["properties"]["schema"]["const"]
            sections += [f"## {code(version)}", *_sections(document, leave_out=told)]
            told |= set(document.get("$defs", ()))
    text = "\n\n".join(sections)
    return re.sub(rf"\[({'|'.join(in_records)})\]\(#", r"[\1](record.md#", text)


def _sections(document: Mapping[str, Any], *, by_hand: bool = False, leave_out: Collection[str] = ()) -> Iterator[str]:
    """Yield the document's own keys, then those of each object in it.

    Args:
        document: Its schema.
        by_hand: Whether people write it, in TOML, where keys are left out and nothing is null.
        leave_out: Objects that are explained elsewhere.
    """
    yield _described(document, by_hand=by_hand)
    for name, definition in _met(document).items():
        if name not in leave_out and "properties" in definition:
            yield f"### {name}\n\n{_described(definition, by_hand=by_hand)}"


def _met(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the definitions in the order in which a reader meets them, each followed by what it refers to."""
    definitions = document.get("$defs", {})
    waiting = _references(document["properties"])
    met: dict[str, Any] = {}
    while waiting:
        name = waiting.pop(0)
        if name not in met:
            met[name] = definitions[name]
            waiting = _references(definitions[name]) + waiting
    return met


def _references(node: object) -> list[str]:
    return re.findall(r'"#/\$defs/(\w+)"', json.dumps(node))


def _described(node: Mapping[str, Any], *, by_hand: bool) -> str:
    header = ["key", "value", "meaning"]
    rows = []
    for key, value in node["properties"].items():
        kind = _type(value)
        meaning = "Says which document this is." if "const" in value else value["description"]
        rows.append([code(key), kind.removesuffix(" or null") if by_hand else kind, meaning])
        if by_hand:
            rows[-1].append("yes" if key in node.get("required", ()) else "no")
    return f"{node['description']}\n\n{table([*header, 'needed'] if by_hand else header, rows)}"


def _type(node: Mapping[str, Any]) -> str:
    if "const" in node or "enum" in node:
        return ", ".join(code(value) for value in node.get("enum", [node.get("const")]))
    if "anyOf" in node:
        return " or ".join(map(_type, node["anyOf"]))
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        return _ELSEWHERE.get(name) or f"[{name}](#{name.lower()})"
    if "prefixItems" in node:
        return f"[{', '.join(map(_type, node['prefixItems']))}]"
    if node.get("type") == "array":
        return f"list of {_type(node['items'])}"
    return _TYPES.get(node.get("type", ""), "any JSON value")
