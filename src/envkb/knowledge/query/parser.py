"""Reads the query language. Pure."""

import re
from typing import Final

from envkb.errors import UsageError
from envkb.knowledge.query.fields import FIELDS, OPERATORS, Field
from envkb.knowledge.query.language import And, Comparison, FactTest, Known, Not, Or, Package, Query
from envkb.knowledge.query.tokens import QUOTING, Token, split
from envkb.knowledge.query.values import read_number

_POSITIVE: Final = {"!=": "=", "!~": "~"}
_FACT_OPERATORS: Final = ("=", "!=", "~", "!~", "<", "<=", ">", ">=")
_FLAGS: Final = {"true": 1.0, "false": 0.0}
_DATE: Final = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\dZ?)?)?)?)?", re.ASCII)
_MAX_DEPTH: Final = 50


def parse_query(text: str) -> Query:
    """Return what a query means.

    Raises:
        UsageError: It is none; the message names the column, the hint what could stand there.
    """
    parser = _Parser(split(text))
    query = parser.either(0)
    if parser.next.kind != "end":
        parser.next.refuse(f"{parser.next.text!r} is one too many", "join conditions by `and` or `or`")
    return query


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._place = 0

    @property
    def next(self) -> Token:
        return self._tokens[self._place]

    def either(self, depth: int) -> Query:
        parts = [self._both(depth)]
        while self._skip("keyword", "or"):
            parts.append(self._both(depth))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _both(self, depth: int) -> Query:
        parts = [self._negation(depth)]
        while self._skip("keyword", "and"):
            parts.append(self._negation(depth))
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _negation(self, depth: int) -> Query:
        if depth > _MAX_DEPTH:
            self.next.refuse("too many parentheses or negations", "simplify the query")
        if self._skip("keyword", "not"):
            return Not(self._negation(depth + 1))
        if not self._skip("mark", "("):
            return self._condition()
        inner = self.either(depth + 1)
        if not self._skip("mark", ")"):
            self.next.refuse("a closing parenthesis is missing", "each ( needs a )")
        return inner

    def _condition(self) -> Query:
        word = self._take()
        if word.kind != "word":
            word.refuse(f"a field is missing before {word.text!r}", _hint(""))
        if word.text == "package":
            return self._package()
        if word.text == "fact":
            return self._fact()
        if word.text not in FIELDS:
            word.refuse(f"there is no field {word.text!r}", _hint(word.text))
        field = FIELDS[word.text]
        if self._skip("keyword", "is"):
            return self._known(field)
        operator = self._operator(field.name, OPERATORS[field.kind])
        positive = _POSITIVE.get(operator, operator)
        comparison = Comparison(field, positive, self._value_of(field, positive))
        return comparison if positive == operator else Not(comparison)

    def _known(self, field: Field) -> Query:
        word = self._take()
        if word.text.lower() not in ("known", "unknown"):
            word.refuse(f"{word.text!r} cannot follow `is`", "write `is known` or `is unknown`")
        return Known(field) if word.text.lower() == "known" else Not(Known(field))

    def _package(self) -> Query:
        from envkb.knowledge.query.versions import read_requirement  # noqa: PLC0415 - see there

        word = self._value("the name of a package")
        try:
            named = read_requirement(word.text)
        except UsageError as error:
            word.refuse(error.message, "write package torch >= 2.13, or package 'torch>=2.12,<3'")
        name = named.name
        if named.versions:
            return named
        if self.next.kind != "operator":
            return Package(name, "")
        operator = self._operator("a package", OPERATORS["version"])
        positive = _POSITIVE.get(operator, operator)
        package = Package(name, self._specifier(positive))
        return package if positive == operator else Not(package)

    def _fact(self) -> Query:
        path = self._value("a fact such as memory/total_bytes")
        subject, _, name = path.text.rpartition("/")
        if not subject:
            path.refuse(f"{path.text!r} names no subject", "write subject and name: fact memory/total_bytes >= 16GiB")
        if self.next.kind != "operator":
            return FactTest(subject, name, "", "")
        operator = self._operator("a fact", _FACT_OPERATORS)
        positive = _POSITIVE.get(operator, operator)
        test = FactTest(subject, name, positive, self._value("a value").text)
        return test if positive == operator else Not(test)

    def _operator(self, what: str, allowed: tuple[str, ...]) -> str:
        token = self._take()
        if token.kind != "operator" or token.text not in allowed:
            token.refuse(f"{what} cannot be followed by {token.text!r}", f"it can be by {' '.join(allowed)}")
        return token.text

    def _value_of(self, field: Field, operator: str) -> str | float:
        if field.kind == "version":
            return self._specifier(operator)
        token = self._value("a value")
        if field.kind == "number":
            number = read_number(token.text)
            return token.refuse(f"{token.text!r} is no number", "16e9, 16GB or 16GiB") if number is None else number
        if field.kind == "flag" and token.text not in _FLAGS:
            token.refuse(f"{token.text!r} is neither true nor false", f"{field.name} = true")
        if field.kind == "date" and not _DATE.fullmatch(token.text):
            token.refuse(f"{token.text!r} is no date", "2026, 2026-03, 2026-03-01 or 2026-03-01T12:00:00Z")
        return _FLAGS[token.text] if field.kind == "flag" else token.text

    def _specifier(self, operator: str) -> str:
        from envkb.knowledge.query.versions import specify  # noqa: PLC0415 - see there

        token = self._value("a version")
        specifier = specify(operator, token.text)
        if specifier is None:
            token.refuse(f"{token.text!r} is no version", "write it like 2.13 or 2.13.0+cu126")
        return specifier

    def _value(self, what: str) -> Token:
        token = self._take()
        if token.kind not in ("word", "quoted"):
            token.refuse(f"{what} is missing before {token.text!r}", QUOTING)
        return token

    def _take(self) -> Token:
        token = self.next
        self._place = min(self._place + 1, len(self._tokens) - 1)
        return token

    def _skip(self, kind: str, text: str) -> bool:
        found = self.next.kind == kind and self.next.text == text
        if found:
            self._take()
        return found


def _hint(word: str) -> str:
    import difflib  # noqa: PLC0415 - needed for a hint alone

    names = [*FIELDS, "package", "fact"]
    close = difflib.get_close_matches(word, names, n=1)
    return f"did you mean {close[0]}?" if close else f"the fields are {', '.join(names)}"
