"""Finds what a plan needs on this machine before anything is started."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from envkb.errors import ToolMissingError
from envkb.experiment.run.cells import combinations
from envkb.managers import MANAGERS, Job, Sources, Tool, base_python, look_for
from envkb.model.plan import Plan
from envkb.process import Runner

OWN_PYTHON: Final = frozenset({"conda", "mamba", "micromamba", "rattler", "pixi"})
"""Managers that bring the Python that they are asked for."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """What is here to carry out a plan with.

    Attributes:
        tools: The managers by name.
        pythons: The interpreters to base environments on, by the version asked for.
        sources: Addresses of indexes and channels.
    """

    tools: Mapping[str, Tool]
    pythons: Mapping[str | None, Path]
    sources: Sources


def equip(plan: Plan, run: Runner, environ: Mapping[str, str], known: Sources | None = None) -> Workshop:
    """Find every manager and every Python of a plan.

    Args:
        plan: The plan; what it says of an index or channel goes before what is known beside it.
        run: Starts processes.
        environ: The caller's environment variables.
        known: Addresses of indexes and channels that are known beside the plan.

    Raises:
        ToolMissingError: One of them is missing; the message names all that are.
    """
    found = [look_for(MANAGERS[name], run, environ) for name in plan.managers]
    missing = [available.reason or available.manager for available in found if available.tool is None]
    wanted = plan.pythons or (None,)
    pythons = {version: base_python(version, run, environ) for version in wanted}
    if not set(plan.managers) <= OWN_PYTHON:
        missing += [f"there is no Python {version} here" for version, path in pythons.items() if path is None]
    if missing:
        raise ToolMissingError("; ".join(missing), hint="install what is missing, or leave it out; nothing was started")
    return Workshop(
        tools={available.manager: available.required() for available in found},
        pythons={version: path for version, path in pythons.items() if path is not None},
        sources=_sources(plan, known or Sources()),
    )


def rehearse(plan: Plan, workshop: Workshop) -> None:
    """Check that every manager can be asked for what the plan wants of it; nothing is started or written.

    Raises:
        UsageError: One cannot: an index without an address, extras for conda, another platform, an open torch backend.
    """
    nowhere = Path("rehearsal")
    for one in combinations(plan):
        if one.manager is not None:
            job = Job(
                tool=workshop.tools[one.manager],
                request=one.asked(),
                prefix=nowhere / "prefix",
                cache=nowhere / "cache",
                scratch=nowhere,
                python=workshop.pythons.get(one.python),
                sources=workshop.sources,
            )
            MANAGERS[one.manager].make(job)


def _sources(plan: Plan, known: Sources) -> Sources:
    # A plan that comes from a record has names where addresses were.
    indexes = {source.name: source.url for source in plan.indexes if "://" in source.url}
    channels = {source.name: source.url for source in plan.channels if "://" in source.url}
    return Sources(indexes={**known.indexes, **indexes}, channels={**known.channels, **channels})
