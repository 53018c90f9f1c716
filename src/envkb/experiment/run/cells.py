"""The combinations of a plan. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

from envkb.errors import UsageError
from envkb.managers import manager_named
from envkb.model.install import FlagSet, Request
from envkb.model.measurement import Cell, Parameter
from envkb.model.plan import Bytecode, CacheState, Exclusion, Plan, PlannedEnvironment, PlannedRequest

MAX_CELLS: Final = 500
"""Each cell costs installs and gives a record: more than this nobody reads."""

COMPILING: Final = frozenset({"pip"})
"""Managers that compile every module by themselves: their default is parity."""


@dataclass(frozen=True, slots=True)
class Combination:
    """One install method, or one existing environment.

    Attributes:
        arm: Name of the arm.
        request: What is installed; None for an existing environment.
        manager: By whom; None for an existing environment.
        python: The Python version asked for.
        cache: The state of the manager's cache; None for an existing environment.
        bytecode: What becomes of bytecode; None for an existing environment.
        environment: The existing environment; None for an install method.
    """

    arm: str
    request: PlannedRequest | None
    manager: str | None
    python: str | None
    cache: CacheState | None
    bytecode: Bytecode | None
    environment: PlannedEnvironment | None = None

    @property
    def key(self) -> str:
        """Names it within its run: `numpy/uv/3.12/warm/parity`, `env/ml`."""
        if self.request is None:
            return f"env/{self.arm}"
        parts = (self.request.name, self.manager, self.python, self.cache, self.bytecode)
        return "/".join(part for part in parts if part is not None)

    @property
    def kind(self) -> str:
        """Names what it makes, whatever the cache is like; environments of one kind are equal."""
        if self.request is None:
            return self.key
        return "/".join(p for p in (self.request.name, self.manager, self.python, self.bytecode) if p is not None)

    @property
    def compiles(self) -> bool:
        """Whether every module is compiled: because that was asked for, or because the manager does it by itself."""
        return self.bytecode == "parity" or self.manager in COMPILING

    @property
    def shared(self) -> str:
        """Names the cache that all warm combinations of one manager and request share."""
        assert self.request is not None  # noqa: S101 - existing environments have no cache
        return "-".join(part for part in (self.request.name, self.manager, self.python) if part is not None)

    def asked(self) -> Request:
        """Return the request as managers and records have it."""
        assert self.request is not None  # noqa: S101 - existing environments are not installed
        wanted = self.request
        return Request(
            name=wanted.name,
            requirements=wanted.requirements,
            constraints=wanted.constraints,
            python=self.python,
            indexes=wanted.indexes,
            channels=wanted.channels,
            torch_backend=wanted.torch_backend,
            platform=wanted.platform,
            flags=tuple(FlagSet(manager=row.manager, flags=row.flags) for row in wanted.flags),
        )

    def cell(self) -> Cell:
        """Return it as a record holds it."""
        parameters = (Parameter(name="bytecode", value=self.bytecode),) if self.bytecode else ()
        return Cell(
            arm=self.arm,
            request=self.request.name if self.request else None,
            manager=self.manager,
            python=self.python,
            cache=self.cache,
            parameters=parameters,
        )


def combinations(plan: Plan) -> tuple[Combination, ...]:
    """Return the combinations of a plan, in order.

    Raises:
        UsageError: An unknown manager, a name given twice, an exclusion of something that is not in the plan, no
            combination at all, or too many of them.
    """
    _check_names(plan)
    for exclusion in plan.exclude:
        _check_exclusion(plan, exclusion)
    pythons = plan.pythons or (None,)
    size = len(plan.requests) * len(plan.managers) * len(pythons) * len(plan.caches) * len(plan.bytecode)
    if size + len(plan.environments) > MAX_CELLS:
        raise UsageError(
            f"the plan has {size + len(plan.environments)} combinations; at most {MAX_CELLS} are taken",
            hint="split it, or leave combinations out of the lists",
        )
    found = (*_installs(plan), *(_existing(environment) for environment in plan.environments))
    if not found:
        raise _nothing(plan)
    return found


def _check_names(plan: Plan) -> None:
    for manager in plan.managers:
        manager_named(manager)
    arms = [*plan.managers, *(environment.name for environment in plan.environments)]
    for what, names in (("request", [request.name for request in plan.requests]), ("arm", arms)):
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise UsageError(f"the {what} {twice!r} is there twice", hint="give each a name of its own")
    for request in plan.requests:
        for row in request.flags:
            manager_named(row.manager)
    if plan.managers and plan.environments and not plan.requests:
        raise UsageError(
            f"{plan.managers[0]} has nothing to install", hint="name what it installs: kb run numpy --with uv --env ml"
        )
    if plan.requests and not plan.managers:
        raise UsageError("nothing says which manager installs", hint="add --with uv, or managers = [...] to the plan")


def _check_exclusion(plan: Plan, exclusion: Exclusion) -> None:
    if not any(value is not None for _, value in exclusion):
        raise UsageError("an exclusion that names nothing would leave out everything", hint="name what it leaves out")
    absent = next(absent_from(plan, exclusion), None)
    if absent is not None:
        name, value = absent
        raise UsageError(
            f"an exclusion names the {name} {value!r}, which is not in the plan",
            hint=f"there it is {' or '.join(_factors(plan)[name]) or 'not said'}",
        )


def absent_from(plan: Plan, exclusion: Exclusion) -> Iterator[tuple[str, str]]:
    """Yield what an exclusion names and the plan does not have: the factor and its value."""
    known = _factors(plan)
    return ((name, value) for name, value in exclusion if value is not None and value not in known[name])


def _factors(plan: Plan) -> dict[str, Sequence[str]]:
    return {
        "request": [request.name for request in plan.requests],
        "manager": plan.managers,
        "python": plan.pythons,
        "cache": plan.caches,
        "bytecode": plan.bytecode,
    }


def _installs(plan: Plan) -> Iterator[Combination]:
    pythons = plan.pythons or (None,)
    for request, manager, python in product(plan.requests, plan.managers, pythons):
        for cache, bytecode in product(plan.caches, _bytecode(plan, manager)):
            found = Combination(manager, request, manager, python, cache, bytecode)
            if not any(_leaves_out(exclusion, found) for exclusion in plan.exclude):
                yield found


def _bytecode(plan: Plan, manager: str) -> tuple[Bytecode, ...]:
    return plan.bytecode[:1] if manager in COMPILING else plan.bytecode


def _leaves_out(exclusion: Exclusion, combination: Combination) -> bool:
    own = {**{name: getattr(combination, name) for name in ("manager", "python", "cache", "bytecode")}}
    own["request"] = combination.request.name if combination.request else None
    return all(own[name] == value for name, value in exclusion if value is not None)


def _existing(environment: PlannedEnvironment) -> Combination:
    return Combination(environment.name, None, None, None, None, None, environment)


def _nothing(plan: Plan) -> UsageError:
    if plan.requests:
        return UsageError("the plan has no combination: every one is excluded", hint="leave an exclusion out")
    return UsageError(
        "the plan has no combination: nothing is to be installed or measured",
        hint="say what to install (`kb run numpy --with uv`), or name an environment (`--env ml`)",
    )
