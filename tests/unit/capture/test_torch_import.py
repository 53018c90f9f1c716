"""The child that imports torch: run against a made-up torch, and against a real one where there is one."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from accelerator_probing import probed
from envkb.capture import torch_import

PROGRAM = Path(torch_import.__file__).read_text(encoding="utf-8")

TORCH = """
print('an import that talks')

class version:
    cuda = '12.6'
    hip = None

class cuda:
    is_available = staticmethod(lambda: False)
    device_count = staticmethod(lambda: 0)
    get_arch_list = staticmethod(lambda: ['sm_90'])

class backends:
    class cudnn:
        version = staticmethod(lambda: {cudnn})
    class mps:
        is_available = staticmethod(lambda: False)

class __config__:
    show = staticmethod(lambda: 'Build settings: BLAS_INFO=mkl, LAPACK_INFO=mkl')
    parallel_info = staticmethod(lambda: 'ATen parallel backend: OpenMP')

def get_num_threads():
    raise RuntimeError('no\\nthreads')
"""


def ask(folder: Path) -> str:
    """Pipe the child into an interpreter with the modules of a folder, and return what it prints."""
    environ = {**os.environ, "PYTHONPATH": str(folder)}
    command = [sys.executable, "-S", "-"]
    done = subprocess.run(command, input=PROGRAM, env=environ, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.parametrize(("number", "version"), [(8902, "8.9.2"), (90100, "9.1.0"), (92400, "9.24.0")])
def test_each_question_is_answered_by_itself(tmp_path: Path, number: int, version: str) -> None:
    (tmp_path / "torch.py").write_text(TORCH.format(cudnn=number), encoding="utf-8")
    told = json.loads(ask(tmp_path))
    assert told["cudnn_version"] == version
    assert told["blas"] == "mkl"
    assert told["arch_list"] == ["sm_90"]
    assert told["cuda_available"] is False
    assert told["xpu_available"] is False
    assert told["parallel_backend"] == "OpenMP"
    assert told["num_threads"] == {"error": "RuntimeError: no threads"}
    assert "miopen_runtime_version" not in told


def test_a_torch_that_does_not_load_is_one_answer(tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text("raise OSError('libcudart.so.12: cannot open')", encoding="utf-8")
    assert json.loads(ask(tmp_path)) == {"error": "OSError: libcudart.so.12: cannot open"}


def test_an_environment_without_torch_is_one_answer(tmp_path: Path) -> None:
    assert json.loads(ask(tmp_path)) == {"error": "ModuleNotFoundError: No module named 'torch'"}


@pytest.mark.torch
@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="torch is not installed")
def test_a_real_torch_answers_every_question_that_its_build_can() -> None:
    command = [sys.executable, "-I", "-"]
    done = subprocess.run(command, input=PROGRAM, capture_output=True, text=True, check=True)
    told = probed({"kb:import": done.stdout})
    for name in ("cuda_available", "mps_available", "xpu_available", "xnnpack_available", "num_threads", "blas"):
        assert told[f"torch {name}"].status == "ok"
