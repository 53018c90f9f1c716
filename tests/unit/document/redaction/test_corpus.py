"""Texts of real machines: whom they belong to is gone, what they are is not."""

import re
from typing import Final

import pytest

from corpus import Item, corpus_items
from envkb.document.redaction import Gate, MachineValues, find_leaks

ITEMS = [item for kind in ("hw", "collect_env", "bench") for item in corpus_items(kind)]
IDENTIFYING = [item for item in ITEMS if item.truth.get("identifiers")]

# Written apart from the gate's own patterns, on purpose plainly.
FORMS: Final = {
    "home path": (r"/home/[a-z]", r"/Users/[a-z]", r"(?i)c:\\+users\\+\w"),
    "host name": (r'"host_?name": ?"\w', r"\w+@\w[\w-]*:[~/]"),
    "serial/uuid": (
        r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        r"(?i)serial\s*:\s*[0-9a-f]{8}",
        r"<serial>\d",
    ),
}
VERSION: Final = r"(?<![\w.])[0-9]+(?:\.[0-9]+)+(?![\w.])"


def clean(item: Item) -> str:
    return Gate(MachineValues()).blob(item.text.encode(), name=item.file).decode()


@pytest.mark.parametrize("item", IDENTIFYING, ids=lambda item: item.file)
def test_nothing_that_identifies_is_left(item: Item) -> None:
    cleaned = clean(item)

    for kind in item.truth["identifiers"]:
        forms = FORMS[kind]
        assert any(re.search(form, item.text) for form in forms)
        assert not [form for form in forms if re.search(form, cleaned)]
    host = item.truth.get("hostname") or item.truth.get("host")
    assert host is None or host not in cleaned
    assert find_leaks(cleaned) == []


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.file)
def test_no_version_is_eaten(item: Item) -> None:
    addresses = re.compile(r"(?:ip=|@|//)" + VERSION)
    before = re.findall(VERSION, addresses.sub("", item.text))

    assert re.findall(VERSION, addresses.sub("", clean(item))) == before


@pytest.mark.parametrize("item", [item for item in ITEMS if item not in IDENTIFYING], ids=lambda item: item.file)
def test_what_identifies_nobody_loses_next_to_nothing(item: Item) -> None:
    gate = Gate(MachineValues())
    gate.text(item.text, place="x")

    assert sum(count for _, count in gate.counts()) <= 8
