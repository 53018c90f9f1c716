"""Asks a time-stamp authority over the network."""

from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from envkb import __version__
from envkb.errors import ToolFailedError, ToolMissingError, UsageError, VerificationError
from envkb.proof.stamps.token import MAX_BYTES, Token, read_token

_TIMEOUT_S: Final = 30
_AGAIN: Final = "run the same command again later: what is to be stamped stays as it is, only the time will be later"

Post = Callable[[str, bytes], bytes]
"""Sends a request to an address and returns the answer, or raises a KbError."""


def ask(url: str, message: bytes, *, post: Post | None = None) -> Token:
    """Have an authority stamp a file.

    Args:
        url: Its address.
        message: The file; only its digest is sent.
        post: Sends the request; over the network where null.

    Raises:
        UsageError: The address is none of the web.
        ToolMissingError: The extra `stamp` is not installed.
        ToolFailedError: The authority cannot be reached, or does not answer as one.
        VerificationError: It answered to something else than was asked.
        InvalidDataError: Its answer grants no stamp.
    """
    _check_address(url)
    try:
        from rfc3161_client import HashAlgorithm, TimestampRequestBuilder  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise ToolMissingError("asking an authority needs an extra", hint="pip install 'envkb[stamp]'") from error
    builder = TimestampRequestBuilder().data(message).hash_algorithm(HashAlgorithm.SHA256)
    request = builder.nonce(nonce=True).cert_request(cert_request=True).build()
    token = read_token((post or post_request)(url, request.as_bytes()))
    if token.nonce != request.nonce or token.imprint != request.message_imprint.message.hex():
        raise VerificationError(f"{url} answered to something else than was asked", hint="ask another authority")
    return token


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable:
        raise UsageError(f"{url!r} is no address of an authority", hint="it looks like https://tsa.example/tsr")


def post_request(url: str, request: bytes) -> bytes:
    """Send a request to an authority; no redirection is followed.

    Raises:
        ToolFailedError: It cannot be reached, or does not answer as an authority.
    """
    from http.client import HTTPException  # noqa: PLC0415 - start-up
    from urllib.error import HTTPError, URLError  # noqa: PLC0415 - likewise
    from urllib.request import HTTPRedirectHandler, Request, build_opener  # noqa: PLC0415 - likewise

    class Stay(HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            """Go nowhere: a request that is sent on loses its content."""

    headers = {"Content-Type": "application/timestamp-query", "User-Agent": f"envkb/{__version__}"}
    try:
        asked = Request(url, data=request, headers=headers)  # noqa: S310 - the address was checked
        with build_opener(Stay).open(asked, timeout=_TIMEOUT_S) as answer:
            data: bytes = answer.read(MAX_BYTES + 1)
            kind = answer.headers.get_content_type()
    except HTTPError as error:
        error.close()  # it is an open answer, too
        where = error.headers.get("Location")
        hint = f"give the address it sends to: {where}" if where else "check the address of the authority"
        raise ToolFailedError(f"{url} answers {error.code}, and no stamp", hint=hint) from error
    except (URLError, HTTPException, OSError) as error:
        reason = getattr(error, "reason", None) or error
        raise ToolFailedError(f"{url} cannot be reached: {reason}", hint=_AGAIN) from error
    if kind != "application/timestamp-reply":
        raise ToolFailedError(f"{url} answers {kind}, not as a time-stamp authority", hint="check the address")
    return data
