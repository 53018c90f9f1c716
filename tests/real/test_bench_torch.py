"""The suites numpy and torch under a real Python that has both.

`KB_TORCH_PYTHON` names that Python. Times are never judged here: only that there are some, and that wrong ones are not.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from envkb.bench.document import Document, read_document
from envkb.bench.interpret import Interpreted, interpret
from envkb.bench.measure import Target, survey
from envkb.bench.payload import assemble
from envkb.bench.suites import SuiteSpec
from envkb.bench.trouble_texts import TroubleKind
from envkb.process import run

PYTHON = os.environ.get("KB_TORCH_PYTHON", "")

pytestmark = [
    pytest.mark.real,
    pytest.mark.torch,
    pytest.mark.skipif(not PYTHON, reason="KB_TORCH_PYTHON names no Python with torch and numpy"),
]


def run_case(suite: str, case: str, **fields: Any) -> Interpreted:
    """Run the joined worker for one benchmark, as short as can be."""
    request = {"suite": suite, "case": case, "samples": 2, "loops": 1} | fields
    done = run([PYTHON, "-I", "-", json.dumps(request)], stdin=assemble(suite).encode(), timeout_s=300)
    assert done.exit_code == 0, done.stderr.decode()
    return interpret([read_document(done.stdout)])


def cases(suite: str, level: str = "quick") -> list[str]:
    """Return what a suite has, without measuring it."""
    if not PYTHON:
        return []
    spec = SuiteSpec(suite, "full" if level == "full" else "quick")
    return [listed.case for listed in survey(Target(Path(PYTHON)), spec, runner=run).cases]


def test_torch_has_every_kind_of_work_on_the_host() -> None:
    names = {case.partition("-cpu")[0] for case in cases("torch", "full")}
    assert names >= {
        "matmul",
        "conv2d",
        "attention",
        "layer-norm",
        "lstm",
        "elementwise",
        "optimizer-step",
        "transformer-training-step",
        "transformer-inference",
        "compiled",
    }


@pytest.mark.slow
@pytest.mark.parametrize("suite", ["numpy", "torch"])
def test_every_quick_benchmark_gives_verified_samples(suite: str) -> None:
    for case in cases(suite):
        found = run_case(suite, case)
        assert found.troubles == (), case
        durations = [measurement for measurement in found.measurements if measurement.quantity == "duration"]
        assert durations[0].samples
        assert durations[0].verified is True, case
        assert any(measurement.quantity == "peak_memory" for measurement in found.measurements)


@pytest.mark.slow
def test_the_compiler_compiles_or_says_why_not(tmp_path: Path) -> None:
    found = run_case("torch", "compiled-cpu-float32", level="full")
    kinds = {trouble.kind for trouble in found.troubles}
    assert kinds <= {TroubleKind.UNSUPPORTED}
    assert bool(found.measurements) != bool(kinds)
    assert not list(tmp_path.parent.parent.glob("kb-compile-*"))


def test_a_machine_without_a_compiler_is_an_edge_case() -> None:
    request = {"suite": "torch", "level": "full", "case": "compiled-cpu-float32", "samples": 2}
    bare = {"PATH": str(Path(PYTHON).parent), "CXX": "no-such-compiler"}
    done = run([PYTHON, "-I", "-", json.dumps(request)], stdin=assemble("torch").encode(), env=bare, timeout_s=300)
    found = interpret([read_document(done.stdout)])
    (trouble,) = found.troubles
    assert trouble.kind is TroubleKind.UNSUPPORTED, trouble
    assert trouble.edge_class in {"other", "triton-missing"}


def test_threads_are_obeyed_and_stated() -> None:
    found = run_case("torch", "matmul-cpu-float32", threads=1)
    parameters = {parameter.name: parameter.value for parameter in found.measurements[0].benchmark.parameters}
    assert parameters["threads"] == 1
    assert ("threads", 1) in {
        (row.name, row.value) for row in found.measurements[0].conditions if "threads" in row.name
    }


def spoilt(suite: str, case: str, spoil: str) -> Document:
    """Run a benchmark in a process whose library was spoilt before."""
    request = {"suite": suite, "case": case, "samples": 2, "loops": 1}
    program = f"import {suite} as library\n{spoil}\n{assemble(suite)}"
    done = run([PYTHON, "-I", "-", json.dumps(request)], stdin=program.encode(), timeout_s=100)
    assert done.exit_code == 0, done.stderr.decode()
    return read_document(done.stdout)


IN_SHORT = "if x.dtype == library.float64 else x"
GELU = f"gelu = library.nn.GELU.forward; library.nn.GELU.forward = lambda s, x: gelu(s, x) {IN_SHORT}"
SPOILT = [
    ("torch", "matmul-cpu-float32", "mm = library.mm; library.mm = lambda a, b: mm(a, b) * 1.01"),
    ("torch", "matmul-cpu-bfloat16", "mm = library.mm; library.mm = lambda a, b: mm(a, b) * 1.2"),
    ("torch", "matmul-cpu-int8", "mm = library._int_mm; library._int_mm = lambda a, b: mm(a, b) + 1"),
    (
        "torch",
        "conv2d-cpu-float32",
        "f = library.nn.functional; c = f.conv2d; f.conv2d = lambda *a, **k: c(*a, **k) * 1.01",
    ),
    (
        "torch",
        "attention-cpu-float32",
        "f = library.nn.functional; f.scaled_dot_product_attention = lambda q, k, v: (q @ k.mT).softmax(-1) @ v",
    ),
    (
        "torch",
        "layer-norm-cpu-float32",
        "f = library.nn.functional; n = f.layer_norm; f.layer_norm = lambda *a: n(*a) + 0.01",
    ),
    (
        "torch",
        "elementwise-cpu-float32",
        "a = library.add; library.add = lambda x, y, out: a(x, y, alpha=1.01, out=out)",
    ),
    ("torch", "lstm-cpu-float32", "library.nn.LSTM.forward = lambda self, x: (x * 0.5, None)"),
    (
        "torch",
        "optimizer-step-cpu-float32",
        "adam = library.optim.AdamW; library.optim.AdamW = lambda p, lr, **k: adam(p, lr=lr * 1.01, **k)",
    ),
    (
        "torch",
        "transformer-inference-cpu-float32",
        GELU,
    ),
    (
        "torch",
        "transformer-training-step-cpu-float32",
        GELU,
    ),
    (
        "numpy",
        "svd-float64",
        "s = library.linalg.svd; library.linalg.svd = lambda *a, **k: [p * 1.001 for p in s(*a, **k)]",
    ),
    ("numpy", "fft-float64", "t = library.fft.fft; library.fft.fft = lambda x: t(x) * 1.001"),
    ("numpy", "sort-float64", "library.sort = lambda x: x"),
    ("numpy", "elementwise-float64", "r = library.sqrt; library.sqrt = lambda x: r(x) * 1.001"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("suite", "case", "spoil"), SPOILT, ids=[f"{row[0]}-{row[1]}" for row in SPOILT])
def test_a_library_that_computes_wrong_is_never_timed(suite: str, case: str, spoil: str) -> None:
    (result,) = spoilt(suite, case, spoil).results
    assert result.series == ()
    assert result.verified is False
    assert result.problem is not None
    assert result.problem.kind == "wrong-result", result.problem


@pytest.mark.parametrize(
    ("suite", "case", "spoil"),
    [
        ("torch", "matmul-cpu-float32", "library.mm = lambda a, b: a / 0 - a / 0"),
        ("numpy", "elementwise-float64", "library.sqrt = lambda x: x * float('nan')"),
    ],
)
def test_a_library_that_computes_nan_is_told_apart(suite: str, case: str, spoil: str) -> None:
    (result,) = spoilt(suite, case, spoil).results
    assert result.problem is not None
    assert result.problem.kind == "not-a-number", result.problem


def test_an_operator_that_is_missing_is_an_edge_case() -> None:
    found = interpret([spoilt("torch", "matmul-cpu-int8", "del library._int_mm")])
    assert [trouble.kind for trouble in found.troubles] == [TroubleKind.UNSUPPORTED]


def test_no_memory_is_an_edge_case() -> None:
    limit = "import resource; resource.setrlimit(resource.RLIMIT_DATA, (2**28, 2**28))"
    found = interpret([spoilt("torch", "optimizer-step-cpu-float32", limit)])
    assert [trouble.kind for trouble in found.troubles] == [TroubleKind.OUT_OF_MEMORY]
    assert found.edge_cases[0].class_ == "out-of-memory"
