"""The document that a worker prints: `envkb.bench/1`, validated strictly."""

import json
from typing import Annotated, Final, Literal, NoReturn

from pydantic import Field, FiniteFloat, NonNegativeInt, ValidationError, model_validator

from envkb.bench.worker.outcome import SCHEMA
from envkb.document.codec import describe
from envkb.errors import InvalidDataError
from envkb.model.measurement import Condition, Parameter
from envkb.model.value import Value

Kind = Literal[
    "exception", "wrong-result", "not-a-number", "nothing-counted", "crash", "hang", "garbage"
]  # what the worker itself can tell apart
Number = Annotated[FiniteFloat, Field(ge=0)]
_HINT: Final = "run the benchmark again with the same version of kb that reads it"


class Interpreter(Value):
    """The Python that was measured.

    Attributes:
        version: Its version.
        implementation: `CPython`, `PyPy` …
        machine: The kind of processor, as `uname -m` says it.
    """

    version: str
    implementation: str
    machine: str


class Listed(Value):
    """A benchmark that a suite has on this machine.

    Attributes:
        suite: The suite's name.
        case: Names it within the suite.
        name: What is timed.
        version: Version of its code.
        parameters: Sorted by name.
        once: Whether only the first time means anything.
    """

    suite: str
    case: str
    name: str
    version: str
    parameters: tuple[Parameter, ...]
    once: bool


class Series(Value):
    """All samples of one quantity.

    Attributes:
        quantity: What each sample is.
        unit: Its unit.
        better: Which direction is better.
        samples: In the order taken.
        instrument: What took them.
    """

    quantity: str
    unit: str
    better: Literal["lower", "higher"]
    samples: tuple[Number, ...] = Field(min_length=1)
    instrument: str


class Problem(Value):
    """What went wrong.

    Attributes:
        kind: What the worker, or who watched it, could tell apart.
        stage: Where: `import`, `prepare`, `check`, `sample`, `process`.
        message: What a person sees.
        type: Name of the exception; null where there was none.
        traceback: The end of the traceback or of the process's last words; null where there was none.
        exit_status: Exit status of the process; null where it was not that.
        signal: Signal that ended the process; null where none did.
    """

    kind: Kind
    stage: str
    message: str
    type: str | None
    traceback: str | None
    exit_status: int | None
    signal: int | None


class SuiteProblem(Problem):
    """What went wrong with a whole suite.

    Attributes:
        suite: Its name.
    """

    suite: str


class Result(Value):
    """One set of samples, or why there is none.

    Attributes:
        suite: The suite's name.
        case: Names the benchmark within it.
        name: What was timed.
        version: Version of its code.
        parameters: Sorted by name.
        order: Position in the schedule of the run; null where there was none.
        role: `control` for the A/A control of its run.
        series: One for each quantity; empty where there was a problem.
        starts_s: Start of each sample of the duration, seconds since the run began.
        loops: Iterations that one sample averages over.
        warmups: Samples thrown away before the first.
        discarded: Samples thrown away for a reason.
        discard_reasons: Each reason once.
        conditions: Circumstances.
        verified: Whether the result of the computation was right; null where there was nothing to compare.
        problem: What went wrong; null where nothing did.
    """

    suite: str
    case: str
    name: str
    version: str
    parameters: tuple[Parameter, ...]
    order: NonNegativeInt | None
    role: Literal["subject", "control"]
    series: tuple[Series, ...]
    starts_s: tuple[FiniteFloat, ...]
    loops: NonNegativeInt | None
    warmups: NonNegativeInt | None
    discarded: NonNegativeInt | None
    discard_reasons: tuple[str, ...]
    conditions: tuple[Condition, ...]
    verified: bool | None
    problem: Problem | None

    @model_validator(mode="after")
    def _samples_or_problem(self) -> "Result":
        if bool(self.series) == (self.problem is not None):
            raise ValueError("a result has either samples or a problem")
        if self.series and self.verified is False:
            raise ValueError("a wrong result has no samples")
        durations = next((series.samples for series in self.series if series.quantity == "duration"), ())
        if len(self.starts_s) not in {0, len(durations)}:
            raise ValueError("there are not as many starts as samples")
        return self


class Document(Value):
    """What one or more workers saw.

    Attributes:
        schema_: `envkb.bench/1`.
        python: The Python that was measured; null where it never came to say.
        cases: What the suite has on this machine, where that was asked.
        results: One for each set of samples.
        problems: What went wrong with whole suites.
        conditions: Circumstances that every result has beside its own; many documents joined into one state them once.
    """

    schema_: Literal["envkb.bench/1"] = Field(alias="schema", default="envkb.bench/1")
    python: Interpreter | None
    cases: tuple[Listed, ...]
    results: tuple[Result, ...]
    problems: tuple[SuiteProblem, ...]
    conditions: tuple[Condition, ...] = ()


def read_document(data: bytes) -> Document:
    """Return the document in these bytes.

    Raises:
        InvalidDataError: They hold none; the message names the place.
    """
    try:
        tree = json.loads(data, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise InvalidDataError(f"no {SCHEMA} document: {error}", hint=_HINT) from error
    if not isinstance(tree, dict) or tree.get("schema") != SCHEMA:
        found = tree.get("schema") if isinstance(tree, dict) else None
        raise InvalidDataError(f"schema is {found!r}, not {SCHEMA!r}", hint=_HINT)
    try:
        return Document.model_validate_json(data)
    except ValidationError as error:
        raise InvalidDataError(describe(error), hint=_HINT) from error


def write_document(document: Document) -> bytes:
    """Return a document as one line of JSON."""
    return (json.dumps(document.model_dump(mode="json"), allow_nan=False, separators=(",", ":")) + "\n").encode()


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")
