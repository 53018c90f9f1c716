"""JSON for people to read and programs to import. Pure."""

import json

from pydantic import JsonValue


def json_text(tree: JsonValue) -> str:
    """Return a JSON text of several lines; keys stay in order, and letters of all languages stay readable."""
    return json.dumps(tree, indent=2, ensure_ascii=False) + "\n"
