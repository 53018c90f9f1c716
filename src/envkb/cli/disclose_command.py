"""`kb disclose`."""

from typing import TYPE_CHECKING, Annotated

import typer

from envkb.cli.console import AsJson, Root, emit, say, show
from envkb.errors import InvalidDataError

if TYPE_CHECKING:
    from envkb.knowledge.folder import KnowledgeBase, StoredRecord
    from envkb.proof.log.log import Log, Logged


def run(
    record: Annotated[str, typer.Argument(metavar="ID", help="The private record.")],
    *,
    after: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Not now: let kb remind from that day on.", show_default=False),
    ] = None,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Move a private record into the open, and print the proof that it existed before.

    Publishing can destroy the novelty of an invention: ask a patent attorney first.

    Example: kb disclose KB-2026-WERC8-GMRZGT
    """
    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up
    from envkb.knowledge.disclosure import disclose, parse_day, remind  # noqa: PLC0415 - start-up

    base = open_base(root)
    if after is not None:
        day = parse_day(after)
        stored = remind(base, record, day)
        _report(stored, None, None, day.isoformat(), as_json=as_json)
        return
    stored = disclose(base, record)
    log = _log(base)
    _report(stored, log, log.find(stored.digest) if log else None, None, as_json=as_json)


def _log(base: "KnowledgeBase") -> "Log | None":
    from envkb.proof.log.log import open_log  # noqa: PLC0415 - start-up

    try:
        return open_log(base)
    except InvalidDataError as error:
        say(f"kb: the log cannot be read: {error.message}")
        return None


def _report(
    stored: "StoredRecord", log: "Log | None", found: "Logged | None", after: str | None, *, as_json: bool
) -> None:
    from envkb.cli.documents import reference  # noqa: PLC0415 - start-up
    from envkb.cli.log_documents import DisclosedDocument  # noqa: PLC0415 - start-up

    proof = log.prove(stored.digest).encode().decode() if log and found and found.checkpoint else None
    if as_json:
        emit(
            DisclosedDocument(
                **dict(reference(stored)),
                attachments=() if after else tuple(entry.sha256 for entry in stored.record.attachments),
                logged=found.said if found else None,
                proof=proof,
                after=after,
            )
        )
        return
    if after is not None:
        show(f"{stored.id}  stays private; `kb list` and `kb check` remind from {after} on")
        return
    show(f"{stored.id}  is public now: {stored.path}")
    show(f"sha256  {stored.digest}")
    show(f"logged  {(found.said if found else None) or 'not logged'}")
    if proof:
        show()
        show(proof.removesuffix("\n"))
    else:
        say("kb: nothing proves that it existed before now: no checkpoint of the log covers it")
    say("kb: it is published once it is pushed; where others read it, what it describes is no longer new")
