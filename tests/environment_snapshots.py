"""Small snapshots of Python environments, as the collector writes them."""

import json
from typing import Any

from envkb.capture.snapshot import Snapshot

SITE = "/home/ada/p/.venv/lib/python3.12/site-packages"

INTERPRETER: dict[str, Any] = {
    "version": "3.12.4",
    "version_text": "3.12.4 (main, Jun  7 2024, 06:33:07) [GCC 13.2.0]",
    "releaselevel": "final",
    "serial": 0,
    "prefix": "/home/ada/p/.venv",
    "base_prefix": "/usr",
    "real_executable": "/usr/bin/python3.12",
    "platform": "linux-x86_64",
    "pointer_bits": 64,
    "byteorder": "little",
    "implementation": "cpython",
    "implementation_version": "3.12.4",
    "cache_tag": "cpython-312",
    "soabi": "cpython-312-x86_64-linux-gnu",
    "ext_suffix": ".cpython-312-x86_64-linux-gnu.so",
    "abiflags": "",
    "host": "x86_64-pc-linux-gnu",
    "gil_disabled": False,
    "debug": False,
    "shared": True,
    "config_args": ["--enable-shared"],
}
VENV = "home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.12.4\n"


def told(**changes: Any) -> dict[str, Any]:
    """Return what the collector tells of a venv without any distribution, with changes."""
    base: dict[str, Any] = {
        "prefix": "/home/ada/p/.venv",
        "python": "/home/ada/p/.venv/bin/python",
        "interpreter": INTERPRETER,
        "pyvenv_cfg": VENV,
        "externally_managed": None,
        "marks": ["pyvenv.cfg"],
        "sites": [{"path": SITE, "role": "own"}],
        "distributions": [],
        "path_files": [],
        "conda": None,
        "torch": None,
    }
    return {**base, **changes}


def conda_told(*packages: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return what the collector tells of a conda prefix with these packages, with changes."""
    prefix = "/home/ada/conda/envs/ml"
    conda = {
        "packages": list(packages),
        "history": (
            "==> 2026-01-02 10:00:00 <==\n# cmd: /opt/conda/bin/conda create -n ml python=3.12 numpy\n"
            "# conda version: 26.1.0\n+conda-forge/linux-64::numpy-2.4.6-py312_0\n"
        ),
    }
    interpreter = {
        **INTERPRETER,
        "prefix": prefix,
        "base_prefix": prefix,
        "real_executable": f"{prefix}/bin/python3.12",
    }
    base = told(
        prefix=prefix,
        interpreter=interpreter,
        pyvenv_cfg=None,
        marks=["conda-meta/history"],
        sites=[{"path": f"{prefix}/lib/python3.12/site-packages", "role": "own"}],
        conda=conda,
    )
    return {**base, **changes}


def distribution(name: str, version: str | None = "1.0", **changes: Any) -> dict[str, Any]:
    """Return the collector's row of one distribution that pip installed from an index, with changes."""
    row: dict[str, Any] = {
        "site": 0,
        "dir": f"{name}-{version}.dist-info",
        "name": name,
        "version": version,
        "installer": "pip",
        "files": 3,
        "size_bytes": 1000,
        "content_sha256": "ab" * 32,
        "tags": ["py3-none-any"],
    }
    return {**row, **changes}


def conda_package(name: str, version: str = "1.0", **changes: Any) -> dict[str, Any]:
    """Return the collector's row of one conda package, with changes."""
    row: dict[str, Any] = {
        "name": name,
        "version": version,
        "build": "py312_0",
        "channel": "https://conda.example/conda-forge",
        "subdir": "linux-64",
        "size": 5000,
        "requested_spec": "None",
        "link_type": 1,
    }
    return {**row, **changes}


def snapshot(environment: Any, **sources: Any) -> Snapshot:
    """Return a snapshot of an environment and of other sources; `kb:` is put before their names, `_` read as `-`."""
    texts = {f"kb:{name.replace('_', '-')}": json.dumps(value) for name, value in sources.items()}
    return Snapshot.of({"kb:environment": json.dumps(environment), **texts})
