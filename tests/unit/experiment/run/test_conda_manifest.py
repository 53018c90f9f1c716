"""What conda's and pixi's own files ask for, said to every manager, or refused."""

from pathlib import Path

import pytest

from envkb.errors import InvalidDataError, KbError, UsageError
from envkb.experiment.run.project import read_project
from envkb.experiment.run.wanted import Wanted
from envkb.managers.platforms import this_platform


def yml(folder: Path, *needs: str, head: str = "") -> Wanted:
    rows = "".join(f"  - {need}\n" for need in needs)
    (folder / "environment.yml").write_text(f"{head}\ndependencies:\n{rows}")
    return read_project(folder)


def pixi(folder: Path, text: str) -> Wanted:
    (folder / "pixi.toml").write_text(text)
    return read_project(folder)


@pytest.mark.parametrize(
    ("spec", "requirement"),
    [
        ("numpy", "numpy"),
        ("numpy=1.26", "numpy==1.26.*"),
        ("numpy=1.26.*", "numpy==1.26.*"),
        ("numpy==1.26.4", "numpy==1.26.4"),
        ("numpy 1.26.4", "numpy==1.26.4"),
        ("numpy 1.26.*", "numpy==1.26.*"),
        ("numpy >=1.26,<3", "numpy>=1.26,<3"),
        ("numpy !=1.26", "numpy!=1.26"),
        ("numpy *", "numpy"),
        ("pytorch>=2", "torch>=2"),
        ("python-dateutil", "python-dateutil"),
    ],
)
def test_a_spec_of_conda_is_a_requirement(tmp_path: Path, spec: str, requirement: str) -> None:
    assert yml(tmp_path, f'"{spec}"').requirements == (requirement,)


@pytest.mark.parametrize(
    "spec",
    [
        "numpy=1.26=py311_0",
        "numpy 1.26 py311_0",
        "numpy[version='>=2']",
        "numpy=1.26|1.27",
        "numpy=1.2*.3",
        "numpy scipy",
    ],
)
def test_what_only_conda_can_say_is_refused(tmp_path: Path, spec: str) -> None:
    with pytest.raises(UsageError, match="cannot be said to every manager") as caught:
        yml(tmp_path, f'"{spec}"')
    assert "no build" in caught.value.hint


@pytest.mark.parametrize(
    ("spec", "python", "allowed"),
    [
        ("python=3.11", "3.11", None),
        ("python 3.11.7", "3.11.7", None),
        ("python=3.11.*", "3.11", None),
        ("python>=3.10,<3.13", None, ">=3.10,<3.13"),
        ("python<3.12", None, "<3.12"),
        ("python=3", None, "==3.*"),
        ("python", None, None),
    ],
)
def test_a_range_of_pythons_is_no_version(tmp_path: Path, spec: str, python: str | None, allowed: str | None) -> None:
    wanted = yml(tmp_path, f'"{spec}"', "numpy")
    assert (wanted.python, wanted.pythons_allowed, wanted.requirements) == (python, allowed, ("numpy",))


def test_a_channel_of_one_package_takes_part(tmp_path: Path) -> None:
    wanted = yml(tmp_path, "pytorch::numpy", "conda-forge::scipy", head="channels: [conda-forge, nodefaults]")
    assert (wanted.requirements, wanted.channels) == (("numpy", "scipy"), ("conda-forge", "pytorch"))


def test_what_pip_is_to_install_is_read_as_its_own_files(tmp_path: Path) -> None:
    (tmp_path / "more.txt").write_text("six\n")
    wanted = yml(tmp_path, "pip", "pip:\n    - attrs==1\n    - -r more.txt\n    - -c more.txt")
    assert (wanted.requirements, wanted.constraints) == (("attrs==1", "six"), ("six",))


def test_variables_are_not_lost_in_silence(tmp_path: Path) -> None:
    (note,) = yml(tmp_path, "numpy", head="name: ml\nprefix: /opt/ml\nvariables: {OMP_NUM_THREADS: 1}").notes
    assert note == "environment.yml: variables are not set: kb activates no environment"


@pytest.mark.parametrize(
    "text",
    [
        "dependencies: [\n",
        "- a list\n",
        "dependencies: {a: b}\n",
        "dependencies: []\n",
        "dependencies: [3]\n",
        "dependencies: [{conda: [x]}]\n",
        "dependencies: [{pip: numpy}]\n",
        "channels: conda-forge\ndependencies: [numpy]\n",
        "dependencies: [!!python/object:os.system x]\n",
    ],
)
def test_a_file_that_cannot_be_read_says_why_in_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "environment.yml").write_text(text)
    with pytest.raises(InvalidDataError) as caught:
        read_project(tmp_path)
    assert "environment.yml" in caught.value.message
    assert "\n" not in caught.value.message


def test_a_pixi_project_on_this_machine(tmp_path: Path) -> None:
    wanted = pixi(
        tmp_path,
        '[workspace]\nchannels = ["conda-forge", { channel = "own", priority = 1 }]\n'
        '[dependencies]\npython = "3.12.*"\nnumpy = ">=2,<3"\npytorch = { version = "2.13.*", channel = "pytorch" }\n'
        f'[target.{this_platform()}.dependencies]\nscipy = "*"\n[target.none-64.dependencies]\npywin = "*"\n'
        '[pypi-dependencies]\ndemo = { version = ">=1", extras = ["gpu"] }\n'
        'other = { git = "https://code.example/other", tag = "v1", subdirectory = "src" }\n'
        '[pypi-options]\nextra-index-urls = ["https://wheels.example/simple"]\n',
    )
    assert wanted.requirements == (
        "numpy>=2,<3",
        "torch==2.13.*",
        "scipy",
        "demo[gpu]>=1",
        "other @ git+https://code.example/other@v1#subdirectory=src",
    )
    assert wanted.channels == ("conda-forge", "own", "pytorch")
    assert (wanted.python, wanted.indexes) == ("3.12", ("https://wheels.example/simple", "default"))


@pytest.mark.parametrize(
    "text",
    [
        '[dependencies]\nnumpy = { version = "2", build = "py*" }\n',
        "[dependencies]\nnumpy = 2\n",
        "[dependencies]\nnumpy = { version = 2 }\n",
        "dependencies = 3\n",
        '[pypi-dependencies]\ndemo = { index = "https://wheels.example/simple" }\n',
        "[pypi-dependencies]\ndemo = 3\n",
        '[pypi-dependencies]\ndemo = "no version"\n',
        "[dependencies\n",
        '[workspace]\nchannels = [3]\n[dependencies]\nnumpy = "*"\n',
    ],
)
def test_what_pixi_alone_can_say_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(KbError, match=r"pixi\.toml"):
        pixi(tmp_path, text)
