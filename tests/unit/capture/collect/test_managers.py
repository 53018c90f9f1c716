from pathlib import Path

import pytest

from envkb.capture.collect.managers import managers
from envkb.capture.collect.rows import UnreadableError
from machine_tree import MachineTree


def executable(path: Path, text: str = "#!/bin/sh\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def dist_info(prefix: Path, name: str) -> None:
    (prefix / "lib/python3.12/site-packages" / f"{name}.dist-info").mkdir(parents=True)


def test_a_machine_without_managers_says_so(tree: MachineTree) -> None:
    tree.environ["PATH"] = str(tree.bin)
    with pytest.raises(UnreadableError, match="no package manager"):
        managers(tree.machine())


def test_a_fast_binary_tells_by_its_command(tree: MachineTree) -> None:
    path = tree.program("uv", "echo uv 0.9.0")
    told = managers(tree.machine())["uv"]
    assert (told["path"], told["version"], told["reason"]) == (str(path), None, "see `uv --version`")
    assert told["on_path"]


def test_conda_tells_by_the_record_of_its_own_package(tree: MachineTree, tmp_path: Path) -> None:
    root = tmp_path / "miniforge3"
    conda = executable(root / "condabin/conda")
    (root / "conda-meta").mkdir()
    for name in ("conda-25.3.1-py312h7900ff3_1", "conda-libmamba-solver-25.4.0-pyhd8ed1ab_0", "mamba-2.1.1-h1_0"):
        (root / "conda-meta" / f"{name}.json").write_text("{}")
    told = managers(tree.machine(CONDA_EXE=str(conda), PATH=str(tree.bin)))
    assert told["conda"]["version"] == "25.3.1"
    assert told["conda"]["source"].endswith("conda-25.3.1-py312h7900ff3_1.json")
    assert not told["conda"]["on_path"]


def test_pip_tells_by_the_environment_of_its_first_line(tree: MachineTree, tmp_path: Path) -> None:
    prefix = tmp_path / "venv"
    dist_info(prefix, "pip-25.0.1")
    tree.program("pip", "", interpreter=str(prefix / "bin/python3.12"))
    assert managers(tree.machine())["pip"]["version"] == "25.0.1"


def test_a_first_line_too_long_for_the_kernel_is_read_too(tree: MachineTree, tmp_path: Path) -> None:
    prefix = tmp_path / "venv"
    dist_info(prefix, "pip-24.3")
    tree.program("pip", f"'''exec' \"{prefix}/bin/python\" \"$0\" \"$@\"\n' '''")
    assert managers(tree.machine())["pip"]["version"] == "24.3"


def test_a_link_into_an_application_is_followed(tree: MachineTree, tmp_path: Path) -> None:
    prefix = tmp_path / "pipx/venvs/poetry"
    dist_info(prefix, "poetry-2.1.2")
    dist_info(prefix, "poetry_core-2.1.2")
    (tree.bin / "poetry").symlink_to(executable(prefix / "bin/poetry", f"#!{prefix}/bin/python\n"))
    assert managers(tree.machine())["poetry"]["version"] == "2.1.2"


def test_a_shim_has_no_version_rather_than_a_wrong_one(tree: MachineTree) -> None:
    tree.program("pip", "exec pyenv exec pip")
    told = managers(tree.machine())["pip"]
    assert (told["version"], told["reason"]) == (None, "no file beside it tells, and starting it is slow")
