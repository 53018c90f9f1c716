"""Spreads work over processes where it is worth their start."""

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_WORTH_IT: Final = 500
_CHUNK: Final = 100


def spread(work: Callable[[Item], Result], items: Sequence[Item], jobs: int | None = None) -> Iterator[Result]:
    """Give the result of each item, in order.

    Args:
        work: A function of a module, or a `functools.partial` of one; other processes must be able to import it.
        items: What it is given, one at a time.
        jobs: Number of processes; as many as there are CPUs to run on where null.
    """
    jobs = _usable_cpus() if jobs is None else jobs
    if jobs < 2 or len(items) < _WORTH_IT:  # noqa: PLR2004 - one process is this one
        yield from map(work, items)
        return
    import multiprocessing  # noqa: PLC0415 - only large knowledge bases need it
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - likewise

    # A fork would copy the locks of whatever threads the caller runs.
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(work, items, chunksize=_CHUNK)


def _usable_cpus() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
