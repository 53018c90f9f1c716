"""A machine in three lines."""

from typing import Any

import pytest

from environment_snapshots import VENV, conda_package, conda_told, distribution, snapshot, told
from envkb.capture.probes.environment import environment
from envkb.capture.summary import machine_lines
from envkb.model.fact import Fact, Status

GIB = 1 << 30


def fact(subject: str, name: str, value: Any) -> Fact:
    return Fact(subject=subject, name=name, value=value, status=Status.OK, source="x", reason=None)


def missing(subject: str, name: str, status: Status, reason: str) -> Fact:
    return Fact(subject=subject, name=name, value=None, status=status, source=None, reason=reason)


SERVER = [
    fact("board", "model", "Standard PC"),
    fact("cpu", "model", "Intel Xeon Gold 6230"),
    fact("cpu", "cores", 2),
    fact("cpu", "threads", 4),
    fact("memory", "total_bytes", 24 * GIB),
    fact("host", "virtual", True),  # noqa: FBT003 - a fact's value
    fact("host", "layers", ["kvm", "docker"]),
    fact("os", "pretty_name", "Debian GNU/Linux 13 (trixie)"),
]


def test_a_server_in_a_container_is_told_with_its_layers() -> None:
    assert machine_lines(SERVER, None) == (
        "Intel Xeon Gold 6230, 2 cores, 4 threads, 24.0 GiB memory, inside kvm > docker, Debian GNU/Linux 13 (trixie)",
        "GPUs not known (not read)",
        "no environment was read",
    )


def test_limits_are_told_where_they_take_something_away() -> None:
    limits = [fact("host", "effective_cpus", 1.5), fact("host", "effective_memory_bytes", 8 * GIB)]
    assert "24.0 GiB memory, 1.5 CPUs usable, 8.0 GiB usable, inside" in machine_lines([*SERVER, *limits], None)[0]


def test_a_board_is_named_before_its_processor() -> None:
    board = [
        fact("board", "model", "Raspberry Pi 5 Model B Rev 1.0"),
        fact("cpu", "model", "Cortex-A76"),
        fact("cpu", "cores", 4),
        fact("cpu", "threads", 4),
        fact("memory", "total_bytes", 8 * GIB),
        fact("os", "name", "Debian GNU/Linux"),
    ]
    line = "Raspberry Pi 5 Model B Rev 1.0, Cortex-A76, 4 cores, 8.0 GiB memory, Debian GNU/Linux"
    assert machine_lines(board, None)[0] == line


def test_a_host_that_was_not_read_is_told_as_unknown() -> None:
    facts = [missing("cpu", "model", Status.DENIED, "permission denied")]
    assert machine_lines(facts, None)[0] == (
        "CPU not known (permission denied), memory not known (not read), system not known (not read)"
    )


def test_a_conflict_shows_its_first_value_and_says_so() -> None:
    told_by_two = Fact(
        subject="cpu",
        name="model",
        value=[{"source": "a", "value": "One"}, {"source": "b", "value": "Two"}],
        status=Status.CONFLICT,
        source=None,
        reason="sources disagree",
    )
    assert machine_lines([told_by_two], None)[0].startswith("One (sources disagree), ")


ACCELERATORS: list[tuple[str, list[Fact], str]] = [
    (
        "two alike",
        [
            fact("gpu", "count", 2),
            *[fact(f"gpu/{number}", "name", "NVIDIA A100") for number in (0, 1)],
            *[fact(f"gpu/{number}", "memory_bytes", 80 * GIB) for number in (0, 1)],
            fact("gpu/0/mig/0", "profile", "1g.10gb"),
            fact("nvidia", "driver_version", "580.65.06"),
            fact("nvidia", "cuda_driver_version", "13.0"),
        ],
        "2 x NVIDIA A100 with 80.0 GiB, NVIDIA driver 580.65.06, CUDA up to 13.0",
    ),
    (
        "Apple's, which shares its memory",
        [fact("gpu/0", "name", "Apple M4"), fact("gpu/0", "cores", 10)],
        "Apple M4 with 10 cores",
    ),
    ("none", [missing("gpu", "count", Status.ABSENT, "no GPU was found")], "no GPU found"),
    (
        "a driver that hangs",
        [missing("gpu", "count", Status.FAILED, "x"), missing("nvidia", "driver_state", Status.TIMEOUT, "took 10 s")],
        "GPUs not known (x), NVIDIA driver does not answer (took 10 s)",
    ),
    ("a card without a name", [fact("gpu/0", "vendor", "AMD")], "GPU of unknown model (not read)"),
]


@pytest.mark.parametrize(("facts", "line"), [row[1:] for row in ACCELERATORS], ids=[row[0] for row in ACCELERATORS])
def test_accelerators_are_told_in_one_line(facts: list[Fact], line: str) -> None:
    assert machine_lines(facts, None)[1] == line


ENVIRONMENTS: list[tuple[str, dict[str, Any], str]] = [
    (
        "a venv of uv",
        told(pyvenv_cfg=f"{VENV}uv = 0.13.9\n", distributions=[distribution("torch", "2.13.0+cpu", installer="uv")]),
        "Python 3.12.4 uv-venv made by uv, 1 distribution, torch 2.13.0+cpu",
    ),
    (
        "a venv that pip filled",
        told(distributions=[distribution("torch", "2.13.0+cpu"), distribution("six")]),
        "Python 3.12.4 venv filled by pip, 2 distributions, torch 2.13.0+cpu",
    ),
    (
        "an empty venv",
        told(),
        "Python 3.12.4 venv, maker not known, 0 distributions, none of torch, jax, tensorflow, mlx, onnxruntime",
    ),
    (
        "a conda prefix with something broken",
        conda_told(
            conda_package("cuda-cudart"), distributions=[distribution("jax", None), distribution("six", "1.17")]
        ),
        (
            "Python 3.12.4 conda made by conda, 2 distributions, 1 conda package, 1 with a problem, "
            "jax of unknown version"
        ),
    ),
]


@pytest.mark.parametrize(("shape", "line"), [row[1:] for row in ENVIRONMENTS], ids=[row[0] for row in ENVIRONMENTS])
def test_an_environment_is_told_in_one_line(shape: dict[str, Any], line: str) -> None:
    assert machine_lines([], environment(snapshot(shape)))[2] == line


def test_an_interpreter_that_did_not_start_is_told_with_its_reason() -> None:
    facts = [missing("python", "version", Status.FAILED, "x is no Python")]
    assert machine_lines(facts, environment(snapshot({})))[2] == "Python did not start (x is no Python)"
