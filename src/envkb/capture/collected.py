"""What a collection gives: the snapshot, and beside it what must never be stored."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from envkb.capture.snapshot import Snapshot, from_document

if TYPE_CHECKING:
    from envkb.document.redaction import MachineValues


class Collected(NamedTuple):
    """One collection.

    Attributes:
        snapshot: The raw text of every source.
        machine_values: What redaction looks for.
    """

    snapshot: Snapshot
    machine_values: "MachineValues"


def from_collector(document: Mapping[str, Any]) -> Collected:
    """Take a collector's document apart.

    Raises:
        InvalidDataError: It is no snapshot.
    """
    from envkb.document.redaction import MachineValues  # noqa: PLC0415 - loaded while the collection is under way

    snapshot = from_document(document)
    told = document.get("machine_values")
    values = told if isinstance(told, Mapping) else {}
    lists = {name: _texts(values.get(name)) for name in ("users", "hosts", "homes", "ips", "macs", "ids")}
    secrets = values.get("secret_variables")
    variables = {str(name): str(value) for name, value in secrets.items()} if isinstance(secrets, Mapping) else {}
    return Collected(snapshot, MachineValues(**lists, secrets=variables))


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(text) for text in value) if isinstance(value, list) else ()
