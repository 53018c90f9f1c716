import signal
from typing import Any

import pytest

from envkb.bench.document import Problem
from envkb.bench.trouble import Trouble, explain
from envkb.bench.trouble_texts import TroubleKind
from envkb.bench.worker.attempt import problem
from envkb.model.edge_case import EDGE_CASE_CLASSES, Phase, Severity


def told(message: str, kind: str = "exception", machine: str = "x86_64", **details: Any) -> Trouble:
    stage = details.pop("stage", "sample")
    return explain(Problem.model_validate(problem(kind, stage, message, **details)), "torch", "conv2d", machine)


TEXTS = [
    ("MPS backend out of memory (MPS allocated: 9.05 GB)", "RuntimeError", "out-of-memory", "mps-out-of-memory"),
    ("CUDA out of memory. Tried to allocate 2.00 GiB", "OutOfMemoryError", "out-of-memory", "out-of-memory"),
    ("Tried to allocate 2.00 GiB", "OutOfMemoryError", "out-of-memory", "out-of-memory"),
    ("Unable to allocate 8.00 GiB for an array", "_ArrayMemoryError", "out-of-memory", "out-of-memory"),
    ("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: no", "RuntimeError", "out-of-memory", "out-of-memory"),
    ("", "MemoryError", "out-of-memory", "out-of-memory"),
    (
        "The operator 'aten::_int_mm' is not currently implemented for the MPS device.",
        "NotImplementedError",
        "unsupported",
        "mps-unsupported-op",
    ),
    ("BFloat16 is not supported on MPS", "TypeError", "unsupported", "mps-unsupported-op"),
    (
        "Cannot convert a MPS Tensor to float64 dtype as the MPS framework doesn't support float64.",
        "TypeError",
        "unsupported",
        "mps-unsupported-op",
    ),
    ("CUDA error: no kernel image is available for execution", "RuntimeError", "unsupported", "gpu-arch-unsupported"),
    ("The NVIDIA driver on your system is too old", "RuntimeError", "failed", "cuda-driver-too-old"),
    ("cuDNN error: CUDNN_STATUS_SUBLIBRARY_VERSION_MISMATCH", "RuntimeError", "failed", "cudnn-mismatch"),
    ("Cannot find a working triton installation.", "TritonMissing", "unsupported", "triton-missing"),
    ("No working C++ compiler found in torch._inductor.config", "InvalidCxxCompiler", "unsupported", "other"),
    ("libcudnn.so.9: cannot open shared object file", "ImportError", "failed", "missing-shared-library"),
    ("/lib64/libc.so.6: version `GLIBC_2.34' not found", "ImportError", "failed", "glibc-too-old"),
    ("A module that was compiled using NumPy 1.x cannot be run", "ImportError", "failed", "numpy-abi"),
    ("\"addmm_impl_cpu_\" not implemented for 'Half'", "RuntimeError", "unsupported", "other"),
    ("module 'torch' has no attribute '_int_mm'", "AttributeError", "unsupported", "other"),
    ("the moon is in the wrong house", "ValueError", "failed", "other"),
]


@pytest.mark.parametrize(("message", "type_", "kind", "edge_class"), TEXTS, ids=[text[0][:40] for text in TEXTS])
def test_what_libraries_say_is_understood(message: str, type_: str, kind: str, edge_class: str) -> None:
    trouble = told(message, type=type_)
    assert (trouble.kind, trouble.edge_class) == (kind, edge_class)


def test_every_class_is_one_that_kb_knows() -> None:
    assert {text[3] for text in TEXTS} <= set(EDGE_CASE_CLASSES)


@pytest.mark.parametrize("kind", ["hang", "garbage", "wrong-result", "not-a-number", "nothing-counted", "crash"])
def test_what_the_worker_tells_apart_stays_apart(kind: str) -> None:
    assert told("something", kind).kind == kind


def test_a_hang_is_slow() -> None:
    assert told("it did not end within 9 s", "hang").edge_class == "slow"


@pytest.mark.parametrize(("machine", "edge_class"), [("aarch64", "arm-illegal-instruction"), ("x86_64", "other")])
def test_an_illegal_instruction_has_a_class_of_its_own_on_arm(machine: str, edge_class: str) -> None:
    trouble = told("signal 4", "crash", machine, signal=int(signal.SIGILL))
    assert (trouble.kind, trouble.edge_class) == (TroubleKind.CRASH, edge_class)


def test_a_crash_stays_one_but_its_last_words_say_what_it_is_about() -> None:
    trouble = told("Aborted", "crash", traceback="OMP: Error #15: Initializing libomp.dylib", signal=6)
    assert (trouble.kind, trouble.edge_class) == (TroubleKind.CRASH, "openmp-duplicate")


def test_a_python_too_old_for_the_worker_is_unsupported() -> None:
    trouble = told("Python 3.7.16 is too old: Python 3.8 or later is needed", "crash", exit_status=3)
    assert (trouble.kind, trouble.edge_class) == (TroubleKind.UNSUPPORTED, "python-version-unsupported")


def test_a_crash_for_want_of_memory_is_out_of_memory() -> None:
    assert told("std::bad_alloc", "crash", signal=6).kind is TroubleKind.OUT_OF_MEMORY


def test_a_suite_whose_library_is_not_installed_is_missing() -> None:
    trouble = told("No module named 'torch'", type="ModuleNotFoundError", stage="import")
    assert trouble.kind is TroubleKind.MISSING
    edge_case = trouble.edge_case()
    assert (edge_case.severity, edge_case.phase, edge_case.package) == (Severity.NOTE, Phase.IMPORT, "torch")


def test_a_library_that_misses_another_has_failed() -> None:
    trouble = told("No module named 'typing_extensions'", type="ModuleNotFoundError", stage="import")
    assert trouble.kind is TroubleKind.FAILED


def test_fingerprints_do_not_depend_on_paths_and_numbers() -> None:
    one = told("/home/ada/a/libcudnn.so.9: cannot open 0x7ffe at 12")
    other = told("/opt/conda/lib/libcudnn.so.9: cannot open 0x1234 at 77")
    assert one.fingerprint == other.fingerprint
    assert one.fingerprint != told("something else").fingerprint
