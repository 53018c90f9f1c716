"""Who may sign: `allowed_signers` in OpenSSH's own format, and the keys that were revoked. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from envkb.errors import InvalidDataError
from envkb.proof.signatures.key import KEY_TYPES, parse_key
from envkb.proof.signatures.verdict import Verdict

_LINE: Final = re.compile(r'(?:"([^"]+)"|(\S+))[ \t]+(\S.*)')
_OPTION: Final = re.compile(r'([A-Za-z-]+)(?:="((?:[^"\\]|\\.)*)")?(,(?=\S)|[ \t]+)')
_KNOWN: Final = frozenset({"cert-authority", "namespaces", "valid-after", "valid-before"})
_MOMENT: Final = re.compile(r"[0-9]{8}(?:[0-9]{4}(?:[0-9]{2})?)?Z")
_FORMS: Final = {9: "%Y%m%dZ", 13: "%Y%m%d%H%MZ", 15: "%Y%m%d%H%M%SZ"}
_KRL: Final = b"SSHKRL\n"
_ORDER: Final = (Verdict.NOT_YET_VALID, Verdict.EXPIRED, Verdict.WRONG_NAMESPACE)


@dataclass(frozen=True, slots=True)
class Signer:
    """One line of `allowed_signers`.

    Attributes:
        principals: Who holds the key, as the line says it: addresses, with commas between them.
        key: The public key, as SSH writes it.
        namespaces: What the key may sign, as patterns; null for everything.
        valid_after: The first moment at which it may; null where there is none.
        valid_before: The last moment at which it may; null where there is none.
    """

    principals: str
    key: bytes
    namespaces: str | None = None
    valid_after: datetime | None = None
    valid_before: datetime | None = None

    def judge(self, namespace: str, moment: datetime) -> Verdict:
        """Return whether the key may sign in this namespace at this moment."""
        if self.namespaces is not None and not matches(namespace, self.namespaces):
            return Verdict.WRONG_NAMESPACE
        if self.valid_after and moment < self.valid_after:
            return Verdict.NOT_YET_VALID
        if self.valid_before and moment > self.valid_before:
            return Verdict.EXPIRED
        return Verdict.GOOD


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom a knowledge base trusts.

    Attributes:
        signers: The lines of `allowed_signers`.
        revoked: The keys that are trusted no more, whenever they signed.
    """

    signers: tuple[Signer, ...] = ()
    revoked: frozenset[bytes] = frozenset()

    def judge(self, key: bytes, namespace: str, moment: datetime) -> tuple[Verdict, str | None]:
        """Return whether a key may sign, and who holds it; null where nobody knows.

        Args:
            key: The public key, as SSH writes it.
            namespace: What it signs.
            moment: When it signed, as far as that is proven.
        """
        found = [signer for signer in self.signers if signer.key == key]
        holder = found[0].principals if found else None
        if key in self.revoked:
            return Verdict.REVOKED, holder
        verdicts = {signer.judge(namespace, moment): signer.principals for signer in reversed(found)}
        if Verdict.GOOD in verdicts:
            return Verdict.GOOD, verdicts[Verdict.GOOD]
        return next((verdict for verdict in _ORDER if verdict in verdicts), Verdict.UNKNOWN_KEY), holder

    def principals_of(self, key: bytes) -> frozenset[str]:
        """Return everybody who holds a key, in small letters."""
        lines = (signer.principals for signer in self.signers if signer.key == key)
        return frozenset(name.strip().lower() for line in lines for name in line.split(","))


def parse_allowed_signers(data: bytes, name: str) -> tuple[Signer, ...]:
    """Return the lines of `allowed_signers`; those that trust an authority for certificates are left out.

    Args:
        data: The file.
        name: Its name, for messages.

    Raises:
        InvalidDataError: A line cannot be read; nobody is trusted until it can.
    """
    return tuple(signer for line, text in _lines(data, name) if (signer := _parse_line(text, f"{name}, line {line}")))


def parse_revoked_keys(data: bytes, name: str) -> frozenset[bytes]:
    """Return the keys of `revoked_keys`: public keys, one a line.

    Args:
        data: The file.
        name: Its name, for messages.

    Raises:
        InvalidDataError: A line cannot be read, or the file is a binary list (KRL).
    """
    if data.startswith(_KRL):
        hint = "list the public keys themselves, one a line; ssh-keygen reads such a file too"
        raise InvalidDataError(f"{name}: a binary list of revoked keys, which kb does not read", hint=hint)
    return frozenset(_key(text, f"{name}, line {line}") for line, text in _lines(data, name))


def _lines(data: bytes, name: str) -> Iterator[tuple[int, str]]:
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise InvalidDataError(f"{name}: not UTF-8", hint="write it anew, or restore it from git") from error
    for number, line in enumerate(lines, 1):
        text = line.strip(" \t\r")
        if text and not text.startswith("#"):
            yield number, text


def _parse_line(text: str, place: str) -> Signer | None:
    line = _LINE.fullmatch(text)
    if line is None:
        raise InvalidDataError("no key behind the name", hint=_FORM_HINT, place=place)
    principals, rest = line[1] or line[2], line[3]
    options: dict[str, str] = {}
    if rest.split(maxsplit=1)[0] not in KEY_TYPES:
        options, rest = _take_options(rest, place)
    if "cert-authority" in options:
        return None
    after, before = (_moment(options.get(name), place) for name in ("valid-after", "valid-before"))
    if after and before and before <= after:
        raise InvalidDataError("valid-before is not later than valid-after", hint=_FORM_HINT, place=place)
    return Signer(principals, _key(rest, place), options.get("namespaces"), after, before)


_FORM_HINT: Final = 'a line looks like: ada@lab.example namespaces="kb-*" valid-after="20260101Z" ssh-ed25519 AAAA…'


def _take_options(text: str, place: str) -> tuple[dict[str, str], str]:
    options: dict[str, str] = {}
    while option := _OPTION.match(text):
        name = option[1].lower()
        valued = name != "cert-authority"
        if name not in _KNOWN or name in options or (option[2] is not None) != valued:
            raise InvalidDataError(f"the option {option[1]!r} is unknown, twice there or spelt wrong", place=place)
        options[name] = (option[2] or "").replace('\\"', '"')
        text = text[option.end() :]
        if option[3] != ",":
            return options, text
    raise InvalidDataError("neither a key that kb can check nor options", hint=_FORM_HINT, place=place)


def _key(words: str, place: str) -> bytes:
    try:
        return parse_key(words)
    except ValueError as error:
        raise InvalidDataError(str(error), hint=_FORM_HINT, place=place) from error


def _moment(text: str | None, place: str) -> datetime | None:
    if text is None:
        return None
    if not _MOMENT.fullmatch(text):
        hint = "write 20260131Z or 20260131235959Z: without the Z, each reader's time zone would give another verdict"
        raise InvalidDataError(f"{text!r} is no moment in UTC", hint=hint, place=place)
    try:
        return datetime.strptime(text, _FORMS[len(text)]).replace(tzinfo=UTC)
    except ValueError as error:
        raise InvalidDataError(f"there is no moment {text}", hint=_FORM_HINT, place=place) from error


def matches(text: str, patterns: str) -> bool:
    """Return whether a text fits a list of OpenSSH's patterns.

    In a pattern `*` is any text and `?` any character; commas stand between patterns, `!` before one that must not fit.
    """
    fits = False
    for pattern in patterns.split(","):
        wanted = pattern.removeprefix("!")
        expression = "".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in wanted)
        if re.fullmatch(expression, text, re.DOTALL):
            if pattern.startswith("!"):
                return False
            fits = True
    return fits
