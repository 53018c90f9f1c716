"""The experiments wanted: requests, managers, Pythons, cache states, and existing environments beside them."""

from collections.abc import Sequence
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from envkb.model.record import OneLine
from envkb.model.value import Value

CacheState = Literal["cold", "warm"]
Bytecode = Literal["default", "parity"]

MAX_ROUNDS: Final = 1000
"""More rounds than this are a typing error."""

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._+-]{0,62}$")]
Platform = Annotated[str, Field(pattern=r"^(linux|osx|win)-[a-z0-9_]+$")]
PythonVersion = Annotated[str, Field(pattern=r"^[0-9]+(\.[0-9]+){0,2}$")]


def _distinct(names: Sequence[str]) -> Sequence[str]:
    if len(set(names)) != len(names):
        raise ValueError("one is given twice")
    return names


# TOML gives lists, which a strict tuple would refuse; what is in them stays strict.
Texts = Annotated[tuple[str, ...], Field(strict=False)]
Distinct = Annotated[tuple[str, ...], Field(strict=False), AfterValidator(_distinct)]


class PlannedFlags(Value):
    """Extra flags for one manager.

    Attributes:
        manager: The manager.
        flags: Given to its install command as they are.
    """

    manager: str
    flags: Texts


class PlannedSource(Value):
    """Where a package index or a conda channel is.

    Attributes:
        name: What requests and records call it.
        url: Its address.
    """

    name: Name
    url: str


class PlannedRequest(Value):
    """What is to be installed, said without naming a manager.

    Attributes:
        name: Its short name within the plan.
        requirements: PEP 508 requirements.
        constraints: Constraints.
        indexes: Names or addresses of package indexes, in order.
        channels: Names or addresses of conda channels, in order.
        torch_backend: `auto`, `cpu`, `cu126` …
        platform: Another platform that it is resolved for, in conda's words (`osx-arm64`, `linux-aarch64`): for
            `--dry-run` alone, since nothing can be installed for it here.
        modules: Modules whose import is timed; empty for those of the distributions required.
        flags: Extra flags per manager.
    """

    name: Name
    requirements: Annotated[Texts, Field(min_length=1)]
    constraints: Texts = ()
    indexes: Texts = ()
    channels: Texts = ()
    torch_backend: str | None = None
    platform: Platform | None = None
    modules: Texts = ()
    flags: Annotated[tuple[PlannedFlags, ...], Field(strict=False)] = ()


class PlannedEnvironment(Value):
    """An environment that exists and takes part; nothing is written there.

    Attributes:
        name: Name of the arm.
        target: Path of a prefix or interpreter, or name of a conda environment.
    """

    name: Name
    target: Annotated[str, Field(min_length=1)]


class Exclusion(Value):
    """Combinations that are left out: those in which everything given here holds.

    Attributes:
        request: Name of a request.
        manager: A manager.
        python: A Python version.
        cache: A cache state.
        bytecode: A way to treat bytecode.
    """

    request: str | None = None
    manager: str | None = None
    python: str | None = None
    cache: CacheState | None = None
    bytecode: Bytecode | None = None


class Plan(Value):
    """A plan, as its TOML file says it.

    Attributes:
        schema_: `envkb.plan/1`, written `schema`.
        title: One line for people.
        requests: What is to be installed.
        managers: By which managers.
        pythons: With which versions of Python; empty for that of kb itself.
        caches: In which states of the managers' caches.
        bytecode: `default` for what each manager does by itself, `parity` where every one compiles all modules.
        environments: Existing environments that take part.
        benchmarks: Suites, `NAME[:quick|full]`, and files with functions of your own, `FILE.py[:FUNCTION]`; empty for
            none.
        command: A command that is timed in every environment; empty for none.
        rounds: How often every combination is measured.
        exclude: Combinations left out.
        indexes: Addresses of the package indexes that requests name.
        channels: Addresses of the conda channels that requests name.
    """

    schema_: Literal["envkb.plan/1"] = Field(alias="schema", default="envkb.plan/1")
    title: OneLine | None = None
    requests: Annotated[tuple[PlannedRequest, ...], Field(strict=False)] = ()
    managers: Distinct = ()
    pythons: Annotated[tuple[PythonVersion, ...], Field(strict=False), AfterValidator(_distinct)] = ()
    caches: Annotated[tuple[CacheState, ...], Field(strict=False, min_length=1), AfterValidator(_distinct)] = (
        "cold",
        "warm",
    )
    bytecode: Annotated[tuple[Bytecode, ...], Field(strict=False, min_length=1), AfterValidator(_distinct)] = (
        "default",
        "parity",
    )
    environments: Annotated[tuple[PlannedEnvironment, ...], Field(strict=False)] = ()
    benchmarks: Distinct = ("python",)
    command: Texts = ()
    rounds: Annotated[int, Field(ge=1, le=MAX_ROUNDS)] = 6
    exclude: Annotated[tuple[Exclusion, ...], Field(strict=False)] = ()
    indexes: Annotated[tuple[PlannedSource, ...], Field(strict=False)] = ()
    channels: Annotated[tuple[PlannedSource, ...], Field(strict=False)] = ()
