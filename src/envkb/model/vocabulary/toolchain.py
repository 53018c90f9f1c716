"""Terms of the compilers and build tools that a source distribution would be built with."""

from typing import Final

from envkb.model.vocabulary.term import Term

TERMS: Final[tuple[Term, ...]] = tuple(
    term
    for name, words in (("gcc", "GCC"), ("clang", "Clang"), ("cmake", "CMake"))
    for term in (
        Term("toolchain", f"{name}_version", "str", f"Version of {words} on PATH."),
        Term("toolchain", f"{name}_name", "str", f"First line that {words} prints of itself, with the build."),
    )
)
