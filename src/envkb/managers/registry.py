"""All managers by name."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from envkb.errors import UsageError
from envkb.managers.conda import FAMILY, CondaFamily
from envkb.managers.pip import Pip
from envkb.managers.pixi import Pixi
from envkb.managers.protocol import Manager
from envkb.managers.rattler import Rattler
from envkb.managers.uv import Uv

_ALL: Final[tuple[Manager, ...]] = (Uv(), Pip(), *map(CondaFamily, FAMILY), Rattler(), Pixi())

MANAGERS: Final[Mapping[str, Manager]] = MappingProxyType({manager.name: manager for manager in _ALL})
"""Every manager by name."""


def manager_named(name: str) -> Manager:
    """Return a manager.

    Raises:
        UsageError: There is none of this name.
    """
    if name not in MANAGERS:
        from difflib import get_close_matches  # noqa: PLC0415 - for mistypes alone

        close = get_close_matches(name, MANAGERS, n=1)
        known = f"it is one of {', '.join(MANAGERS)}"
        raise UsageError(f"there is no manager {name!r}", hint=f"did you mean {close[0]}? {known}" if close else known)
    return MANAGERS[name]
