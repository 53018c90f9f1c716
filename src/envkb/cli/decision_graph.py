"""`kb decision graph`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from envkb.cli.console import AsJson, Root, emit, inert, say, show

if TYPE_CHECKING:
    from envkb.knowledge.decisions.files import DecisionFile, Shelf


def run(*, root: Root = None, as_json: AsJson = False) -> None:
    """Show which decision replaced which, and which belong together.

    Example: kb decision graph
    """
    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up
    from envkb.knowledge.decisions.files import read_decisions  # noqa: PLC0415 - start-up

    shelf = read_decisions(open_base(root).root)
    if as_json:
        from envkb.cli.decision_documents import DecisionGraphDocument, DecisionLink, refer  # noqa: PLC0415 - likewise

        links = tuple(DecisionLink(source=one, relation=how, target=two) for one, how, two in shelf.links())
        emit(DecisionGraphDocument(decisions=tuple(map(refer, shelf.files)), links=links))
        return
    for file in shelf.files:
        for line in _lines(file, shelf):
            show(inert(line))
    if not shelf.files:
        say("no decisions yet: `kb decision new` makes the first")


def _lines(file: "DecisionFile", shelf: "Shelf") -> Iterator[str]:
    titles = {other.slug: f"{other.handle} {other.slug} ({other.decision.status})" for other in shelf.files}
    yield f"{titles[file.slug]}: {file.title}"
    decision = file.decision
    for word, slugs in (
        ("supersedes", decision.supersedes),
        ("superseded by", decision.superseded_by),
        ("relates to", decision.relates_to),
    ):
        for slug in slugs:
            yield f"    {word} {titles.get(slug, f'{slug}, which is not there')}"
