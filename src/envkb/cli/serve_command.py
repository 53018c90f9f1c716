"""`kb serve`."""

from typing import Annotated

import typer

from envkb.cli.console import Root


def run(
    *,
    address: Annotated[str, typer.Option(metavar="HOST:PORT", help="Where to listen.")] = "127.0.0.1:8000",
    root: Root = None,
) -> None:
    """Serve the site on this machine and build it anew when a record or a page changes; Ctrl-C stops it.

    Example: kb serve --address 127.0.0.1:8080
    """
    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up
    from envkb.publish.serving import serve_site  # noqa: PLC0415 - start-up

    serve_site(open_base(root), address)
