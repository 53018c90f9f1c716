"""What `kb run`, `kb compare` and `kb reproduce` print under `--json`."""

from typing import Final, Literal

from pydantic import Field

from envkb.assess.compared import Comparison
from envkb.cli.documents import Reference
from envkb.model.measurement import Parameter
from envkb.model.value import Value


class RunRecord(Reference):
    """One combination of a run, with its record.

    Attributes:
        arm: Name of the arm.
        request: Name of the request; null for an existing environment.
        manager: The manager; null for an existing environment.
        python: The Python version asked for; null where none was.
        cache: The state of the cache; null for an existing environment.
        bytecode: `default` or `parity`; null for an existing environment.
        outcome: How it ended.
        error: What kind of failure the install was; null where it did not fail.
        medians_s: Medians of what was timed.
    """

    arm: str
    request: str | None
    manager: str | None
    python: str | None
    cache: str | None
    bytecode: str | None
    outcome: str | None
    error: str | None
    medians_s: tuple[Parameter, ...]


class Moving(Value):
    """Whether to move to an arm of a run.

    Attributes:
        arm: Name of the arm.
        move: `yes`, `yes so far` where more rounds might still show another difference, `no`, `no difference`,
            `it depends`, or `cannot tell` where a verdict is open for another reason or there is none.
        sentence: Why.
    """

    arm: str
    move: Literal["yes", "yes so far", "no", "no difference", "it depends", "cannot tell"]
    sentence: str


class RunDocument(Value):
    """Printed by `kb run`.

    Attributes:
        schema_: `envkb.run/1`.
        run: Names the run.
        moves: Whether to move to each arm: away from the first environment in use, else from the other arms.
        records: Its records.
        comparison: How its combinations compare, as `kb compare` tells it; null where nothing was compared.
        unjudged: Why nothing was compared although there is something to compare; null otherwise.
        left_out: What did not fit into the budget.
    """

    schema_: Literal["envkb.run/1"] = Field(alias="schema", default="envkb.run/1")
    run: str
    moves: tuple[Moving, ...]
    records: tuple[RunRecord, ...]
    comparison: Comparison | None
    unjudged: str | None
    left_out: tuple[str, ...]


class ForeseenPackage(Value):
    """A package that would be installed.

    Attributes:
        name: Its name.
        version: Its version; null where the manager does not say.
        size_bytes: Size of its archive; null where the manager does not say.
        url: Where it comes from; null where the manager does not say.
    """

    name: str
    version: str | None
    size_bytes: int | None
    url: str | None


class DifferingPackage(Value):
    """A package that differs between an environment and what would be installed.

    Attributes:
        name: Its name.
        here: Its version in the environment; null where it is not there.
        there: The version that would be installed; null where none would be.
    """

    name: str
    here: str | None
    there: str | None


class ForeseenRequest(Value):
    """What a manager would do with a request.

    Attributes:
        request: Name of the request.
        manager: The manager.
        python: The Python version asked for; null where none was.
        resolves: Whether it would work.
        problem: Why not; null where it would.
        download_bytes: What it would receive with an empty cache; null where that is not known.
        packages: What it would install.
        differences: Where that differs from the environment of `--against`; empty without one.
    """

    request: str
    manager: str
    python: str | None
    resolves: bool
    problem: str | None
    download_bytes: int | None
    packages: tuple[ForeseenPackage, ...]
    differences: tuple[DifferingPackage, ...]


class ForeseenDocument(Value):
    """Printed by `kb run --dry-run`.

    Attributes:
        schema_: `envkb.foreseen/1`.
        against: The environment that it is compared with; null without one.
        requests: What each manager would do.
    """

    schema_: Literal["envkb.foreseen/1"] = Field(alias="schema", default="envkb.foreseen/1")
    against: str | None
    requests: tuple[ForeseenRequest, ...]


class ComparedDocument(Value):
    """Printed by `kb compare`.

    Attributes:
        schema_: `envkb.compared/1`.
        records: The records that the comparison rests on.
        comparison: What it says.
        claim: The record that keeps it; null where none was asked for.
    """

    schema_: Literal["envkb.compared/1"] = Field(alias="schema", default="envkb.compared/1")
    records: tuple[Reference, ...]
    comparison: Comparison
    claim: Reference | None


class ReproducedDocument(Reference):
    """Printed by `kb reproduce`: the new record, and how it stands to the old one.

    Attributes:
        schema_: `envkb.reproduced/1`.
        reproduces: Id of the old record.
        verdict: Whether the environment is the same again, at the same speed: the worse of both.
        environment: Whether the environment is the same again.
        speed: Whether benchmarks that both have take as long as then; null where both have none.
        reasons: What that rests on.
        comparison: What was measured now and then; null where it could not be compared.
    """

    schema_: Literal["envkb.reproduced/1"] = Field(alias="schema", default="envkb.reproduced/1")
    reproduces: str
    verdict: Literal["reproduced", "not reproduced", "cannot tell"]
    environment: Literal["reproduced", "not reproduced", "cannot tell"]
    speed: Literal["reproduced", "not reproduced", "cannot tell"] | None
    reasons: tuple[str, ...]
    comparison: Comparison | None


PRINTED: Final = (
    RunDocument,
    ForeseenDocument,
    ReproducedDocument,
    ComparedDocument,
)
