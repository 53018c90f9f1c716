"""The backends, seen through stand-ins for builds of torch: no machine has all of them."""

from types import SimpleNamespace
from typing import Any

import pytest

from envkb.bench.worker.request import Request
from envkb.bench.worker.torch_device import TorchDevice, backends
from envkb.bench.worker.torch_setup import LARGE, MEDIUM, SMALL, Setup, sizes_for

GIB = 2**30


def build(**backends: Any) -> Any:
    """Return a build of torch without any GPU, with the backends that a test gives."""
    nothing = SimpleNamespace(is_available=lambda: False)
    cudnn = SimpleNamespace(allow_tf32=None)
    parts = {
        "cuda": nothing,
        "xpu": nothing,
        "version": SimpleNamespace(cuda=None, hip=None),
        "backends": SimpleNamespace(mps=nothing, cudnn=cudnn),
        "get_num_threads": lambda: 2,
        "set_float32_matmul_precision": lambda _: None,
    }
    return SimpleNamespace(**(parts | backends))


def cuda(memory: int = 24 * GIB, major: int = 8, uuid: str | None = "1-2-3", *, hip: str | None = None) -> Any:
    calls: list[str] = []
    properties = SimpleNamespace(name="RTX 4070", total_memory=memory, major=major, uuid=uuid)
    backend = SimpleNamespace(
        is_available=lambda: True,
        get_device_properties=lambda _: properties,
        synchronize=lambda: calls.append("synchronize"),
        reset_peak_memory_stats=lambda: calls.append("reset"),
        max_memory_allocated=lambda: 4096,
    )
    return build(cuda=backend, version=SimpleNamespace(cuda="12.6", hip=hip), calls=calls)


def mps(held: int = 1000) -> Any:
    calls: list[str] = []
    backend = SimpleNamespace(
        synchronize=lambda: calls.append("synchronize"),
        empty_cache=lambda: calls.append("empty"),
        driver_allocated_memory=lambda: held,
    )
    torch = build(mps=backend, calls=calls)
    torch.mps.recommended_max_memory = lambda: 12 * GIB
    torch.backends.mps = SimpleNamespace(is_available=lambda: True)
    return torch


def xpu() -> Any:
    backend = SimpleNamespace(
        is_available=lambda: True,
        synchronize=lambda: None,
        reset_peak_memory_stats=lambda: None,
        max_memory_allocated=lambda: 77,
        get_device_name=lambda _: "Arc",
        get_device_properties=lambda _: SimpleNamespace(total_memory=16 * GIB),
    )
    return build(xpu=backend)


def devices(torch: Any) -> list[TorchDevice]:
    return [kind(torch) for kind in backends(torch)]


def named(torch: Any) -> list[str]:
    return [device.backend for device in devices(torch)]


def test_the_host_is_always_there_and_comes_last() -> None:
    assert named(build()) == ["cpu"]
    assert named(cuda()) == ["cuda", "cpu"]
    assert named(mps()) == ["mps", "cpu"]
    assert named(xpu()) == ["xpu", "cpu"]


def test_an_old_torch_knows_fewer_backends() -> None:
    torch = build()
    del torch.xpu
    del torch.backends.mps
    assert named(torch) == ["cpu"]


def test_rocm_is_told_apart_from_cuda_though_tensors_go_to_cuda() -> None:
    device = devices(cuda(hip="6.2"))[0]
    assert (device.backend, device.name, device.uuid) == ("rocm", "cuda", "")


def test_a_gpu_is_waited_for_and_tells_its_peak() -> None:
    torch = cuda()
    device = devices(torch)[0]
    device.reset_peak_memory()
    device.synchronize()
    assert torch.calls == ["reset", "synchronize"]
    assert device.peak_memory() == (4096, "torch.cuda.max_memory_allocated")
    assert (device.model(), device.uuid) == ("RTX 4070", "GPU-1-2-3")


def test_a_uuid_that_has_its_prefix_already_keeps_it() -> None:
    assert devices(cuda(uuid="GPU-1-2-3"))[0].uuid == "GPU-1-2-3"


def test_an_old_torch_does_not_tell_which_gpu_it_is() -> None:
    assert devices(cuda(uuid=None))[0].uuid == ""


def test_metal_keeps_no_peak_so_what_it_was_given_counts() -> None:
    torch = mps(held=5)
    device = devices(torch)[0]
    device.reset_peak_memory()
    device.synchronize()
    assert torch.calls == ["empty", "synchronize"]
    assert device.peak_memory() == (5, "torch.mps.driver_allocated_memory, after the samples")


def test_an_intel_gpu_of_an_old_torch_tells_no_peak() -> None:
    torch = xpu()
    del torch.xpu.reset_peak_memory_stats
    device = devices(torch)[0]
    device.reset_peak_memory()
    assert device.peak_memory() is None


def test_an_intel_gpu_tells_its_peak() -> None:
    device = devices(xpu())[0]
    assert device.peak_memory() == (77, "torch.xpu.max_memory_allocated")
    assert device.model() == "Arc"


@pytest.mark.parametrize(
    ("torch", "dtypes"),
    [
        (build(), ["float32", "bfloat16", "float16", "int8"]),
        (cuda(major=8), ["float32", "bfloat16", "tf32", "float16", "int8"]),
        (cuda(major=7), ["float32", "float16", "int8"]),
        (cuda(major=9, hip="6.2"), ["float32", "bfloat16", "float16", "int8"]),
        (mps(), ["float32", "bfloat16", "float16"]),
        (xpu(), ["float32", "bfloat16", "float16", "int8"]),
    ],
    ids=["cpu", "ampere", "turing", "rocm", "mps", "xpu"],
)
def test_matrices_are_multiplied_in_the_types_that_a_backend_has(torch: Any, dtypes: list[str]) -> None:
    assert devices(torch)[0].matmul_dtypes(full=False) == dtypes


@pytest.mark.parametrize(("gib", "sizes"), [(2, SMALL), (4, MEDIUM), (8, MEDIUM), (12, LARGE), (80, LARGE)])
def test_the_memory_of_a_gpu_chooses_the_sizes(gib: int, sizes: object) -> None:
    assert sizes_for(devices(cuda(memory=gib * GIB))[0], full=False) == sizes


def test_the_host_works_on_small_sizes_where_it_must_be_quick() -> None:
    assert sizes_for(devices(build())[0], full=False) == SMALL


def test_sizes_and_backend_are_part_of_what_is_compared() -> None:
    cases = [
        Setup(torch, devices(torch)[0], Request("torch")).case("add", "", {"n": 1}, lambda: None)  # type: ignore[arg-type,return-value] # it is not prepared
        for torch in (build(), cuda())
    ]
    assert [case.key for case in cases] == ["add-cpu", "add-cuda"]
    assert cases[0].parameters == {"n": 1, "backend": "cpu", "seed": 0, "threads": "default"}
    assert cases[1].device.uuid == "GPU-1-2-3"


def test_models_work_on_shorter_numbers_on_a_gpu() -> None:
    dtypes = [Setup(torch, devices(torch)[0], Request("torch")).dtype for torch in (build(), cuda(), mps())]
    assert dtypes == ["float32", "float16", "float16"]
