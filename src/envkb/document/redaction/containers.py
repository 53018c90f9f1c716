"""What there is to read in the bytes of a file: text in some encoding, texts in a binary, files in an archive."""

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Final, NamedTuple

from envkb.errors import InvalidDataError

_MOST_UNPACKED: Final = 64 * 1024 * 1024
_MOST_NESTED: Final = 3
_READABLE: Final = rb"[\t\x20-\x7e]{6,}"
_READABLE_WIDE: Final = rb"(?:[\t\x20-\x7e]\x00){6,}"
_NO_TEXT: Final = bytes({*range(1, 32), 127} - set(b"\t\n\v\f\r\x1b"))
_BYTE_ORDERS: Final = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_SEALED: Final = {b"\x28\xb5\x2f\xfd": "zstd", b"7z\xbc\xaf": "7z", b"Rar!": "rar"}
_GZIP: Final = b"\x1f\x8b"
_XZ: Final = b"\xfd7zXZ"
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_BZIP_BLOCK: Final = b"1AY&SY"
_TAR_MAGIC: Final = slice(257, 262)
_HALF_EMPTY: Final = 3


class Text(NamedTuple):
    """A text and the encoding that gives its bytes back."""

    text: str
    encoding: str


def decode(data: bytes) -> Text | None:
    """Return the text that the bytes are; None for anything else."""
    if is_packed(data) or data[:4] in _SEALED or data[_TAR_MAGIC] == b"ustar":
        return None
    encoding = _BYTE_ORDERS.get(data[:2]) or _wide(data)
    if encoding is None and len(data.translate(None, _NO_TEXT)) < len(data):
        return None
    for each in (encoding,) if encoding else ("utf-8", "latin-1"):
        try:
            return Text(data.decode(each), each)
        except UnicodeDecodeError:
            if b"\x00" in data:
                return None
    return None


def _wide(data: bytes) -> str | None:
    # Windows tools write UTF-16 without saying so: every other byte of plain English is then zero.
    if len(data) % 2 == 0 and data:
        for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
            if data[offset::2].count(0) * _HALF_EMPTY > len(data) // 2 and b"\x00" not in data[1 - offset :: 2]:
                return encoding
    return None


def is_wide(found: Text) -> bool:
    """Return whether each character takes two bytes, so that plain text among them would not be seen."""
    return found.encoding.startswith("utf-16")


def narrow_text(data: bytes) -> str:
    """Return the runs of plain ASCII in the bytes, one a line."""
    return "\n".join(part.decode("ascii") for part in re.findall(_READABLE, data))


def texts_inside(data: bytes, name: str, depth: int = 0) -> Iterator[str]:
    """Yield every text that can be read in the bytes, also in compressed files and archives.

    Pictures and documents are read as the characters that stand in them; what they compress within is not seen.

    Raises:
        InvalidDataError: Something is packed so that nobody can look inside.
    """
    found = decode(data)
    if found:
        yield found.text
        if is_wide(found):
            yield narrow_text(data)
        return
    if data[:4] in _SEALED:
        raise _refusal(name, f"{_SEALED[data[:4]]} files cannot be looked into")
    if depth > _MOST_NESTED:
        raise _refusal(name, "archives are nested too deeply to look inside")
    if not is_packed(data):
        yield narrow_text(data)
        yield "\n".join(part.decode("utf-16-le") for part in re.findall(_READABLE_WIDE, data))
        return
    for member in _unpack(data, name):
        yield from texts_inside(member, name, depth + 1)


def is_packed(data: bytes) -> bool:
    """Tell whether the bytes are a compressed file or an archive of a kind that can be opened."""
    return data.startswith((_GZIP, _XZ, *_ZIP)) or (data[:3] == b"BZh" and data[4:10] == _BZIP_BLOCK)


def _unpack(data: bytes, name: str) -> Iterator[bytes]:
    left = _MOST_UNPACKED
    members = _members(data)
    while True:
        try:
            read = next(members, None)
            content = read(left + 1) if read else b""
        except Exception as error:  # a damaged archive raises whatever its reader stumbles over
            raise _refusal(name, "it cannot be unpacked to look inside") from error
        if read is None:
            return
        left -= len(content)
        if left < 0:
            raise _refusal(name, f"unpacked it has more than {_MOST_UNPACKED} bytes, too many to look through")
        yield content


def _members(data: bytes) -> Iterator[Callable[[int], bytes]]:
    """Yield for each file in an archive, names of files being one, how to read so many bytes of it."""
    source = BytesIO(data)
    if data.startswith(_ZIP):
        from zipfile import ZipFile  # noqa: PLC0415 - few records have an archive

        with ZipFile(source) as archive:
            yield BytesIO("\n".join(archive.namelist()).encode()).read
            for each in archive.infolist():
                with archive.open(each) as member:
                    yield member.read
    else:
        import bz2  # noqa: PLC0415 - likewise
        import gzip  # noqa: PLC0415 - likewise
        import lzma  # noqa: PLC0415 - likewise

        unpack = gzip if data.startswith(_GZIP) else lzma if data.startswith(_XZ) else bz2
        with unpack.open(source) as stream:
            yield stream.read


def _refusal(name: str, why: str) -> InvalidDataError:
    return InvalidDataError(f"{name}: {why}", hint="attach plain text instead, or leave it out")
