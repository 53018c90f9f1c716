import pytest

from envkb.capture.collected import from_collector
from envkb.document.redaction import MachineValues
from envkb.errors import InvalidDataError

DOCUMENT = {
    "schema": "envkb.snapshot/1",
    "sources": [{"id": "lscpu", "status": "ok", "text": "x"}],
    "machine_values": {"users": ["ada"], "hosts": ["bench"], "secret_variables": {"HF_TOKEN": "abcd"}},
}


def test_the_snapshot_and_what_must_not_be_stored_come_apart() -> None:
    collected = from_collector(DOCUMENT)
    assert collected.snapshot.text("lscpu") == "x"
    assert collected.machine_values == MachineValues(users=("ada",), hosts=("bench",), secrets={"HF_TOKEN": "abcd"})


@pytest.mark.parametrize("values", [None, [], "x", {"users": "ada", "secret_variables": ["x"]}])
def test_values_of_another_shape_are_none(values: object) -> None:
    assert from_collector({**DOCUMENT, "machine_values": values}).machine_values == MachineValues()


def test_another_document_is_refused() -> None:
    with pytest.raises(InvalidDataError):
        from_collector({"schema": "something/1"})
