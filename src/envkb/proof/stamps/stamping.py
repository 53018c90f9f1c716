"""Has authorities stamp the newest checkpoint, or one record."""

from datetime import datetime
from typing import Final

from envkb.document.identity import digest_of
from envkb.errors import UsageError
from envkb.knowledge.folder import KnowledgeBase, StoredRecord
from envkb.proof.log.log import open_log
from envkb.proof.stamps.authority import Post, ask
from envkb.proof.stamps.folder import finish_stamps, place_stamp, trusted_roots
from envkb.proof.stamps.judging import JudgedStamp, StampVerdict
from envkb.proof.stamps.sidecar import Sidecar, Subject
from envkb.proof.stamps.token import check_token

_BEGIN: Final = "`kb log init` begins one; or name a record to stamp it alone"
_SEAL: Final = "`kb log seal` makes a checkpoint; or name a record to stamp it alone"


def newest_checkpoint(base: KnowledgeBase) -> tuple[Subject, bytes]:
    """Return the newest checkpoint that can be relied on, which covers every leaf before it, with its bytes.

    Raises:
        UsageError: There is no log, or no checkpoint.
        InvalidDataError: The log is damaged.
    """
    log = open_log(base)
    if log is None:
        raise UsageError("there is no log, so no checkpoint to stamp", hint=_BEGIN)
    sound = [each for each in log.checkpoints if log.trust(each) != "refused"]
    if not sound:
        raise UsageError("the log has no checkpoint that can be relied on", hint=_SEAL)
    data = sound[-1].encode()
    return Subject(kind="checkpoint", sha256=digest_of(data), size=sound[-1].size), data


def this_record(stored: StoredRecord) -> tuple[Subject, bytes]:
    """Return a record as what is to be stamped, with its bytes."""
    return Subject(kind="record", sha256=stored.digest, size=None), stored.data


def stamp(
    base: KnowledgeBase, subject: Subject, data: bytes, url: str, now: datetime, *, post: Post | None = None
) -> JudgedStamp:
    """Have an authority stamp a file, and keep the token that it gives.

    Args:
        base: The knowledge base.
        subject: What is to be stamped.
        data: Its bytes; only their digest is sent.
        url: The authority's address.
        now: The present, in UTC.
        post: Sends the request; over the network where null.

    Raises:
        UsageError: The address is none of the web.
        ToolMissingError: The extra `stamp` is not installed.
        ToolFailedError: The authority cannot be reached, or does not answer as one.
        VerificationError: No trusted root vouches for its answer, or that is about something else; nothing is kept.
        KbError: The token cannot be written.
    """
    finish_stamps(base.root)
    token = ask(url, data, post=post)
    root = check_token(token, trusted_roots(base.root))
    sidecar = Sidecar(
        token_sha256=digest_of(token.data), subject=subject, authority=url, requested=now.strftime("%Y-%m-%dT%H:%M:%SZ")
    )
    return JudgedStamp(
        path=place_stamp(base.root, sidecar, token.data),
        verdict=StampVerdict.GOOD,
        says=f"existed at {token.time:%Y-%m-%dT%H:%M:%SZ}",
        next_step=None,
        subject=subject,
        authority=url,
        time=token.time,
        root=root.name,
        sidecar_sha256=digest_of(sidecar.encode()),
    )
