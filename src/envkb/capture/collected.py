"""What a collection gives: the snapshot, and beside it what must never be stored."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from envkb.capture.snapshot import Snapshot, from_document


class MachineValues(NamedTuple):
    """Values of the machine that was read, for the redaction gate to look for; never stored.

    Attributes:
        users: Login names.
        hosts: Host names, short and full.
        homes: Home folders.
        ips: Own addresses, loopback excepted.
        macs: Hardware addresses.
        ids: Machine id, boot id, serials, as far as they can be read.
        secret_variables: Environment variables whose name looks secret, with their values.
    """

    users: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    homes: tuple[str, ...] = ()
    ips: tuple[str, ...] = ()
    macs: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    secret_variables: Mapping[str, str] = MappingProxyType({})


class Collected(NamedTuple):
    """One collection.

    Attributes:
        snapshot: The raw text of every source.
        machine_values: What redaction looks for.
    """

    snapshot: Snapshot
    machine_values: MachineValues


def from_collector(document: Mapping[str, Any]) -> Collected:
    """Take a collector's document apart.

    Raises:
        InvalidDataError: It is no snapshot.
    """
    snapshot = from_document(document)
    told = document.get("machine_values")
    values = told if isinstance(told, Mapping) else {}
    lists = {name: _texts(values.get(name)) for name in ("users", "hosts", "homes", "ips", "macs", "ids")}
    secrets = values.get("secret_variables")
    variables = {str(name): str(value) for name, value in secrets.items()} if isinstance(secrets, Mapping) else {}
    return Collected(snapshot, MachineValues(**lists, secret_variables=variables))


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(text) for text in value) if isinstance(value, list) else ()
