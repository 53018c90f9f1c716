"""The one gate that everything passes before it is written."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from envkb.document.redaction.addresses import AddressFinder
from envkb.document.redaction.chunks import Labelled, label_of, rebuild, walk
from envkb.document.redaction.containers import decode, is_wide, narrow_text, texts_inside
from envkb.document.redaction.hiding import unhide
from envkb.document.redaction.homes import find_homes
from envkb.document.redaction.identifiers import find_identifiers
from envkb.document.redaction.internet import find_addresses_of_hosts
from envkb.document.redaction.json_texts import clean_texts, without_escapes
from envkb.document.redaction.machine import MachineValues
from envkb.document.redaction.mentions import find_mentions
from envkb.document.redaction.placeholders import Placeholders
from envkb.document.redaction.spans import Finder, Kind, Span, Subject, settle
from envkb.document.redaction.tokens import find_tokens
from envkb.document.redaction.values import ValueFinder
from envkb.errors import InvalidDataError

if TYPE_CHECKING:
    from pydantic import JsonValue

AUTHORS: Final = ("authors",)
"""What a record keeps: its authors declared themselves."""

_NONE_KNOWN: Final[Mapping[str, str]] = MappingProxyType({})


class Gate:
    """Cleans one record and all that belongs to it.

    The same value gets the same placeholder in everything that passes one gate, so a record and its attachments need
    the same gate, and two records need two.
    """

    def __init__(self, machines: MachineValues, *, known_addresses: Mapping[str, str] = _NONE_KNOWN) -> None:
        """Prepare for the values of the machine, or of both machines where one is worked on from the other.

        Args:
            machines: What must not be stored.
            known_addresses: Names of indexes and channels by the start of the address that they stand for.
        """
        self._values = ValueFinder(machines)
        self._finders: tuple[Finder, ...] = (
            self._values,
            find_tokens,
            AddressFinder(known_addresses),
            find_homes,
            find_mentions,
            find_identifiers,
            find_addresses_of_hosts,
        )
        self._counts: Counter[Kind] = Counter()
        self._placeholders = Placeholders()
        for kind, value in self._values.known():
            self._placeholders.name(kind, value)

    def text(self, text: str, *, place: str) -> str:
        """Return a text cleaned.

        Args:
            text: The text.
            place: Where it stands: a file, a command, a key. One that tells what its text is (`…/serial-number`)
                counts as a label.
        """
        return clean_texts([Labelled(label_of(place), text)], self._clean)[0]

    def tree(self, tree: "JsonValue", *, keep: Container[str] = AUTHORS) -> "JsonValue":
        """Return a JSON tree with all its strings cleaned; keys stay.

        Args:
            tree: The tree of a record.
            keep: Keys at its top whose values stay as they are.

        Raises:
            InvalidDataError: It is nested too deeply.
        """
        kept = {key: value for key, value in tree.items() if key in keep} if isinstance(tree, dict) else {}
        rest = {key: value for key, value in tree.items() if key not in kept} if isinstance(tree, dict) else tree
        try:
            texts = clean_texts(list(walk(rest)), self._clean)
            cleaned = rebuild(rest, iter(texts))
        except RecursionError as error:
            raise InvalidDataError("the record is nested too deeply") from error
        if not isinstance(tree, dict) or not isinstance(cleaned, dict):
            return cleaned
        return {key: kept[key] if key in kept else cleaned[key] for key in tree}

    def blob(self, data: bytes, *, name: str) -> bytes:
        """Return an attachment cleaned; bytes with nothing to clean come back as they are.

        Args:
            data: Its bytes: text in any common encoding, JSON, or anything else.
            name: How people call it, for messages.

        Raises:
            InvalidDataError: It is no text and holds something that must not be stored, or cannot be looked into.
        """
        found = decode(data)
        if found is None:
            self._refuse(texts_inside(data, name), name)
            return data
        if is_wide(found):
            # Bytes can pass for wide text and hold plain text all the same.
            self._refuse([narrow_text(data)], name)
        [cleaned] = clean_texts([Labelled("", found.text)], self._clean)
        return data if cleaned == found.text else cleaned.encode(found.encoding)

    def counts(self) -> tuple[tuple[str, int], ...]:
        """Return how many places of each kind were cleaned so far, sorted by kind."""
        return tuple(sorted((kind.value, count) for kind, count in self._counts.items()))

    def verify(self, data: bytes, *, name: str, keep: Container[str] = AUTHORS) -> None:
        """Take the last look at the very bytes that are about to be written.

        Args:
            data: The bytes.
            name: What they are, for messages.
            keep: Keys at the top of a JSON object that are not looked at.

        Raises:
            InvalidDataError: A value of the machine or a token is still there.
        """
        for text in texts_inside(data, name):
            if "\\" not in text and self._left(text) is None:
                continue  # without escapes, JSON reads as it stands
            left = self._left(without_escapes(text, keep))
            if left:
                raise InvalidDataError(
                    f"{name}: a {left} could not be taken out, so nothing was written",
                    hint="leave out the text that holds it, and report this as a defect of kb",
                )

    def _left(self, text: str) -> Kind | None:
        subject = Subject(text)
        return next((span.kind for finder in (self._values, find_tokens) for span in finder(subject)), None)

    def _refuse(self, texts: Iterable[str], name: str) -> None:
        for text in texts:
            subject = Subject(without_escapes(text))
            kinds = {span.kind for finder in self._finders for span in finder(subject)} - {Kind.ADDRESS}
            if kinds:
                raise InvalidDataError(
                    f"{name}: holds a {min(kinds)}, and it is no text that could be cleaned",
                    hint="attach plain text instead, or leave it out",
                )

    def _clean(self, text: str) -> str:
        cleaned = self._replace(text)
        # What hides between invisible characters is found without them; where nothing hides, they stay.
        seen = unhide(cleaned)
        if seen != cleaned:
            again = self._replace(seen)
            cleaned = cleaned if again == seen else again
        return cleaned

    def _replace(self, text: str) -> str:
        subject = Subject(text)
        spans, inside = settle(span for finder in self._finders for span in finder(subject))
        if not spans:
            return text
        self._placeholders.reserve(text)
        self._counts.update(inside)
        out: list[str] = []
        done = 0
        for span in spans:
            out += text[done : span.start], self._name(span, text)
            done = span.end
        return "".join((*out, text[done:]))

    def _name(self, span: Span, text: str) -> str:
        self._counts[span.kind] += 1
        return span.name or self._placeholders.name(span.kind, span.value or text[span.start : span.end])
