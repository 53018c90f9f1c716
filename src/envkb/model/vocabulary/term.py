"""What a fact name means."""

from typing import Literal, NamedTuple

Kind = Literal["str", "int", "float", "bool", "list"]


class Term(NamedTuple):
    """The definition of one fact name.

    Attributes:
        subject: The subject it belongs to; a `*` stands for one path segment (`gpu/*`).
        name: The fact's name; ends in its unit where it has one (`_bytes`, `_mhz`, `_w`, `_c`, `_s`).
        kind: The JSON type of its value (`list` is a list of strings or numbers).
        meaning: One sentence for the reader of a record.
        identity: Whether a change of it makes another host or environment (models, memory, driver, OS, layers;
            never clocks, temperature, load, free space).
    """

    subject: str
    name: str
    kind: Kind
    meaning: str
    identity: bool = False
