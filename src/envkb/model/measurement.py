"""Numbers: samples of a benchmark under stated conditions, and the run they belong to."""

from typing import Literal

from pydantic import Field, JsonValue

from envkb.model.value import Origin, Value


class Parameter(Value):
    """A named value: names are data, never keys.

    Attributes:
        name: The parameter's name.
        value: A scalar or a list of scalars.
    """

    name: str
    value: JsonValue


class Condition(Value):
    """One circumstance of a measurement.

    Attributes:
        name: A term such as `load_1min`, `cpu_temperature_c`, `throttled`, `threads`, `power_source`.
        when: Before, during or after the samples; null for what did not change.
        value: What was read; null where it could not be.
        source: The instrument or file; null where a person stated it.
    """

    name: str
    when: Literal["before", "during", "after"] | None
    value: JsonValue
    source: str | None


class Benchmark(Value):
    """What was timed. Two results compare only where this is equal.

    Attributes:
        suite: The suite's name; null for a metric that a person stated.
        name: The benchmark's name within it.
        version: Version of its code and parameters; null where nobody keeps one.
        parameters: Sorted by name.
    """

    suite: str | None
    name: str
    version: str | None
    parameters: tuple[Parameter, ...]


class Measurement(Value):
    """All samples of one quantity of one benchmark under one set of conditions.

    Attributes:
        id: Name within the record, used to cite it: `matmul`, `install.wall`.
        origin: How it came to be known.
        role: `subject`, or `control` for the A/A control of its run.
        benchmark: What was timed.
        quantity: What each sample is: `duration`, `bytes_received`, `peak_memory`, `energy`, `rate` …
        unit: `s`, `ms`, `B`, `J`, `GB/s` …; null for a plain number.
        better: Which direction is better; null where neither is.
        samples: In the order taken.
        orders: Position of each sample in the whole run's schedule, from 0; empty where unknown.
        starts_s: Start of each sample, seconds since the run began; empty where unknown.
        loops: Inner iterations that one sample averages over; null where unknown.
        warmups: Samples taken and thrown away before the first; null where unknown.
        discarded: Samples thrown away for a stated reason; null where unknown.
        discard_reasons: Each reason once.
        conditions: Circumstances of its own. Those of one process are stated once, with its duration, and those of
            the whole machine with the run.
        verified: Whether the result of the computation was checked and right; null where not checked.
        instrument: What took the numbers (`time.perf_counter`, `RAPL`); null where unknown.
        raw_sha256: Attachment with the raw output; null where there is none.
    """

    id: str
    origin: Origin
    role: Literal["subject", "control"]
    benchmark: Benchmark
    quantity: str
    unit: str | None
    better: Literal["lower", "higher"] | None
    samples: tuple[float, ...] = Field(min_length=1)
    orders: tuple[int, ...]
    starts_s: tuple[float, ...]
    loops: int | None
    warmups: int | None
    discarded: int | None
    discard_reasons: tuple[str, ...]
    conditions: tuple[Condition, ...]
    verified: bool | None
    instrument: str | None
    raw_sha256: str | None


class Cell(Value):
    """One combination of a plan.

    Attributes:
        arm: Name of the arm: a manager, or the name of an existing environment.
        request: Name of the request; null for an existing environment.
        manager: The manager; null for an existing environment.
        python: Python version asked for; null where none was.
        cache: Cache state; null where it does not apply.
        parameters: Further factors of the plan, sorted by name.
    """

    arm: str
    request: str | None
    manager: str | None
    python: str | None
    cache: Literal["cold", "warm"] | None
    parameters: tuple[Parameter, ...]


class Run(Value):
    """The execution of a plan that a record belongs to.

    Attributes:
        origin: How it came to be known.
        id: Names the execution; equal in all its records.
        plan_sha256: Digest of the plan's canonical text, which is attached.
        cell: The combination that this record holds.
        arms: Names of all arms of the run.
        rounds: Rounds planned; null where it does not apply.
        schedule: How the arms were ordered: `abba`, `sequential` …
        seed: Seed of the order; null where it is not random.
        conditions: Circumstances of the machine that hold for all measurements of the record: what did not change,
            and what was read before the first sample and after the last. Absent in records of older versions.
    """

    origin: Origin
    id: str
    plan_sha256: str
    cell: Cell
    arms: tuple[str, ...]
    rounds: int | None
    schedule: str
    seed: int | None
    conditions: tuple[Condition, ...] = ()
