"""`kb log`: the group, and the commands that make the log grow or tell of it; `log_check` has the one that checks."""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from envkb.cli import log_check
from envkb.cli.console import AsJson, Root, emit, say, show
from envkb.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from envkb.cli.log_documents import LogShownDocument
    from envkb.knowledge.folder import KnowledgeBase
    from envkb.proof.log.log import Log

group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
group.command("check")(log_check.run)

Record = Annotated[str, typer.Argument(metavar="ID", help="A record, or the SHA-256 of a file, 64 hex digits.")]


@group.command("init")
def init(
    *,
    origin: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Its name for ever; else made from the site's address.", show_default=False),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where to write the secret key; else ~/.config/envkb.", show_default=False),
    ] = None,
    unsigned: Annotated[bool, typer.Option("--unsigned", help="Begin a log that no key signs.")] = False,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Begin the log, and make the key that will sign its checkpoints.

    Example: kb log init --origin lab.example/kb/log
    """
    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up
    from envkb.cli.log_documents import LogBegunDocument  # noqa: PLC0415 - start-up
    from envkb.proof.log.log import open_log  # noqa: PLC0415 - start-up
    from envkb.proof.log.sealing import begin_log  # noqa: PLC0415 - start-up
    from envkb.proof.log.signing import VARIABLE, key_path, provide_key  # noqa: PLC0415 - start-up

    base = open_base(root)
    name = origin or _default_origin(base)
    if open_log(base) is not None:
        raise UsageError("there is a log already", hint="`kb log show` tells of it")
    place = key or key_path(name, os.environ)
    if place.resolve().is_relative_to(base.root) and not unsigned:
        raise UsageError(f"{place} lies in the knowledge base", hint="keep the secret key outside, see --key")
    secret = None if unsigned else provide_key(name, place)
    begin_log(base, name, secret.verifier if secret else None)
    if as_json:
        emit(
            LogBegunDocument(
                origin=name,
                verifier_key=secret.verifier.text if secret else None,
                secret_key=str(place) if secret else None,
            )
        )
        return
    show(f"log         {name}")
    show(f"public key  {secret.verifier.text if secret else 'none: this log is unsigned'}")
    if secret is not None:
        show(f"secret key  {place}")
        say(f"kb: keep the secret key safe; a workflow needs it as the secret {VARIABLE}")
    say("next: kb log seal")


def _default_origin(base: "KnowledgeBase") -> str:
    url = base.settings.base_url
    if url is None:
        raise UsageError(
            "the log needs a name that is its own for ever",
            hint="use the address it will have: --origin lab.example/kb/log, or set base_url in kb/kb.toml",
        )
    return f"{re.sub(r'^[a-z]+://', '', url).rstrip('/')}/kb/log"


@group.command("seal")
def seal(
    *,
    checkpoint: Annotated[
        bool, typer.Option("--checkpoint", help="Make the checkpoint of the leaves that are pushed; take nothing in.")
    ] = False,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Take in what is not in the log yet; with --checkpoint, close what was taken in and pushed.

    Example: kb log seal; git add kb/log; git commit -m seal; git push; kb log seal --checkpoint
    """
    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up

    base = open_base(root)
    if checkpoint:
        _close(base, as_json=as_json)
    else:
        _seal(base, as_json=as_json)


def _seal(base: "KnowledgeBase", *, as_json: bool) -> None:
    from envkb.cli.log_documents import LogSealedDocument  # noqa: PLC0415 - start-up
    from envkb.proof.log.sealing import seal as order  # noqa: PLC0415 - start-up

    ordered = order(base)
    if as_json:
        emit(
            LogSealedDocument(
                added=ordered.added, size=ordered.size, left_out=ordered.left_out, checkpoint=None, new=False
            )
        )
    else:
        show(f"leaves  {ordered.size}, {len(ordered.added)} of them new")
    for path in ordered.left_out:
        say(f"kb: left out, because unreadable: {path}; `kb check` says what is wrong")
    if ordered.added:
        say("next: push kb/log, then `kb log seal --checkpoint`")


def _close(base: "KnowledgeBase", *, as_json: bool) -> None:
    from envkb.cli.log_documents import LogSealedDocument, told  # noqa: PLC0415 - start-up
    from envkb.experiment.clock import present  # noqa: PLC0415 - start-up
    from envkb.proof.log.sealing import close, unpushed  # noqa: PLC0415 - start-up
    from envkb.proof.log.signing import find_key  # noqa: PLC0415 - start-up

    log = _open(base)
    covered = bool(log.checkpoints) and log.checkpoints[-1].size == log.tree.size
    if not covered and (reason := _unpushed(unpushed, base)):
        raise UsageError(reason, hint="push kb/log first: who pushes leaves first wins, and no size is signed twice")
    key = find_key(log.origin, os.environ) if log.keys and not covered else None
    closed = close(base, now=present(), key=key)
    if as_json:
        trust = _open(base).trust(closed.checkpoint)
        emit(
            LogSealedDocument(
                added=(),
                size=closed.checkpoint.size,
                left_out=(),
                checkpoint=told(closed.checkpoint, trust),
                new=closed.new,
            )
        )
        return
    made = "made" if closed.new else "was there"
    signed = "signed" if closed.checkpoint.signatures else "unsigned"
    show(f"checkpoint  {made}: {closed.checkpoint.size} leaves, sealed {closed.checkpoint.sealed}, {signed}")


