"""Serials, UUIDs, MAC addresses, and the names of hosts and users that a label tells."""

from collections.abc import Iterator
from typing import Final

from envkb.document.redaction.names import is_public_name, is_word
from envkb.document.redaction.spans import Kind, Rule, Span, Subject, find_all

_LABEL_END: Final = r"""\\?["']?[ \t]*[:=#][ \t]*\\?["']?"""
_VALUE_END: Final = r"""(?=\.?\s*(?:$|\n|\\|["'`,;:}\])<|\x00]))"""
_WORD_END: Final = r"""(?=\.?(?:$|[\s"'`,;}\])<|\\\x00]))"""
_SERIAL: Final = r"([a-z0-9][a-z0-9._:-]{3,63})(?![a-z0-9/])"
_HOST: Final = r"([a-z0-9](?:[a-z0-9_.-]*[a-z0-9])?)"
_USER: Final = r"([a-z_][a-z0-9_.-]*)"
_UNDASHED: Final = (
    r"([0-9a-f]{32}|[0-9a-f]{16}|[0-9a-f]{8}-[0-9a-f]{2,16}|[0-9a-f]{4}-[0-9a-f]{4}|[0-9a-z]{6}(?:-[0-9a-z]{4}){5}-[0-9a-z]{6})"
    r"(?![0-9a-z-])"
)


def _has_digit(value: str) -> bool:
    return any(map(str.isdigit, value))


def _has_letter(value: str) -> bool:
    return any(map(str.isalpha, value))


def _is_hardware_address(value: str) -> bool:
    return not set(value) <= set("0:-") and not set(value) <= set("f:-")


def _is_host(value: str) -> bool:
    digits_only = value.removeprefix("v").replace(".", "").replace("-", "").replace("_", "").isdigit()
    return not digits_only and not is_public_name(value)


def _is_user(value: str) -> bool:
    return not is_word(value) and not is_public_name(value)


