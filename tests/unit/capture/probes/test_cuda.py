"""CUDA in five: none of them stands in for another."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accelerator_probing import Told, probed
from accelerator_texts import nvml, nvml_gpu
from envkb.capture.snapshot import Source

NVCC = """\
nvcc: NVIDIA (R) Cuda compiler driver
Copyright (c) 2005-2024 NVIDIA Corporation
Built on Wed_Apr_17_19:19:55_PDT_2024
Cuda compilation tools, release 12.5, V12.5.40
Build cuda_12.5.r12.5/compiler.34177558_0
"""
VERSION_PY = """\
from typing import Optional

__all__ = ['__version__', 'debug', 'cuda', 'git_version', 'hip', 'rocm', 'xpu']
__version__ = '{version}'
debug = False
cuda: Optional[str] = {cuda}
git_version = 'a1cb3cc05d46d198467bebbb6e8fba50a325d4e7'
hip: Optional[str] = {hip}
rocm: Optional[str] = None
xpu: Optional[str] = None
"""


def version_py(version: str, cuda: str = "None", hip: str = "None") -> str:
    """Return `torch/version.py`."""
    return VERSION_PY.format(version=version, cuda=cuda, hip=hip)


def environment(*wheels: str, conda: tuple[str, ...] = (), torch: Any = None) -> str:
    """Return `kb:environment` with these packages, `NAME VERSION` each."""

    def rows(packages: tuple[str, ...]) -> list[dict[str, str]]:
        return [dict(zip(("name", "version"), package.split(), strict=True)) for package in packages]

    told = {"distributions": rows(wheels), "conda": {"packages": rows(conda)} if conda else None, "torch": torch}
    return json.dumps(told)


def torch_of(text: str) -> Told:
    """Return the facts of an environment whose torch has this version file."""
    return probed({"kb:environment": environment("torch 2.7.1", torch={"path": "/x/torch", "version_py": text})})


def test_the_five_are_five_facts_with_five_versions() -> None:
    toolkits = {
        "toolkits": [
            {"path": "/usr/local/cuda", "target": "/usr/local/cuda-12.5", "version": "12.5.0", "source": "a"},
            {"path": "/usr/local/cuda-12.5", "target": "/usr/local/cuda-12.5", "version": "12.5.0", "source": "b"},
            {"path": "/usr/local/cuda-9.2", "target": "/usr/local/cuda-9.2", "version": "9.2.148", "source": "c"},
        ],
        "nvcc": {"path": "/usr/local/cuda/bin/nvcc", "target": "/usr/local/cuda-12.5/bin/nvcc"},
    }
    wheels = ("nvidia-cuda-runtime-cu12 12.6.77", "nvidia-cudnn-cu12 9.5.1.17", "nvidia_nccl_cu12 2.26.2")
    told = probed(
        {
            "kb:nvml": nvml(nvml_gpu(), cuda="12.8"),
            "kb:cuda-toolkits": json.dumps(toolkits),
            "nvcc --version": NVCC,
            "kb:environment": environment(*wheels, torch={"version_py": version_py("2.7.1+cu126", "'12.6'")}),
            "kb:cudnn": json.dumps([{"path": "/usr/include/cudnn_version.h", "version": "8.9.7"}]),
        }
    )
    assert told.value("nvidia cuda_driver_version") == "12.8"
    assert told.value("cuda/toolkits versions") == ["9.2.148", "12.5.0"]
    assert told.value("cuda/nvcc version") == "12.5.40"
    assert told.value("cuda/nvcc release") == "12.5"
    assert told.value("cuda/packages cuda_runtime_versions") == ["12.6.77"]
    assert told.value("cuda/packages cudnn_versions") == ["9.5.1.17"]
    assert told.value("cuda/packages nccl_versions") == ["2.26.2"]
    assert told.value("cuda/packages kinds") == ["wheel"]
    assert told.value("torch cuda_build") == "12.6"
    assert told.value("cuda/cudnn versions") == ["8.9.7"]


def test_a_toolkit_and_the_link_to_it_are_one() -> None:
    toolkits = {
        "toolkits": [
            {"path": "/usr/local/cuda", "target": "/usr/local/cuda-12.5", "version": "12.5.0"},
            {"path": "/usr/local/cuda-12.5", "target": "/usr/local/cuda-12.5", "version": "12.5.0"},
            {"path": "/opt/cuda", "target": "/opt/cuda", "version": None},
        ]
    }
    told = probed({"kb:cuda-toolkits": json.dumps(toolkits)})
    assert told.value("cuda/toolkit/0 path") == "/usr/local/cuda-12.5"
    assert told.value("cuda/toolkit/1 path") == "/opt/cuda"
    assert told.why("cuda/toolkit/1 version") == ("absent", "no file in /opt/cuda tells it")
    assert "cuda/toolkit/2 path" not in told


def test_version_files_tell_of_toolkits_where_nobody_listed_them() -> None:
    told = probed(
        {
            "/usr/local/cuda-11.8/version.json": '{"cuda": {"name": "CUDA SDK", "version": "11.8.20220929"}}',
            "/usr/local/cuda-10.2/version.txt": "CUDA Version 10.2.89\n",
            "/usr/local/cuda-12.0/version.json": "{",
        }
    )
    assert told.value("cuda/toolkits versions") == ["10.2.89", "11.8.20220929"]
    assert told.why("cuda/toolkit/2 version")[0] == "absent"


@pytest.mark.parametrize(
    ("source", "status"),
    [
        (Source("nvcc --version", "absent", "", "nvcc is not installed"), "absent"),
        (Source("nvcc --version", "timeout", "", "no answer within 3 s"), "timeout"),
        (Source("nvcc --version", "ok", "Cuda compilation tools"), "failed"),
    ],
)
def test_a_compiler_that_tells_no_version_says_why(source: Source, status: str) -> None:
    assert probed({"nvcc --version": source}).why("cuda/nvcc version")[0] == status


def test_wheels_of_cuda_13_have_no_number_in_their_names() -> None:
    told = probed({"kb:environment": environment("nvidia-cuda-runtime 13.0.96", "nvidia-cudnn-cu13 9.24.0.43")})
    assert told.value("cuda/packages cuda_runtime_versions") == ["13.0.96"]
    assert told.value("cuda/packages cudnn_versions") == ["9.24.0.43"]


def test_conda_brings_what_wheels_would() -> None:
    conda = ("cuda-cudart 12.4.127", "cudnn 9.3.0.75", "nccl 2.23.4.1", "cuda-version 12.4", "pytorch-cuda 12.4")
    told = probed({"kb:environment": environment(conda=conda)})
    assert told.value("cuda/packages cuda_runtime_versions") == ["12.4.127"]
    assert told.value("cuda/packages cudnn_versions") == ["9.3.0.75"]
    assert told.value("cuda/packages pytorch_cuda_versions") == ["12.4"]
    assert told.value("cuda/packages kinds") == ["conda"]


def test_two_runtimes_in_one_environment_are_both_told() -> None:
    told = probed(
        {"kb:environment": environment("nvidia-cuda-runtime-cu11 11.8.89", "nvidia-cuda-runtime-cu12 12.6.77")}
    )
    assert told.value("cuda/packages cuda_runtime_versions") == ["11.8.89", "12.6.77"]


def test_an_environment_without_cuda_says_so() -> None:
    told = probed({"kb:environment": environment("numpy 2.4.6")})
    assert told.why("cuda/packages cuda_runtime_versions")[0] == "absent"
    assert told.why("cuda/packages cudnn_versions")[0] == "absent"
    assert told.why("torch version") == ("absent", "torch is not installed")
    assert "torch cuda_available" not in told


def test_jax_and_tensorflow_are_told_with_what_lets_them_use_a_gpu() -> None:
    told = probed(
        {
            "kb:environment": environment(
                "jax 0.7.0", "jaxlib 0.7.0", "jax-cuda12-plugin 0.7.0", "jax-cuda12-pjrt 0.7.0", "tensorflow 2.20.0"
            )
        }
    )
    assert told.value("jax jax_version") == "0.7.0"
    assert told.value("jax plugins") == ["jax-cuda12-pjrt 0.7.0", "jax-cuda12-plugin 0.7.0"]
    assert told.value("tensorflow version") == "2.20.0"
    assert told.why("tensorflow cuda_build") == ("not_read", "only an import of tensorflow tells")


def test_torch_tells_what_it_was_built_for_without_an_import() -> None:
    told = torch_of(version_py("2.7.1+cu126", "'12.6'"))
    assert told.value("torch version") == "2.7.1+cu126"
    assert told.value("torch local_version") == "cu126"
    assert told.value("torch cuda_build") == "12.6"
    assert told.value("torch debug_build") is False
    assert told.value("torch git_version") == "a1cb3cc05d46d198467bebbb6e8fba50a325d4e7"
    assert told.why("torch hip_build") == ("absent", "built without HIP")
    assert told.why("torch cuda_available") == ("not_read", "only an import of torch tells; read with --import torch")
    assert told.why("torch cudnn_version")[0] == "not_read"


def test_a_build_for_the_cpu_has_no_cuda_runtime_to_ask_for() -> None:
    told = torch_of(version_py("2.13.0+cpu"))
    assert told.why("torch cuda_build") == ("absent", "built without CUDA")
    assert told.why("torch cuda_runtime_version") == ("not_applicable", "built without CUDA")
    assert told.why("torch miopen_runtime_version") == ("not_applicable", "built without HIP")
    assert told.why("torch cuda_available")[0] == "not_read"


def test_a_build_for_rocm_names_hip() -> None:
    told = torch_of(version_py("2.7.1+rocm6.3", hip="'6.3.42131-fa1d09cbd'"))
    assert told.value("torch hip_build") == "6.3.42131-fa1d09cbd"
    assert told.value("torch local_version") == "rocm6.3"
    assert told.why("torch hip_runtime_version")[0] == "not_read"


def test_the_version_file_of_torch_1_4_is_read_too() -> None:
    told = torch_of("__version__ = '1.4.0'\ndebug = False\ncuda = '10.1'\ngit_version = 'abc'\n")
    assert told.value("torch cuda_build") == "10.1"
    assert told.why("torch hip_build") == ("not_read", "torch/version.py does not tell")
    assert "torch local_version" not in told


def test_a_torch_that_is_listed_but_gone_is_failed() -> None:
    told = probed({"kb:environment": environment("torch 2.7.1")})
    assert told.why("torch version") == ("failed", "torch is listed, but its files are not there")


def test_an_environment_that_could_not_be_read_gives_its_reason() -> None:
    reason = "the interpreter /home/ada/.venv/bin/python is a link to nothing"
    told = probed({"kb:environment": Source("kb:environment", "failed", "", reason)})
    assert told.why("torch version") == ("failed", reason)
    assert told.why("cuda/packages cudnn_versions") == ("failed", reason)


def test_libraries_that_torch_brings_itself_are_listed() -> None:
    names = ["libc10.so", "libcudart-9335f6a2.so.12", "libgomp-a34b3233.so.1", "libtorch_cuda.so"]
    torch = {"version_py": version_py("1.13.1+cu117", "'11.7'"), "libraries": [{"name": name} for name in names]}
    told = probed({"kb:environment": environment(torch=torch)})
    assert told.value("torch bundled_libraries") == ["libcudart-9335f6a2.so.12", "libgomp-a34b3233.so.1"]


ANSWERS = {
    "arch_list": ["sm_80", "sm_90"],
    "cuda_available": True,
    "cuda_device_count": 1,
    "cuda_runtime_version": "12.6",
    "cudnn_version": "9.5.1",
    "device_names": [],
    "mps_available": False,
    "nccl_version": {"error": "RuntimeError: no NCCL"},
    "num_threads": True,
}


def test_an_import_tells_what_torch_found() -> None:
    torch = {"version_py": version_py("2.7.1+cu126", "'12.6'")}
    told = probed({"kb:environment": environment(torch=torch), "kb:import": json.dumps(ANSWERS)})
    assert told.value("torch cuda_available") is True
    assert told.value("torch cudnn_version") == "9.5.1"
    assert told.value("torch arch_list") == ["sm_80", "sm_90"]
    assert told.why("torch nccl_version") == ("failed", "RuntimeError: no NCCL")
    assert told.why("torch device_names") == ("absent", "torch tells none here")
    assert told.why("torch num_threads")[0] == "absent"
    assert told.why("torch hip_runtime_version") == ("not_applicable", "built without HIP")


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (
            Source("kb:import", text='{"error": "ImportError: libcudart.so.12: cannot open shared object file"}'),
            ("failed", "ImportError: libcudart.so.12: cannot open shared object file"),
        ),
        (Source("kb:import", "timeout", "", "no answer within 60 s"), ("timeout", "no answer within 60 s")),
        (Source("kb:import", text="Segmentation fault"), ("failed", "the answer is no JSON object")),
    ],
)
def test_an_import_that_fails_is_the_reason_of_all_that_it_would_tell(source: Source, why: tuple[str, str]) -> None:
    torch = {"version_py": version_py("2.7.1+cu126", "'12.6'")}
    told = probed({"kb:environment": environment(torch=torch), "kb:import": source})
    assert told.why("torch cuda_available") == why
    assert told.value("torch version") == "2.7.1+cu126"


COLLECT_ENV = (
    "torch version",
    "torch debug_build",
    "torch cuda_build",
    "torch hip_build",
    "torch cuda_available",
    "cuda/nvcc version",
    "torch cuda_module_loading",
    "gpu count",
    "nvidia driver_state",
    "cuda/cudnn versions",
    "torch cudnn_version",
    "torch xpu_available",
    "torch xpu_device_names",
    "torch hip_runtime_version",
    "torch miopen_runtime_version",
    "torch xnnpack_available",
    "torch mps_available",
)


def test_whatever_torchs_own_report_prints_of_accelerators_has_a_fact_even_on_a_machine_without_any() -> None:
    told = probed(
        {
            "kb:environment": environment(torch={"version_py": version_py("2.13.0+cpu")}),
            "nvcc --version": Source("nvcc --version", "absent", "", "nvcc is not installed"),
            "kb:cudnn": Source("kb:cudnn", "absent", "", "no cudnn_version.h in the usual folders"),
        }
    )
    assert [key for key in COLLECT_ENV if key not in told] == []


def test_a_build_that_is_no_version_is_not_told() -> None:
    told = torch_of(version_py("2.7.1", cuda="True"))
    assert told.why("torch cuda_build") == ("not_read", "torch/version.py does not tell")


@given(st.text(max_size=200) | st.sampled_from(["True", "False", "None", "''"]))
def test_no_version_file_raises(text: str) -> None:
    torch_of(text)
    torch_of(version_py("2.7.1", cuda=text))


@given(st.recursive(st.none() | st.integers() | st.text(max_size=5), st.lists, max_leaves=5))
def test_no_json_of_another_form_raises(value: object) -> None:
    keys = ("toolkits", "nvcc", "distributions", "conda", "torch", "path", "cuda_available", "arch_list", "error")
    text = json.dumps(dict.fromkeys(keys, value))
    probed(dict.fromkeys(("kb:environment", "kb:import", "kb:cuda-toolkits", "kb:cudnn", "nvcc --version"), text))