def _unpushed(ask: "Callable[[Path], str | None]", base: "KnowledgeBase") -> str | None:
    from envkb.errors import ToolMissingError  # noqa: PLC0415 - start-up

    try:
        return ask(base.root)
    except ToolMissingError:
        return None  # without git there is nobody to push before


def _open(base: "KnowledgeBase") -> "Log":
    from envkb.proof.log.log import open_log  # noqa: PLC0415 - start-up

    log = open_log(base)
    if log is None:
        raise UsageError("there is no log here", hint="`kb log init` begins one")
    return log


@group.command("prove")
def prove(
    record: Record,
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to a file.", show_default=False)
    ] = None,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Write the proof that a record is in the log: less than 1 KB, checked offline.

    Example: kb log prove KB-2026-WERC8-GMRZGT -o KB-2026-WERC8-GMRZGT.tlog-proof
    """
    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up
    from envkb.cli.log_documents import LogProofDocument, told  # noqa: PLC0415 - start-up
    from envkb.knowledge.files import explain_os_errors  # noqa: PLC0415 - start-up

    base = open_base(root)
    log, digest = _open(base), _digest(base, record)
    proof = log.prove(digest)
    text = proof.encode()
    if output is not None:
        with explain_os_errors(output):
            output.write_bytes(text)
    if as_json:
        emit(
            LogProofDocument(
                digest=digest,
                index=proof.index,
                checkpoint=told(proof.checkpoint, log.trust(proof.checkpoint)),
                proof=text.decode(),
                output=str(output) if output else None,
            )
        )
    elif output is None:
        show(text.decode().removesuffix("\n"))
    say(f"kb: leaf {proof.index} of {proof.checkpoint.size}, sealed {proof.checkpoint.sealed}")
    if not log.keys:
        say("kb: the log is unsigned: the proof is worth what a kept or stamped copy of the checkpoint is worth")


def _digest(base: "KnowledgeBase", text: str) -> str:
    return text.lower() if re.fullmatch("[0-9a-fA-F]{64}", text) else base.read(text).digest


@group.command("show")
def tell(
    record: Annotated[
        str | None, typer.Argument(metavar="ID", help="A record, or the SHA-256 of a file.", show_default=False)
    ] = None,
    *,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Show the log, or where and when it took a record in.

    Example: kb log show KB-2026-WERC8-GMRZGT
    """
    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up
    from envkb.cli.log_documents import LogEntry, LogShownDocument, told  # noqa: PLC0415 - start-up
    from envkb.knowledge.pending import list_pending  # noqa: PLC0415 - start-up
    from envkb.proof.log.log import open_log  # noqa: PLC0415 - start-up

    base = open_base(root)
    log, pending = open_log(base), len(list_pending(base.root))
    entry = None
    if record is not None:
        digest = _digest(base, record)
        found = log.find(digest) if log else None
        entry = LogEntry(digest=digest, index=found.index if found else None, logged=found.said if found else None)
    document = LogShownDocument(
        origin=log.origin if log else None,
        keys=tuple(key.text for key in log.keys) if log else (),
        size=log.tree.size if log else 0,
        pending=pending,
        checkpoints=tuple(told(each, log.trust(each)) for each in log.checkpoints) if log else (),
        entry=entry,
    )
    if as_json:
        emit(document)
    else:
        _show(document)


def _show(document: "LogShownDocument") -> None:
    if document.origin is None:
        say("kb: there is no log yet: `kb log init` begins one")
    elif document.entry is None:
        show(f"log          {document.origin}")
        for key in document.keys or ("none: this log is unsigned",):
            show(f"key          {key}")
        show(f"leaves       {document.size}")
        show(f"checkpoints  {len(document.checkpoints)}")
        for last in document.checkpoints[-1:]:
            show(f"newest       {last.size} leaves, sealed {last.sealed}, {last.trust}, root {last.root}")
    if document.entry is not None:
        place = "not in the log" if document.entry.index is None else f"leaf {document.entry.index}"
        show(f"digest  {document.entry.digest}")
        show(f"place   {place}")
        show(f"logged  {document.entry.logged or 'not logged'}")
    elif document.pending:
        show(f"waiting      {document.pending} digests in kb/log/pending")
