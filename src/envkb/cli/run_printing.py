"""What `kb run` prints, as documents and lines."""

from collections.abc import Iterator, Sequence

from envkb.capture.probes.environment import environment
from envkb.capture.transports.local import collect_local
from envkb.cli.run_documents import (
    DifferingPackage,
    ForeseenDocument,
    ForeseenPackage,
    ForeseenRequest,
    Moving,
    RunDocument,
    RunRecord,
)
from envkb.cli.run_foresight import counted
from envkb.errors import UsageError
from envkb.experiment.run.advice import advise
from envkb.experiment.run.answer import Answer, Row, versions_of
from envkb.experiment.run.foresee import Foreseen, differences
from envkb.experiment.run.requirement import shown
from envkb.model.measurement import Parameter

_MOST = 40


def run_document(told: Answer) -> RunDocument:
    """Return what a run showed as JSON tells it."""
    return RunDocument(
        run=told.run_id,
        moves=tuple(Moving(arm=one.arm, move=one.move, sentence=one.sentence) for one in advise(told)),
        records=tuple(map(_record, told.rows)),
        comparison=told.comparison,
        unjudged=told.unjudged,
        left_out=told.left_out,
    )


def _record(row: Row) -> RunRecord:
    one, content = row.combination, row.recorded.record
    return RunRecord(
        id=row.recorded.id,
        digest=row.recorded.digest,
        path=row.recorded.path or "",
        title=content.title,
        created=content.created,
        arm=one.arm,
        request=one.request.name if one.request else None,
        manager=one.manager,
        python=one.python,
        cache=one.cache,
        bytecode=one.bytecode,
        outcome=content.outcome,
        error=content.install.error if content.install else None,
        medians_s=tuple(Parameter(name=name, value=value) for name, value in row.medians_s.items()),
    )


def foreseen_document(told: Sequence[Foreseen], against: str | None) -> ForeseenDocument:
    """Return what managers would do, and where that differs from an environment, as JSON tells it.

    Raises:
        UsageError: There is no such environment.
    """
    here = _versions_in(against) if against is not None else None
    return ForeseenDocument(against=against, requests=tuple(_foreseen(one, here) for one in told))


def _versions_in(target: str) -> dict[str, str | None]:
    found = environment(collect_local(target).snapshot)
    if found.python_version is None:
        raise UsageError(f"{target} is no environment", hint="give a prefix, an interpreter or a conda environment")
    return versions_of(found)


def _foreseen(one: Foreseen, here: dict[str, str | None] | None) -> ForeseenRequest:
    from packaging.utils import canonicalize_name  # noqa: PLC0415 - start-up

    packages = one.packages or ()
    there: dict[str, str | None] = {canonicalize_name(package.name): package.version for package in packages}
    differing = differences(here, there) if here is not None and one.packages is not None else ()
    return ForeseenRequest(
        request=one.request,
        manager=one.manager,
        python=one.python,
        resolves=one.problem is None,
        problem=shown(one.problem) if one.problem else None,
        download_bytes=one.download_bytes,
        packages=tuple(
            ForeseenPackage(
                name=row.name, version=row.version, size_bytes=row.size_bytes, url=shown(row.url) if row.url else None
            )
            for row in packages
        ),
        differences=tuple(DifferingPackage(name=row.name, here=row.here, there=row.there) for row in differing),
    )


def foreseen_lines(document: ForeseenDocument) -> Iterator[str]:
    """Yield what managers would do, for a terminal."""
    for one in document.requests:
        python = f", Python {one.python}" if one.python else ""
        if one.problem is not None:
            yield f"{one.request} by {one.manager}{python}: would not resolve: {one.problem}"
            continue
        size = "" if one.download_bytes is None else f", {one.download_bytes / 1e6:.1f} MB to download"
        yield f"{one.request} by {one.manager}{python}: {counted(len(one.packages), 'package')}{size}"
        yield f"    {', '.join(f'{row.name} {row.version}' for row in one.packages[:_MOST])}"
        if document.against is not None:
            yield from _difference_lines(one)


def _difference_lines(one: ForeseenRequest) -> Iterator[str]:
    changed = [row for row in one.differences if row.here is not None and row.there is not None]
    for row in changed:
        yield f"    {row.name} {row.here} -> {row.there}"
    more = [row.name for row in one.differences if row.here is None]
    missing = [row.name for row in one.differences if row.there is None]
    yield f"    {counted(len(changed), 'other version')}, {len(more)} more, {len(missing)} that would be missing"
    if missing:
        yield f"    missing: {', '.join(missing[:_MOST])}{' …' if len(missing) > _MOST else ''}"
