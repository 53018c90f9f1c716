from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envkb.errors import InvalidDataError
from envkb.proof.stamps.sidecar import Sidecar, Subject, parse_sidecar

DIGEST = "0" * 64


def make_sidecar(**changes: Any) -> Sidecar:
    fields = {
        "token_sha256": DIGEST,
        "subject": Subject(kind="record", sha256=DIGEST, size=None),
        "authority": "https://tsa.example/tsr",
        "requested": "2026-11-22T22:30:00Z",
    }
    return Sidecar(**(fields | changes))


def test_a_sidecar_reads_as_it_was_written() -> None:
    sidecar = make_sidecar(subject=Subject(kind="checkpoint", sha256=DIGEST, size=42))

    assert parse_sidecar(sidecar.encode()) == sidecar


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"size": null', b'"size": 3'),
        (b'"kind": "record"', b'"kind": "checkpoint"'),
        (b'"kind": "record"', b'"kind": "decision"'),
        (b"envkb.stamp/1", b"envkb.stamp/2"),
        (b"22:30:00Z", b"25:30:00Z"),
        (b"  ", b" "),
        (b"}\n", b"}"),
    ],
)
def test_what_is_no_sidecar_in_its_one_spelling_is_refused(old: bytes, new: bytes) -> None:
    data = make_sidecar().encode()
    assert old in data

    with pytest.raises(InvalidDataError):
        parse_sidecar(data.replace(old, new))


@given(st.text(max_size=100))
def test_any_address_is_kept_or_refused(authority: str) -> None:
    try:
        data = make_sidecar(authority=authority).encode()
    except InvalidDataError:
        return
    assert parse_sidecar(data).encode() == data
