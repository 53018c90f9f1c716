"""Where everything lies in a knowledge base, relative to its root."""

from pathlib import PurePosixPath
from typing import Final

SETTINGS: Final = PurePosixPath("kb/kb.toml")
RECORDS: Final = PurePosixPath("kb/records")
ATTACHMENTS: Final = PurePosixPath("kb/attachments")
PRIVATE: Final = PurePosixPath("kb/private")
PRIVATE_RECORDS: Final = PRIVATE / "records"
PRIVATE_ATTACHMENTS: Final = PRIVATE / "attachments"
REMINDERS: Final = PRIVATE / "reminders"
PRIVATE_PROOFS: Final = PRIVATE / "proofs"
RISKS: Final = PurePosixPath("kb/risks")
DECISIONS: Final = PurePosixPath("kb/decisions")
LOG: Final = PurePosixPath("kb/log")
LOG_PENDING: Final = LOG / "pending"
PROOFS: Final = PurePosixPath("kb/proofs")
TRUST: Final = PurePosixPath("kb/trust")
LOG_POLICY: Final = TRUST / "log.policy"
STATE: Final = PurePosixPath(".kb")
INDEX: Final = STATE / "index.sqlite"
DRAFTS: Final = STATE / "drafts"
SEEN_LOG: Final = STATE / "log"

TEMPORARY: Final = ".tmp"
"""How the name of a file ends that is not finished."""

MAX_ATTACHMENT_BYTES: Final = 64 * 1024 * 1024
"""The largest attachment: what git and its hosts still take."""


def record_path(record_id: str, *, private: bool) -> PurePosixPath:
    """Return where the record with this id lies; the id is in its one spelling."""
    folder = PRIVATE_RECORDS if private else RECORDS
    return folder / record_id[3:7] / f"{record_id}.json"


def attachment_path(sha256: str, *, private: bool) -> PurePosixPath:
    """Return where the attachment with this digest lies."""
    folder = PRIVATE_ATTACHMENTS if private else ATTACHMENTS
    return folder / sha256[:2] / sha256


def proofs_path(digest: str, *, private: bool) -> PurePosixPath:
    """Return the folder with the signatures of the record with this digest."""
    return (PRIVATE_PROOFS if private else PROOFS) / digest
