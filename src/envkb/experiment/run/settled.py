"""The last touch before a plan is carried out: requirements that any folder understands, addresses behind names."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from envkb.errors import UsageError
from envkb.experiment.run.asking import named_address
from envkb.experiment.run.requirement import checked_requirement
from envkb.managers import Sources
from envkb.managers.torch_backend import PYTORCH
from envkb.model.plan import Plan, PlannedRequest, PlannedSource

_UNNAMED: Final = re.compile(r"^<((?:index|channel)-\d+)>$")
_PLACEHOLDER: Final = re.compile(r"<[a-z]+(?:-\d+)?>")


def settled(plan: Plan, folder: Path, known: Sources) -> Plan:
    """Return a plan that says the same wherever a manager is started, and whose addresses have names.

    Records keep names of indexes and channels, never addresses: one that has none yet is called `index-1` and so on.

    Args:
        plan: The plan.
        folder: What relative paths of requirements are relative to.
        known: Addresses that have a name beside the plan.

    Raises:
        UsageError: Something that is required is no requirement, or is not there.
    """
    requests = tuple(_checked(request, folder) for request in plan.requests)
    indexes = _named((one for row in requests for one in row.indexes), plan.indexes, known.indexes, "index")
    channels = _named((one for row in requests for one in row.channels), plan.channels, known.channels, "channel")
    rows = tuple(
        request.model_copy(
            update={
                "indexes": tuple(indexes.get(one, one) for one in request.indexes),
                "channels": tuple(channels.get(one, one) for one in request.channels),
            }
        )
        for request in requests
    )
    return plan.model_copy(
        update={
            "requests": rows,
            "indexes": _with_sources(plan.indexes, indexes),
            "channels": _with_sources(plan.channels, channels),
        }
    )


def _checked(request: PlannedRequest, folder: Path) -> PlannedRequest:
    wanted = tuple(checked_requirement(text, folder) for text in request.requirements)
    constraints = tuple(checked_requirement(text, folder) for text in request.constraints)
    return request.model_copy(update={"requirements": wanted, "constraints": constraints})


def _named(used: Iterator[str], told: Sequence[PlannedSource], known: Mapping[str, str], word: str) -> dict[str, str]:
    """Return the names of those that are addresses, by address."""
    names = {url: name for name, url in known.items()} | {row.url: row.name for row in told}
    taken = {*known, *(row.name for row in told)}
    found: dict[str, str] = {}
    for address in dict.fromkeys(one for one in used if "://" in one):
        number = 1
        while (free := f"{word}-{number}") in taken:
            number += 1
        found[address] = names.get(address, free)
        taken.add(found[address])
    return found


def _with_sources(told: tuple[PlannedSource, ...], named: Mapping[str, str]) -> tuple[PlannedSource, ...]:
    there = {row.name for row in told}
    return (*told, *(PlannedSource(name=name, url=url) for url, name in named.items() if name not in there))


def with_addresses(plan: Plan, indexes: Sequence[str], channels: Sequence[str]) -> Plan:
    """Return a plan in which names of indexes and channels have these addresses.

    Args:
        plan: The plan.
        indexes: `NAME=URL`.
        channels: Likewise.

    Raises:
        UsageError: One has another form, or the plan has no such name.
    """
    rows = plan.requests
    indexes_named = [one for row in rows for one in (*row.indexes, *([PYTORCH] if row.torch_backend else []))]
    return plan.model_copy(
        update={
            "indexes": _addressed(plan.indexes, indexes, indexes_named, "--index"),
            "channels": _addressed(plan.channels, channels, [one for row in rows for one in row.channels], "--channel"),
        }
    )


def _addressed(
    told: tuple[PlannedSource, ...], given: Sequence[str], names: Sequence[str], option: str
) -> tuple[PlannedSource, ...]:
    found = {row.name: row for row in told}
    for said, url in map(named_address, given):
        name = _UNNAMED.sub(r"\1", said)
        if name not in names:
            raise UsageError(
                f"{option} {name}: the plan takes nothing from there",
                hint=f"it names {', '.join(dict.fromkeys(names)) or 'none'}; another one belongs into the plan itself",
            )
        found[name] = PlannedSource(name=name, url=url)
    return tuple(found.values())


def with_plain_names(plan: Plan) -> Plan:
    """Return the plan of a record in which `index-1` is the name of what the record could only call `<index-1>`."""
    rows = tuple(
        request.model_copy(
            update={
                "indexes": tuple(_UNNAMED.sub(r"\1", one) for one in request.indexes),
                "channels": tuple(_UNNAMED.sub(r"\1", one) for one in request.channels),
            }
        )
        for request in plan.requests
    )
    return plan.model_copy(update={"requests": rows})


def restored(plan: Plan, home: Path) -> Plan:
    """Return the plan of a record with the home folder of this machine where the record has a placeholder for one.

    Raises:
        UsageError: It has another placeholder, for something that records do not keep.
    """
    text = plan.model_dump_json().replace("<home>", _inside_json(home))
    again = Plan.model_validate_json(text)
    # Addresses are looked up by name, here or nowhere.
    left = next(_placeholders(again.model_dump(exclude={"title", "indexes", "channels"}, mode="json")), None)
    if left is not None:
        raise UsageError(
            f"the plan names {left}, which stands for something that records do not keep",
            hint="say all of it again: kb run REQUIREMENT --with MANAGER",
        )
    return again


def _inside_json(path: Path) -> str:
    import json  # noqa: PLC0415 - one path is no reason to load it early

    return json.dumps(str(path), ensure_ascii=False)[1:-1]


def _placeholders(tree: object) -> Iterator[str]:
    if isinstance(tree, str):
        yield from _PLACEHOLDER.findall(tree)
    elif isinstance(tree, Mapping):
        for value in tree.values():
            yield from _placeholders(value)
    elif isinstance(tree, Sequence):
        for value in tree:
            yield from _placeholders(value)
