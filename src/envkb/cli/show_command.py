"""`kb show`."""

from typing import TYPE_CHECKING, Annotated

import typer

from envkb.cli.console import AsJson, Root, emit, inert, say, show
from envkb.errors import KbError

if TYPE_CHECKING:
    from envkb.cli.told_proofs import ToldProofs
    from envkb.knowledge.folder import KnowledgeBase, StoredRecord


def run(
    record: Annotated[str, typer.Argument(metavar="ID", help="The record's id, in any spelling.")],
    *,
    facts: Annotated[bool, typer.Option("--facts", help="List every fact with its source, too.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print a summary for a bug tracker.")] = False,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Show one record.

    Example: kb show KB-2026-WERC8-GMRZGT --facts
    """
    from envkb.cite.citation import cite_record  # noqa: PLC0415 - start-up
    from envkb.cite.line import citation_line  # noqa: PLC0415 - start-up
    from envkb.cite.standing import standing_of  # noqa: PLC0415 - start-up
    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up
    from envkb.knowledge.index.index import open_index  # noqa: PLC0415 - start-up
    from envkb.publish import summary  # noqa: PLC0415 - start-up

    base = open_base(root)
    stored = base.read(record)
    with open_index(base) as index:
        standing = standing_of(base, index, stored)
    citation = citation_line(
        authors=stored.record.authors,
        title=stored.record.title,
        record_id=stored.id,
        digest=stored.digest,
        created=stored.record.created,
        base_url=None if stored.private else base.settings.base_url,
    )
    if as_json:
        from envkb.cli.documents import ShownDocument, reference  # noqa: PLC0415 - only for JSON

        emit(
            ShownDocument(
                **dict(reference(stored)),
                state=standing.state,
                private=stored.private,
                proofs=_proofs(base, stored),
                record=stored.record,
            )
        )
        return
    if markdown:
        show(summary.markdown(stored.record, record_id=stored.id, digest=stored.digest, citation=citation).rstrip())
        return
    if standing.state != "current":
        say(inert(f"kb: this record is {cite_record(stored, base.settings, standing=standing).warning}"))
    for line in summary.text_lines(stored.record, with_facts=facts):
        show(inert(line))
    show(f"{'file':<10} {stored.path}")
    show(f"{'verify':<10} sha256sum gives {stored.digest}")
    show(f"{'cite':<10} {inert(citation)}")
    if told := _proofs(base, stored):
        from envkb.cli.told_proofs import proof_lines  # noqa: PLC0415 - start-up

        for heading, line in proof_lines(told):
            show(f"{heading:<10} {inert(line)}")


def _proofs(base: "KnowledgeBase", stored: "StoredRecord") -> "ToldProofs | None":
    from envkb.cli.told_proofs import tell_proofs  # noqa: PLC0415 - start-up

    try:
        return tell_proofs(base, stored)
    except KbError as error:
        # What is damaged beside a record does not hide the record.
        say(f"kb: what speaks for it cannot be read: {error.message}")
        say(f"    {error.hint or '`kb verify` tells more'}")
        return None
