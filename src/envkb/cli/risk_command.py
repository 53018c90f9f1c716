"""`kb risk`."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from envkb.cli import filters
from envkb.cli.console import AsJson, Root, emit, say, show
from envkb.cli.sweeping import unswept
from envkb.errors import InvalidDataError

if TYPE_CHECKING:
    from envkb.assess.risk.lint import Names
    from envkb.assess.risk.matrix import Matrix
    from envkb.knowledge.index.index import Index
    from envkb.knowledge.risks import RiskFile, Risks

group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

Private = Annotated[bool, typer.Option("--private", help="Count private records, too; the answer is for you alone.")]
Slug = Annotated[str, typer.Argument(metavar="RISK", help="Its slug: the name of its file.")]
_REVIEW_DAYS = 180


@group.command("new")
def new(
    slug: Annotated[str, typer.Argument(help="Its name: small letters and digits, joined by hyphens.")],
    statement: Annotated[str, typer.Argument(help="What could go wrong, in one sentence.")],
    *,
    owner: Annotated[str | None, typer.Option(help="Who looks after it; else the first author of kb.toml.")] = None,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Make the file of a new risk, to be filled in by hand.

    Example: kb risk new cuda-not-seen 'torch installed by uv cannot use the GPU'
    """
    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up
    from envkb.knowledge.risks import create_risk  # noqa: PLC0415 - start-up

    base = open_base(root)
    authors = base.settings.authors
    name = owner or (authors[0].name if authors else "nobody yet")
    review = (_today() + timedelta(days=_REVIEW_DAYS)).isoformat()
    path = create_risk(base.root, slug, statement, owner=name, review=review)
    if as_json:
        from envkb.cli.risk_documents import NewRiskDocument, RiskReference  # noqa: PLC0415 - only for JSON

        risk = RiskReference(id=slug, path=str(path), title=statement, status="prior", date=review)
        emit(NewRiskDocument(risks=(risk,)))
    else:
        show(str(path))
        say("say in it what counts as evidence; `kb risk check` tells whether it can be read")


@group.command("list")
def list_risks(*, private: Private = False, root: Root = None, as_json: AsJson = False) -> None:
    """List the risks, the worst first.

    Example: kb risk list
    """
    with _opened(root, private=private) as (risks, _, matrix):
        if as_json:
            from envkb.cli.risk_telling import told_list  # noqa: PLC0415 - only for JSON

            emit(told_list(matrix, risks.problems, private=private))
        elif matrix.assessments:
            from envkb.cli.risk_printing import show_risks  # noqa: PLC0415 - start-up

            show_risks(matrix)
        _tell(risks, matrix, private=private)


@group.command("show")
def show_one(slug: Slug, *, private: Private = False, root: Root = None, as_json: AsJson = False) -> None:
    """Show one risk with everything that it was computed from.

    Example: kb risk show cuda-not-seen
    """
    from envkb.assess.risk.history import history_of  # noqa: PLC0415 - start-up

    with _opened(root, private=private, only=slug) as (_, _, matrix):
        (assessment,) = matrix.assessments
        history = history_of(assessment, matrix.thresholds)
        if as_json:
            from envkb.cli.risk_documents import ShownRiskDocument  # noqa: PLC0415 - only for JSON
            from envkb.cli.risk_telling import told_in_full  # noqa: PLC0415 - only for JSON

            told = told_in_full(assessment, matrix, history)
            emit(ShownRiskDocument(evaluated=matrix.today.isoformat(), private=private, risks=(told,)))
        else:
            from envkb.cli.risk_printing import show_risk  # noqa: PLC0415 - start-up

            show_risk(assessment, history)
            _tell_private(private=private)


