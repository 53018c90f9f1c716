"""Addresses under which a built page opens in a browser."""

import os
from pathlib import Path

from envkb.errors import KbError
from envkb.process import Runner, run


def addresses(page: Path, runner: Runner = run) -> list[tuple[str, str]]:
    """Return labelled addresses of a page on this machine; under WSL also the one that Windows understands.

    Args:
        page: The page's file.
        runner: Starts `wslpath`.
    """
    found = [("site", page.resolve().as_uri())]
    if "WSL_DISTRO_NAME" in os.environ:
        try:
            done = runner(("wslpath", "-w", str(page.resolve())), timeout_s=5)
        except KbError:
            return found
        path = done.stdout.decode("utf-8", "replace").strip()
        if done.exit_code == 0 and path:
            found.append(("in Windows", path))
    return found
