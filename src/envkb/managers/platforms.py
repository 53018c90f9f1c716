"""Platform names: conda's are the neutral ones, and each manager has its own for the same thing."""

import platform as machine
import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeVar

from envkb.errors import UsageError

T = TypeVar("T")

UV_PLATFORMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "linux-64": "x86_64-unknown-linux-gnu",
        "linux-aarch64": "aarch64-unknown-linux-gnu",
        "osx-64": "x86_64-apple-darwin",
        "osx-arm64": "aarch64-apple-darwin",
        "win-64": "x86_64-pc-windows-msvc",
    }
)
"""uv's name of each platform."""

PIP_PLATFORMS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "linux-64": ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64", "linux_x86_64"),
        "linux-aarch64": ("manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64", "linux_aarch64"),
        "osx-64": ("macosx_14_0_x86_64",),
        "osx-arm64": ("macosx_14_0_arm64",),
        "win-64": ("win_amd64",),
    }
)
"""The wheel tags by which pip is told of each platform; it does not take newer manylinux to include older."""


def platform_name(platform: str, table: Mapping[str, T], manager: str) -> T:
    """Return a manager's own name of a platform.

    Raises:
        UsageError: The platform is none that the manager can be asked for.
    """
    if platform not in table:
        raise UsageError(f"{manager} knows no platform {platform!r}", hint=f"it is one of {', '.join(sorted(table))}")
    return table[platform]


def this_platform() -> str:
    """Return the name of the platform that kb runs on."""
    return platform_of(sys.platform, machine.machine())


def platform_of(system: str, processor: str) -> str:
    """Return the name of a platform, from what Python calls its system and its processor."""
    system = {"darwin": "osx", "win32": "win"}.get(system, system)
    processor = processor.lower()
    if processor in {"x86_64", "amd64"}:
        return f"{system}-64"
    return f"{system}-arm64" if system == "osx" else f"{system}-{processor}"
