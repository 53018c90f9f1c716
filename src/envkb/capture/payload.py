"""Joins the collector into one text that any Python runs from its standard input."""

import json
from importlib.resources import files

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
_LOADER = """
import types

def load(package, sources):
    for name, source in sources:
        module = types.ModuleType(package + "." + name)
        sys.modules[module.__name__] = module
        exec(compile(source, name + ".py", "exec"), module.__dict__)
    return module

"""


def assemble(request: dict[str, str | bool]) -> str:
    """Return the collector as one text that collects and prints the document.

    The modules stay modules: each is compiled from its own text under its own name, so that they import each other as
    they do here. Under a Python older than 3.8 the text prints one document with an `error` instead.

    Args:
        request: The fields of `envkb.capture.collect.main.Request` that differ from their defaults.
    """
    folder = files(PACKAGE)
    guard = folder.joinpath("guard.py").read_text("utf-8")
    sources = [(name, folder.joinpath(f"{name}.py").read_text("utf-8")) for name in MODULES]
    # As literals of ASCII, so that no Python has to know the text's encoding.
    return f"{guard}{_LOADER}load({PACKAGE!r}, {sources!a}).main({json.dumps(request)!a})\n"
