"""`kb verify`."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated

import typer

from envkb.cli.console import AsJson, Root, emit, inert, say, show
from envkb.errors import UsageError, VerificationError

if TYPE_CHECKING:
    from envkb.knowledge.folder import KnowledgeBase
    from envkb.proof.verification.outcome import Verified


_INDENT = 24


def run(
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ID|FILE|URL", help="Records, files of records, bundles and crates, or addresses of record pages."
        ),
    ] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Every record of the knowledge base.")] = False,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Verify records, layer by layer; nothing is fetched but addresses that are named.

    Example: kb verify KB-2026-WERC8-GMRZGT
    """
    if bool(targets) == everything:
        raise UsageError("name what to verify, or give --all", hint="kb verify ID, kb verify FILE, kb verify --all")
    verified = _verify(targets or (), root)
    failed = 0
    if as_json:
        from envkb.cli.verify_documents import VerifiedDocument, told  # noqa: PLC0415 - only for JSON

        found = [told(each) for each in verified]
        failed = sum(each.failed for each in found)
        emit(VerifiedDocument(failed=failed, records=tuple(found)))
    else:
        total = 0
        for each in verified:
            total += 1
            failed += each.failed
            _print(each, brief=everything)
        if total > 1:
            say(f"{total} records, {failed} fail")
    if failed:
        raise typer.Exit(VerificationError.exit_code)


def _verify(targets: Sequence[str], root: Path | None) -> "Iterator[Verified]":
    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up
    from envkb.proof.verification import verify  # noqa: PLC0415 - start-up

    if not targets:
        yield from verify.verify_all(open_base(root))
    for target in targets:
        if "://" in target:
            from envkb.proof.verification.elsewhere import fetch_record, verify_address  # noqa: PLC0415 - rare

            yield verify_address(target, fetch_record)
        elif Path(target).is_file():
            yield from _verify_file(Path(target), root)
        else:
            yield verify.verify_record(open_base(root), target)


def _verify_file(path: Path, root: Path | None) -> "list[Verified]":
    from envkb.proof.verification.elsewhere import verify_file  # noqa: PLC0415 - start-up
    from envkb.proof.verification.verify import verify_path  # noqa: PLC0415 - start-up

    base = _base_around(path, root)
    if base is None:
        return verify_file(path)
    return [verify_path(base, PurePosixPath(path.resolve().relative_to(base.root)))]


def _base_around(path: Path, root: Path | None) -> "KnowledgeBase | None":
    # A file that a knowledge base keeps as a record has all its layers there.
    from envkb.knowledge.folder import KnowledgeBase  # noqa: PLC0415 - start-up
    from envkb.knowledge.layout import PRIVATE_RECORDS, RECORDS  # noqa: PLC0415 - start-up

    base = KnowledgeBase.open(root) if root else KnowledgeBase.find(path.parent)
    kept = base and any(path.resolve().is_relative_to(base.root / place) for place in (RECORDS, PRIVATE_RECORDS))
    return base if kept else None


def _print(verified: "Verified", *, brief: bool) -> None:
    verdict = "FAIL" if verified.failed else "PASS"
    if brief and not verified.failed and not verified.warnings:
        show(f"{verdict}  {verified.name}")
        return
    show(f"{verdict}  {inert(verified.name)}  {inert(verified.path)}")
    for outcome in verified.outcomes:
        if brief and outcome.status != "FAIL":
            continue
        _line(f"  {outcome.status:<6}  {outcome.layer:<12}  ", inert(outcome.says))
        if outcome.next_step:
            _line(" " * _INDENT, inert(f"next: {outcome.next_step}"))
    for warning in verified.warnings:
        _line(f"{'  note':<{_INDENT}}", inert(warning))


def _line(head: str, text: str) -> None:
    # A terminal's own line breaks would hide the columns; a pipe gets one line for each.
    if not sys.stdout.isatty():
        show(head + text)
        return
    from shutil import get_terminal_size  # noqa: PLC0415 - start-up
    from textwrap import wrap  # noqa: PLC0415 - likewise

    width = max(get_terminal_size().columns - _INDENT, 2 * _INDENT)
    for number, line in enumerate(wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]):
        show((" " * _INDENT if number else head) + line)
