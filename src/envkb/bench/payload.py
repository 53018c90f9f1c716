"""Joins the worker into one text that any Python runs from its standard input or as a file."""

from functools import cache
from typing import Final

from envkb.document.joining import join_modules

PACKAGE: Final = "envkb.bench.worker"
# Every module comes after those that it imports.
CORE: Final = (
    "request",
    "case",
    "texts",
    "processor",
    "board",
    "nvml",
    "memory",
    "sampling",
    "energy",
    "watch",
    "attempt",
    "outcome",
)
SUITES: Final = {
    "python": ("child", "python_suite"),
    "numpy": ("checks", "numpy_suite"),
    "torch": (
        "checks",
        "torch_device",
        "torch_setup",
        "torch_products",
        "torch_layers",
        "torch_memory",
        "torch_model",
        "torch_compile",
        "torch_suite",
    ),
    "io": ("child", "io_suite"),
    "own": ("checks", "own_suite"),
    "command": ("child", "command_suite"),
}
PROGRAM: Final = ("main",)
ALONE: Final = ("alone",)


@cache
def assemble(suite: str | None = None) -> str:
    """Return the worker as one text.

    Args:
        suite: The only suite that is needed, since a target pays for every line that it compiles; None for all of
            them and for the command line of a program that runs alone.
    """
    wanted = SUITES[suite] if suite else tuple(dict.fromkeys(name for names in SUITES.values() for name in names))
    names = (*CORE, *wanted, *PROGRAM, *(() if suite else ALONE))
    return join_modules(PACKAGE, names, "sys.exit(main.main(sys.argv))")
