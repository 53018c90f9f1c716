"""Joins the worker into one text that any Python runs from its standard input or as a file."""

from functools import cache
from importlib.resources import files
from typing import Final

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
_LOADER: Final = """
import types

def load(package, sources):
    for name, source in sources:
        module = types.ModuleType(package + "." + name)
        sys.modules[module.__name__] = module
        exec(compile(source, name + ".py", "exec"), module.__dict__)
    return sys.modules[package + ".main"]

"""


@cache
def assemble(suite: str | None = None) -> str:
    """Return the worker as one text.

    The modules stay modules: each is compiled from its own text under its own name, so that they import each other as
    they do here.

    Args:
        suite: The only suite that is needed, since a target pays for every line that it compiles; None for all of
            them and for the command line of a program that runs alone.
    """
    wanted = SUITES[suite] if suite else tuple(dict.fromkeys(name for names in SUITES.values() for name in names))
    names = (*CORE, *wanted, *PROGRAM, *(() if suite else ALONE))
    folder = files(PACKAGE)
    guard = folder.joinpath("guard.py").read_text("utf-8")
    texts = "".join(_literal(name, folder.joinpath(f"{name}.py").read_text("utf-8")) for name in names)
    return f"{guard}{_LOADER}SOURCES = [\n{texts}]\nsys.exit(load({PACKAGE!r}, SOURCES).main(sys.argv))\n"


def _literal(name: str, source: str) -> str:
    # As it is written, so that whoever copies the file can read it; the modules are ASCII without this quote.
    return f"({name!r}, r'''{source}'''),\n"
