"""`kb decision accept`, `reject`, `supersede`, `deprecate` and `link`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from envkb.cli.console import AsJson, Root, emit, inert, say, show
from envkb.errors import UsageError

if TYPE_CHECKING:
    from envkb.knowledge.decisions.files import DecisionFile
    from envkb.knowledge.folder import KnowledgeBase
    from envkb.model.decision import Cited

Slug = Annotated[str, typer.Argument(metavar="SLUG", help="Slug, number or file name of the decision.")]
By = Annotated[
    list[str] | None,
    typer.Option("--by", metavar="NAME", help="Who decides; else the authors of kb.toml; repeatable."),
]


def accept(name: Slug, *, by: By = None, root: Root = None, as_json: AsJson = False) -> None:
    """Accept a decision; from now on its text stands, and a digest in the file holds it.

    Example: kb decision accept uv-for-cpu-only --by 'Ada Example'
    """
    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up
    from envkb.experiment.clock import present  # noqa: PLC0415 - start-up
    from envkb.knowledge.decisions import edits  # noqa: PLC0415 - start-up
    from envkb.knowledge.decisions.files import read_decisions  # noqa: PLC0415 - start-up

    base = open_base(root)
    file = read_decisions(base.root).find(name)
    changed = edits.accept(base.root, file, deciders=deciders(base, file, by), day=present().date())
    _tell([changed], as_json=as_json)


def reject(name: Slug, *, by: By = None, root: Root = None, as_json: AsJson = False) -> None:
    """Reject a decision that is a draft, or proposed.

    Example: kb decision reject conda-everywhere --by 'Ada Example'
    """
    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up
    from envkb.experiment.clock import present  # noqa: PLC0415 - start-up
    from envkb.knowledge.decisions import edits  # noqa: PLC0415 - start-up
    from envkb.knowledge.decisions.files import read_decisions  # noqa: PLC0415 - start-up

    base = open_base(root)
    file = read_decisions(base.root).find(name)
    changed = edits.reject(base.root, file, deciders=deciders(base, file, by), day=present().date())
    _tell([changed], as_json=as_json)


def deciders(base: "KnowledgeBase", file: "DecisionFile | None", by: Sequence[str] | None) -> tuple[str, ...]:
    """Return who decides: those named, else those that the file names, else the authors of the knowledge base."""
    if by or (file and file.decision.deciders):
        return tuple(by or ())
    return tuple(author.name for author in base.settings.authors)


def supersede(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The decision that is replaced.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The accepted decision in its place.")],
    *,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Put one accepted decision in the place of another; both files say so.

    Example: kb decision supersede conda-for-cuda uv-for-cuda
    """
    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up
    from envkb.knowledge.decisions import edits  # noqa: PLC0415 - start-up
    from envkb.knowledge.decisions.files import read_decisions  # noqa: PLC0415 - start-up

    base = open_base(root)
    shelf = read_decisions(base.root)
    _tell(edits.supersede(base.root, shelf, shelf.find(old), shelf.find(new)), as_json=as_json)


def deprecate(name: Slug, *, root: Root = None, as_json: AsJson = False) -> None:
    """Say that an accepted decision should no longer be followed, with nothing in its place.

    Example: kb decision deprecate pin-cudnn-by-hand
    """
    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up
    from envkb.knowledge.decisions import edits  # noqa: PLC0415 - start-up
    from envkb.knowledge.decisions.files import read_decisions  # noqa: PLC0415 - start-up

    base = open_base(root)
    _tell([edits.deprecate(base.root, read_decisions(base.root).find(name))], as_json=as_json)


def link(
    name: Annotated[str | None, typer.Argument(metavar="SLUG", help="The decision.")] = None,
    targets: Annotated[
        list[str] | None,
        typer.Argument(metavar="TARGET", help="Decisions it relates to, or ids of records that it rests on."),
    ] = None,
    *,
    renumber: Annotated[
        bool, typer.Option("--renumber", help="Where two have one number, move the later one.")
    ] = False,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Link a decision to others, or to its evidence; or give a number that is taken twice anew.

    Example: kb decision link uv-for-cuda uv-for-cpu-only KB-2026-WERC8-GMRZGT
    """
    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up

    base = open_base(root)
    if renumber:
        if name:
            raise UsageError("--renumber takes no decision", hint="the later one of two moves, by date and slug")
        _renumber(base, as_json=as_json)
    elif name and targets:
        _tell(_linked(base, name, targets), as_json=as_json)
    else:
        raise UsageError("name a decision and what to link it to", hint="or `--renumber`; see `kb decision link -h`")


def _linked(base: "KnowledgeBase", name: str, targets: Sequence[str]) -> "Sequence[DecisionFile]":
    from envkb.knowledge.decisions import edits  # noqa: PLC0415 - start-up
    from envkb.knowledge.decisions.files import read_decisions  # noqa: PLC0415 - start-up

    shelf = read_decisions(base.root)
    file = shelf.find(name)
    records = [_cited(base, target) for target in targets if target.upper().startswith("KB-")]
    others = [shelf.find(target) for target in targets if not target.upper().startswith("KB-")]
    written: dict[str, DecisionFile] = {}
    if records:
        file = written[file.slug] = edits.cite_evidence(base.root, file, records)
    for other in others:
        file, related = edits.relate(base.root, file, other)
        written |= {file.slug: file, related.slug: related}
    return [*written.values()]


def _cited(base: "KnowledgeBase", name: str) -> "Cited":
    from envkb.model.decision import Cited  # noqa: PLC0415 - start-up

    stored = base.read(name)
    if stored.private:
        raise UsageError(f"{stored.id} is private, and decisions are public", hint="publish that record first")
    return Cited(id=stored.id, digest=stored.digest)


def _renumber(base: "KnowledgeBase", *, as_json: bool) -> None:
    from envkb.knowledge.decisions.files import read_decisions  # noqa: PLC0415 - start-up
    from envkb.knowledge.decisions.numbers import renumber  # noqa: PLC0415 - start-up

    moved = renumber(base.root, read_decisions(base.root))
    rewritten = sorted({path for each in moved for path in each.rewritten})
    _tell([each.file for each in moved], rewritten, as_json=as_json)
    if not moved:
        say("kb: no two decisions have one number")


def _tell(files: "Sequence[DecisionFile]", rewritten: Sequence[str] = (), *, as_json: bool) -> None:
    if as_json:
        from envkb.cli.decision_documents import DecisionsChangedDocument, refer  # noqa: PLC0415 - only for JSON

        emit(DecisionsChangedDocument(decisions=tuple(map(refer, files)), rewritten=tuple(rewritten)))
        return
    for file in files:
        show(inert(f"{file.path}: {file.decision.status}"))
    for path in rewritten:
        show(inert(f"{path}: a link follows"))
