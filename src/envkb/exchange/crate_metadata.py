"""What an RO-Crate says of the records in it: JSON-LD after RO-Crate 1.3 and Process Run Crate 0.5. Pure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from urllib.parse import quote

from pydantic import JsonValue

from envkb.knowledge.bundle import METADATA
from envkb.knowledge.description import ACCESS, PRIVATE
from envkb.knowledge.folder import StoredRecord
from envkb.model.record import Attachment, Author, Link, Observed
from envkb.model.settings import Settings

_CRATE: Final = "https://w3id.org/ro/crate/1.3"
_FIRST_CRATE: Final = "https://w3id.org/ro/crate/1.1"
_PROFILE: Final = "https://w3id.org/ro/wfrun/process/0.5"
_NO_LICENCE: Final = "#licence-not-stated"
_STATUS: Final[Mapping[str | None, str]] = {
    "success": "http://schema.org/CompletedActionStatus",
    "partial": "http://schema.org/CompletedActionStatus",
    "failure": "http://schema.org/FailedActionStatus",
}

Entity = dict[str, JsonValue]


def record_file(record_id: str) -> str:
    """Return the path of a record within a crate."""
    return f"records/{record_id}.json"


def attachment_file(sha256: str) -> str:
    """Return the path of an attachment within a crate."""
    return f"attachments/{sha256}"


class CrateMetadata:
    """Gathers what a crate says, record by record, in the order in which they are added."""

    def __init__(self, settings: Settings) -> None:
        """Begin the crate of a knowledge base with these settings."""
        self._settings = settings
        self._entities: dict[str, Entity] = {}
        self._parts: list[str] = []
        self._actions: list[str] = []
        self._published = ""

    def add(self, stored: StoredRecord, *, present: Iterable[str]) -> None:
        """Describe a record, its attachments, and the experiment that made it.

        Args:
            stored: The record.
            present: Ids of all records of the crate.
        """
        record = stored.record
        self._published = max(self._published, record.created)
        authors = [_reference(self._person(author)) for author in record.authors if author.name.strip()]
        attachments = [self._attachment(each) for each in record.attachments]
        file = self._file(
            record_file(stored.id),
            {
                "name": record.title,
                "identifier": stored.id,
                "encodingFormat": "application/json",
                "contentSize": str(len(stored.data)),
                "sha256": stored.digest,
                "dateCreated": record.created,
                **({ACCESS: PRIVATE} if stored.private else {}),
                "description": record.summary or f"Record {stored.id}, written on {record.created[:10]}.",
                **({"author": _compact(authors)} if authors else {}),
            },
        )
        sources = [record_file(link.id) for link in record.links if link.id in present]
        action: Entity = {
            "@id": f"#{stored.id}",
            "@type": "CreateAction",
            "name": record.title,
            "description": _described(record.kind, record.links),
            "instrument": _reference(self._software(record.software.name, record.software.version)),
            "result": _compact([_reference(path) for path in (file, *attachments)]),
            **({"agent": _compact(authors)} if authors else {}),
            **({"object": _compact([_reference(path) for path in sources])} if sources else {}),
            **_times(record.observed, record.created),
            **({"actionStatus": _STATUS[record.outcome]} if record.outcome in _STATUS else {}),
        }
        self._entities[f"#{stored.id}"] = action
        self._actions.append(f"#{stored.id}")

    def document(self) -> bytes:
        """Return the metadata file."""
        root: Entity = {
            "@id": "./",
            "@type": "Dataset",
            "name": self._settings.title,
            "description": f"{len(self._actions)} records of experiments with machine-learning environments, each "
            "named by the SHA-256 of its file. `kb import` adds them to another knowledge base.",
            "alternateName": self._settings.id,
            "datePublished": _moment(self._published),
            "license": _reference(self._licence()),
            "conformsTo": _reference(_PROFILE),
            "hasPart": _compact([_reference(part) for part in self._parts]),
            "mentions": _compact([_reference(action) for action in self._actions]),
            **({"url": self._settings.base_url} if self._settings.base_url else {}),
        }
        descriptor: Entity = {
            "@id": METADATA,
            "@type": "CreativeWork",
            "about": _reference("./"),
            # Process Run Crate 0.5 is a profile of RO-Crate 1.1; this crate is both.
            "conformsTo": [_reference(_CRATE), _reference(_FIRST_CRATE)],
        }
        profile: Entity = {
            "@id": _PROFILE,
            "@type": ["CreativeWork", "Profile"],
            "name": "Process Run Crate",
            "version": "0.5",
        }
        graph = [descriptor, root, profile, *self._entities.values()]
        tree = {"@context": f"{_CRATE}/context", "@graph": graph}
        return (json.dumps(tree, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()

    def _file(self, path: str, properties: Entity) -> str:
        if path not in self._entities:
            self._entities[path] = {"@id": path, "@type": "File", **properties}
            self._parts.append(path)
        return path

    def _attachment(self, attachment: Attachment) -> str:
        return self._file(
            attachment_file(attachment.sha256),
            {
                "name": attachment.name,
                "description": f"{attachment.role}, kept beside a record",
                "encodingFormat": attachment.media_type,
                "contentSize": str(attachment.size_bytes),
                "sha256": attachment.sha256,
            },
        )

    def _person(self, author: Author) -> str:
        key = f"https://orcid.org/{author.orcid}" if author.orcid else f"#author-{_slug(author.name)}"
        affiliation = {"affiliation": author.affiliation} if author.affiliation else {}
        self._entities.setdefault(key, {"@id": key, "@type": "Person", "name": author.name, **affiliation})
        return key

    def _software(self, name: str, version: str) -> str:
        key = f"#software-{_slug(name)}-{_slug(version)}"
        self._entities.setdefault(
            key,
            {
                "@id": key,
                "@type": "SoftwareApplication",
                "name": name,
                "version": version,
                "url": f"pkg:pypi/{_slug(name)}@{_slug(version)}",
            },
        )
        return key

    def _licence(self) -> str:
        stated = self._settings.license
        key = _NO_LICENCE if stated is None else stated if "://" in stated else f"https://spdx.org/licenses/{stated}"
        name = stated or "No licence is stated: ask the authors"
        self._entities.setdefault(
            key, {"@id": key, "@type": "CreativeWork", "name": name, "description": "What others may do with this."}
        )
        return key


def _reference(key: str) -> Entity:
    return {"@id": key}


def _compact(references: Sequence[Entity]) -> JsonValue:
    # RO-Crate recommends that a list of one be that one.
    return references[0] if len(references) == 1 else list(references)


def _described(kind: str, links: Sequence[Link]) -> str:
    done = [f"{link.relation.replace('_', ' ')} {link.id}" for link in links]
    return f"A record of kind {kind} was written{', which ' if done else ''}{'; '.join(done)}."


def _times(observed: Observed | None, created: str) -> Entity:
    if observed is None:
        return {"endTime": _moment(created)}
    return {"startTime": _moment(observed.start), "endTime": _moment(observed.end or observed.start)}


def _moment(text: str) -> str:
    # To the second, with an offset, or the day: nothing else is what readers of these crates expect.
    day, _, time = text.partition("T")
    return f"{day}T{time.removesuffix('Z')}+00:00" if len(time) == len("hh:mm:ssZ") else day


def _slug(text: str) -> str:
    return quote(text, safe="")  # so two names never become one
