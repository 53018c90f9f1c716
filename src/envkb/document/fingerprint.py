"""A fingerprint of an error text: equal for one failure on two machines and in two releases."""

import hashlib
import re
from typing import Final

_VARIABLE: Final = (
    # pip begins with the versions that it did not look at, and ends with those that it did: both grow.
    (re.compile(r"^error: ignored the following[^\n]*", re.MULTILINE), ""),
    (re.compile(r"\(from versions:[^)]*\)"), "(from versions)"),
    (re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s'\"`)>\]]+", re.IGNORECASE), "<url>"),
    (re.compile(r"(?<![\w.])~?(?:/[\w.@+%~-]+){2,}/?"), "<path>"),
    (re.compile(r"\b[A-Za-z]:\\[^\s'\"]+"), "<path>"),
    (re.compile(r"\b[0-9a-f]{16,}\b"), "<hex>"),
    (re.compile(r"0x[0-9a-f]+"), "<hex>"),
    (re.compile(r"\d\w*(?:\.\w+)*(?:\.?\*)?(?:\+\w+)?"), "#"),
    (re.compile(r"#(?:\s*[,|]\s*(?:\.\.\.|#))+"), "#"),
    (re.compile(r"[│├└─╰╭╯▶>\u00d7┌╵]+"), " "),
    (re.compile(r"\s+"), " "),
)


def fingerprint(words: str) -> str:
    """Return a stable hash of an error text: addresses, paths, digests and numbers do not count.

    Returns:
        16 hex digits; equal for one failure on two machines and in two releases.
    """
    text = words.casefold()
    for pattern, stand_in in _VARIABLE:
        text = pattern.sub(stand_in, text)
    return hashlib.sha256(text.strip().encode()).hexdigest()[:16]
