"""`kb check`."""

import typer

from envkb.cli.console import AsJson, Root, emit, inert, say, show
from envkb.errors import InvalidDataError


def run(*, root: Root = None, as_json: AsJson = False) -> None:
    """Check every file of the knowledge base; say what is wrong, where, and how to mend it.

    Example: kb check --root ~/my-kb
    """
    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up
    from envkb.cli.base_documents import CheckedDocument, FileProblem  # noqa: PLC0415 - start-up
    from envkb.experiment.clock import present  # noqa: PLC0415 - start-up
    from envkb.knowledge.check.check import check  # noqa: PLC0415 - start-up
    from envkb.knowledge.listing import list_records  # noqa: PLC0415 - start-up

    base = open_base(root)
    problems = check(base, now=present())
    records = len(list_records(base.root))
    errors = sum(problem.level == "error" for problem in problems)
    if as_json:
        emit(
            CheckedDocument(
                records=records,
                problems=tuple(
                    FileProblem(
                        level=problem.level,
                        path=problem.path,
                        place=problem.place,
                        message=problem.message,
                        hint=problem.hint,
                    )
                    for problem in problems
                ),
            )
        )
    else:
        for problem in problems:
            place = f", {problem.place}" if problem.place else ""
            show(inert(f"{problem.level}: {problem.path}{place}: {problem.message}"))
            if problem.hint:
                show(inert(f"    {problem.hint}"))
        say(f"{records} records, {errors} errors, {len(problems) - errors} warnings")
    if errors:
        raise typer.Exit(InvalidDataError.exit_code)
