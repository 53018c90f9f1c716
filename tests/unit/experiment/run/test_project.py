from pathlib import Path

import pytest

from envkb.errors import InvalidDataError, UsageError
from envkb.experiment.run.project import read_project
from envkb.experiment.run.wanted import Wanted


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, "utf-8")
    return folder


def test_a_project_with_a_lock_of_uv(tmp_path: Path) -> None:
    write(
        tmp_path,
        pyproject__toml='[project]\nname = "p"\ndependencies = ["demo>=1"]\n',
        uv__lock='version = 1\n[[package]]\nname = "p"\nversion = "0"\nsource = { virtual = "." }\n'
        '[[package]]\nname = "demo"\nversion = "1.0"\nsource = { registry = "https://wheels.example/simple" }\n',
    )
    wanted = read_project(tmp_path)
    assert (wanted.requirements, wanted.constraints) == (("demo>=1",), ("demo==1.0",))


def test_a_package_that_is_locked_twice_is_held_where_its_markers_say(tmp_path: Path) -> None:
    write(
        tmp_path,
        pyproject__toml='[project]\nname = "p"\ndependencies = ["demo"]\n',
        uv__lock='[[package]]\nname = "demo"\nversion = "1"\nresolution-markers = ["os_name == \'nt\'"]\n'
        'source = { registry = "https://wheels.example/simple" }\n',
    )
    assert read_project(tmp_path).constraints == ("demo==1 ; (os_name == 'nt')",)


def pyproject(folder: Path, *lines: str) -> Wanted:
    write(folder, pyproject__toml="\n".join(("[project]", 'name = "p"', *lines)))
    return read_project(folder)


def test_indexes_of_uv_come_in_their_order_and_what_is_explicit_does_not(tmp_path: Path) -> None:
    rows = (
        '[[tool.uv.index]]\nname = "own"\nurl = "https://own.example/simple"',
        '[[tool.uv.index]]\nname = "torch"\nurl = "https://torch.example/whl"\nexplicit = true',
    )
    wanted = pyproject(tmp_path, 'requires-python = ">=3.10"', 'dependencies = ["demo"]', *rows)
    assert wanted.indexes == ("own=https://own.example/simple", "default")
    assert wanted.pythons_allowed == ">=3.10"
    instead = '[[tool.uv.index]]\nurl = "https://all.example/simple"\ndefault = true'
    wanted = pyproject(tmp_path, 'dependencies = ["demo"]', *rows, instead)
    assert wanted.indexes == ("own=https://own.example/simple", "https://all.example/simple")


def test_a_source_of_uv_is_an_address(tmp_path: Path) -> None:
    (tmp_path / "lab").mkdir()
    write(tmp_path / "lab", pyproject__toml='[project]\nname = "lab"\n')
    wanted = pyproject(
        tmp_path,
        'dependencies = ["Demo[gpu]>=1 ; os_name == \'posix\'", "lab"]',
        "[tool.uv.sources]",
        'demo = { git = "https://code.example/demo", rev = "abc" }',
        'lab = { path = "lab", editable = true }',
    )
    assert wanted.requirements == (
        'demo[gpu] @ git+https://code.example/demo@abc ; os_name == "posix"',
        f"lab @ {(tmp_path / 'lab').as_uri()}",
    )


@pytest.mark.parametrize(
    "source", ['{ index = "torch" }', "{ workspace = true }", '[{ index = "a" }, { index = "b" }]']
)
def test_a_source_that_only_uv_can_ask_is_refused(tmp_path: Path, source: str) -> None:
    with pytest.raises(UsageError, match=r"pyproject\.toml"):
        pyproject(tmp_path, 'dependencies = ["demo"]', "[tool.uv.sources]", f"demo = {source}")


INDEXES_OF_TORCH = (
    '[[tool.uv.index]]\nname = "for-gpu"\nurl = "https://torch.example/whl/cu126/"\nexplicit = true',
    '[[tool.uv.index]]\nname = "for-cpu"\nurl = "https://torch.example/whl/cpu"\nexplicit = true',
    '[[tool.uv.index]]\nname = "mirror"\nurl = "https://all.example/simple"\nexplicit = true',
)


