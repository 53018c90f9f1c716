"""Fills in what a suggested command has only names for, and this machine knows. Pure."""

import shlex
from collections.abc import Mapping
from typing import Final

from envkb.experiment.run.requirement import shown
from envkb.managers import Sources

_REMARK: Final = "    # "
_HOME: Final = "<home>"


def filled(command: str, sources: Sources, environments: Mapping[str, str], home: str) -> str:
    """Return a command that can be run here: records keep no addresses, and no paths of their machine.

    Args:
        command: The command, perhaps with a remark behind it.
        sources: Addresses of indexes and channels; a password in one is hidden.
        environments: Place by name of the environments in use.
        home: The home folder.
    """
    line, remark, behind = command.partition(_REMARK)
    if not line or line.startswith("#"):
        return command
    known = {"--index": sources.indexes, "--channel": sources.channels}
    words = [_filled(word, known, environments).replace(_HOME, home) for word in shlex.split(line)]
    return shown(shlex.join(words)) + remark + behind


def _filled(word: str, known: Mapping[str, Mapping[str, str]], environments: Mapping[str, str]) -> str:
    option, equals, name = word.partition("=")
    if equals and name in known.get(option, {}):
        return f"{option}={name}={known[option][name]}"
    arm = name.removesuffix("=PATH")
    return f"{option}={arm}={environments[arm]}" if option == "--env" and arm in environments else word
