"""What kind of prefix an environment is."""

from typing import Any

import pytest

from environment_snapshots import INTERPRETER, VENV, conda_told, told
from envkb.capture.probes.environment_prefix import base_kind, prefix_kind


def base(prefix: str, **changes: Any) -> dict[str, Any]:
    """Return an interpreter's own prefix, without any virtual environment."""
    interpreter = {
        **INTERPRETER,
        "prefix": prefix,
        "base_prefix": prefix,
        "real_executable": f"{prefix}/bin/python3.12",
    }
    sites = changes.pop("sites", [{"path": f"{prefix}/lib/python3.12/site-packages", "role": "own"}])
    interpreter |= changes.pop("interpreter", {})
    return told(
        **{"prefix": prefix, "interpreter": interpreter, "pyvenv_cfg": None, "marks": [], "sites": sites} | changes
    )


DIST_PACKAGES = [{"path": "/usr/lib/python3/dist-packages", "role": "own"}]
PBS = {"host": "x86_64-unknown-linux-gnu", "version_text": "3.12.4 (main, Jun  7 2024) [Clang 18.1.8 ]"}
FRAMEWORK = "/Library/Frameworks/Python.framework/Versions/3.12"
HOMEBREW = "/opt/homebrew/opt/python@3.12/Frameworks/Python.framework/Versions/3.12"

KINDS: list[tuple[str, dict[str, Any], str | None]] = [
    ("a plain venv", told(), "venv"),
    ("an empty pyvenv.cfg", told(pyvenv_cfg=""), "venv"),
    ("a venv by uv", told(pyvenv_cfg=f"{VENV}uv = 0.13.9\n"), "uv-venv"),
    ("a venv by virtualenv", told(pyvenv_cfg=f"{VENV}virtualenv = 21.1.0\n"), "virtualenv"),
    ("a conda prefix", conda_told(), "conda"),
    ("a pixi prefix by its file", conda_told(conda={"packages": [], "pixi": "{}"}), "pixi"),
    ("a pixi prefix by its place", conda_told(prefix="/home/ada/p/.pixi/envs/default"), "pixi"),
    ("Debian by its packages' folder", base("/usr", sites=DIST_PACKAGES), "debian"),
    ("another system's Python", base("/usr"), "system"),
    ("a Python built into /usr/local", base("/usr/local"), "system"),
    ("pyenv", base("/home/ada/.pyenv/versions/3.12.4"), "pyenv"),
    (
        "a Python that uv fetched",
        base("/home/ada/.local/share/uv/python/cpython-3.12.4-linux-x86_64-gnu"),
        "standalone",
    ),
    ("a standalone build elsewhere", base("/opt/python", interpreter=PBS), "standalone"),
    ("a standalone build with its date", base("/opt/python", marks=["BUILD"]), "standalone"),
    ("a framework of macOS", base(FRAMEWORK), "framework"),
    ("Homebrew", base(HOMEBREW), "homebrew"),
    ("Homebrew on Linux", base("/home/linuxbrew/.linuxbrew/opt/python@3.12"), "homebrew"),
    ("the tools of Apple", base("/Library/Developer/CommandLineTools/Library/Frameworks/Python3.framework"), "system"),
    ("Nix", base("/nix/store/abc-python3-3.12.4"), "nix"),
    ("a place that tells nothing", base("/opt/python"), None),
]


@pytest.mark.parametrize(("environment", "kind"), [row[1:] for row in KINDS], ids=[row[0] for row in KINDS])
def test_a_prefix_is_known_by_its_traces(environment: dict[str, Any], kind: str | None) -> None:
    assert prefix_kind(environment, debian=False) == kind


def test_the_system_python_of_a_debian_host_is_debians() -> None:
    assert prefix_kind(base("/usr"), debian=True) == "debian"
    assert prefix_kind(base("/usr/local"), debian=True) == "system"


def test_pyenv_may_keep_its_versions_anywhere() -> None:
    assert prefix_kind(base("/srv/py/versions/3.12.4"), debian=False, pyenv_root="/srv/py/") == "pyenv"


BASES: list[tuple[str, dict[str, Any], str | None]] = [
    ("a venv over Debian's Python", told(), "debian"),
    (
        "a venv over uv's Python",
        told(interpreter={**INTERPRETER, "base_prefix": "/home/ada/.local/share/uv/python/cpython-3.12"}),
        "standalone",
    ),
    (
        "a venv over conda's Python",
        told(
            interpreter={
                **INTERPRETER,
                "base_prefix": "/opt/c",
                "version_text": "3.12.4 | packaged by conda-forge | (main, Jun 17 2024) [GCC 12.3.0]",
            }
        ),
        "conda",
    ),
    ("a conda prefix", conda_told(), "conda"),
]


@pytest.mark.parametrize(("environment", "kind"), [row[1:] for row in BASES], ids=[row[0] for row in BASES])
def test_an_interpreter_is_known_below_its_virtual_environment(environment: dict[str, Any], kind: str | None) -> None:
    assert base_kind(environment, debian=True) == kind
