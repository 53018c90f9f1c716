"""Bundles: records with their attachments in one file, to carry them from one place to another.

An RO-Crate that kb exported is a bundle, too: it holds the same members, and a file that describes them.
"""

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Final

from envkb.document.canonical import MAX_BYTES
from envkb.document.codec import decode_record
from envkb.document.identity import digest_of, record_id
from envkb.errors import InvalidDataError
from envkb.knowledge.files import explain_os_errors, place_file
from envkb.knowledge.layout import MAX_ATTACHMENT_BYTES, record_path

SUFFIX: Final = ".kbz"
METADATA: Final = "ro-crate-metadata.json"
"""The member of a crate that describes the others."""

_MEMBER: Final = re.compile(
    r"records/(?P<record>KB-[0-9]{4}-[0-9A-Z]{5}-[0-9A-Z]{6})\.json|attachments/(?P<attachment>[0-9a-f]{64})"
    rf"|(?P<metadata>{re.escape(METADATA)})|ro-crate-preview\.html|(?P<folder>records/|attachments/)"
)
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)  # the first moment a zip can say; a real one would change the bytes
_MODE: Final = (stat.S_IFREG | 0o644) << 16
_MAX_MEMBERS: Final = 100_000
_MAX_FILE_BYTES: Final = 1024**3
_ALWAYS_FINE_BYTES: Final = 64 * 1024**2
_MAX_RATIO: Final = 200
_PACKINGS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What zipfile raises over damaged files, found by damaging many.
_UNREADABLE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    ValueError,
)


def write_bundle(path: Path, records: Mapping[str, bytes], attachments: Mapping[str, bytes]) -> None:
    """Write a bundle; the same content gives the same bytes.

    Args:
        path: The file to write.
        records: Files of the records by id.
        attachments: Files of their attachments by digest.

    Raises:
        InvalidDataError: Another file lies there.
        KbError: It cannot be written; nothing is left half-written.
    """
    members = {f"records/{name}.json": data for name, data in records.items()}
    members |= {f"attachments/{sha256}": data for sha256, data in attachments.items()}
    packed = io.BytesIO()
    pack(packed, sorted(members.items()))
    place_file(path.parent, PurePosixPath(path.name), packed.getvalue())


def pack(file: IO[bytes], members: Iterable[tuple[str, bytes]]) -> None:
    """Write a zip; the same members in the same order give the same bytes.

    Args:
        file: Where to write it.
        members: Path and bytes of each.
    """
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members:
            info = zipfile.ZipInfo(name, _LONG_AGO)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # Unix, wherever it is written
            info.external_attr = _MODE
            archive.writestr(info, data)


