"""Who made an environment."""

from typing import Any

import pytest

from environment_snapshots import VENV, conda_package, conda_told, distribution, told
from envkb.capture.probes.environment_distributions import installed
from envkb.capture.probes.environment_managers import evidence, is_mixed, manager_of, manager_version


def conda(history: str, **changes: Any) -> dict[str, Any]:
    return conda_told(conda={"packages": [], "history": history, **changes})


PIXI = '{"manifest_path": "/home/ada/p/pixi.toml", "environment_name": "cuda", "pixi_version": "0.76.0"}'
DEBIAN = told(
    prefix="/usr",
    pyvenv_cfg=None,
    externally_managed="/usr/lib/python3.12/EXTERNALLY-MANAGED",
    sites=[{"path": "/usr/lib/python3/dist-packages", "role": "own"}],
    distributions=[distribution("six", installer=None)],
)

MADE_BY: list[tuple[str, dict[str, Any], str | None, str | None, list[tuple[str, str, str]]]] = [
    (
        "an empty venv tells no manager",
        told(),
        None,
        None,
        [("venv", "written as venv writes it", "pyvenv.cfg")],
    ),
    (
        "a venv is its installer's",
        told(pyvenv_cfg=f"{VENV}command = /usr/bin/python3 -m venv /home/ada/p\n", distributions=[distribution("six")]),
        "pip",
        None,
        [("venv", "made by python -m venv", "pyvenv.cfg"), ("pip", "installed 1 distribution", "INSTALLER")],
    ),
    (
        "a venv that two installers filled is nobody's",
        told(
            distributions=[
                distribution("six"),
                distribution("idna", installer="uv"),
                distribution("h11", installer="uv"),
            ]
        ),
        None,
        None,
        [
            ("venv", "written as venv writes it", "pyvenv.cfg"),
            ("uv", "installed 2 distributions", "INSTALLER"),
            ("pip", "installed 1 distribution", "INSTALLER"),
        ],
    ),
    (
        "a venv of uv stays uv's when pip fills it",
        told(pyvenv_cfg=f"{VENV}uv = 0.13.9\n", distributions=[distribution("six")]),
        "uv",
        "0.13.9",
        [("uv", "uv = 0.13.9", "pyvenv.cfg"), ("pip", "installed 1 distribution", "INSTALLER")],
    ),
    (
        "an environment of poetry is known by its place",
        told(
            prefix="/home/ada/.cache/pypoetry/virtualenvs/p-x-py3.12",
            pyvenv_cfg=f"{VENV}virtualenv = 21.1.0\n",
            distributions=[distribution("six", installer="Poetry 2.2.1")],
        ),
        "poetry",
        None,
        [
            ("poetry", "the prefix lies in /pypoetry/virtualenvs/", "path"),
            ("virtualenv", "virtualenv = 21.1.0", "pyvenv.cfg"),
            ("poetry", "installed 1 distribution", "INSTALLER"),
        ],
    ),
    (
        "a tool of uv carries its receipt",
        told(
            prefix="/home/ada/.local/share/uv/tools/ruff", pyvenv_cfg=f"{VENV}uv = 0.13.9\n", marks=["uv-receipt.toml"]
        ),
        "uv",
        "0.13.9",
        [
            ("uv", "the prefix lies in /uv/tools/", "path"),
            ("uv", "left its own file", "uv-receipt.toml"),
            ("uv", "uv = 0.13.9", "pyvenv.cfg"),
        ],
    ),
    (
        "conda's history names its commands",
        conda_told(),
        "conda",
        "26.1.0",
        [("conda", "conda create -n ml python=3.12 numpy", "conda-meta/history")],
    ),
    (
        "mamba is told apart from conda, and the version it imitates is not its own",
        conda("# cmd: /opt/m/bin/mamba create -n ml\n# conda version: 3.8.0\n# cmd: /opt/m/bin/conda install x\n"),
        "mamba",
        None,
        [
            ("mamba", "mamba create -n ml", "conda-meta/history"),
            ("conda", "conda install x", "conda-meta/history"),
        ],
    ),
    (
        "micromamba is told apart from conda",
        conda("# cmd: micromamba create -n ml python\n"),
        "micromamba",
        None,
        [("micromamba", "micromamba create -n ml python", "conda-meta/history")],
    ),
    (
        "a prefix of the family without a command is nobody's in particular",
        conda(""),
        None,
        None,
        [("conda", "packages of the conda family, no command noted", "conda-meta")],
    ),
    (
        "a prefix that holds conda itself is conda's",
        conda("", packages=[conda_package("conda", "26.1.0")]),
        "conda",
        None,
        [("conda", "conda itself is installed in it", "conda-meta/conda")],
    ),
    (
        "pixi leaves a file with its version",
        conda("", pixi=PIXI),
        "pixi",
        "0.76.0",
        [("pixi", "environment cuda", "conda-meta/pixi")],
    ),
    (
        "a file of pixi that is no JSON is still pixi's",
        conda("", pixi="{"),
        "pixi",
        None,
        [("pixi", "left its own file", "conda-meta/pixi")],
    ),
    (
        "Debian's Python is apt's",
        DEBIAN,
        "apt",
        None,
        [
            ("apt", "EXTERNALLY-MANAGED", "/usr/lib/python3.12/EXTERNALLY-MANAGED"),
            ("apt", "dist-packages", "/usr/lib/python3/dist-packages"),
        ],
    ),
    (
        "another system's Python is its own",
        {**DEBIAN, "sites": [{"path": "/usr/lib/python3.12/site-packages", "role": "own"}]},
        "operating system",
        None,
        [("operating system", "EXTERNALLY-MANAGED", "/usr/lib/python3.12/EXTERNALLY-MANAGED")],
    ),
]


@pytest.mark.parametrize(
    ("environment", "manager", "version", "traces"), [row[1:] for row in MADE_BY], ids=[row[0] for row in MADE_BY]
)
def test_the_manager_is_told_by_its_traces(
    environment: dict[str, Any], manager: str | None, version: str | None, traces: list[tuple[str, str, str]]
) -> None:
    seen = evidence(environment, installed(environment))
    assert [(trace.manager, trace.trace, trace.source) for trace in seen] == traces
    assert manager_of(seen) == manager
    told_version = manager_version(environment, manager)
    assert (told_version[0] if told_version else None) == version


NUMPY = conda_package("numpy", "2.4.6", distributions=["numpy-2.4.6.dist-info"])

MIXED: list[tuple[str, dict[str, Any], bool]] = [
    ("nothing but conda", conda_told(NUMPY, distributions=[distribution("numpy", "2.4.6", installer="conda")]), False),
    ("a wheel inside a conda package", conda_told(NUMPY, distributions=[distribution("numpy", "2.4.6")]), False),
    ("uv in a conda prefix", conda_told(distributions=[distribution("numpy", "2.4.6", installer="uv")]), True),
    ("pixi's own uv", conda_told(distributions=[distribution("numpy", "2.4.6", installer="uv-pixi")]), False),
    ("a venv", told(distributions=[distribution("numpy"), distribution("six", installer="uv")]), False),
]


@pytest.mark.parametrize(("environment", "mixed"), [row[1:] for row in MIXED], ids=[row[0] for row in MIXED])
def test_another_installer_in_a_conda_prefix_is_mixed(environment: dict[str, Any], *, mixed: bool) -> None:
    assert is_mixed(environment, installed(environment)) is mixed
