"""The suite `own`: functions of a user's own file.

A function whose name begins with `bench_` is a benchmark. What it does is timed:

    def bench_sum():
        return sum(range(1000))

Where something has to be made ready first, the function is a generator. It yields what is to be timed, alone or with
a function that says whether its result is right; what stands behind the `yield` cleans up:

    def bench_sort():
        numbers = random.sample(range(10**6), 10**6)
        yield lambda: sorted(numbers), lambda result: result[0] == 0

A result that is a float must be finite. `VERSION = "2"` in the file says which results compare; without it the
file's digest does.
"""

from __future__ import annotations

import hashlib
import importlib.machinery
import importlib.util
import inspect
import math
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, Callable

from envkb.bench.worker.case import Case, NotANumberError, Work, WrongResultError, looped
from envkb.bench.worker.checks import demand
from envkb.bench.worker.request import Request

PREFIX = "bench_"
_DIGITS = 12


def cases(request: Request) -> list[Case]:
    """Return the functions of the file that is named; it is executed.

    Raises:
        AttributeError: There is none.
        ImportError: The file cannot be loaded.
    """
    path = Path(request.file)
    module = _load(path)
    version = str(getattr(module, "VERSION", hashlib.sha256(path.read_bytes()).hexdigest()[:_DIGITS]))
    functions = {name: value for name, value in vars(module).items() if name.startswith(PREFIX) and callable(value)}
    if not functions:
        raise AttributeError(f"{path.name} has no function that begins with {PREFIX}")
    parameters = {"file": path.name, "threads": request.threads or "default"}
    return [
        Case("own", f"{path.stem}.{name[len(PREFIX) :]}", name, version, parameters, _preparing(function))
        for name, function in functions.items()
    ]


def _load(path: Path) -> ModuleType:
    if _hides_another(path):
        raise ImportError(f"{path.name} would hide the module {path.stem}: give it another name")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path.name} is no Python file")
    module = importlib.util.module_from_spec(spec)
    # It may import what lies beside it, and pickle what it defines.
    sys.path.insert(0, str(path.parent))
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def _hides_another(path: Path) -> bool:
    if path.stem in sys.builtin_module_names:
        return True
    spec = importlib.machinery.PathFinder.find_spec(path.stem)
    return spec is not None and spec.origin is not None and Path(spec.origin).resolve() != path.resolve()


def _preparing(function: Callable[[], Any]) -> Callable[[], Work]:
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        return _refuse_coroutine
    if not inspect.isgeneratorfunction(function):
        return lambda: looped(function, _check_number)

    def prepare() -> Work:
        steps = function()
        yielded = next(steps)
        run, is_right = yielded if isinstance(yielded, tuple) else (yielded, None)

        def check(result: Any) -> bool | None:  # noqa: ANN401 - whatever a user computes
            _check_number(result)
            return None if is_right is None else _judge(is_right, result)

        return looped(run, check, finish=lambda: next(steps, None))

    return prepare


def _refuse_coroutine() -> Work:
    raise TypeError("a coroutine does nothing when it is called: call asyncio.run in a plain function")


def _judge(is_right: Callable[[Any], Any], result: Any) -> bool:  # noqa: ANN401
    try:
        return demand("the benchmark's own check says so", holds=bool(is_right(result)))
    except AssertionError as error:
        raise WrongResultError(str(error) or "an assertion failed") from error


def _check_number(result: Any) -> None:  # noqa: ANN401
    if isinstance(result, float) and not math.isfinite(result):
        raise NotANumberError(f"the result is {result}")
