"""The spellings in which a value can stand in a text."""

import json
from base64 import b64encode
from collections.abc import Iterator
from typing import Final

_LEAST_ENCODED: Final = 8


def spellings(value: str) -> Iterator[str]:
    """Yield a value as it is, escaped as in JSON and in URLs, and in hex; each once."""
    yield value
    escaped = {json.dumps(value, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False)}
    if not value.isidentifier():
        from urllib.parse import quote, quote_plus  # noqa: PLC0415 - most secrets need no escaping

        escaped |= {quote(value, safe=""), quote(value), quote_plus(value)}
    if len(value) >= _LEAST_ENCODED:
        escaped |= {value.encode().hex(), value.encode().hex().upper()}
    yield from sorted(escaped - {value})


def base64_cores(value: str) -> Iterator[str]:
    """Yield what must stand in any base64 text of which the value is a part, at whatever position.

    Three bytes make four characters, so there are three of them, and three more in the alphabet of URLs. The first
    and last characters also depend on the neighbours and are left out.
    """
    data = value.encode()
    if len(data) < _LEAST_ENCODED:
        return
    for shift in range(3):
        bits = 8 * (shift + len(data))
        core = b64encode(bytes(shift) + data)[-(-8 * shift // 6) : bits // 6].decode()
        yield core
        if "+" in core or "/" in core:
            yield core.translate({ord("+"): "-", ord("/"): "_"})
