import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from envkb.document.front_matter import MAX_BYTES, bytes_without, read, set_line
from envkb.errors import InvalidDataError

PAGE = b"""---
# what it is
status: proposed      # for now
title: 'Use uv'

options:
  - uv
  # the other one
  - name: pip
    note: |
      slow

      but known
# waivers come last
waivers: []
---
# Use uv

status: this is text
---
"""


def test_a_page_is_its_values_its_text_and_the_lines_of_both() -> None:
    page = read(PAGE, "a.md")
    assert page.values == {
        "status": "proposed",
        "title": "Use uv",
        "options": ["uv", {"name": "pip", "note": "slow\n\nbut known\n"}],
        "waivers": [],
    }
    assert page.body == "# Use uv\n\nstatus: this is text\n---\n"
    assert (page.lines["status",], page.lines["options", 1, "note"], page.lines["waivers",]) == (3, 10, 15)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "line 1: no front matter"),
        (b"# Title\n", "line 1: no front matter"),
        (b"---\na: 1\n", "line 1: the front matter does not end"),
        (b"---\na: \xff\n---\n", "line 2: not UTF-8"),
        (b"---\na: 1\n---\n\xe9t\xe9\n", "line 4: not UTF-8"),
        ("---\na: 1\n---\n".encode("utf-16"), "not UTF-8"),
        (b"---\na: 1\nb: [\n---\n", "line"),
        (b"x" * (MAX_BYTES + 1), "at most"),
    ],
)
def test_what_is_no_page_is_refused_in_one_line(data: bytes, word: str) -> None:
    with pytest.raises(InvalidDataError) as caught:
        read(data, "kb/risks/a.md")
    assert word in caught.value.message
    assert caught.value.message.startswith("kb/risks/a.md")


def test_windows_line_ends_and_a_byte_order_mark_are_read_and_kept() -> None:
    data = "\ufeff---\r\na: 1\r\nb: 2\r\n---\r\nText\r\n".encode()
    assert read(data, "a.md").values == {"a": 1, "b": 2}
    assert set_line(data, "a", [1]) == "\ufeff---\r\na:\r\n  - 1\r\nb: 2\r\n---\r\nText\r\n".encode()
    assert bytes_without(data, ["a"]) == "\ufeff---\r\nb: 2\r\n---\r\nText\r\n".encode()


def test_setting_a_value_touches_its_line_alone_and_keeps_the_comment() -> None:
    assert set_line(PAGE, "status", "accepted") == PAGE.replace(b"status: proposed ", b"status: accepted ")


def test_setting_a_block_replaces_all_its_lines_and_no_others() -> None:
    changed = set_line(PAGE, "options", ["uv"])
    assert b"options:\n  - uv\n# waivers come last\n" in changed
    assert b"known" not in changed
    assert changed.startswith(PAGE.partition(b"options")[0])


def test_a_new_key_becomes_the_last() -> None:
    assert set_line(PAGE, "accepted_sha256", "ab" * 32) == PAGE.replace(
        b"waivers: []\n", b"waivers: []\naccepted_sha256: " + b"ab" * 32 + b"\n", 1
    )


def test_a_list_of_mappings_is_written_one_item_a_line() -> None:
    waiver = {"name": "Ada", "until": "2027-01-01", "reason": "the Pi 6: not yet here"}
    assert b'waivers:\n  - name: Ada\n    until: 2027-01-01\n    reason: "the Pi 6: not yet here"\n' in set_line(
        PAGE, "waivers", [waiver]
    )


def test_bytes_without_keys_leave_everything_else() -> None:
    left = bytes_without(PAGE, ["status", "waivers", "no-such-key"])
    assert b"status: proposed" not in left
    assert b"waivers: []" not in left
    assert b"# what it is\ntitle" in left
    assert b"# waivers come last\n---\n# Use uv\n\nstatus: this is text\n---\n" in left


def test_a_digest_without_some_keys_holds_while_only_they_change() -> None:
    def digest(data: bytes) -> str:
        return hashlib.sha256(bytes_without(data, ["status", "waivers"])).hexdigest()

    changed = set_line(set_line(PAGE, "waivers", [{"a": "1", "b": ["x"]}]), "status", "superseded")
    assert digest(changed) == digest(PAGE)
    assert digest(changed.replace(b"Use uv", b"Use pip")) != digest(PAGE)


def test_a_quotation_that_ends_in_the_first_column_is_taken_whole() -> None:
    data = b"---\na: 'one\n# two'\nb: 1\n---\n"
    assert read(data, "a.md").values == {"a": "one # two", "b": 1}
    assert bytes_without(data, ["a"]) == b"---\nb: 1\n---\n"


_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(
    [
        "no",
        "017",
        "12:30",
        "2026-11-22",
        "1e5",
        "- a",
        "# b",
        "a: b",
        "a #b",
        "{",
        "'",
        "",
        " ",
        "\u2028",
        "\x85",
        "---",
    ]
)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**14), 10**14) | st.floats(-1e9, 1e9) | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(["status", "title", "options", "waivers", "new"]), _VALUES)
def test_whatever_is_set_is_read_back_and_the_rest_stays(key: str, value: JsonValue) -> None:
    changed = set_line(PAGE, key, value)
    page = read(changed, "a.md")
    assert page.values == {**read(PAGE, "a.md").values, key: value}
    assert bytes_without(changed, [key]) == bytes_without(PAGE, [key])
