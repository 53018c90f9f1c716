"""The machine an experiment ran on."""

from envkb.model.fact import Status
from envkb.model.value import Origin, Value


class Host(Value):
    """The identity of a host; everything else about it is in the facts.

    Attributes:
        origin: How it came to be known.
        key: First 20 hex digits of HMAC-SHA256(key = OS machine id, `envkb/host/1`); null where there is none.
        key_status: Whether the key could be computed.
        key_reason: Why not; null where it could.
        label: The name that a person gave the host (`pi5`); never the host name; null where none was given.
        cpu_flags: Instruction-set flags as the operating system lists them, sorted; empty where not read.
    """

    origin: Origin
    key: str | None
    key_status: Status
    key_reason: str | None
    label: str | None
    cpu_flags: tuple[str, ...]
