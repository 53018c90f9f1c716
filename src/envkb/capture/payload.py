"""Joins the collector into one text that any Python runs from its standard input."""

import json

from envkb.document.joining import join_modules

# Every module comes after those that it imports.
MODULES = (
    "allowlist",
    "rows",
    "machine",
    "commands",
    "files",
    "crew",
    "host",
    "cpus",
    "devices",
    "storage",
    "wsl",
    "variables",
    "managers",
    "settings",
    "locks",
    "target",
    "interpreter",
    "record_file",
    "distributions",
    "conda",
    "environment",
    "main",
)
PACKAGE = "envkb.capture.collect"


def assemble(request: dict[str, str | bool]) -> str:
    """Return the collector as one text that collects and prints the document.

    The modules stay modules: each is compiled from its own text under its own name, so that they import each other as
    they do here. Under a Python older than 3.8 the text prints one document with an `error` instead.

    Args:
        request: The fields of `envkb.capture.collect.main.Request` that differ from their defaults.
    """
    return join_modules(PACKAGE, MODULES, f"main.main({json.dumps(request)!a})")
