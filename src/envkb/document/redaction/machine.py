"""The values of a machine that must never be stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields


@dataclass(frozen=True, slots=True)
class MachineValues:
    """What a machine is called and who uses it; never stored, only searched for.

    Attributes:
        users: User names, also full names.
        hosts: Host names, short and with their domain.
        homes: Home folders, also the Windows one under WSL.
        prefixes: Prefixes of Python environments.
        ips: Addresses of its interfaces.
        macs: Hardware addresses of its interfaces.
        ids: Machine id, boot id, serials, UUIDs.
        secrets: Values of variables with secret-looking names, by variable.
    """

    users: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    homes: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    ips: tuple[str, ...] = ()
    macs: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __or__(self, other: "MachineValues") -> "MachineValues":
        """Return the values of both machines."""
        secrets = dict(self.secrets)
        for name, value in other.secrets.items():
            secrets[name if secrets.get(name, value) == value else f"{name} there"] = value
        names = [each.name for each in fields(self) if each.name != "secrets"]
        joined = {name: tuple(dict.fromkeys(getattr(self, name) + getattr(other, name))) for name in names}
        return MachineValues(**joined, secrets=secrets)
