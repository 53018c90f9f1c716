"""What the wheels and conda packages of the target environment bring: CUDA libraries, and frameworks beside torch."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from envkb.capture.probes.accelerators_sources import at, rows, text_at
from envkb.capture.probes.observations import Observations
from envkb.capture.snapshot import Snapshot
from envkb.model.fact import Status

ENVIRONMENT: Final = "kb:environment"


class Package(NamedTuple):
    """One package of the environment: a wheel or a conda package."""

    name: str
    version: str
    kind: str


# Who brings each library: the name of the wheel, and of the conda packages. Wheels up to CUDA 12 end in `-cu12`.
_LIBRARIES: Final = {
    "cuda_runtime": ("nvidia-cuda-runtime", "cuda-cudart", "cudatoolkit"),
    "cuda_toolkit": ("cuda-toolkit", "cuda-version"),
    "cudnn": ("nvidia-cudnn", "cudnn", "libcudnn"),
    "cublas": ("nvidia-cublas", "libcublas"),
    "cufft": ("nvidia-cufft", "libcufft"),
    "cusolver": ("nvidia-cusolver", "libcusolver"),
    "cusparse": ("nvidia-cusparse", "libcusparse"),
    "cusparselt": ("nvidia-cusparselt", "cusparselt"),
    "cupti": ("nvidia-cuda-cupti", "cuda-cupti"),
    "nvrtc": ("nvidia-cuda-nvrtc", "cuda-nvrtc"),
    "nvjitlink": ("nvidia-nvjitlink", "libnvjitlink"),
    "nccl": ("nvidia-nccl", "nccl"),
    "nvshmem": ("nvidia-nvshmem", "libnvshmem3"),
    "tensorrt": ("tensorrt",),
    "triton": (
        *("triton", "triton-rocm", "triton-windows", "triton-xpu"),
        *("pytorch-triton", "pytorch-triton-rocm", "pytorch-triton-xpu"),
    ),
    "pytorch_cuda": ("pytorch-cuda",),
}
_JAX_PLUGIN: Final = r"jax-(cuda\d+|rocm\d+)-(plugin|pjrt)|jax-metal|libtpu"
_TENSORFLOW: Final = r"tensorflow(-cpu|-gpu|-intel|-macos|-rocm|-metal)?|tf-nightly"


def packages(snapshot: Snapshot) -> list[Package]:
    """Return the environment's packages whose version is known, sorted; a wheel that conda lists too comes twice."""
    told = snapshot.json(ENVIRONMENT)
    wheels = _packages(rows(at(told, "distributions")), "wheel")
    return sorted({*wheels, *_packages(rows(at(told, "conda", "packages")), "conda")})


def _packages(told: Iterable[dict[str, Any]], kind: str) -> Iterator[Package]:
    for row in told:
        name, version = text_at(row, "name"), text_at(row, "version")
        if name and version:
            yield Package(re.sub(r"[-_.]+", "-", name).casefold(), version, kind)


def probe(snapshot: Snapshot, notes: Observations) -> None:
    """Note the CUDA libraries that packages bring, each with every version of it, and JAX and TensorFlow."""
    found = packages(snapshot)
    bringing: set[str] = set()
    for library, names in _LIBRARIES.items():
        named = [package for package in found if _without_cuda(package.name) in names]
        notes.see(
            "cuda/packages", f"{library}_versions", [*sorted({package.version for package in named})], ENVIRONMENT
        )
        bringing.update(package.kind for package in named if library != "triton")
    notes.see("cuda/packages", "kinds", [*sorted(bringing)], ENVIRONMENT)
    source = snapshot.source(ENVIRONMENT)
    if source is not None:
        status = Status.ABSENT if source.status == "ok" else Status(source.status)
        for library in ("cuda_runtime", "cudnn"):
            reason = source.reason or "no wheel or conda package of the environment brings it"
            notes.miss("cuda/packages", f"{library}_versions", status, reason, ENVIRONMENT)
    _note_frameworks(found, notes)


def _without_cuda(name: str) -> str:
    stem, _, version = name.rpartition("-cu")
    return stem if version.isdigit() else name


def _note_frameworks(found: Iterable[Package], notes: Observations) -> None:
    plugins = set()
    for package in found:
        if package.name in ("jax", "jaxlib"):
            notes.see("jax", f"{package.name}_version", package.version, ENVIRONMENT)
        elif re.fullmatch(_JAX_PLUGIN, package.name):
            plugins.add(f"{package.name} {package.version}")
        elif re.fullmatch(_TENSORFLOW, package.name):
            name = "metal_plugin_version" if package.name.endswith("-metal") else "version"
            notes.see("tensorflow", name, package.version, ENVIRONMENT)
            notes.miss("tensorflow", "cuda_build", Status.NOT_READ, "only an import of tensorflow tells")
    notes.see("jax", "plugins", [*sorted(plugins)], ENVIRONMENT)
