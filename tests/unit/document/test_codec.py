import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envkb.document.canonical import encode
from envkb.document.codec import decode_record, encode_record
from envkb.errors import InvalidDataError
from envkb.model.record import Claim, Record
from factory import make_attachment, make_bytes, make_edge_case, make_fact, make_link, make_record, make_retraction

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
LINES = TEXTS.filter(lambda text: text.strip() and not {"\n", "\r"} & set(text))
VALUES = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS
FACTS = st.dictionaries(st.sampled_from(["cpu/model", "gpu/0/name", "os/id"]), VALUES | st.lists(TEXTS, max_size=3))


@st.composite
def records(draw: st.DrawFn) -> Record:
    facts = tuple(make_fact(*path.rsplit("/", 1), value) for path, value in draw(FACTS).items())
    return make_record(
        draw(st.integers(0, 99)),
        title=draw(LINES),
        summary=draw(st.none() | TEXTS),
        outcome=draw(st.sampled_from(["success", "partial", "failure", None])),
        tags=tuple(sorted(draw(st.sets(LINES, max_size=3)))),
        facts=facts,
        edge_cases=tuple(make_edge_case(symptom=symptom) for symptom in draw(st.lists(TEXTS, max_size=2))),
    )


@given(records())
def test_what_is_encoded_decodes_and_encodes_to_the_same_bytes(record: Record) -> None:
    data = encode_record(record)
    assert encode_record(decode_record(data)) == data


@pytest.mark.parametrize(
    "record",
    [
        make_record(),
        make_record(edge_cases=(make_edge_case(),), attachments=(make_attachment(b"x"),)),
        make_record(links=(make_link("reproduces", make_bytes(2)),)),
        make_retraction(make_bytes()),
        make_record(kind="claim", claim=Claim(method="m", version="1", seed=1, parameters={"a": 1}, result=[1.5])),
    ],
    ids=["experiment", "rich", "linked", "retraction", "claim"],
)
def test_each_kind_of_record_comes_back_equal(record: Record) -> None:
    assert decode_record(encode_record(record)) == record


def _changed(**changes: Any) -> bytes:
    return encode(json.loads(make_bytes()) | changes)


TWICE = json.loads(make_bytes(attachments=(make_attachment(b"x"),)))["attachments"] * 2


@pytest.mark.parametrize(
    ("data", "place", "reason"),
    [
        (encode([]), None, "schema is None"),
        (encode({}), None, "schema is None"),
        (_changed(schema="envkb.record/2"), None, "schema is 'envkb.record/2'"),
        (_changed(extra=1), "extra", "no such key"),
        (encode({key: value for key, value in json.loads(make_bytes()).items() if key != "run"}), "run", "missing"),
        (_changed(outcome="maybe"), "outcome", "'success', 'partial' or 'failure'"),
        (_changed(outcome=""), "outcome", "'success'"),
        (_changed(title="two\nlines"), "title", "pattern"),
        (_changed(title=""), "title", "pattern"),
        (_changed(created="2026-11-22 10:00"), "created", "pattern"),
        (_changed(created="2026-02-30T00:00:00Z"), "created", "no moment"),
        (_changed(created="0000-01-01T00:00:00Z"), "created", "no moment"),
        (_changed(salt="0"), "salt", "pattern"),
        (_changed(tags=["b", "a"]), "record", "tags are not sorted"),
        (_changed(tags=[1]), "tags/0", "string"),
        (_changed(kind="retraction"), "record", "names what it retracts"),
        (_changed(kind="claim"), "record", "a claim has content"),
        (_changed(attachments=TWICE), "record", "attachments are not sorted"),
    ],
)
def test_what_is_no_record_is_named_with_its_place(data: bytes, place: str | None, reason: str) -> None:
    with pytest.raises(InvalidDataError) as caught:
        decode_record(data)
    assert caught.value.place == place
    assert reason in caught.value.reason
    assert "\n" not in caught.value.message


def test_facts_out_of_order_or_given_twice_are_refused() -> None:
    tree = json.loads(make_bytes())
    for facts in (tree["facts"][::-1], tree["facts"][:1] * 2):
        with pytest.raises(InvalidDataError, match="fact"):
            decode_record(encode(tree | {"facts": facts}))


def test_canonical_form_is_checked_before_the_model() -> None:
    with pytest.raises(InvalidDataError, match="canonical"):
        decode_record(json.dumps(json.loads(make_bytes())).encode())


@given(st.data())
def test_a_record_with_any_changed_bytes_decodes_to_them_or_not_at_all(data: st.DataObject) -> None:
    changed = bytearray(make_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    with suppress(InvalidDataError):
        assert encode_record(decode_record(bytes(changed))) == bytes(changed)
