"""Serves the site on this machine and builds it anew on every change."""

import os
import sys
from typing import TYPE_CHECKING

from envkb.errors import ToolFailedError, UsageError
from envkb.process import attend
from envkb.publish.site import CONFIG, require_extra

if TYPE_CHECKING:
    from envkb.knowledge.folder import KnowledgeBase


def serve_site(base: "KnowledgeBase", address: str) -> None:
    """Run the builder's own server until somebody stops it; its plugin renders what changed.

    Args:
        base: The knowledge base.
        address: `host:port` to listen on.

    Raises:
        ToolMissingError: The extra `site` is not installed.
        UsageError: The knowledge base has no `mkdocs.yml`, or the address is none.
        ToolFailedError: The server ended with an error, which it has said itself.
    """
    require_extra()
    host, colon, port = address.rpartition(":")
    if not colon or not host or not port.isdecimal():
        raise UsageError(f"{address!r} is no address to listen on", hint="write host:port, such as 127.0.0.1:8000")
    if not (base.root / CONFIG).is_file():
        raise UsageError(f"{base.root} has no {CONFIG}", hint="`kb init` writes one, and overwrites nothing")
    command = (sys.executable, "-m", "mkdocs", "serve", "--dev-addr", address)
    status = attend(command, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"}, cwd=base.root)
    if status:
        raise ToolFailedError(f"the server ended with exit code {status}", hint="its own words stand above")
