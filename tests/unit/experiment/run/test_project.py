from pathlib import Path

import pytest

from envkb.errors import InvalidDataError, UsageError
from envkb.experiment.run.project import read_project


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, "utf-8")
    return folder


def test_a_conda_environment_file(tmp_path: Path) -> None:
    write(
        tmp_path,
        environment__yml="name: ml\nchannels: [conda-forge]\ndependencies:\n  - python=3.11\n  - numpy=1.26\n"
        "  - scipy==1.11.4\n"
        "  - conda-forge::pandas>=2\n  - python-dateutil\n  - pip\n  - pip:\n    - demo==1.0\n",
    )
    wanted = read_project(tmp_path)
    assert wanted.requirements == ("numpy==1.26.*", "scipy==1.11.4", "pandas>=2", "python-dateutil", "demo==1.0")
    assert (wanted.channels, wanted.python) == (("conda-forge",), "3.11")


def test_a_project_with_a_lock_of_uv(tmp_path: Path) -> None:
    write(
        tmp_path,
        pyproject__toml='[project]\nname = "p"\ndependencies = ["demo>=1"]\n',
        uv__lock='version = 1\n[[package]]\nname = "p"\nversion = "0"\nsource = { virtual = "." }\n'
        '[[package]]\nname = "demo"\nversion = "1.0"\nsource = { registry = "https://wheels.example/simple" }\n',
    )
    wanted = read_project(tmp_path)
    assert (wanted.requirements, wanted.constraints) == (("demo>=1",), ("demo==1.0",))


def test_a_pixi_project(tmp_path: Path) -> None:
    write(
        tmp_path,
        pixi__toml='[workspace]\nchannels = ["conda-forge"]\n[dependencies]\npython = "3.12.*"\nnumpy = ">=2,<3"\n'
        '[pypi-dependencies]\ndemo = "*"\n',
    )
    wanted = read_project(tmp_path)
    assert (wanted.requirements, wanted.channels, wanted.python) == (("numpy>=2,<3", "demo"), ("conda-forge",), "3.12")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", "[project]\nname = 'p'\n"),
        ("pyproject.toml", "[project\n"),
        ("environment.yml", "dependencies: [\n"),
        ("environment.yml", "- a list\n"),
    ],
)
def test_a_project_that_cannot_be_read_says_why(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(InvalidDataError):
        read_project(tmp_path)


def test_an_empty_folder_is_no_project(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no project"):
        read_project(tmp_path)
