"""`kb run`."""

from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperCommand

from envkb.cli.console import AsJson, Root

_BEHIND = "envkb.run.command"


class Command(TyperCommand):
    """Keeps what stands behind `--` apart: a command to be timed, no requirements."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]  # typer's own Context
        """Read what stands before `--`."""
        end = args.index("--") if "--" in args else len(args)
        ctx.meta[_BEHIND] = tuple(args[end + 1 :]) if end < len(args) else None
        return super().parse_args(ctx, args[:end])


def run(  # noqa: PLR0913 - the options of a command are its arguments
    context: typer.Context,
    wanted: Annotated[
        list[str] | None,
        typer.Argument(metavar="[REQUIREMENT]...|PLAN.toml", help="What to install, or a plan, or a run to resume."),
    ] = None,
    *,
    with_: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="MANAGER", help="uv, pip, conda, mamba, micromamba, rattler, pixi; repeatable."),
    ] = None,
    env: Annotated[
        list[str] | None,
        typer.Option(metavar="[NAME=]PATH|CONDA-NAME", help="An environment that takes part as it is; repeatable."),
    ] = None,
    requirements: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="Requirements from a file; repeatable.")
    ] = None,
    project: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="What a project needs: pyproject.toml, environment.yml, pixi.toml."),
    ] = None,
    like: Annotated[
        str | None, typer.Option(metavar="ID", help="The plan of a record, with the changes of --set.")
    ] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="REQUIREMENT", help="With --like: in place of the old one.")
    ] = None,
    python: Annotated[
        list[str] | None, typer.Option(metavar="VERSION", help="A version of Python; repeatable.")
    ] = None,
    index: Annotated[
        list[str] | None, typer.Option(metavar="[NAME=]URL", help="A package index, in order; repeatable.")
    ] = None,
    channel: Annotated[
        list[str] | None, typer.Option(metavar="[NAME=]URL|NAME", help="A conda channel, in order; repeatable.")
    ] = None,
    flag: Annotated[
        list[str] | None, typer.Option(metavar="MANAGER=FLAG", help="An extra flag for one manager; repeatable.")
    ] = None,
    torch_backend: Annotated[str | None, typer.Option(metavar="auto|cpu|cu126|…", help="Which build of torch.")] = None,
    rounds: Annotated[
        int | None, typer.Option(metavar="N", help="How often each is measured; 6 if nothing is said.")
    ] = None,
    cache: Annotated[str | None, typer.Option(metavar="cold|warm|both", help="State of the managers' caches.")] = None,
    bytecode: Annotated[
        str | None, typer.Option(metavar="default|parity|both", help="As managers do it, or all of it compiled.")
    ] = None,
    bench: Annotated[
        list[str] | None,
        typer.Option(metavar="SUITE[:quick|full]|FILE.py[:FUNCTION]|none", help="Benchmarks; repeatable; else python."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be installed, and install nothing.")
    ] = False,
    against: Annotated[
        str | None, typer.Option(metavar="PATH|NAME", help="With --dry-run: what differs from this environment.")
    ] = None,
    budget: Annotated[
        str | None, typer.Option(metavar="2h,20GB", help="Time and downloads; what does not fit is left out.")
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the environments.")] = False,
    tag: Annotated[list[str] | None, typer.Option(metavar="TAG", help="A label of all records; repeatable.")] = None,
    timeout: Annotated[
        str | None, typer.Option(metavar="DURATION", help="For each step, such as 90s, 20m; 1h if nothing is said.")
    ] = None,
    private: Annotated[bool, typer.Option("--private", help="Write to the private place.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Begin without asking.")] = False,
    fail_on: Annotated[
        str | None, typer.Option(metavar="failure|slower", help="Exit with 1 where one fails, or is slower.")
    ] = None,
    progress: Annotated[str | None, typer.Option(metavar="json", help="Progress as lines of JSON.")] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run that was stopped last, or with the one named.")
    ] = False,
    alone: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the benchmarks as one Python file that needs no kb; run nothing."),
    ] = None,
    root: Root = None,
    as_json: AsJson = False,
) -> None:
    """Run an experiment: install by several managers, benchmark, compare; every outcome becomes a record.

    Environments and caches are kb's own and are removed at the end; yours are never touched.

    Example: kb run torch==2.13.0 --with uv --with pip --env ml --bench torch:quick
    """
    if alone is not None:
        from envkb.cli.alone import write_alone  # noqa: PLC0415 - start-up

        write_alone(alone, tuple(bench or ()), others=_said_beside(context, "alone", "bench"))
        return
    from envkb.cli.run_plan import Asked  # noqa: PLC0415 - start-up
    from envkb.cli.running import answer  # noqa: PLC0415 - start-up

    answer(
        Asked(
            wanted=tuple(wanted or ()),
            managers=tuple(with_ or ()),
            environments=tuple(env or ()),
            requirements=tuple(requirements or ()),
            project=project,
            like=like,
            changes=tuple(set_ or ()),
            pythons=tuple(python or ()),
            indexes=tuple(index or ()),
            channels=tuple(channel or ()),
            flags=tuple(flag or ()),
            torch_backend=torch_backend,
            rounds=rounds,
            cache=cache,
            bytecode=bytecode,
            bench=tuple(bench or ()),
            command=context.meta.get(_BEHIND),
            dry_run=dry_run,
            against=against,
            budget=budget,
            keep=keep,
            tags=tuple(tag or ()),
            timeout=timeout,
            private=private,
            yes=yes,
            fail_on=fail_on,
            progress=progress,
            resume=resume,
            root=root,
            as_json=as_json,
        )
    )


def _said_beside(context: typer.Context, *names: str) -> tuple[str, ...]:
    """Return the options that the command line has beside these; what to install is told in words."""
    options = {parameter.name: parameter.opts[0] for parameter in context.command.params}
    said = [name for name in context.params if name not in names and _is_said(context, name)]
    behind = ["a command behind --"] if context.meta.get(_BEHIND) is not None else []
    return (*(options[name] if options[name].startswith("-") else "what to install" for name in said), *behind)


def _is_said(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"