class Bundle:
    """An open bundle whose list of members was checked; their bytes are checked as they are read.

    Attributes:
        records: Ids of its records, sorted.
        attachments: Digests of its attachments.
        described: Whether it is a crate, with a member that describes the others.
    """

    def __init__(self, archive: zipfile.ZipFile, where: str) -> None:
        """Check the list of members; nothing is unpacked yet."""
        self._archive = archive
        self._where = where
        infos = archive.infolist()
        self._check_size(infos)
        members = [self._check_member(info) for info in infos]
        self.records = sorted(match["record"] for match in members if match["record"])
        self.attachments = frozenset(match["attachment"] for match in members if match["attachment"])
        self.described = any(match["metadata"] for match in members)
        if len({info.filename for info in infos}) != len(infos):
            raise InvalidDataError(f"{where}: a member is there twice", hint=_ASK_AGAIN)
        if not self.records:
            raise InvalidDataError(f"{where}: holds no record", hint=_ASK_AGAIN)

    def _check_size(self, infos: list[zipfile.ZipInfo]) -> None:
        packed, unpacked = sum(info.compress_size for info in infos), sum(info.file_size for info in infos)
        if len(infos) > _MAX_MEMBERS or unpacked > max(_ALWAYS_FINE_BYTES, _MAX_RATIO * packed):
            raise InvalidDataError(
                f"{self._where}: would unpack to {len(infos)} files with {unpacked} bytes; refused as a bomb",
                hint="nothing was unpacked; ask where the bundle comes from",
            )

    def _check_member(self, info: zipfile.ZipInfo) -> re.Match[str]:
        match = _MEMBER.fullmatch(info.filename)
        kind = stat.S_IFMT(info.external_attr >> 16)
        limit = MAX_BYTES if match and match["record"] else MAX_ATTACHMENT_BYTES
        if match is None:
            reason = "does not belong in a bundle"
        elif kind not in (0, stat.S_IFDIR if match["folder"] else stat.S_IFREG):
            reason = "is no regular file"
        elif info.file_size > limit:
            reason = f"has {info.file_size} bytes; at most {limit} are allowed"
        elif info.flag_bits & 1 or info.compress_type not in _PACKINGS:
            reason = "is encrypted, or packed in a way that bundles are not"
        else:
            return match
        raise InvalidDataError(f"{self._where}: {info.filename[:100]!r} {reason}", hint="nothing was unpacked")

    def record(self, name: str) -> bytes:
        """Return the file of a record. Its id is not checked here.

        Raises:
            InvalidDataError: The bundle is damaged.
        """
        return self._read(f"records/{name}.json")

    def attachment(self, sha256: str) -> bytes:
        """Return the bytes of an attachment.

        Raises:
            InvalidDataError: The bundle is damaged, or the bytes are not those that the name says.
        """
        data = self._read(f"attachments/{sha256}")
        if digest_of(data) != sha256:
            raise InvalidDataError(f"{self._where}: attachments/{sha256} has other content", hint=_ASK_AGAIN)
        return data

    def description(self) -> bytes:
        """Return the member that describes the others.

        Raises:
            InvalidDataError: The bundle is damaged.
        """
        return self._read(METADATA)

    def _read(self, member: str) -> bytes:
        with _explain_damage(self._where):
            return self._archive.read(member)


_ASK_AGAIN: Final = "the file is damaged or was changed: ask for it again"


@contextmanager
def open_bundle(path: Path) -> Iterator[Bundle]:
    """Open a bundle and check the list of its members.

    Raises:
        InvalidDataError: No bundle, or one with members that do not belong in it; nothing is unpacked.
        KbError: The file cannot be read.
    """
    with explain_os_errors(path):
        if path.stat().st_size > _MAX_FILE_BYTES:
            raise InvalidDataError(
                f"{path}: {path.stat().st_size} bytes; at most {_MAX_FILE_BYTES} are allowed", hint=_ASK_AGAIN
            )
        if not path.is_file():
            raise InvalidDataError(f"{path}: no regular file", hint=f"a bundle is a file that ends in {SUFFIX}")
        _refuse_what_is_no_archive(path)
        with _explain_damage(str(path)):
            archive = zipfile.ZipFile(path)
    with archive:
        yield Bundle(archive, str(path))


def _refuse_what_is_no_archive(path: Path) -> None:
    # People try the file of a record by itself: then the way in is another.
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if not data.lstrip().startswith(b"{"):
        return
    try:
        name = record_id(digest_of(data), int(decode_record(data).created[:4]))
    except InvalidDataError as error:
        message = f"{path}: a JSON file, and no record in it can be read: {error.message}"
        raise InvalidDataError(message, hint="`kb import` takes bundles (.kbz) and crates") from error
    place = record_path(name, private=False)
    raise InvalidDataError(
        f"{path}: the file of the record {name} by itself, not a bundle",
        hint=f"copy it to {place}, its attachments to kb/attachments, and run `kb check`; or ask for a bundle",
    )


@contextmanager
def _explain_damage(where: str) -> Iterator[None]:
    try:
        yield
    except _UNREADABLE as error:
        raise InvalidDataError(f"{where}: no bundle, or a damaged one: {error}", hint=_ASK_AGAIN) from error
