"""The suites numpy and torch under a real Python that has both.

`KB_TORCH_PYTHON` names that Python. Times are never judged here: only that there are some, and that wrong ones are not.
"""

import ast
import json
import os
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from accelerator_stand_in import preamble
from envkb.bench.document import Document, read_document
from envkb.bench.interpret import Interpreted, interpret
from envkb.bench.measure import Target, survey
from envkb.bench.payload import PACKAGE, SUITES, assemble
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


def names_of_torch(text: str) -> Iterator[str]:
    """Yield what a module of the worker asks of torch, such as `cuda.synchronize`."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute):
            name = ast.unparse(node)
            for owner in ("self.torch.", "setup.torch.", "torch."):
                if re.fullmatch(rf"{re.escape(owner)}[\w.]+", name):
                    yield name.removeprefix(owner)
                    break


def test_everything_that_is_asked_of_torch_is_there() -> None:
    texts = [files(PACKAGE).joinpath(f"{name}.py").read_text("utf-8") for name in SUITES["torch"]]
    names = sorted({name for text in texts for name in names_of_torch(text)})
    assert {"cuda.max_memory_allocated", "mps.driver_allocated_memory", "xpu.synchronize"} <= set(names)
    lines = "import torch, torch.mps, torch.xpu\nfrom operator import attrgetter\n"
    lines += f"for name in {names!r}:\n    attrgetter(name)(torch)\n"
    done = run([PYTHON, "-I", "-"], stdin=lines.encode(), timeout_s=100)
    assert done.exit_code == 0, done.stderr.decode()


def on_stand_in(
    backend: str, folder: Path, case: str = "", spoil: str = "", **fields: Any
) -> tuple[Document, list[str]]:
    """Run a benchmark on a device that is a stand-in; return its document and what happened in which order."""
    log = folder / "log.json"
    request = {"suite": "torch", "case": case} | ({"samples": 2, "loops": 3} if case else {}) | fields
    program = preamble(backend, log, spoil=spoil) + assemble("torch")
    done = run([PYTHON, "-I", "-", json.dumps(request)], stdin=program.encode(), timeout_s=200)
    assert done.exit_code == 0, done.stderr.decode()
    return read_document(done.stdout), json.loads(log.read_text())


BACKENDS = ["cuda", "mps", "xpu"]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("kind", ["matmul-{}-float32", "host-to-device-{}-pageable", "device-to-host-{}-pageable"])
def test_on_a_stand_in_for_a_device_the_clock_is_read_when_it_waits(backend: str, kind: str, tmp_path: Path) -> None:
    document, log = on_stand_in(backend, tmp_path, kind.format(backend))
    (result,) = document.results
    assert result.problem is None, result.problem
    assert result.verified is True
    # The check comes first; what it needs of memory is forgotten before the samples.
    assert "work" in log[: log.index("reset")]
    told = "".join({"wait": "w", "clock": "c", "work": "x", "reset": "r"}.get(event, "") for event in log)
    # Wait, look, three times the work, wait, look: nothing else between two looks, and no work outside of them.
    sampled = told.split("r", 1)[1]
    assert sampled.count("wcxxxwc") >= 3, told
    assert "x" not in sampled.replace("wcxxxwc", "").rstrip("xw"), told


def test_on_a_stand_in_pinned_memory_is_copied_without_waiting_for_each(tmp_path: Path) -> None:
    document, log = on_stand_in("cuda", tmp_path, "host-to-device-cuda-pinned")
    assert document.results[0].problem is None
    assert "pin" in log


@pytest.mark.slow
@pytest.mark.parametrize("backend", BACKENDS)
def test_on_a_stand_in_for_a_device_every_benchmark_of_the_suite_runs(backend: str, tmp_path: Path) -> None:
    listed, _ = on_stand_in(backend, tmp_path)
    own = [case.case for case in listed.cases if f"-{backend}" in case.case]
    assert {case.partition(f"-{backend}")[0] for case in own} >= {
        "matmul",
        "conv2d",
        "attention",
        "layer-norm",
        "lstm",
        "elementwise",
        "host-to-device",
        "device-to-host",
        "optimizer-step",
        "transformer-training-step",
        "transformer-inference",
        "compiled",
    }
    for case in own:
        if case.startswith("compiled"):
            continue  # a compiler asks a driver more than a stand-in can answer
        document, _ = on_stand_in(backend, tmp_path, case, samples=1, loops=1)
        (result,) = document.results
        assert result.problem is None, (case, result.problem)
        assert result.verified is True, case
        quantities = {series.quantity: series for series in result.series}
        assert {"duration", "peak_memory", "peak_device_memory"} <= quantities.keys(), case
        assert quantities["peak_device_memory"].instrument.startswith(f"torch.{backend}.")


def test_a_stand_in_that_cannot_be_opened_costs_no_other_device(tmp_path: Path) -> None:
    spoil = """
