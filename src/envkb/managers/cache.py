"""The caches of a run: folders that kb made, and may therefore empty."""

import shutil
from pathlib import Path
from typing import Final

from envkb.errors import UsageError

_MARK: Final = "envkb-cache"


def make_cache(folder: Path) -> None:
    """Make a folder for the caches of a run, or take one that kb made before.

    Raises:
        UsageError: Something of somebody else's is there.
    """
    if folder.is_dir() and not (folder / _MARK).is_file() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty and not a cache of kb's", hint="name a new folder")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).write_text("Made by kb for one run; it may be removed.\n", "utf-8")


def clear_cache(folder: Path, manager: str) -> None:
    """Empty the cache of one manager within the caches of a run.

    Raises:
        UsageError: kb did not make this cache; nobody's own cache is ever touched.
    """
    if not (folder / _MARK).is_file():
        raise UsageError(
            f"{folder} is no cache of kb's, so it is not emptied", hint="caches of your own stay as they are"
        )
    if (folder / manager).exists():
        shutil.rmtree(folder / manager)
