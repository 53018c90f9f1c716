import sys
from pathlib import Path

import pytest

from envkb.capture.collect.rows import UnreadableError
from envkb.capture.collect.target import prefix_of, resolve
from machine_tree import MachineTree


def prefix(folder: Path, mark: str = "pyvenv.cfg") -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "bin/python3").touch()
    (folder / mark).parent.mkdir(exist_ok=True)
    (folder / mark).touch()
    return folder


def test_the_active_virtual_environment_comes_before_conda(tree: MachineTree, tmp_path: Path) -> None:
    venv, conda = prefix(tmp_path / "venv"), prefix(tmp_path / "conda", "conda-meta/history")
    target = resolve(tree.machine(VIRTUAL_ENV=str(venv), CONDA_PREFIX=str(conda)), "")
    assert (target.prefix, target.kind, target.python) == (str(venv), "VIRTUAL_ENV", f"{venv}/bin/python3")
    assert resolve(tree.machine(CONDA_PREFIX=str(conda)), "").kind == "CONDA_PREFIX"


def test_an_active_environment_that_is_gone_does_not_count(tree: MachineTree) -> None:
    target = resolve(tree.machine(VIRTUAL_ENV="/nowhere/venv"), "")
    assert (target.kind, target.python) == ("own", sys.executable)
    assert "VIRTUAL_ENV" in target.why


def test_nothing_active_is_our_own_interpreter(tree: MachineTree) -> None:
    target = resolve(tree.machine(), "")
    assert (target.kind, target.prefix) == ("own", sys.prefix)
    assert target.told()["asked"] is None


def test_a_prefix_is_taken_as_it_is(tree: MachineTree, tmp_path: Path) -> None:
    venv = prefix(tmp_path / "venv")
    assert resolve(tree.machine(), str(venv)).python == f"{venv}/bin/python3"


def test_a_path_is_meant_from_the_working_directory(tree: MachineTree) -> None:
    venv = prefix(tree.project / ".venv")
    for asked in ("./.venv", ".venv"):
        assert resolve(tree.machine(), asked).prefix == str(venv)


def test_a_prefix_without_an_interpreter_has_none(tree: MachineTree, tmp_path: Path) -> None:
    (tmp_path / "env/conda-meta").mkdir(parents=True)
    assert resolve(tree.machine(), str(tmp_path / "env")).python == ""


def test_an_interpreter_points_to_its_prefix(tree: MachineTree, tmp_path: Path) -> None:
    venv = prefix(tmp_path / "venv")
    target = resolve(tree.machine(), f"{venv}/bin/python3")
    assert (target.kind, target.prefix) == ("python", str(venv))


def test_a_link_to_an_interpreter_is_followed_outside_of_environments(tmp_path: Path) -> None:
    prefix(tmp_path / "opt/python3.13", "lib/x")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/py").symlink_to(tmp_path / "opt/python3.13/bin/python3")
    assert prefix_of(str(tmp_path / "bin/py")) == str(tmp_path / "opt/python3.13")


@pytest.mark.parametrize("place", ["root/envs", "stated", "home"])
def test_a_conda_environment_is_found_by_name(tree: MachineTree, tmp_path: Path, place: str) -> None:
    environment = prefix(tmp_path / place / "ml", "conda-meta/history")
    environ = {"CONDA_ENVS_PATH": str(tmp_path / "stated")}
    if place == "root/envs":
        prefix(tmp_path / "root/base", "conda-meta/history")
        environ = {"CONDA_EXE": str(tmp_path / "root/bin/conda")}
        (tmp_path / "root/conda-meta").mkdir()
        (tree.root / str(tmp_path).lstrip("/") / "root/conda-meta").mkdir(parents=True)
    if place == "home":
        tree.write({"/home/ada/.conda/environments.txt": f"/gone/ml\n{environment}\n"})
    target = resolve(tree.machine(**environ), "ml")
    assert (target.prefix, target.kind) == (str(environment), "name")


def test_a_pixi_environment_of_the_project_is_found_by_name(tree: MachineTree) -> None:
    environment = prefix(tree.project / ".pixi/envs/cuda", "conda-meta/history")
    assert resolve(tree.machine(), "cuda").prefix == str(environment)


def test_a_command_is_found_on_path(tree: MachineTree) -> None:
    path = tree.program("python3.99", "")
    assert (resolve(tree.machine(), "python3.99").kind, resolve(tree.machine(), "python3.99").python) == (
        "command",
        str(path),
    )


@pytest.mark.parametrize("asked", ["/nowhere/bin/python", "no-such-env", "./venv"])
def test_what_is_not_there_is_named(tree: MachineTree, asked: str) -> None:
    with pytest.raises(UnreadableError, match=asked):
        resolve(tree.machine(), asked)
