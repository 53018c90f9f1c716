"""A knowledge base: a folder with records, attachments and settings."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from os.path import lexists
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple, Self

from envkb.document.canonical import MAX_BYTES
from envkb.document.codec import decode_record
from envkb.document.identity import digest_of, normalise_id, record_id
from envkb.errors import InvalidDataError, UsageError
from envkb.knowledge.files import MissingFileError, TakenError, place_file, read_file, replace_file
from envkb.knowledge.layout import (
    MAX_ATTACHMENT_BYTES,
    PRIVATE_RECORDS,
    SETTINGS,
    attachment_path,
    record_path,
)
from envkb.knowledge.listing import list_records
from envkb.knowledge.pending import add_pending
from envkb.knowledge.settings import parse_settings, set_host_label
from envkb.model.record import Record
from envkb.model.settings import Settings

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_PUBLIC_MODE: Final = 0o644
_PRIVATE_MODE: Final = 0o600
_RESTORE: Final = "restore the file from git or from its source"
_MAX_SETTINGS_BYTES: Final = 1024 * 1024


class SaltCollisionError(InvalidDataError):
    """Another record already has the id; the writer draws a new salt and tries again."""


class Stored(NamedTuple):
    """What became of a record that was to be added.

    Attributes:
        id: Its id.
        digest: SHA-256 of its file.
        path: Its file, relative to the root.
        private: Whether it lies in the private place.
        new: Whether it was written; false where the same bytes were there.
    """

    id: str
    digest: str
    path: PurePosixPath
    private: bool
    new: bool


class StoredRecord(NamedTuple):
    """A record as it lies in a knowledge base.

    Attributes:
        id: Its id.
        digest: SHA-256 of its file.
        path: Its file, relative to the root.
        private: Whether it lies in the private place.
        data: The file's bytes.
        record: What they say.
    """

    id: str
    digest: str
    path: PurePosixPath
    private: bool
    data: bytes
    record: Record


class KnowledgeBase:
    """The folder of one knowledge base.

    Attributes:
        root: The folder that holds `kb/`.
    """

    def __init__(self, root: Path) -> None:
        """Name the root; nothing is read yet. See `open` and `find`."""
        self.root = root

    @classmethod
    def open(cls, root: Path) -> Self:
        """Return the knowledge base in this folder.

        Raises:
            UsageError: The folder holds none.
        """
        if not (root / SETTINGS).is_file():
            raise UsageError(f"{root} is no knowledge base: it has no {SETTINGS}", hint="make one with `kb init`")
        return cls(root.resolve())

    @classmethod
    def find(cls, start: Path) -> Self | None:
        """Return the knowledge base that `start` lies in, searching upwards; null where it lies in none."""
        here = start.resolve()
        roots = (folder for folder in (here, *here.parents) if (folder / SETTINGS).is_file())
        root = next(roots, None)
        return cls(root) if root else None

    @cached_property
    def settings(self) -> Settings:
        """What `kb.toml` says.

        Raises:
            InvalidDataError: It cannot be read; the message names the key and the mend.
        """
        return parse_settings(self._settings_bytes(), str(SETTINGS))

    def _settings_bytes(self) -> bytes:
        return read_file(self.root, SETTINGS, _MAX_SETTINGS_BYTES)

    def remember_host(self, key: str, label: str) -> None:
        """Write the label of a host into `kb.toml`; every other line stays as it is.

        Raises:
            UsageError: The label cannot be one, or another host bears it.
        """
        data = self._settings_bytes()
        settings = parse_settings(data, str(SETTINGS))
        if settings.hosts.get(key) == label:
            return
        text = set_host_label(data.decode("utf-8-sig"), settings, key, label)
        replace_file(self.root, SETTINGS, text.encode())
        self.__dict__.pop("settings", None)

    def add(self, data: bytes, attachments: Mapping[str, bytes], *, private: bool = False) -> Stored:
        """Store a record with its attachments; the attachments are written first, so that none is ever missing.

        The digest of a private record is left for the log, which takes public ones in by itself.

        Args:
            data: The record's file.
            attachments: Bytes of its attachments by digest; those that are stored already may be left out.
            private: Whether it goes to the private place. A record that is stored stays where it is.

        Raises:
            SaltCollisionError: Another record has the id.
            InvalidDataError: No record; attachments that do not fit it; a public record that links to a private one.
            KbError: The folder is read-only, the disk full …; nothing is left half-written.
        """
        stored = self.foresee(data, attachments, private=private)
        mode = _PRIVATE_MODE if stored.private else _PUBLIC_MODE
        for sha256, content in sorted(attachments.items()):
            place_file(self.root, attachment_path(sha256, private=stored.private), content, mode=mode)
        try:
            new = place_file(self.root, stored.path, data, mode=mode)
        except TakenError as error:
            raise _collision(stored) from error
        if stored.private:
            add_pending(self.root, stored.digest)
        return stored._replace(new=new)

    def foresee(self, data: bytes, attachments: Mapping[str, bytes], *, private: bool = False) -> Stored:
        """Return what `add` would do, or raise what it would find wrong, without writing anything."""
        record = decode_record(data)
        digest = digest_of(data)
        name = record_id(digest, int(record.created[:4]))
        found = self._locate(name)
        private = private if found is None else found
        self._check_links(record, private=private)
        self._check_attachments(record, attachments, private=private)
        stored = Stored(name, digest, record_path(name, private=private), private, found is None)
        if found is not None and read_file(self.root, stored.path, MAX_BYTES) != data:
            raise _collision(stored)
        return stored

    def _locate(self, name: str) -> bool | None:
        # Whether the record with this id is private; null where there is none.
        places = (private for private in (False, True) if lexists(self.root / record_path(name, private=private)))
        return next(places, None)

    def _check_links(self, record: Record, *, private: bool) -> None:
        hidden = [link.id for link in record.links if self._locate(link.id)]
        if hidden and not private:
            raise InvalidDataError(
                f"a public record cannot name the private record {hidden[0]}",
                hint="store it with `--private`, or publish that record first",
            )

    def _check_attachments(self, record: Record, attachments: Mapping[str, bytes], *, private: bool) -> None:
        named = {entry.sha256: entry for entry in record.attachments}
        for sha256, content in attachments.items():
            if sha256 not in named or digest_of(content) != sha256 or len(content) != named[sha256].size_bytes:
                raise InvalidDataError(f"the attachment {sha256} is not one that the record names")
            if len(content) > MAX_ATTACHMENT_BYTES:
                raise InvalidDataError(
                    f"the attachment {named[sha256].name} has {len(content)} bytes; at most {MAX_ATTACHMENT_BYTES} fit"
                )
        for sha256 in named.keys() - attachments.keys():
            if not (self.root / attachment_path(sha256, private=private)).is_file():
                raise InvalidDataError(f"the attachment {named[sha256].name} ({sha256}) is missing")

    def read(self, text: str) -> StoredRecord:
        """Return the record with this id; case and look-alike letters do not matter.

        Raises:
            UsageError: The text is no id, or no record has it.
            InvalidDataError: The file is no longer what its id says.
        """
        name = normalise_id(text)
        found = self._locate(name)
        if found is None:
            raise UsageError(f"there is no record {name} here", hint="`kb list` shows the records")
        return self.load(record_path(name, private=found))

    def load(self, path: PurePosixPath) -> StoredRecord:
        """Return the record in this file, relative to the root.

        Raises:
            InvalidDataError: The file is no record, or no longer the one that its name says.
        """
        data = read_file(self.root, path, MAX_BYTES)
        try:
            record = decode_record(data)
        except InvalidDataError as error:
            raise InvalidDataError(f"{path}: {error.message}", hint=error.hint or _RESTORE) from error
        digest = digest_of(data)
        name = record_id(digest, int(record.created[:4]))
        if path.name != f"{name}.json":
            raise InvalidDataError(
                f"{path}: the content has the id {name}: the file was renamed or changed",
                hint=_RESTORE,
            )
        private = path.is_relative_to(PRIVATE_RECORDS)
        if path != (place := record_path(name, private=private)):
            raise InvalidDataError(f"{path}: lies in the folder of another year", hint=f"move it to {place}")
        return StoredRecord(name, digest, path, private, data, record)

    def records(self) -> Iterator[StoredRecord]:
        """Give every record, one after the other, so that only one is held in memory.

        Raises:
            InvalidDataError: A file is no longer what its name says.
        """
        return (self.load(PurePosixPath(path)) for path in sorted(list_records(self.root)))

    def attachment(self, sha256: str, *, public: bool = False) -> bytes:
        """Return the bytes of an attachment, which are checked against its digest.

        Args:
            sha256: Its digest.
            public: Whether to look in the public place alone.

        Raises:
            UsageError: There is no such attachment, or the text is no digest.
            InvalidDataError: The file was changed.
        """
        if not _SHA256.fullmatch(sha256):
            raise UsageError(f"{sha256!r} is no digest", hint="an attachment is named by 64 hex digits")
        for private in (False,) if public else (False, True):
            path = attachment_path(sha256, private=private)
            try:
                data = read_file(self.root, path, MAX_ATTACHMENT_BYTES)
            except MissingFileError:
                continue
            if digest_of(data) != sha256:
                raise InvalidDataError(f"{path}: the content was changed", hint="restore the file from git")
            return data
        raise UsageError(f"there is no attachment {sha256} here", hint="run `kb check`")


def _collision(stored: Stored) -> SaltCollisionError:
    return SaltCollisionError(f"{stored.path}: another record has the id {stored.id}", hint="run `kb check`")
