"""A record every text of which tries to be more than text."""

import json
import re
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from envkb.document.codec import encode_record
from envkb.model.record import Record

ATTACK = (
    '"><script>window.attacked("script")</script><img src=x onerror=window.attacked(1)>\'`{{ 7*7 }}`{% raw %} | '
    "**bold** [link](javascript:window.attacked(2)) \u202eevil\u2066 &lt;b&gt; --> ]]> </pre></textarea></title>"
    "</details></div>"
)
LINES = (
    f"{ATTACK}\n\n```\n# heading\n\n<div onclick=window.attacked(3)>\n    indented\n~~~\n"
    '--8<-- "mkdocs.yml"\n[ref]: javascript:window.attacked(4)\n\x02wzxhzdk:0\x03 \x00\x1b[31m\r\n'
    "<iframe src=https://evil.example/></iframe><style>body{display:none}</style>"
    "<link rel=stylesheet href=//evil.example>"
)


def make_hostile(record: Record, *, names: bool = True) -> Record:
    """Return a record whose every free text is an attack.

    A text is free where the model accepts the attack in its place; each gets its own number, so that no two are equal.

    Args:
        record: The record to change.
        names: Whether names of facts are changed, too; otherwise their values are shown where they are looked for.
    """
    tree = json.loads(encode_record(record))
    attacked = 0
    for number, (place, holder, key) in enumerate(_texts(tree)):
        if not names and re.fullmatch(r"/facts/\d+/(subject|name)", place):
            continue
        kept = holder[key]
        for attack in (LINES, ATTACK):
            holder[key] = f"{attack} #{number}#"
            if _is_record(tree):
                attacked += 1
                break
            holder[key] = kept
    assert attacked > 100
    return _record(tree)


def _texts(tree: Any, place: str = "") -> Iterator[tuple[str, Any, Any]]:
    entries = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in list(entries):
        if isinstance(value, str):
            yield f"{place}/{key}", tree, key
        else:
            yield from _texts(value, f"{place}/{key}")


def _is_record(tree: Any) -> bool:
    try:
        _record(tree)
    except ValidationError:
        return False
    return True


def _record(tree: Any) -> Record:
    ordered = {
        **tree,
        "tags": sorted(tree["tags"]),
        "facts": sorted(tree["facts"], key=lambda fact: (fact["subject"], fact["name"])),
    }
    return Record.model_validate_json(json.dumps(ordered))
