"""Reads the configuration files of package managers: INI, TOML and YAML of unknown authors."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

Told = str | list[str]
"""A setting's value: one text, or the items of a list."""

_LONGEST: Final = 64 * 1024
_DEEPEST: Final = 5


class UnreadableConfigError(Exception):
    """A configuration file is not what its tool reads; the message says why, in one line."""


def read_ini(text: str) -> Mapping[str, Any]:
    """Read an INI file as pip does: without interpolation, a value on several lines is a list.

    Raises:
        UnreadableConfigError: It is malformed.
    """
    import configparser  # noqa: PLC0415 - few machines have such a file

    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text)
        return {
            section: {name.replace("_", "-"): value.split() for name, value in parser.items(section)}
            for section in parser.sections()
        }
    except configparser.Error as error:
        raise UnreadableConfigError(_line(error)) from error


def read_toml(text: str) -> Mapping[str, Any]:
    """Read a TOML file.

    Raises:
        UnreadableConfigError: It is malformed, or nested too deep.
    """
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableConfigError(_line(error)) from error


def read_yaml(text: str) -> Mapping[str, Any]:
    """Read a YAML file that holds one mapping.

    Raises:
        UnreadableConfigError: It is malformed, larger than 64 KiB, or has aliases, which can make much of little.
    """
    if len(text) > _LONGEST:
        raise UnreadableConfigError("longer than 64 KiB")
    import yaml  # noqa: PLC0415 - only a machine with conda has such a file

    try:
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text)):
            raise UnreadableConfigError("it has aliases, which are not followed")
        tree = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UnreadableConfigError(_line(error)) from error
    if tree is None:
        return {}
    if not isinstance(tree, dict):
        raise UnreadableConfigError("it holds no mapping")
    return tree


def flatten(name: str, value: object, depth: int = 0) -> Iterator[tuple[str, Told]]:
    """Yield the settings under a name: `pypi-config` that holds `index-url` is `pypi-config.index-url`.

    A list of tables is told by the tables' names (`index.pytorch.url`), else by their numbers. What has an address
    for a key (mirrors) is told as `address -> address`.
    """
    if depth > _DEEPEST or value is None:
        return
    if isinstance(value, dict) and any("/" in str(key) for key in value):
        yield name, [f"{key} -> {item}" for key, told in value.items() for item in _scalars(told)]
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from flatten(f"{name}.{key}", item, depth + 1)
    elif isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        for number, item in enumerate(value):
            rest = {key: told for key, told in item.items() if key != "name"} if isinstance(item, dict) else item
            named = item.get("name", number) if isinstance(item, dict) else number
            yield from flatten(f"{name}.{named}", rest, depth + 1)
    elif isinstance(value, list):
        yield name, _scalars(value)
    else:
        yield name, _scalars(value)[0]


def _scalars(value: object) -> list[str]:
    if isinstance(value, list):
        return [told for item in value for told in _scalars(item)]
    return [str(value).lower() if isinstance(value, bool) else str(value)]


def _line(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "nested too deep"
    return " ".join(str(error).split())[:200] or type(error).__name__


READERS: Final[Mapping[str, Callable[[str], Mapping[str, Any]]]] = {
    "pip": read_ini,
    "uv": read_toml,
    "conda": read_yaml,
    "pixi": read_toml,
}
"""How each tool's files are read."""
