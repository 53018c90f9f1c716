import json
import math
import unicodedata
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envkb.document.canonical import MAX_BYTES, MAX_DEPTH, MAX_INTEGER, encode, parse
from envkb.errors import InvalidDataError
from factory import make_bytes

KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-MAX_INTEGER, MAX_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
)
TREES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4))


def _plain(tree: Any) -> bytes:
    return (json.dumps(tree, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _normal(tree: Any) -> Any:
    if isinstance(tree, str):
        return unicodedata.normalize("NFC", tree)
    if isinstance(tree, dict):
        return {key: _normal(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_normal(value) for value in tree]
    return tree


@given(TREES)
def test_what_is_written_is_read_and_written_again_byte_for_byte(tree: Any) -> None:
    data = encode(tree)
    assert parse(data) == _normal(tree)
    assert encode(parse(data)) == data


@given(TREES)
def test_bytes_are_accepted_exactly_where_encoding_them_again_gives_them(tree: Any) -> None:
    data = _plain(tree)
    try:
        parse(data)
    except InvalidDataError:
        assert encode(json.loads(data)) != data
    else:
        assert encode(json.loads(data)) == data


@given(TREES, st.data())
def test_no_other_spelling_is_accepted(tree: Any, data: st.DataObject) -> None:
    original = encode(tree)
    changed = bytearray(original)
    place = data.draw(st.integers(0, len(original)))
    kind = data.draw(st.sampled_from(["insert", "remove", "replace"]))
    byte = data.draw(st.sampled_from(b' \n\t"0123456789eE+-.,:[]{}\\/tfnau\xef\xbb\xbf\xcc\x81\r\0'))
    changed[place : place + (kind != "insert")] = b"" if kind == "remove" else bytes([byte])
    with suppress(InvalidDataError):
        assert encode(parse(bytes(changed))) == bytes(changed)


@given(st.binary(max_size=200))
def test_any_bytes_are_canonical_or_invalid(data: bytes) -> None:
    with suppress(InvalidDataError):
        assert encode(parse(data)) == data


def test_a_record_cut_anywhere_is_refused() -> None:
    data = make_bytes()
    for length in range(len(data)):
        with pytest.raises(InvalidDataError):
            parse(data[:length])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "line 1, column 1: no JSON"),
        (b"{}", "does not end where it should"),
        (b"{}\n\n", "does not end where it should"),
        (b"{ }\n", "line 1: not in canonical form: '{ }' is written '{}'"),
        (b'{\n  "b": 1,\n  "a": 2\n}\n', "line 2: not in canonical form"),
        (b'{\n  "a": 1,\n  "a": 1\n}\n', "not in canonical form"),
        (b"\xef\xbb\xbf{}\n", "byte-order mark"),
        (b"{}\r\n", "carriage returns"),
        (b'{\n  "a": "\xff"\n}\n', "byte 10: not UTF-8"),
        (b'{\n  "a": "\xed\xa0\x80"\n}\n', "not UTF-8"),
        (b"[\n  1e16\n]\n", "not in canonical form"),
        (b"[\n  1e+16,2\n]\n", "not in canonical form"),
        (b"[\n1\n]\n", "not in canonical form"),
        (b"[]\n ", "not in canonical form"),
        (b'{\n  "a": "\\ud800"\n}\n', "not in canonical form"),
        (b'{\n  "a": "\\u00e4"\n}\n', "not in canonical form"),
        (b'{\n  "a": "a\xcc\x88"\n}\n', "NFC"),
        (b"NaN\n", "not finite"),
        (b"-Infinity\n", "not finite"),
        (b"1e400\n", "not finite"),
        (b"1.0e5\n", "not in canonical form"),
        (b"-0\n", "not in canonical form"),
        (b"[\n  -0.0\n]\n", "-0.0 is written 0.0"),
        (b'{\n  "a": -0.0,\n  "b": 1\n}\n', "-0.0 is written 0.0"),
        (b"9007199254740992\n", "beyond 2^53-1"),
        (b"-9007199254740992\n", "beyond 2^53-1"),
        (b"1" * 5000 + b"\n", "beyond 2^53-1"),
        (b'{\n  "A": 1\n}\n', "'A' cannot be a key"),
        (b'{\n  "": 1\n}\n', "'' cannot be a key"),
        (b'{\n  "a\\"b": 1\n}\n', "cannot be a key"),
        (b"[" * 100_000 + b"]" * 100_000, "nested deeper"),
        (b"[" * 100_000, "nested deeper"),
        (b'{"a":' * 100_000, "nested deeper"),
        (b" " * (MAX_BYTES + 1), "at most 1048576"),
    ],
)
def test_what_is_not_canonical_is_named(data: bytes, message: str) -> None:
    with pytest.raises(InvalidDataError) as caught:
        parse(data)
    assert message in caught.value.message
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("inside", ['"-0.0"', '" -0.0,"', r'"\n-0.0\n"', '"CR \\\\r"'])
def test_a_text_that_looks_like_a_forbidden_number_is_a_text(inside: str) -> None:
    data = f"[\n  {inside}\n]\n".encode()
    assert encode(parse(data)) == data


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        ({"Torch": 1}, "'Torch' cannot be a key"),
        ({"a": {"b-c": 1}}, "a: 'b-c' cannot be a key"),
        ({"a": [1, {"b": 2**53}]}, "a/1/b: the integer"),
        ({"a": math.nan}, "not finite"),
        ({"a": math.inf}, "not finite"),
        ("\ud800", "surrogate"),
        (["x" * MAX_BYTES], "attachments"),
    ],
)
def test_what_cannot_be_written_is_refused_with_its_place(tree: Any, message: str) -> None:
    with pytest.raises(InvalidDataError) as caught:
        encode(tree)
    assert message in caught.value.message + caught.value.hint


def _nested(depth: int) -> Any:
    tree: Any = 1
    for _ in range(depth):
        tree = [tree]
    return tree


def test_the_deepest_tree_is_read_and_the_next_deeper_is_not() -> None:
    assert parse(encode(_nested(MAX_DEPTH))) == _nested(MAX_DEPTH)
    with pytest.raises(InvalidDataError, match="nested deeper"):
        encode(_nested(MAX_DEPTH + 1))
    with pytest.raises(InvalidDataError, match="nested deeper"):
        parse(_plain(_nested(MAX_DEPTH + 1)))


def test_the_writer_brings_text_and_zero_to_one_spelling() -> None:
    assert encode({"a": "a\u0308", "b": -0.0}) == b'{\n  "a": "\xc3\xa4",\n  "b": 0.0\n}\n'
