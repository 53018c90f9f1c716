"""The text of a `pixi.lock`, as the engine of rattler and pixi writes it. Pure."""

import re
from pathlib import PurePosixPath
from typing import Final

_LOCAL: Final = re.compile(r"^(?P<before>\s*- conda: )(?P<path>/\S+)$", re.MULTILINE)


def with_addresses(text: str) -> str:
    """Return a lock in which packages of channels on this disk have addresses, as those of all others have.

    The engine writes bare paths for them, by which nobody could tell which channel they are of.
    """
    return _LOCAL.sub(lambda found: found["before"] + PurePosixPath(found["path"]).as_uri(), text)