_UUIDS: Final = (
    Rule(
        Kind.UUID,
        "-",
        r"-(?<=[0-9a-f]{8}-)[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        lambda value: not set(value) <= set("0-"),
        before=8,
    ),
    Rule(Kind.UUID, "uuid", "uuid" + _LABEL_END + _UNDASHED),
    Rule(Kind.UUID, "udid", "udid" + _LABEL_END + r"([0-9a-f]{8,}-?[0-9a-f]{12,})"),
    Rule(Kind.UUID, "machine", "machine[ _-]?id" + _LABEL_END + _UNDASHED),
    Rule(Kind.UUID, "boot", "boot[ _-]?id" + _LABEL_END + _UNDASHED),
)
_SERIALS: Final = (
    Rule(
        Kind.SERIAL,
        "serial",
        r"serial(?:[ _-]?(?:number|num|no|nr|short|id))*\.?(?: ?\([a-z ]{1,20}\))?"
        rf"(?:{_LABEL_END}|>[ \t]*|</key>\s*<string>){_SERIAL}",
        _has_digit,
    ),
    Rule(Kind.SERIAL, "serialnumber", rf"serialnumber[ \t]*\r?\n+[ \t]*{_SERIAL}", _has_digit),
    Rule(Kind.SERIAL, "s/n", rf"s/n{_LABEL_END}{_SERIAL}", _has_digit),
    Rule(Kind.SERIAL, "asset", rf"asset[ _-]?tag{_LABEL_END}{_SERIAL}", _has_digit),
    Rule(Kind.SERIAL, "by-id/", r"by-id/([a-z0-9_:.+-]+)"),
    Rule(Kind.SERIAL, "wwn", r"wwn(?:\\?[\"']?[ \t]*[:=]|[-=])[ \t]*\\?[\"']?((?:0x|naa\.|eui\.)?[0-9a-f]{16,32})"),
    Rule(Kind.SERIAL, "eui.", r"eui\.([0-9a-f]{16,32})"),
)
_MACS: Final = (
    Rule(
        Kind.MAC,
        ":",
        r":(?<=(?<![0-9a-f:.])[0-9a-f]{2}:)(?:[0-9a-f]{2}:){4,18}[0-9a-f]{2}(?![0-9a-f:])",
        _is_hardware_address,
        before=2,
    ),
    Rule(
        Kind.MAC,
        "-",
        r"-(?<=(?<![0-9a-f-])[0-9a-f]{2}-)(?:[0-9a-f]{2}-){4}[0-9a-f]{2}(?![0-9a-z-])",
        lambda value: _is_hardware_address(value) and _has_letter(value),
        before=2,
    ),
)
_HOSTS: Final = (
    Rule(Kind.HOST, "host", rf"host[ _-]?name(?:{_LABEL_END}|>[ \t]*){_HOST}{_VALUE_END}", _is_host),
    Rule(Kind.HOST, "hostname=", r"""hostname=["']?""" + _HOST + _WORD_END, _is_host),
    Rule(
        Kind.HOST,
        "_proxy",
        rf"""_proxy{_LABEL_END}(?:[a-z0-9]+://)?(?:[^\s@"'/]{{0,200}}@)?{_HOST}""",
        _is_host,
    ),
    Rule(Kind.HOST, "nodename", "nodename" + _LABEL_END + _HOST + _VALUE_END, _is_host),
    Rule(Kind.HOST, "computer", r"computer[ _]?name[ \t]*[:=][ \t]*([^\s\"<\x00][^\n\"<\x00]{0,80})"),
    Rule(Kind.HOST, "fqdn", "fqdn" + _LABEL_END + _HOST + _VALUE_END, _is_host),
    Rule(Kind.HOST, "trusted", "trusted[_-]host" + _LABEL_END + _HOST + _VALUE_END, _is_host),
    Rule(Kind.HOST, '"node"', r'"node"\s*:\s*"' + _HOST + '"', _is_host),
    Rule(Kind.HOST, "linux", r"linux (?!version )([a-z0-9_.-]+) [0-9]{1,3}\.[0-9]{1,3}\S{0,80} #[0-9]", _is_host),
    Rule(Kind.HOST, "darwin", r"darwin ([a-z0-9_.-]+) [0-9]{1,3}\.[0-9]{1,3}\S{0,80} darwin kernel", _is_host),
    Rule(
        Kind.HOST,
        "ip-",
        r"ip-(?:(?<![a-z]ip-)|(?<=\\[nrt]ip-))(?:[0-9]{1,3}-){3}[0-9]{1,3}(?![0-9-])(?:\.[a-z0-9-]*[a-z][a-z0-9-]*)*",
    ),
)
_USERS: Final = (
    Rule(
        Kind.USER,
        "user",
        r"""user(?<![a-z-]user)(?:[ _]?name)?(?:=|\\?["']\s*:\s*(?=\\?["']))\\?["']?""" + _USER + _WORD_END,
        _is_user,
    ),
    Rule(Kind.USER, "username", "username:[ \t]*" + _USER + _VALUE_END, _is_user),
    Rule(Kind.USER, "name:", r"user name:[ \t]*([^\s\"<\x00][^\n\"<\x00]{0,80})"),
    Rule(Kind.USER, "logname", "logname" + _LABEL_END + _USER + _VALUE_END, _is_user),
    Rule(Kind.USER, "login", r"login\s+(\S+)\s+password\s", _is_user),
    Rule(Kind.USER, "uid=", r"(?:id|groups)=[0-9]+\(" + _USER + r"\)", _is_user),
    Rule(Kind.USER, "groups=", r",[0-9]+\(" + _USER + r"\)", _is_user),
    Rule(Kind.USER, ":x:", r"(?:(?<=\\[nrt])|(?<![\w.\\-]))[\w.-]{1,32}:x:[1-9][0-9]{3,}:[0-9]+:[^:\n\x00]*"),
)

_RULES: Final = _UUIDS + _SERIALS + _MACS + _HOSTS + _USERS


def find_identifiers(subject: Subject) -> Iterator[Span]:
    """Yield serials, UUIDs, MAC addresses, and names that stand behind their label."""
    yield from find_all(_RULES, subject)
