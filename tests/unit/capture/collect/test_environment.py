import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from envkb.capture.collect.environment import environment
from envkb.capture.collect.interpreter import Interpreter
from envkb.capture.collect.machine import Machine
from envkb.capture.collect.rows import UnreadableError
from envkb.capture.collect.target import Target, resolve


def read(target: Target, **environ: str) -> dict[str, Any]:
    return environment(target, Interpreter(Machine(environ={"HOME": "/home/ada", **environ}), target))


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    folder = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    return folder


def site_of(venv: Path) -> Path:
    return venv / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"


def install(site: Path, name: str, version: str) -> None:
    folder = site / f"{name}-{version}.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text(f"Name: {name}\nVersion: {version}\n\n")


def test_a_virtual_environment_is_read_without_pip(venv: Path) -> None:
    install(site_of(venv), "demo", "1.0")
    told = read(resolve(Machine(), str(venv)))
    assert told["prefix"] == str(venv)
    assert told["interpreter"]["version"] == ".".join(map(str, sys.version_info[:3]))
    assert told["interpreter"]["base_prefix"] != str(venv)
    assert "include-system-site-packages = false" in told["pyvenv_cfg"]
    assert "pyvenv.cfg" in told["marks"]
    assert told["sites"] == [{"path": str(site_of(venv)), "role": "own"}]
    assert [(row["name"], row["site"]) for row in told["distributions"]] == [("demo", 0)]
    assert told["conda"] is None
    assert told["torch"] is None


def test_an_environment_that_shows_the_systems_packages_lists_them_by_role(venv: Path, tmp_path: Path) -> None:
    config = venv / "pyvenv.cfg"
    config.write_text(config.read_text().replace("packages = false", "packages = true"))
    user = tmp_path / "home/.local/lib" / site_of(venv).parent.name / "site-packages"
    install(user, "mine", "0.1")
    roles = {site["role"] for site in read(resolve(Machine(), str(venv)), HOME=str(tmp_path / "home"))["sites"]}
    assert roles == {"own", "base", "user"}
    roles = {site["role"] for site in read(resolve(Machine(), str(venv)), PYTHONNOUSERSITE="1")["sites"]}
    assert roles == {"own", "base"}


def test_folders_on_pythonpath_count_first(venv: Path, tmp_path: Path) -> None:
    install(tmp_path / "modules", "tool", "3")
    told = read(resolve(Machine(), str(venv)), PYTHONPATH=f"{tmp_path}/modules:/nowhere")
    assert told["sites"][0] == {"path": f"{tmp_path}/modules", "role": "path"}


def test_torch_is_read_from_its_files(venv: Path) -> None:
    folder = site_of(venv) / "torch"
    (folder / "lib").mkdir(parents=True)
    (folder / "version.py").write_text("__version__ = '2.13.0+cu130'\ncuda = '13.0'\n")
    (folder / "_C.cpython-311-x86_64-linux-gnu.so").touch()
    (folder / "lib/libtorch_cuda.so").write_bytes(b"12345")
    (folder / "lib/readme.txt").touch()
    assert read(resolve(Machine(), str(venv)))["torch"] == {
        "path": str(folder),
        "version_py": "__version__ = '2.13.0+cu130'\ncuda = '13.0'\n",
        "extension": True,
        "libraries": [{"name": "libtorch_cuda.so", "bytes": 5}],
    }


def test_conda_packages_come_with_the_environment(venv: Path) -> None:
    (venv / "conda-meta").mkdir()
    (venv / "conda-meta/python-3.12.0-0.json").write_text('{"name": "python", "version": "3.12.0"}')
    told = read(resolve(Machine(), str(venv)))
    assert [row["name"] for row in told["conda"]["packages"]] == ["python"]


def test_an_environment_whose_interpreter_is_gone_says_so(venv: Path) -> None:
    for link in (venv / "bin").glob("python*"):
        link.unlink()
        link.symlink_to("/removed/python")
    with pytest.raises(UnreadableError, match="link to nothing"):
        read(resolve(Machine(), str(venv)))
