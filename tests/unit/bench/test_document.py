import json
from typing import Any

import pytest

from bench_documents import as_document, make_document, make_failed, make_row, make_series
from envkb.bench.document import read_document, write_document
from envkb.errors import InvalidDataError


def test_a_document_survives_being_written_and_read() -> None:
    document = as_document(make_row(), make_failed("conv2d"))
    assert read_document(write_document(document)) == document


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no envkb.bench/1 document"),
        (b"Killed", "no envkb.bench/1 document"),
        (b"\xff\xfe", "no envkb.bench/1 document"),
        (b"[]", "schema is None"),
        (b"{}", "schema is None"),
        (b'{"schema": "envkb.bench/9"}', "envkb.bench/9"),
        (b"[" * 100_000, "no envkb.bench/1 document"),
    ],
    ids=["empty", "words", "bytes", "list", "object", "newer", "deep"],
)
def test_what_is_no_document_is_said_in_one_line(data: bytes, said: str) -> None:
    with pytest.raises(InvalidDataError) as caught:
        read_document(data)
    assert said in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-0.5", '"1"', "null", "true"])
def test_a_sample_that_is_no_number_of_seconds_is_refused(number: str) -> None:
    text = json.dumps(make_document(make_row(samples=[0.25])))
    with pytest.raises(InvalidDataError):
        read_document(text.replace("[0.25]", f"[{number}]").encode())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"series": []}, "either samples or a problem"),
        ({"problem": make_failed()["problem"]}, "either samples or a problem"),
        ({"verified": False}, "a wrong result has no samples"),
        ({"starts_s": [1.0]}, "as many starts as samples"),
        ({"surprise": 1}, "no such key"),
        ({"role": "spectator"}, "role"),
        ({"loops": -1}, "loops"),
        ({"series": [make_series("duration", "s", [])]}, "samples"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_a_result_that_contradicts_itself_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidDataError, match=said):
        as_document(make_row(**changes))


def test_a_missing_key_is_named_with_its_place() -> None:
    row = make_row()
    del row["loops"]
    with pytest.raises(InvalidDataError, match="results/0/loops: the key is missing"):
        as_document(row)
