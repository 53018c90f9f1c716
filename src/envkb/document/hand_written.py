"""From the front matter of a hand-written file to the value it describes, with errors that say line and mend."""

import difflib
import json
from collections.abc import Mapping
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from envkb.document.front_matter import Page
from envkb.document.strict_yaml import Path
from envkb.errors import InvalidDataError
from envkb.model.record import ONE_LINE
from envkb.model.value import Value

V = TypeVar("V", bound=Value)

_TYPES: Final[Mapping[str, str]] = {
    "string_type": "must be a text: put it in quotes",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "tuple_type": "must be a list",
    **dict.fromkeys(("date_parsing", "date_from_datetime_parsing"), "must be a date such as 2026-11-22"),
    "date_type": "must be a date such as 2026-11-22",
    "string_too_short": "must not be empty",
}
_PATTERNS: Final[Mapping[str, str]] = {ONE_LINE: "must be one line, and not blank"}


def validate(model: type[V], page: Page, where: str) -> V:
    """Return the value that a page's front matter describes.

    Args:
        model: The kind of value.
        page: The file, taken apart.
        where: Its name, for messages.

    Raises:
        InvalidDataError: A key that is unknown (the hint names the nearest known one) or missing, or a wrong value.
    """
    try:
        # By way of JSON, strict values take a list for a tuple and a text for a date, and nothing else for anything.
        return model.model_validate_json(json.dumps(page.values))
    except ValidationError as error:
        raise _explain(error, model, page, where) from error


def _explain(error: ValidationError, model: type[Value], page: Page, where: str) -> InvalidDataError:
    problems = error.errors(include_url=False)
    # Misspelling a key makes it unknown and its right spelling missing: the former says what happened.
    first = next((problem for problem in problems if problem["type"] == "extra_forbidden"), problems[0])
    path = _path(first["loc"], page)
    name = ".".join(str(part) for part in path)
    place = f"{where}: line {_line(path, page)}"
    if first["type"] == "extra_forbidden":
        return InvalidDataError(f"{name}: unknown key", hint=_nearest(path, first["loc"], model), place=place)
    if first["type"] == "missing":
        return InvalidDataError(f"{name}: missing", hint=f"add `{path[-1]}: …`", place=place)
    context: Mapping[str, Any] = first.get("ctx") or {}
    told = _PATTERNS.get(context.get("pattern", "")) or _TYPES.get(first["type"])
    message = told or str(context.get("error") or first["msg"]).removeprefix("Input s")
    message = f"s{message}" if message.startswith("hould ") else message
    plain = not isinstance(first["input"], dict | list)
    given = f"it is {json.dumps(first['input'], ensure_ascii=False)}" if plain else "mend it in the file"
    return InvalidDataError(f"{name}: {message}" if name else message, hint=given, place=place)


def _path(location: tuple[int | str, ...], page: Page) -> Path:
    # A location names the member of a union or a function too; what stands in the file is what has a line.
    path: Path = ()
    for number, part in enumerate(location):
        if (*path, part) in page.lines or number == len(location) - 1:
            path = (*path, part)
    return path


def _line(path: Path, page: Page) -> int:
    while path:
        if path in page.lines:
            return page.lines[path]
        path = path[:-1]
    return 1


def _nearest(path: Path, location: tuple[int | str, ...], model: type[Value]) -> str:
    from pydantic import TypeAdapter  # noqa: PLC0415 - needed for a hint alone

    schema = TypeAdapter(model).json_schema(by_alias=True)
    known = _keys_at(schema, schema, location[:-1])
    close = difflib.get_close_matches(str(path[-1]), known, n=1)
    return f"did you mean {close[0]}?" if close else f"the keys are {', '.join(known)}"


def _keys_at(schema: Mapping[str, Any], root: Mapping[str, Any], location: tuple[int | str, ...]) -> list[str]:
    """Return the keys known at a place: of every form a value there may have."""
    if "$ref" in schema:
        return _keys_at(root["$defs"][schema["$ref"].rpartition("/")[2]], root, location)
    for form in ("anyOf", "oneOf"):
        if form in schema:
            return [key for member in schema[form] for key in _keys_at(member, root, location)]
    if not location:
        return list(schema.get("properties", ()))
    step, rest = location[0], location[1:]
    if isinstance(step, int):
        return _keys_at(schema.get("items", {}), root, rest)
    inner = schema.get("properties", {}).get(step)
    # A step that is no key names the member of a union.
    return _keys_at(schema, root, rest) if inner is None else _keys_at(inner, root, rest)