def refuse(*_):
    raise RuntimeError("CUDA error: all CUDA-capable devices are busy or unavailable")
torch.cuda.get_device_properties = refuse
"""
    listed, _ = on_stand_in("cuda", tmp_path, spoil=spoil)
    cases = [case.case for case in listed.cases]
    assert cases[0] == "device-cuda"
    assert "matmul-cpu-float32" in cases
    document, _ = on_stand_in("cuda", tmp_path, "device-cuda", spoil)
    (trouble,) = interpret([document]).troubles
    assert "busy or unavailable" in trouble.message


RAISING = """
def fail(*_, **__):
    raise {error}
torch.mm = fail
"""


@pytest.mark.parametrize(
    ("backend", "error", "kind", "edge_class"),
    [
        (
            "cuda",
            "torch.OutOfMemoryError('CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a capacity of 1 GiB')",
            TroubleKind.OUT_OF_MEMORY,
            "out-of-memory",
        ),
        (
            "mps",
            "RuntimeError('MPS backend out of memory (MPS allocated: 8.00 GB, max allowed: 9 GB)')",
            TroubleKind.OUT_OF_MEMORY,
            "mps-out-of-memory",
        ),
        (
            "mps",
            "NotImplementedError(\"The operator 'aten::mm' is not currently implemented for the MPS device.\")",
            TroubleKind.UNSUPPORTED,
            "mps-unsupported-op",
        ),
        (
            "mps",
            "TypeError('MPS BFloat16 is only supported on MacOS 14 or newer')",
            TroubleKind.UNSUPPORTED,
            "mps-unsupported-op",
        ),
        (
            "xpu",
            "RuntimeError('Required aspect fp64 is not supported on the device')",
            TroubleKind.UNSUPPORTED,
            "other",
        ),
        (
            "cuda",
            "RuntimeError('CUDA error: no kernel image is available for execution on the device')",
            TroubleKind.UNSUPPORTED,
            "gpu-arch-unsupported",
        ),
    ],
    ids=["cuda-memory", "mps-memory", "mps-operator", "mps-type", "xpu-type", "cuda-arch"],
)
def test_what_a_stand_in_cannot_do_is_an_edge_case(
    backend: str, error: str, kind: TroubleKind, edge_class: str, tmp_path: Path
) -> None:
    case = f"matmul-{backend}-float32"
    document, _ = on_stand_in(backend, tmp_path, case, RAISING.format(error=error))
    (trouble,) = interpret([document]).troubles
    assert (trouble.kind, trouble.edge_class) == (kind, edge_class), trouble


@pytest.mark.parametrize("direction", ["host-to-device", "device-to-host"])
def test_a_stand_in_that_copies_only_the_first_time_is_found_out(direction: str, tmp_path: Path) -> None:
    spoil = """
left = [1]
def lazy(self, source, **more):
    return copy(self, source, **more) if left and left.pop() else self
torch.Tensor.copy_ = lazy
"""
    document, _ = on_stand_in("cuda", tmp_path, f"{direction}-cuda-pageable", spoil)
    problem = document.results[0].problem
    assert problem is not None
    assert (problem.kind, problem.message) == ("wrong-result", "what arrived is not what was sent")


@pytest.mark.slow
def test_a_model_that_has_learnt_its_sentences_by_heart_is_no_wrong_result() -> None:
    loaded, _, _ = assemble("torch").rpartition("sys.exit(")
    done = run([PYTHON, "-I", "-"], stdin=(loaded + LEARN).encode(), timeout_s=600)
    assert done.exit_code == 0, done.stderr.decode()


LEARN = """
import torch
from envkb.bench.worker.torch_model import _training
from envkb.bench.worker.request import Request
from envkb.bench.worker.torch_device import TorchDevice
from envkb.bench.worker.torch_setup import Setup

torch.set_num_threads(1)
setup = Setup(torch, TorchDevice(torch), Request("torch"))
setup.sizes = setup.sizes._replace(transformer=(1, 64, 2, 256, 2, 16))
work = _training(setup)
for _ in range(3):
    work.sample(400)
    assert work.check() is True
"""
