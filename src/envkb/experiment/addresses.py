"""Names of the indexes and channels that a machine is configured with: records keep them, not the addresses. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from envkb.model.environment import Environment, Setting

DEFAULT: Final = "default"
"""What an index is called that a manager takes unasked."""

_DEFAULT_INDEX: Final = frozenset({("pip", "index-url"), ("uv", "index-url"), ("uv", "default-index")})
_NAMED_INDEX: Final = re.compile(r"index\.([A-Za-z0-9._-]+)\.url")
_CUSTOM_CHANNEL: Final = "custom_channels."
_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9][\w.-]*")


def known_addresses(environment: Environment | None, *named: Mapping[str, str]) -> dict[str, str]:
    """Return names by address, for the gate.

    Args:
        environment: An environment as it was read, with the settings of its managers; None for none.
        named: Addresses by name that somebody gave; the first of two names for one address counts.
    """
    found: dict[str, str] = {}
    for name, address in ((name, address) for names in named for name, address in names.items()):
        found.setdefault(address.rstrip("/"), name)
    for name, address in _configured(environment.settings if environment else ()):
        found.setdefault(address.rstrip("/"), name)
    return {address: name for address, name in found.items() if "://" in address}


def _configured(settings: Iterable[Setting]) -> Iterator[tuple[str, str]]:
    held = tuple(settings)
    for row in held:
        named = _NAMED_INDEX.fullmatch(row.name) if row.tool == "uv" else None
        if named:
            is_default = any(one.name == f"index.{named[1]}.default" and one.value == "true" for one in held)
            yield (DEFAULT if is_default else named[1]), row.value
        elif (row.tool, row.name) in _DEFAULT_INDEX:
            yield DEFAULT, row.value
        elif (row.tool, row.name) == ("uv", "index"):
            yield from _of_variable(row.value)
        elif row.tool == "conda" and row.name.startswith(_CUSTOM_CHANNEL):
            name = row.name.removeprefix(_CUSTOM_CHANNEL)
            yield name, f"{row.value.rstrip('/')}/{name}"
        elif (row.tool, row.name) == ("conda", "channel_alias"):
            yield from _below(row.value, held)


def _of_variable(text: str) -> Iterator[tuple[str, str]]:
    """Read `NAME=URL URL`, as the variable has it; those without a name have none here either."""
    for part in text.split():
        name, equals, address = part.partition("=")
        if equals and _PLAIN_NAME.fullmatch(name):
            yield name, address


def _below(alias: str, settings: Iterable[Setting]) -> Iterator[tuple[str, str]]:
    """Yield the channels that are known by name, at the address below which conda looks for them."""
    for row in settings:
        if (row.tool, row.name) == ("conda", "channels"):
            yield from ((name, f"{alias.rstrip('/')}/{name}") for name in row.value.split() if "://" not in name)
