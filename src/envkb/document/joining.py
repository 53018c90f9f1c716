"""Joins modules of a package into one text that any Python runs, from its standard input or as a file."""

from collections.abc import Sequence
from importlib.resources import files
from typing import Final

_LOADER: Final = """
import types

def load(package, sources):
    for name, source in sources:
        module = types.ModuleType(package + "." + name)
        sys.modules[module.__name__] = module
        exec(compile(source, name + ".py", "exec"), module.__dict__)
    return sys.modules[package + ".main"]

"""


def join_modules(package: str, names: Sequence[str], call: str) -> str:
    """Return modules as one text, headed by the package's `guard`, that ends with a call.

    The modules stay modules: each is compiled from its own text under its own name, so that they import each other as
    they do here.

    Args:
        package: The package; its modules need nothing but the standard library, and `main` is among them.
        names: Its modules, each behind those that it imports.
        call: What is done with `main`, an expression: `main.run(1)`.
    """
    folder = files(package)
    guard = folder.joinpath("guard.py").read_text("utf-8")
    sources = "".join(f"({name!r}, {_literal(folder.joinpath(f'{name}.py').read_text('utf-8'))}),\n" for name in names)
    return f"{guard}{_LOADER}SOURCES = [\n{sources}]\nmain = load({package!r}, SOURCES)\n{call}\n"


def _literal(source: str) -> str:
    # As it is written, so that whoever copies the text can read it; else so that no Python has to know its encoding.
    plain = source.isascii() and "'''" not in source and not source.endswith(("'", "\\"))
    return f"r'''{source}'''" if plain else ascii(source)
