"""Splits a query into words. Pure."""

import re
from typing import Final, Literal, NamedTuple, NoReturn

from envkb.errors import UsageError

QUOTING: Final = 'put a text with spaces or special characters in quotes: title ~ "two words"'
KEYWORDS: Final = frozenset({"and", "or", "not", "is"})

_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
    r"""|(?P<operator>[!<>=~]=|!~|[=<>~])|(?P<mark>[()])|(?P<word>[^\s()"'=!<>~]+))\s*"""
)
_ESCAPE: Final = re.compile(r"\\(.)")


class Token(NamedTuple):
    """One word of a query.

    Attributes:
        kind: What it is; `keyword` and `end` stand for themselves.
        text: What it says, without quotes.
        column: Where it begins, from 1.
    """

    kind: Literal["word", "quoted", "operator", "mark", "keyword", "end"]
    text: str
    column: int

    def refuse(self, message: str, hint: str) -> NoReturn:
        """Say what is wrong at this place.

        Raises:
            UsageError: Always.
        """
        raise UsageError(f"query, column {self.column}: {message}", hint=hint)


def split(text: str) -> list[Token]:
    """Return the words of a query; the last one is its end.

    Raises:
        UsageError: Something in it begins no word, such as a quote that is never closed.
    """
    tokens: list[Token] = []
    place = len(text) - len(text.lstrip())
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            Token("end", "", place + 1).refuse(f"cannot be read: {text[place : place + 20]}", QUOTING)
        tokens.append(_token(match))
        place = match.end()
    return [*tokens, Token("end", "the end", len(text) + 1)]


def _token(match: re.Match[str]) -> Token:
    column = match.start(match.lastindex or 0) + 1
    if quoted := match["quoted"]:
        return Token("quoted", _ESCAPE.sub(r"\1", quoted[1:-1]), column)
    if operator := match["operator"]:
        return Token("operator", operator, column)
    if mark := match["mark"]:
        return Token("mark", mark, column)
    word = match["word"]
    if word.lower() in KEYWORDS:
        return Token("keyword", word.lower(), column)
    return Token("word", word, column)
