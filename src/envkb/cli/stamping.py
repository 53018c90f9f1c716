"""Prints what `kb stamp` did."""

from collections.abc import Sequence

from envkb.cli.console import emit, inert, say, show
from envkb.errors import KbError
from envkb.proof.stamps.judging import JudgedStamp
from envkb.proof.stamps.sidecar import Subject


def print_stamped(
    subject: Subject, stamps: Sequence[JudgedStamp], failures: Sequence[tuple[str, KbError]], *, as_json: bool
) -> None:
    """Print each stamp; in JSON each failure, too."""
    if as_json:
        from envkb.cli.documents import failure  # noqa: PLC0415 - only for JSON
        from envkb.cli.proof_documents import RefusedStamp, StampedDocument, StampMade  # noqa: PLC0415 - likewise

        made = [
            StampMade(
                path=str(each.path),
                authority=each.authority or "",
                time=f"{each.time:%Y-%m-%dT%H:%M:%SZ}",
                root=each.root or "",
            )
            for each in stamps
        ]
        refused = [RefusedStamp(authority=url, error=failure(error)) for url, error in failures]
        emit(StampedDocument(subject=subject, stamps=tuple(made), failed=tuple(refused)))
        return
    what = "the record" if subject.size is None else f"the log of {subject.size} leaves"
    for each in stamps:
        show(str(each.path))
        say(f"kb: {what} {each.says}, says {inert(each.authority or '')} under {inert(each.root or '')}")
