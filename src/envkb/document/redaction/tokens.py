"""Tokens, keys and passwords, known by their form or by the label before them."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from envkb.document.redaction.spans import SEPARATOR, Kind, Rule, Span, Subject, find_all

_LEAST_SECRET: Final = 4
_LEAST_RANDOM: Final = 20
_NO_VALUES: Final = frozenset(
    """
    none null true false yes no nil undefined required prompt unset redacted bearer basic digest negotiate
    """.split()
)
_STAND_INS: Final = "<${%[(*"

# A word may follow the `\n` of an escaped text directly.
_WORD_START: Final = r"(?:(?<![a-zA-Z0-9]{0})|(?<=\\[nrt]{0}))"
_SEPARATOR: Final = r"""\\?["']?[ \t]*[:=]=?[ \t]*"""
_ANYTHING: Final = r"""(?:\\?"([^"\n\x00]+?)\\?"|\\?'([^'\n\x00]+?)\\?'|([^\s"'<>\x00]*[^\s"'<>\x00,;:)\]}.]))"""
_WORD: Final = r"""\\?["']?([A-Za-z0-9_.~+/=%:-]{8,})"""


def is_given(value: str) -> bool:
    """Tell whether something after `password=` is a password, not a stand-in for one."""
    return (
        value[0] not in _STAND_INS
        and value.lower() not in _NO_VALUES
        and len(set(value.strip("\\"))) > 1
        and not value.startswith(("os.environ", "getpass"))
    )


def _is_secret(value: str) -> bool:
    return len(value) >= _LEAST_SECRET and not value.isdigit() and is_given(value)


def _is_random(value: str) -> bool:
    # `eos_token: endoftext` is a word; a token has letters and digits, or is long.
    letters = any(map(str.isalpha, value))
    return is_given(value) and letters and (any(map(str.isdigit, value)) or len(value) >= _LEAST_RANDOM)


def _form(needle: str, pattern: str, *, blind: bool = False) -> Rule:
    return Rule(Kind.TOKEN, needle, pattern, blind=blind)


_FORMS: Final = (
    _form("gh", r"gh[pousr]_[A-Za-z0-9]{16,}"),
    _form("/t/tk-", r"(?<=/t/)tk-[\w-]{6,}"),  # of a conda channel, also where the server's name was cut off
    _form("github_pat_", r"github_pat_[A-Za-z0-9_]{16,}"),
    _form("gl", r"gl(?:pat|dt|rt|ptt|cbt|ft|soat|imt|agent|oas)-[\w-]{16,}"),
    _form("akia", r"AKIA[A-Z0-9]{16}(?![A-Za-z0-9])"),
    _form("asia", r"ASIA[A-Z0-9]{16}(?![A-Za-z0-9])"),
    _form("aiza", r"AIza[\w-]{30,}"),
    _form("ya29.", r"ya29\.[\w-]{16,}"),
    _form("gocspx-", r"GOCSPX-[\w-]{16,}"),
    _form("1//0", r"1//0[\w-]{30,}"),
    _form("hf_", r"hf_[A-Za-z0-9]{16,}"),
    _form("api_org_", r"api_org_[A-Za-z0-9]{16,}"),
    Rule(Kind.TOKEN, "sk-", "sk-" + _WORD_START.format("sk-") + r"[\w-]{16,}", _is_random, blind=False),
    _form("k_live_", r"k_live_[A-Za-z0-9]{16,}"),
    _form("xox", r"xox[a-z]-[A-Za-z0-9-]{10,}"),
    _form("xapp-", r"xapp-[A-Za-z0-9-]{16,}"),
    _form("/services/t", r"/services/T\w+/B\w+/(\w{16,})"),
    _form("/api/webhooks/", r"/api/webhooks/\d+/([\w-]{16,})"),
    Rule(Kind.TOKEN, "pypi-", r"pypi-[\w-]{24,}", lambda value: value.lower() != value, blind=False),
    _form("npm_", r"npm_[A-Za-z0-9]{24,}"),
    _form("dckr_", r"dckr_(?:pat|oat)_[\w-]{16,}"),
    _form("eyj", r"eyJ" + _WORD_START.format("eyJ") + r"[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)*"),
    _form("age-secret-key-", r"AGE-SECRET-KEY-1[A-Z0-9]{16,}"),
    _form("wandb", r"wandb(?:[ \t:]+[a-z]\w*){0,3}[ \t:=]+([0-9a-f]{40})(?![0-9a-f])", blind=True),
    _form("x-amz-", r"x-amz-(?:signature|credential|security-token)=([^&\s\"'<>]+)", blind=True),
    _form("x-goog-", r"x-goog-(?:signature|credential)=([^&\s\"'<>]+)", blind=True),
    _form("sig=", r"sig=(?<=[?&;]sig=)([a-z0-9%+/=_-]{12,})", blind=True),
    _form("signature=", r"signature=([a-z0-9%+/=_-]{16,})", blind=True),
)


def _label(needle: str, label: str, value: str, accept: Callable[[str], bool] = _is_random) -> Rule:
    return Rule(Kind.SECRET, needle, label + value, accept)


_LABELLED: Final = (
    _label("passw", "passw(?:or)?d" + _SEPARATOR, _ANYTHING, is_given),
    _label("-passw", "-passw(?:or)?d +", r"""\\?["']?([^\s"'<>-][^\s"'<>]*)""", is_given),
    _label("passphrase", "passphrase" + _SEPARATOR, _ANYTHING, is_given),
    _label(";pwd=", ";pwd=", r"([^;\s\"'<>]+)", is_given),
    _label("login", r"login\s+\S+\s+password\s+", r"(\S+)", is_given),
    _label("curl", r"curl\b[^\n]{0,200}?\s(?:-u|--user)[ =]?", r"""["']?([^\s"':]+:[^\s"']+)""", is_given),
    _label("token", "token" + _SEPARATOR, _WORD),
    _label("-token", "-token +", _WORD),
    _label("secret", "secret(?:[_-]?(?:access[_-]?)?key)?" + _SEPARATOR, _WORD),
    _label("-secret", "-secret +", _WORD),
    _label("api", "api[_ -]?key" + _SEPARATOR, _WORD),
    _label("-api-key", "-api-key +", _WORD),
    _label("_key", "_key(?:(?<=access_key)|(?<=private_key)|(?<=account_key))" + _SEPARATOR, _WORD),
    _label("accesskey", "accesskey" + _SEPARATOR, _WORD),
    _label("accountkey", "accountkey" + _SEPARATOR, _WORD),
    _label("credential", "credentials?" + _SEPARATOR, _WORD),
    _label("bearer", r"bearer[ \t]+", r"([a-z0-9._~+/=-]{12,})"),
    _label(
        "authorization",
        "authorization" + _SEPARATOR,
        r"""\\?["']?(?:(?:bearer|basic|token|digest|negotiate)[ \t]+)?([^\s"'<>\\]{4,})""",
        is_given,
    ),
    Rule(Kind.SECRET, "cookie:", r"""cookie:[ \t]*(\w+=[^\n"'<>\x00]+)"""),
    Rule(Kind.SECRET, '"auth"', r'"auth"\s*:\s*"([a-z0-9+/=]{8,})"'),
    Rule(
        Kind.SECRET,
        "_",
        "_(?<=[A-Z0-9]_)(?:TOKEN|KEY|SECRET|PASSWORD|PASSWD|PASSPHRASE|PASS|PAT|CREDENTIALS?|APIKEY)(?:_ID)?"
        + _SEPARATOR
        + _ANYTHING,
        _is_secret,
        blind=False,
    ),
)

_RULES: Final = _FORMS + _LABELLED

_KEY_BEGIN: Final = r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----"
_KEY_END: Final = r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----"
_KEY_BODY: Final = r"(?:(?:\s|\\[nr])*[A-Za-z0-9+/=]{16,})*"
_LONGEST_KEY: Final = 16_384


def find_tokens(subject: Subject) -> Iterator[Span]:
    """Yield tokens, labelled secrets and private keys."""
    yield from find_all(_RULES, subject)
    if subject.has("-----begin"):
        for begin in re.finditer(_KEY_BEGIN, subject.text):
            yield Span(begin.start(), _end_of_key(subject.text, begin.end()), Kind.SECRET)


def _end_of_key(text: str, start: int) -> int:
    block = text[start : start + _LONGEST_KEY].partition(SEPARATOR)[0]
    # A key that was cut off has no last line; what looks like a key goes all the same.
    end = re.search(_KEY_END, block) or re.match(_KEY_BODY, block)
    return start + (end.end() if end else 0)
