"""Adds the records of bundles: each bundle as a whole or not at all."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from envkb.document.codec import decode_record
from envkb.errors import InvalidDataError, KbError, UsageError
from envkb.knowledge.bundle import SUFFIX, Bundle, open_bundle
from envkb.knowledge.description import check_description, files_called_private
from envkb.knowledge.folder import KnowledgeBase, Stored
from envkb.knowledge.layout import record_path


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one bundle.

    Attributes:
        path: The bundle.
        records: What became of each of its records; empty where the bundle was refused.
        error: Why it was refused; null where it was not.
    """

    path: Path
    records: tuple[Stored, ...]
    error: KbError | None


def import_bundles(base: KnowledgeBase, paths: Iterable[Path], *, private: bool = False) -> list[Imported]:
    """Add the records of bundles that are not there yet.

    Every member of a bundle is verified before anything of it is written; a bundle that is refused leaves the others
    alone. An import that is cut off is completed by importing again.

    Args:
        base: Where to add them.
        paths: Bundles, crates, or folders with bundles.
        private: Whether they go to the private place.

    Returns:
        What became of each bundle, in order.

    Raises:
        UsageError: A path does not exist, or a folder holds no bundle.
    """
    return [_import(base, path, private=private) for path in _bundles(paths)]


def _bundles(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path}: there is no such file or folder", hint="check the path")
        found = sorted(path.glob(f"*{SUFFIX}")) if path.is_dir() else [path]
        if not found:
            raise UsageError(
                f"{path}: no bundle here", hint=f"a bundle ends in {SUFFIX}; a crate is named by its own path"
            )
        yield from found


def _import(base: KnowledgeBase, path: Path, *, private: bool) -> Imported:
    try:
        with open_bundle(path) as bundle:
            _verify(base, bundle, path, private=private)
            added = [base.add(*_contents(bundle, name), private=private) for name in bundle.records]
    except KbError as error:
        return Imported(path, (), error)
    return Imported(path, tuple(added), None)


def _verify(base: KnowledgeBase, bundle: Bundle, path: Path, *, private: bool) -> None:
    if bundle.described:
        _verify_description(bundle, path)
        if not private:
            _refuse_to_publish(base, bundle, path)
    named: set[str] = set()
    for name in bundle.records:
        try:
            data, attachments = _contents(bundle, name)
            foreseen = base.foresee(data, attachments, private=private)
        except InvalidDataError as error:
            reason = error.message.removeprefix(f"{path}: ")
            hint = error.hint or "nothing was added; ask for the bundle again"
            raise InvalidDataError(f"{path}: {name}: {reason}", hint=hint) from error
        if foreseen.id != name:
            raise InvalidDataError(f"{path}: {name} has the content of {foreseen.id}", hint="it was renamed or changed")
        named |= attachments.keys()
    if strangers := bundle.attachments - named:
        raise InvalidDataError(
            f"{path}: the attachment {min(strangers)} belongs to no record of the bundle", hint="nothing was added"
        )


def _verify_description(bundle: Bundle, path: Path) -> None:
    records = {f"records/{name}.json": name for name in bundle.records}
    attachments = {f"attachments/{sha256}": sha256 for sha256 in bundle.attachments}

    def read(member: str) -> bytes:
        return bundle.record(records[member]) if member in records else bundle.attachment(attachments[member])

    try:
        check_description(bundle.description(), records.keys() | attachments.keys(), read)
    except InvalidDataError as error:
        reason = error.message.removeprefix(f"{path}: ")
        raise InvalidDataError(f"{path}: {reason}", hint=error.hint or "nothing was added") from error


def _refuse_to_publish(base: KnowledgeBase, bundle: Bundle, path: Path) -> None:
    called = files_called_private(bundle.description())
    hidden = [name for name in bundle.records if f"records/{name}.json" in called and not _is_public(base, name)]
    if hidden:
        raise UsageError(
            f"{path}: {hidden[0]} was private where it comes from",
            hint="nothing was added. --private adds the crate to the private place; `kb disclose` publishes a record",
        )


def _is_public(base: KnowledgeBase, name: str) -> bool:
    return (base.root / record_path(name, private=False)).exists()


def _contents(bundle: Bundle, name: str) -> tuple[bytes, dict[str, bytes]]:
    data = bundle.record(name)
    named = {entry.sha256 for entry in decode_record(data).attachments}
    return data, {sha256: bundle.attachment(sha256) for sha256 in sorted(named & bundle.attachments)}
