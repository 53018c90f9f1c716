"""The terms about the clock that a record was written by."""

from envkb.model.vocabulary.term import Term

TERMS = (
    Term("host", "clock_suspect", "bool", "Whether the clock that wrote `created` cannot be right."),
    Term("host", "clock_suspect_reason", "str", "Why the clock cannot be right."),
)
