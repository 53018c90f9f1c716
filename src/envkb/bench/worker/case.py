"""A benchmark as the suites describe it, and the work that it hands over once it is prepared."""

from __future__ import annotations

import time
from itertools import repeat
from typing import Any, Callable, Dict, List, NamedTuple

Row = Dict[str, Any]
Conditions = Callable[[], List[Row]]


class WrongResultError(Exception):
    """The computation gave something else than its reference."""


class NotANumberError(Exception):
    """The computation gave NaN or an infinity."""


class DiscardedError(Exception):
    """A sample does not count; the message is the reason."""


def nothing() -> None:
    """Do nothing."""


def unchecked() -> bool | None:
    """Say that there is no result to check."""
    return None


class Device:
    """Where the work is done; this one is the host.

    Attributes:
        uuid: NVIDIA's name of the device, to ask its instruments; empty where there is none. It is never told.
    """

    uuid = ""

    def synchronize(self) -> None:
        """Wait until the device has done what it was asked for."""

    def reset_peak_memory(self) -> None:
        """Begin to watch the device's own memory."""

    def peak_memory(self) -> tuple[int, str] | None:
        """Return the most bytes of the device's own memory in use since then, and who says so."""
        return None


HOST = Device()


class Work(NamedTuple):
    """What is timed.

    Attributes:
        sample: Does the work so many times and returns the seconds; raises `DiscardedError` for a sample that must
            not count.
        check: Does the work once and compares its result with a reference: true, or None where there is nothing to
            compare; raises `WrongResultError` or `NotANumberError`.
        finish: Cleans up.
        warmups: Samples to throw away before the first, of one iteration each; None where the iterations are
            calibrated.
        conditions: Further circumstances, asked for after the samples.
        peak_memory: The most bytes of the host's memory that the work had in use, and who says so; None where that
            is this process's own.
    """

    sample: Callable[[int], float]
    check: Callable[[], bool | None] = unchecked
    finish: Callable[[], None] = nothing
    warmups: int | None = None
    conditions: Conditions = list
    peak_memory: Callable[[], tuple[int, str] | None] | None = None


class Case(NamedTuple):
    """One benchmark of a suite.

    Attributes:
        suite: The suite's name.
        key: Names the case within it: `matmul-cpu-float32`.
        name: What is timed: `matmul`.
        version: Version of its code; grows when results can no longer be compared with older ones.
        parameters: Everything else that must be equal for two results to compare.
        prepare: Makes the work ready; may take long, and may fail.
        once: Whether only the first time on a machine means anything.
        device: Where the work is done.
    """

    suite: str
    key: str
    name: str
    version: str
    parameters: dict[str, Any]
    prepare: Callable[[], Work]
    once: bool = False
    device: Device = HOST

    def identity(self) -> Row:
        """Return what tells this benchmark from every other."""
        parameters = [{"name": name, "value": self.parameters[name]} for name in sorted(self.parameters)]
        return {
            "suite": self.suite,
            "case": self.key,
            "name": self.name,
            "version": self.version,
            "parameters": parameters,
            "once": self.once,
        }


def condition(name: str, value: Any, source: str | None, when: str | None = None) -> Row:  # noqa: ANN401
    """Return one circumstance.

    Args:
        name: Its name, with the unit at its end where it has one.
        value: A scalar or a list of them; None where it could not be read.
        source: The instrument or file.
        when: `before`, `during`, `after`, or None for what does not change.
    """
    return {"name": name, "when": when, "value": value, "source": source}


def looped(
    run: Callable[[], Any],
    check: Callable[[Any], bool | None],
    synchronize: Callable[[], None] = nothing,
    finish: Callable[[], None] = nothing,
    conditions: Conditions = list,
) -> Work:
    """Return the work of a function that is called in a loop.

    Args:
        run: One iteration; what it returns is checked.
        check: Judges a result; see `Work.check`.
        synchronize: Waits for the device; called before the clock is read.
        finish: Cleans up.
        conditions: Further circumstances.
    """

    def sample(loops: int) -> float:
        synchronize()
        begin = time.perf_counter()
        for _ in repeat(None, loops):
            run()
        synchronize()
        return time.perf_counter() - begin

    def check_once() -> bool | None:
        result = run()
        synchronize()
        return check(result)

    return Work(sample, check_once, finish, conditions=conditions)
