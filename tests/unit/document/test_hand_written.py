from datetime import date
from typing import Literal

import pytest
from pydantic import Field

from envkb.document.front_matter import read
from envkb.document.hand_written import validate
from envkb.errors import InvalidDataError
from envkb.model.value import Value


class Part(Value):
    """A part."""

    weight: float
    class_: str = Field(alias="class", default="x")


class Thing(Value):
    """A thing."""

    title: str
    due: date = date(2026, 1, 1)
    size: int = 1
    kind: Literal["big", "small"] = "big"
    parts: tuple[Part, ...] = ()
    one: Part | Literal["any"] | None = None


def _validate(text: str) -> Thing:
    return validate(Thing, read(f"---\n{text}\n---\n".encode(), "kb/a.md"), "kb/a.md")


def test_lists_become_tuples_and_texts_dates() -> None:
    thing = _validate("title: x\ndue: 2026-11-22\nparts:\n  - weight: 2\n    class: y")
    assert (thing.due, thing.parts) == (date(2026, 11, 22), (Part(weight=2.0, class_="y"),))


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("titel: x", "kb/a.md: line 2: titel: unknown key", "did you mean title?"),
        ("title: x\nzzzz: 1", "kb/a.md: line 3: zzzz: unknown key", "the keys are title, due, size, kind, parts, one"),
        ("title: x\nparts:\n- weigth: 1", "kb/a.md: line 4: parts.0.weigth: unknown key", "did you mean weight?"),
        (
            "title: x\nparts:\n- weight: 1\n  clas: y",
            "kb/a.md: line 5: parts.0.clas: unknown key",
            "did you mean class?",
        ),
        ("title: x\none: {wait: 1}", "kb/a.md: line 3: one.wait: unknown key", "did you mean weight?"),
        ("size: 1", "kb/a.md: line 1: title: missing", "add `title: …`"),
        ("title: 2.10", "kb/a.md: line 2: title: must be a text: put it in quotes", "it is 2.1"),
        ("title: x\nsize: big", "kb/a.md: line 3: size: must be a whole number", 'it is "big"'),
        ("title: x\nsize: 1.5", "kb/a.md: line 3: size: must be a whole number", "it is 1.5"),
        ("title: x\ndue: tomorrow", "kb/a.md: line 3: due: must be a date such as 2026-11-22", 'it is "tomorrow"'),
        ("title: x\ndue: 2026-02-30", "kb/a.md: line 3: due: must be a date such as 2026-11-22", 'it is "2026-02-30"'),
        ("title: x\nkind: huge", "kb/a.md: line 3: kind: should be 'big' or 'small'", 'it is "huge"'),
        ("title: x\nparts: y", "kb/a.md: line 3: parts: must be a list", 'it is "y"'),
    ],
)
def test_an_error_names_line_key_and_mend(text: str, message: str, hint: str) -> None:
    with pytest.raises(InvalidDataError) as caught:
        _validate(text)
    assert (caught.value.message, caught.value.hint) == (message, hint)
