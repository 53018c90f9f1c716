"""Terms of one install: figures that are no samples."""

from typing import Final

from envkb.model.vocabulary.term import Term

TERMS: Final[tuple[Term, ...]] = (
    Term(
        "install",
        "link_mode",
        "str",
        "How files came from the cache: `hard-links`, `copies`, `symbolic-links`, `mixed`.",
    ),
    Term("install", "files", "int", "Number of files of the environment."),
    Term("install", "apparent_bytes", "int", "Sum of the lengths of the files of the environment."),
    Term("install", "unique_bytes", "int", "Those of files that no cache shares: what removing the environment frees."),
    Term("install", "disk_bytes", "int", "Blocks that the environment takes on the disk."),
    Term("install", "bytecode_bytes", "int", "Those of `.pyc` files, after the first import."),
    Term("install", "cache_before_bytes", "int", "Size of the manager's cache before the first round."),
    Term("install", "cache_after_bytes", "int", "Size of the manager's cache after the last round."),
    Term("install", "cache_verdict", "str", "Why the cache counts as cold, warm or neither."),
)
