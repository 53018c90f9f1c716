"""Verifies what lies outside a knowledge base: single files, bundles, addresses."""

import re
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from envkb.document.canonical import MAX_BYTES
from envkb.document.identity import normalise_id
from envkb.errors import KbError, UsageError
from envkb.knowledge.bundle import SUFFIX, Bundle, open_bundle
from envkb.knowledge.files import explain_os_errors
from envkb.model.record import Attachment
from envkb.proof.verification.alone import judge_data
from envkb.proof.verification.outcome import Verified
from envkb.proof.verification.verify import stands_alone

_PAGE: Final = re.compile(r"^(?P<records>.*/records/)(?P<id>KB-[0-9A-Za-z-]+)(?:/(?:index\.html)?)?$")
_TIMEOUT_S: Final = 30

Fetch = Callable[[str], bytes]
"""Returns what lies at an address, or raises a KbError."""


def verify_file(path: Path) -> list[Verified]:
    """Verify a record's file, or every record of a bundle or crate, each by itself.

    Raises:
        UsageError: It is an exhibit, which brings its own program.
        InvalidDataError: The bundle is damaged, or no bundle.
        KbError: The file cannot be read.
    """
    if path.suffix in (SUFFIX, ".zip"):
        _refuse_exhibit(path)
        with open_bundle(path) as bundle:
            return [_verify_member(bundle, name, path) for name in bundle.records]
    with explain_os_errors(path), path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    return [stands_alone(judge_data(data, str(path), _id_in(path.stem), lambda _: None))]


def _refuse_exhibit(path: Path) -> None:
    # Its proofs lie in another order than those of a knowledge base, and its readers have nothing of ours anyway.
    with suppress(zipfile.BadZipFile, OSError, ValueError), zipfile.ZipFile(path) as archive:
        if not {"SHA256SUMS", "STEPS.txt", "verify.py"} - set(archive.namelist()):
            raise UsageError(
                f"{path} is an exhibit, which brings its own program",
                hint="unpack it and run `python3 verify.py` in its folder, or open verify.html there",
            )


def _verify_member(bundle: Bundle, name: str, path: Path) -> Verified:
    def read(attachment: Attachment) -> bytes | None:
        return bundle.attachment(attachment.sha256) if attachment.sha256 in bundle.attachments else None

    return stands_alone(judge_data(bundle.record(name), f"{path}/{name}", name, read))


def _id_in(text: str) -> str | None:
    try:
        return normalise_id(text)
    except UsageError:
        return None


def verify_address(address: str, fetch: Fetch) -> Verified:
    """Verify a record that a site serves: the address is that of its page or of its file.

    Raises:
        UsageError: The address is none of a record.
        KbError: Nothing can be fetched from it.
    """
    parts = urlsplit(address)
    path = parts.path.removesuffix(".json")
    page = _PAGE.match(path)
    expected = _id_in(page["id"]) if page else None
    if page is None or expected is None:
        raise UsageError(
            f"{address} is the address of no record", hint="give that of a record's page, or of the file it links to"
        )
    file = parts._replace(path=f"{page['records']}{page['id']}.json", query="", fragment="").geturl()
    return stands_alone(judge_data(fetch(file), file, expected, lambda _: None))


def fetch_record(address: str) -> bytes:
    """Return the file at an address, by HTTP or HTTPS; at most as much of it as shows that it is too long.

    Raises:
        UsageError: The address is of another kind.
        KbError: The server does not answer, or has no such file.
    """
    import urllib.request  # noqa: PLC0415 - start-up; addresses are rare

    if urlsplit(address).scheme not in ("http", "https"):
        raise UsageError(f"{address}: only http and https addresses are fetched", hint="give a file's path instead")
    try:
        with urllib.request.urlopen(address, timeout=_TIMEOUT_S) as answer:  # noqa: S310 - the scheme is checked above
            data: bytes = answer.read(MAX_BYTES + 1)
    except OSError as error:  # what urllib raises for refusals and time-outs is one, too
        raise KbError(f"{address}: {error}", hint="check the address and the network") from error
    return data
