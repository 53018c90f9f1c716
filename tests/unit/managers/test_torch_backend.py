import pytest

from envkb.errors import UsageError
from envkb.managers import backend_of_cuda, backend_of_driver
from envkb.managers.torch_backend import chosen, cuda_of, only_torch


@pytest.mark.parametrize(
    ("backend", "cuda"),
    [
        ("cu126", "12.6"),
        ("cu130", "13.0"),
        ("cu92", "9.2"),
        ("cpu", None),
        ("xpu", None),
        ("rocm6.4", None),
        ("auto", None),
    ],
)
def test_a_backend_names_its_cuda_version(backend: str, cuda: str | None) -> None:
    assert cuda_of(backend) == cuda


@pytest.mark.parametrize("backend", ["", "gpu", "cuda", "cu", "cu1", "cu12.6", "rocm", "CU126 "])
def test_what_is_no_backend_is_a_usage_error(backend: str) -> None:
    with pytest.raises(UsageError, match="is no torch backend"):
        cuda_of(backend)


@pytest.mark.parametrize(
    ("version", "backend"), [("12.6", "cu126"), ("12.6.3", "cu126"), ("9.2", "cu92"), (None, "auto")]
)
def test_a_cuda_version_names_its_backend(version: str | None, backend: str) -> None:
    assert backend_of_cuda(version) == backend


@pytest.mark.parametrize("version", ["", "12", "cu126", "12.10", "latest"])
def test_what_is_no_cuda_version_is_a_usage_error(version: str) -> None:
    with pytest.raises(UsageError, match="is no CUDA version"):
        backend_of_cuda(version)


@pytest.mark.parametrize(
    ("driver", "backend"),
    [
        (None, "cpu"),
        ("12.2", "cu129"),
        ("12.9", "cu129"),
        ("13.0", "cu132"),
        ("14.1", "cu132"),
        ("11.4", "cu118"),
        ("10.2", "cpu"),
    ],
)
def test_a_driver_gets_the_newest_build_of_its_major_version(driver: str | None, backend: str) -> None:
    assert backend_of_driver(driver) == backend


def test_an_open_choice_is_refused_for_a_manager_that_cannot_look() -> None:
    assert chosen("cpu", "pip") == "cpu"
    with pytest.raises(UsageError, match="pip cannot choose"):
        chosen("auto", "pip")


def test_the_family_of_torch_is_known() -> None:
    assert only_torch(["torch", "torchvision"])
    assert not only_torch(["torch", "numpy"])
