"""`torch.compile`: work that a compiler joins into few passes over memory."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from typing import Any

from envkb.bench.worker.case import Case, Row, Work, condition
from envkb.bench.worker.torch_setup import SEED, Setup


def compile_cases(setup: Setup) -> list[Case]:
    """Return the benchmark of the compiler; without a compiler it is an edge case.

    On the host the first compilation takes as long as the rest of the suite, which is too long to be quick.
    """
    if setup.device.backend == "cpu" and not setup.full:
        return []
    rows, columns = setup.sizes.layer_norm
    parameters = {"rows": rows, "columns": columns, "dtype": "float32", "compiler": "inductor"}
    return [setup.case("compiled", "float32", parameters, lambda: _compiled(setup))]


def _compiled(setup: Setup) -> Work:
    # A cache of its own: neither is anything left behind, nor found.
    cache = tempfile.mkdtemp(prefix="kb-compile-")
    os.environ["TORCHINDUCTOR_CACHE_DIR"] = cache
    os.environ["TRITON_CACHE_DIR"] = os.path.join(cache, "triton")  # noqa: PTH118 - a variable is a text
    # Its helpers would outlive this process where that is ended.
    os.environ["TORCHINDUCTOR_COMPILE_THREADS"] = "1"
    try:
        return _work(setup, cache)
    except BaseException:
        shutil.rmtree(cache, ignore_errors=True)
        raise


def _work(setup: Setup, cache: str) -> Work:
    torch = setup.torch
    numbers = setup.normal(*setup.sizes.layer_norm)
    bias = setup.normal(setup.sizes.layer_norm[1], seed=SEED + 1)

    def eager(inputs: Any, shift: Any) -> Any:  # noqa: ANN401
        return torch.softmax(torch.nn.functional.gelu(inputs * 2 + shift), -1).sum(0)

    compiled = torch.compile(eager)
    begin = time.perf_counter()
    compiled(numbers, bias)
    setup.device.synchronize()
    seconds = time.perf_counter() - begin

    def check(result: Any) -> bool:  # noqa: ANN401
        setup.demand_finite(result)
        return setup.agree(result, eager(numbers, bias), "float32")

    def conditions() -> list[Row]:
        return [*setup.conditions(), condition("compile_s", round(seconds, 3), "time.perf_counter")]

    work = setup.work(lambda: compiled(numbers, bias), check)
    return work._replace(conditions=conditions, finish=lambda: shutil.rmtree(cache, ignore_errors=True))