@group.command("matrix")
def show_matrix(
    *,
    host: filters.Host = None,
    manager: filters.Manager = None,
    where: filters.Where = None,
    private: Private = False,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Show the matrix of likelihood and impact.

    Options restrict the evidence, not the risks.

    Example: kb risk matrix --host pi5 --manager uv
    """
    restricted = (host or (), manager or (), where)
    with _opened(root, private=private, restricted=restricted) as (risks, _, matrix):
        if as_json:
            from envkb.cli.risk_telling import told_matrix  # noqa: PLC0415 - only for JSON

            emit(told_matrix(matrix, risks.problems, private=private))
        elif matrix.assessments:
            from envkb.cli.risk_printing import show_matrix as print_matrix  # noqa: PLC0415 - start-up

            print_matrix(matrix)
        _tell(risks, matrix, private=private)


@group.command("check")
def check(*, root: Root = None, as_json: AsJson = False) -> None:
    """Check what risks say: form, names, scope, days.

    Example: kb risk check
    """
    from envkb.assess.risk.lint import risk_problems  # noqa: PLC0415 - start-up

    with _opened(root, private=False) as (risks, names, matrix):
        problems = list(risks.problems)
        for assessment in sorted(matrix.assessments, key=lambda each: each.file.slug):
            problems += risk_problems(assessment, names)
    errors = sum(problem.level == "error" for problem in problems)
    if as_json:
        from envkb.cli.risk_documents import CheckedRisksDocument  # noqa: PLC0415 - only for JSON
        from envkb.cli.risk_telling import told_problems, told_reference  # noqa: PLC0415 - only for JSON

        told = tuple(told_reference(each) for each in matrix.assessments)
        emit(CheckedRisksDocument(evaluated=matrix.today.isoformat(), risks=told, problems=told_problems(problems)))
    else:
        from envkb.cli.risk_printing import show_problems  # noqa: PLC0415 - start-up

        show_problems(problems)
        count = len(risks.files) + len(risks.problems)
        say(f"{count} risks, {errors} errors, {len(problems) - errors} warnings")
    if errors:
        raise typer.Exit(InvalidDataError.exit_code)


_Restriction = tuple[Sequence[str], Sequence[str], str | None]


@contextmanager
def _opened(
    root: Path | None, *, private: bool, only: str | None = None, restricted: _Restriction = ((), (), None)
) -> "Iterator[tuple[Risks, Names, Matrix]]":
    from envkb.assess.risk.matrix import assess_risks  # noqa: PLC0415 - start-up
    from envkb.cli.base import open_base, tell_unreadable  # noqa: PLC0415 - start-up
    from envkb.experiment.intervals import kept_intervals  # noqa: PLC0415 - start-up
    from envkb.knowledge.index.index import open_index  # noqa: PLC0415 - start-up
    from envkb.knowledge.query.filters import filter_query  # noqa: PLC0415 - start-up
    from envkb.knowledge.risk_evidence import EvidenceReader  # noqa: PLC0415 - start-up
    from envkb.knowledge.risks import read_risks  # noqa: PLC0415 - start-up

    base = open_base(root)
    host, manager, where = restricted
    within = filter_query(where=where, host=host, manager=manager)
    risks = read_risks(base.root)
    files: tuple[RiskFile, ...] = (risks.find(only),) if only else risks.files
    with unswept(), open_index(base, public=not private) as index:
        reader, thresholds = EvidenceReader(index, within), base.settings.thresholds
        with kept_intervals(base.root) as intervals:
            matrix = assess_risks(files, reader, thresholds, today=_today(), intervals=intervals)
        yield risks, _names(index, base.settings.edge_cases), matrix
        tell_unreadable(index.unreadable())


def _names(index: "Index", classes: Collection[str]) -> "Names":
    from envkb.assess.risk.lint import Names  # noqa: PLC0415 - start-up

    return Names(classes, index.rules(), index.benchmarks())


def _tell(risks: "Risks", matrix: "Matrix", *, private: bool) -> None:
    if not matrix.assessments:
        say("no risks yet: `kb risk new` makes the first" if not risks.problems else "no risk can be read")
    else:
        say(f"evaluated on {matrix.today} from {matrix.records} records")
    if risks.problems:
        say(f"kb: left out, because unreadable: {', '.join(problem.path for problem in risks.problems)}")
        say("    `kb risk check` says what is wrong with each")
    _tell_private(private=private)


def _tell_private(*, private: bool) -> None:
    if private:
        say("kb: counts private records: this answer is for you alone")


def _today() -> date:
    from envkb.experiment.clock import present  # noqa: PLC0415 - start-up

    return present().date()
