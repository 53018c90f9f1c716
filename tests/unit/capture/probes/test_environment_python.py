"""What an interpreter says of itself."""

from typing import Any

import pytest

from environment_snapshots import INTERPRETER
from envkb.capture.probes.environment_python import python_values


def test_an_interpreter_is_told_whole() -> None:
    assert python_values(INTERPRETER) == {
        "version": "3.12.4",
        "implementation": "CPython",
        "implementation_version": None,
        "build": "main, Jun 7 2024, 06:33:07",
        "compiler": "GCC 13.2.0",
        "packager": None,
        "cache_tag": "cpython-312",
        "platform": "linux-x86_64",
        "host_triplet": "x86_64-pc-linux-gnu",
        "pointer_bits": 64,
        "ext_suffix": ".cpython-312-x86_64-linux-gnu.so",
        "abi_flags": None,
        "free_threaded": False,
        "debug": False,
        "shared_library": True,
        "configure_flags": ["--enable-shared"],
        "macos_target": None,
    }


BANNERS: list[tuple[str, dict[str, Any]]] = [
    (
        "3.12.4 | packaged by conda-forge | (main, Jun 17 2024, 10:23:07) [GCC 12.3.0]",
        {"packager": "conda-forge", "build": "main, Jun 17 2024, 10:23:07", "compiler": "GCC 12.3.0"},
    ),
    (
        "3.11.7 | packaged by Anaconda, Inc. | (main, Dec 15 2023, 18:12:31) [GCC 11.2.0]",
        {"packager": "Anaconda, Inc.", "compiler": "GCC 11.2.0"},
    ),
    (
        "3.10.14 (39dc8d3c85a7, Apr 25 2024, 12:51:04)\n[PyPy 7.3.16 with GCC 10.2.1 20210130]",
        {"build": "39dc8d3c85a7, Apr 25 2024, 12:51:04", "compiler": "PyPy 7.3.16 with GCC 10.2.1 20210130"},
    ),
    (
        "3.13.0 experimental free-threading build (main, Oct  7 2024) [Clang 18.1.8 ]",
        {"build": "main, Oct 7 2024", "compiler": "Clang 18.1.8"},
    ),
    ("", {"build": None, "compiler": None, "packager": None}),
    ("][)(", {"build": None, "compiler": None}),
]


@pytest.mark.parametrize(("banner", "told"), BANNERS, ids=[banner[:30] or "nothing" for banner, _ in BANNERS])
def test_build_and_compiler_are_read_from_the_banner(banner: str, told: dict[str, Any]) -> None:
    values = python_values({"version_text": banner})
    assert {name: values[name] for name in told} == told


@pytest.mark.parametrize(
    ("stage", "serial", "version"), [("candidate", 2, "3.14.0rc2"), ("alpha", 1, "3.14.0a1"), ("final", 0, "3.14.0")]
)
def test_a_version_before_its_release_says_so(stage: str, serial: int, version: str) -> None:
    values = python_values({"version": "3.14.0", "releaselevel": stage, "serial": serial})
    assert values["version"] == version


@pytest.mark.parametrize(("name", "told"), [("pypy", "PyPy"), ("graalpy", "GraalPy"), ("rustpython", "rustpython")])
def test_an_implementation_goes_by_its_own_name(name: str, told: str) -> None:
    assert python_values({"implementation": name})["implementation"] == told