@pytest.mark.parametrize(
    ("source", "builds"),
    [
        ('{ index = "for-gpu" }', ("cu126",)),
        (
            '[{ index = "for-cpu", marker = "os_name == \'nt\'" }, { index = "for-gpu", marker = "os_name != \'nt\'"}]',
            ("cu126",),
        ),
        ('[{ index = "for-cpu" }, { index = "for-gpu" }]', ("cpu", "cu126")),
        ('{ index = "mirror" }', ()),
        ('{ index = "nowhere" }', ()),
        ('{ index = "for-cpu", marker = "no marker" }', ()),
    ],
)
def test_an_index_of_torch_means_a_build(tmp_path: Path, source: str, builds: tuple[str, ...]) -> None:
    rows = ("[tool.uv.sources]", f"Torch = {source}", f"torchvision = {source}", *INDEXES_OF_TORCH)
    wanted = pyproject(tmp_path, 'dependencies = ["torch>=2", "six"]', *rows)
    assert (wanted.requirements, wanted.indexes, wanted.torch_builds) == (("torch>=2", "six"), (), builds)
    assert pyproject(tmp_path, 'dependencies = ["six"]', *rows).torch_builds is None


def test_a_pyproject_of_pixi_asks_for_both(tmp_path: Path) -> None:
    wanted = pyproject(
        tmp_path,
        'dependencies = ["demo"]',
        '[tool.pixi.workspace]\nchannels = ["conda-forge"]',
        '[tool.pixi.dependencies]\npython = "3.12.*"\nnumpy = "*"',
    )
    assert (wanted.requirements, wanted.channels, wanted.python) == (("demo", "numpy"), ("conda-forge",), "3.12")


def test_of_several_files_one_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    write(tmp_path, environment__yml="dependencies: [six]\n", pyproject__toml='[project]\ndependencies = ["rich"]\n')
    wanted = read_project(tmp_path)
    assert wanted.requirements == ("six",)
    assert wanted.notes == ("environment.yml is read, pyproject.toml beside it not: --project FILE takes another",)
    assert read_project(tmp_path / "pyproject.toml").requirements == ("rich",)


def test_a_pyproject_that_only_configures_tools_is_no_project(tmp_path: Path) -> None:
    write(tmp_path, pyproject__toml="[tool.ruff]\nline-length = 120\n", requirements__txt="six\n")
    assert read_project(tmp_path).requirements == ("six",)


def test_a_file_of_another_kind_is_no_project(tmp_path: Path) -> None:
    write(tmp_path, setup__cfg="[metadata]\n")
    with pytest.raises(UsageError, match="is no project"):
        read_project(tmp_path / "setup.cfg")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[project]\nname = 'p'\ndynamic = ['dependencies']\n", "are dynamic"),
        ("[tool.poetry.dependencies]\nsix = '*'\n", "poetry's own table"),
        ("[project]\ndependencies = ['no requirement at all']\n", "'no requirement at all' is no requirement"),
        ("[project]\ndependencies = [1]\n", "no list of texts"),
        ("project = 'x'\n", "project is no table"),
        ("[project]\ndependencies = ['six']\n[tool.uv]\nindex = 3\n", "no list of tables"),
    ],
)
def test_what_a_pyproject_does_not_tell_is_said(tmp_path: Path, text: str, words: str) -> None:
    write(tmp_path, pyproject__toml=text)
    with pytest.raises(InvalidDataError, match=words):
        read_project(tmp_path)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", "[project]\nname = 'p'\n"),
        ("pyproject.toml", "[project\n"),
    ],
)
def test_a_project_that_cannot_be_read_says_why(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(InvalidDataError):
        read_project(tmp_path)


def test_an_empty_folder_is_no_project(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no project"):
        read_project(tmp_path)
