"""A disk that is soon full, on systems that may mount one."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CAN_MOUNT = os.geteuid() == 0 and shutil.which("mount") is not None and os.uname().sysname == "Linux"
"""Whether it is worth trying; a container may still refuse."""


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Path | None]:
    """Mount a disk of this size on a folder for a while; None where the system refuses."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "none", str(folder)]
    mounted = CAN_MOUNT and subprocess.run(command, capture_output=True, check=False).returncode == 0
    try:
        yield folder if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
