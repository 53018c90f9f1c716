"""DataCite metadata 4.5 in JSON, for repositories that register records. Pure."""

from collections.abc import Sequence

from pydantic import JsonValue

from envkb.cite.citation import Citation, Name
from envkb.cite.jsontext import json_text

_UNKNOWN = ":unav"  # DataCite's own word for a value that is not available


def datacite(citations: Sequence[Citation]) -> str:
    """Return the metadata of one record, or a list where there are several."""
    works: list[JsonValue] = [_work(citation) for citation in citations]
    return json_text(works[0] if len(works) == 1 else works)


def _work(citation: Citation) -> JsonValue:
    creators: list[JsonValue] = [_creator(name) for name in citation.authors] or [{"name": _UNKNOWN}]
    remarks: list[JsonValue] = [
        {"description": remark, "descriptionType": "Other"} for remark in dict.fromkeys(citation.remarks)
    ]
    return {
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Record of an experiment"},
        "creators": creators,
        "titles": [{"title": citation.title}],
        "publisher": {"name": citation.publisher},
        "publicationYear": citation.date[:4],
        "dates": [{"date": citation.created, "dateType": "Created"}],
        "alternateIdentifiers": [
            {"alternateIdentifier": citation.id, "alternateIdentifierType": "envkb record id"},
            {"alternateIdentifier": citation.checksum, "alternateIdentifierType": "SHA-256 of the record's file"},
        ],
        **({"url": citation.url} if citation.url else {}),
        **({"descriptions": remarks} if remarks else {}),
    }


def _creator(name: Name) -> JsonValue:
    creator: dict[str, JsonValue] = {"name": name.text}
    if name.family is not None and name.given is not None:
        creator |= {"nameType": "Personal", "givenName": name.given, "familyName": name.family}
    if name.affiliation:
        creator["affiliation"] = [{"name": name.affiliation}]
    if name.orcid:
        creator["nameIdentifiers"] = [
            {
                "nameIdentifier": f"https://orcid.org/{name.orcid}",
                "nameIdentifierScheme": "ORCID",
                "schemeUri": "https://orcid.org",
            }
        ]
    return creator
