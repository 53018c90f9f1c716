"""`kb log check`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from envkb.cli.console import AsJson, Root, emit, say, show
from envkb.errors import InvalidDataError, VerificationError

if TYPE_CHECKING:
    from envkb.cli.log_documents import LogCheckedDocument, ToldContradiction
    from envkb.knowledge.folder import KnowledgeBase
    from envkb.proof.log.checkpoint import Checkpoint
    from envkb.proof.log.keys import VerifierKey
    from envkb.proof.log.log import Trust
    from envkb.proof.log.memory import Contradiction
    from envkb.proof.log.verify import CheckedLog

_SAID = {
    "rewritten": "history was rewritten: the tree that was seen is no longer part of the log",
    "rolled back": "the log is shorter than it was",
    "equivocation": "two checkpoints of one size",
    "forgotten": "the leaves are the same, but a checkpoint that was seen is no longer kept",
    "another log": "another log lies in the place of the one that was seen",
}
_SHOWN = 10


def run(
    *,
    against: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="A checkpoint, or a proof with one, kept from earlier; repeatable."),
    ] = None,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Check every file of the log, and that it still begins with what was seen of it.

    Example: kb log check --against checkpoint-of-last-year
    """
    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up
    from envkb.proof.log.memory import keep_both, remember, seen_checkpoint  # noqa: PLC0415 - start-up
    from envkb.proof.log.verify import verify_log  # noqa: PLC0415 - start-up

    base = open_base(root)
    given = tuple(_read(path) for path in against or ())
    checked = verify_log(base, given)
    kept = [keep_both(base.root, found) for found in checked.contradictions]
    seen = None if checked.problems else seen_checkpoint(base.root)
    document = _document(checked, (*((seen,) if seen else ()), *given), [tuple(map(str, paths)) for paths in kept])
    if as_json:
        emit(document)
    else:
        _show(base, document)
    if not checked.holds:
        raise typer.Exit(VerificationError.exit_code)
    if checked.log is not None:
        remember(base.root, checked.log)


def _read(path: Path) -> "Checkpoint":
    from envkb.knowledge.files import explain_os_errors  # noqa: PLC0415 - start-up
    from envkb.proof.log.checkpoint import Checkpoint  # noqa: PLC0415 - start-up
    from envkb.proof.log.inclusion import MAX_BYTES, InclusionProof  # noqa: PLC0415 - start-up

    with explain_os_errors(path), path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    try:
        if data.startswith(b"c2sp.org/tlog-proof"):
            return InclusionProof.parse(data).checkpoint
        return Checkpoint.parse(data)
    except InvalidDataError as error:
        raise InvalidDataError(error.message, hint=error.hint, place=str(path)) from error


def _document(
    checked: "CheckedLog", older: "tuple[Checkpoint, ...]", kept: list[tuple[str, ...]]
) -> "LogCheckedDocument":
    from envkb.cli.log_documents import LogCheckedDocument, agreements, told  # noqa: PLC0415 - start-up

    log = checked.log
    return LogCheckedDocument(
        origin=log.origin if log else None,
        size=log.tree.size if log else 0,
        checkpoints=tuple(told(each, trust) for each, trust in checked.checkpoints),
        agreements=tuple(agreements(log, older, checked.contradictions)) if log and not checked.problems else (),
        contradictions=tuple(
            _told(checked, found, paths) for found, paths in zip(checked.contradictions, kept, strict=True)
        ),
        problems=checked.problems,
        warnings=checked.warnings,
    )


def _told(checked: "CheckedLog", found: "Contradiction", kept: tuple[str, ...]) -> "ToldContradiction":
    from envkb.cli.log_documents import ToldContradiction, told  # noqa: PLC0415 - start-up
    from envkb.proof.log.base64_line import write_base64  # noqa: PLC0415 - start-up

    keys = checked.log.keys if checked.log else ()
    return ToldContradiction(
        kind=found.kind,
        then=told(found.then, _signed(found.then, keys)),
        now=told(found.now, _signed(found.now, keys)) if found.now else None,
        size=found.size,
        root=write_base64(found.root),
        first=found.first,
        gone=found.gone,
        come=found.come,
        kept=kept,
    )


def _signed(checkpoint: "Checkpoint", keys: "tuple[VerifierKey, ...]") -> "Trust":
    try:
        signed = checkpoint.signer(keys) is not None
    except VerificationError:
        return "refused"
    return "signed" if signed else "refused" if keys else "unsigned"


def _show(base: "KnowledgeBase", document: "LogCheckedDocument") -> None:
    if document.origin is None and not document.problems:
        say("kb: there is no log yet: `kb log init` begins one")
        return
    for problem in document.problems:
        show(f"FAIL  {problem}")
    for found in document.contradictions:
        _show_both(base, found)
    for each in document.agreements:
        show(f"PASS  begins with the {each.checkpoint.size} leaves of {each.checkpoint.sealed}")
    if not document.problems and not document.contradictions:
        last = document.checkpoints[-1] if document.checkpoints else None
        newest = f", the newest of {last.sealed}, {last.trust}" if last else ""
        show(f"PASS  {document.size} leaves, {len(document.checkpoints)} checkpoints{newest}")
    for warning in document.warnings:
        say(f"kb: {warning}")
    if document.contradictions:
        say("kb: both are kept as evidence; ask whoever seals the log which is true, and why there are two")
        say("    what this copy has seen stays remembered in .kb/log until you remove that folder")


def _show_both(base: "KnowledgeBase", found: "ToldContradiction") -> None:
    show(f"FAIL  {found.kind}: {_SAID[found.kind]}")
    show(
        f"      then  {found.then.size} leaves, sealed {found.then.sealed}, {found.then.trust}, root {found.then.root}"
    )
    common = min(found.size, found.then.size)
    sealed = f", sealed {found.now.sealed}, {found.now.trust}" if found.now else ""
    show(f"      now   {found.size} leaves{sealed}, root of the first {common}: {found.root}")
    if found.first is not None:
        show(f"      the trees part at leaf {found.first}")
    if found.gone or found.come:
        names = _names(base)
        for word, digests in (("gone", found.gone), ("new ", found.come)):
            for digest in digests[:_SHOWN]:
                show(f"      {word}  {digest}  {names.get(digest, '')}".rstrip())
            if len(digests) > _SHOWN:
                show(f"      {word}  and {len(digests) - _SHOWN} more")
    for path in found.kept:
        show(f"      kept  {path}")


def _names(base: "KnowledgeBase") -> dict[str, str]:
    from envkb.knowledge.index.index import open_index  # noqa: PLC0415 - start-up

    with open_index(base) as index:
        return {row.digest: row.id for row in index.rows()}
