"""Tables in Markdown, and what stands in them."""

import ast
import inspect
import textwrap
from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import pairwise


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; a column divider inside a cell becomes text."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def code(text: str) -> str:
    """Return text as a code span."""
    return f"`{text}`"


def members(enum: type[StrEnum]) -> list[tuple[str, str]]:
    """Return the values of an enumeration with the meanings that stand below them in the source."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(enum))).body
    meanings = {
        ast.unparse(line.targets[0]): ast.literal_eval(below.value)
        for line, below in pairwise(definition.body)
        if isinstance(line, ast.Assign) and isinstance(below, ast.Expr)
    }
    return [(member.value, meanings.get(member.name, "")) for member in enum]
