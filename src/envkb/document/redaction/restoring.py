"""Puts addresses back into a lock where the gate left names."""

import re
from collections.abc import Mapping
from typing import Final

from envkb.errors import UsageError

_NAMES: Final = frozenset(("default", "defaults", "conda-forge", "nvidia", "pytorch"))
# Where uv.lock, pylock.toml, pixi.lock, conda-lock, explicit lists and requirements have an address.
_PLACE: Final = (
    r"(?P<before>(?:"
    r"\b(?:registry|url|index|index[-_]url|extra[-_]index[-_]url|find[-_]links)[\"']?[ ]*[=:][ ]*[\"']?"
    r"|--(?:extra-)?index-url[ =]|--find-links[ =]"
    r"|\bindexes:\s+- |- (?:conda|pypi): |(?m:^)  channel: | @ "
    r"|(?m:^)(?=[^\s:]+/(?:noarch|linux|osx|win)[\w-]*/)"
    r"))"
    r"(?P<name><index-[0-9]+>|[a-z][\w.-]*)(?P<rest>/[^\s\"'#]*)?(?=[\s\"'#]|$)"
)


def restore_addresses(text: str, mapping: Mapping[str, str]) -> str:
    """Return a cleaned lock with addresses in place of their names.

    Args:
        text: The lock as it is stored.
        mapping: Addresses by name: `default`, `default/packages`, `conda-forge`, `pytorch/cu126`, `<index-1>`.

    Raises:
        UsageError: Names are left that stand for no address; all of them are listed.
    """
    missing: dict[str, None] = {}
    longest_first = sorted(mapping, key=len, reverse=True)

    def restore(match: re.Match[str]) -> str:
        address = match["name"] + (match["rest"] or "")
        for name in longest_first:
            if address == name or address.startswith(f"{name}/"):
                return match["before"] + mapping[name].rstrip("/") + address[len(name) :]
        if match["name"] in _NAMES or match["name"].startswith("<"):
            missing[_shown(address)] = None
        return match[0]

    restored = re.sub(_PLACE, restore, text)
    if missing:
        raise UsageError(
            f"no address is known for {', '.join(missing)}",
            hint="say where each is with --index NAME=URL",
        )
    return restored


def _shown(address: str) -> str:
    # Wheels of PyTorch have an index for each build, and files may lie elsewhere than their index.
    parts = 2 if address.startswith(("pytorch/", "default/packages")) else 1
    return "/".join(address.split("/")[:parts])
