"""Texts for LaTeX. Pure."""

import re
from typing import Final

# Braces by name: BibTeX counts `\{` as a brace. `<`, `>` and `|` by name: the usual font encoding prints others.
_NAMED: Final = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "`": r"\textasciigrave{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    **{char: f"\\{char}" for char in "#$%&_"},
}
_TABLE: Final = str.maketrans(_NAMED)
_LIGATURE: Final = re.compile(r"([-',])(?=\1)")  # two hyphens become a dash, two commas a quotation mark


def escape_latex(text: str) -> str:
    """Return a text that LaTeX prints as it is, with balanced braces."""
    return _LIGATURE.sub(r"\1{}", text.translate(_TABLE))
