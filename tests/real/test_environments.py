"""Environments that the real tools make, read and compared with what their own interpreters say."""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from envkb.capture.probes.environment import environment, probe
from envkb.capture.probes.observations import Observations
from envkb.capture.snapshot import Snapshot
from envkb.capture.transports.local import collect_local
from envkb.model.environment import Distribution, Environment

pytestmark = pytest.mark.real

UV = shutil.which("uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
GIT = shutil.which("git")
needs_uv = pytest.mark.skipif(UV is None, reason="uv is not installed")
needs_git = pytest.mark.skipif(GIT is None, reason="git is not installed")

SAY = """
import importlib.metadata as m, json
print(json.dumps(sorted([d.metadata["Name"], d.version] for d in m.distributions())))
"""
BACKEND = '''
"""Builds one wheel, editable or not, with nothing but the standard library."""
import os, zipfile
INFO = "tool-1.0.dist-info"
def _build(folder, text):
    files = {
        f"{INFO}/METADATA": "Metadata-Version: 2.1\\nName: tool\\nVersion: 1.0\\n",
        f"{INFO}/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
        **text,
    }
    record = "".join(f"{name},,\\n" for name in [*files, f"{INFO}/RECORD"])
    with zipfile.ZipFile(os.path.join(folder, "tool-1.0-py3-none-any.whl"), "w") as wheel:
        for name, content in {**files, f"{INFO}/RECORD": record}.items():
            wheel.writestr(name, content)
    return "tool-1.0-py3-none-any.whl"
def build_wheel(folder, config_settings=None, metadata_directory=None):
    return _build(folder, {"tool.py": "NAME = 'tool'\\n"})
def build_editable(folder, config_settings=None, metadata_directory=None):
    return _build(folder, {"_tool.pth": os.getcwd() + "/src\\n"})
'''


def run(*words: str | Path, cwd: Path | None = None) -> str:
    """Run a tool of the test, without the settings of whoever runs it."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_", "VIRTUAL_ENV"))}
    environ |= {"PIP_CONFIG_FILE": os.devnull, "UV_NO_CONFIG": "1", "UV_OFFLINE": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    done = subprocess.run(
        [str(word) for word in words], cwd=cwd, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def make_wheel(folder: Path, name: str, version: str) -> Path:
    """Write a wheel with one module."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": "VALUE = 1\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py2-none-any\nTag: py3-none-any\n",
    }
    digests = {
        path: base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        for path, text in files.items()
    }
    record = "".join(f"{path},sha256={digests[path]},{len(text)}\n" for path, text in files.items())
    folder.mkdir(exist_ok=True)
    target = folder / f"{name}-{version}-py2.py3-none-any.whl"
    with zipfile.ZipFile(target, "w") as wheel:
        for path, text in {**files, f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}.items():
            wheel.writestr(path, text)
    return target


def make_project(folder: Path) -> Path:
    """Write a project that builds without a network."""
    (folder / "src").mkdir(parents=True)
    (folder / "backend.py").write_text(BACKEND)
    (folder / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        '[project]\nname = "tool"\nversion = "1.0"\n'
    )
    return folder


def commit(project: Path) -> str:
    """Make a repository of a project, and return its commit."""
    run("git", "init", "-q", cwd=project)
    run("git", "add", "-A", cwd=project)
    run("git", "-c", "user.name=Ada", "-c", "user.email=ada@mail.example", "commit", "-q", "-m", "First", cwd=project)
    return run("git", "rev-parse", "HEAD", cwd=project).strip()


def read(target: Path, cwd: Path) -> tuple[Environment, Snapshot]:
    """Read an environment as `kb record --python` does, and hold it against what its interpreter says."""
    snapshot = collect_local(str(target), str(cwd)).snapshot
    made = environment(snapshot)
    python = target if target.is_file() else target / "bin" / "python"
    said = json.loads(run(python, "-c", SAY, cwd=cwd))
    assert sorted([row.name, row.version] for row in made.distributions if row.kind == "python") == sorted(
        [canonicalize_name(name), version] for name, version in said
    )
    assert made.python_version == run(python, "-c", "import platform; print(platform.python_version())").strip()
    return made, snapshot


def row_of(made: Environment, name: str) -> Distribution:
    return next(row for row in made.distributions if row.name == name)


@pytest.fixture(scope="module")
def venv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    prefix = tmp_path_factory.mktemp("plain") / ".venv"
    run(sys.executable, "-m", "venv", prefix)
    return prefix


@pytest.fixture
def uv_venv(tmp_path: Path) -> Path:
    assert UV is not None
    run(UV, "venv", "-q", "--python", sys.executable, tmp_path / ".venv")
    return tmp_path / ".venv"


@needs_git
def test_a_venv_filled_by_pip_is_told_as_it_is(venv: Path, tmp_path: Path) -> None:
    wheels = tmp_path / "wheels"
    make_wheel(wheels, "alpha_one", "1.5")
    beta = make_wheel(tmp_path / "elsewhere", "beta", "2.0rc1")
    project = make_project(tmp_path / "tool")
    head = commit(make_project(tmp_path / "repository"))
    pip = [venv / "bin" / "python", "-m", "pip", "install", "-q", "--no-index", "--no-deps", "--no-build-isolation"]
    run(*pip, "--find-links", wheels, "alpha-one")
    run(*pip, beta)
    run(*pip, "-e", project)
    made, snapshot = read(venv, tmp_path)
    assert (made.prefix_kind, made.manager, made.selected_by) == ("venv", "pip", "--python")
    assert [trace.manager for trace in made.evidence] == ["venv", "pip"]
    alpha = row_of(made, "alpha-one")
    assert (alpha.origin, alpha.installer, alpha.requested) == ("index", "pip", True)
    assert alpha.wheel_tags == ("py2-none-any", "py3-none-any")
    assert (row_of(made, "beta").origin, row_of(made, "beta").origin_detail) == ("local", beta.as_uri())
    assert (row_of(made, "tool").origin, row_of(made, "tool").origin_detail) == ("editable", project.as_uri())
    assert row_of(made, "pip").problem is None
    notes = Observations()
    probe(snapshot, notes)
    assert notes.value("environment", "editable") == ["tool"]
    run(*pip, "--force-reinstall", f"git+{(tmp_path / 'repository').as_uri()}")
    tool = row_of(read(venv, tmp_path)[0], "tool")
    assert (tool.origin, tool.origin_detail) == ("vcs", f"git+{(tmp_path / 'repository').as_uri()}@{head}")


@needs_uv
def test_a_venv_of_uv_is_told_as_it_is(uv_venv: Path, tmp_path: Path) -> None:
    assert UV is not None
    wheels = tmp_path / "wheels"
    make_wheel(wheels, "alpha_one", "1.5")
    project = make_project(tmp_path / "tool")
    install = [UV, "pip", "install", "-q", "--python", uv_venv, "--no-index", "--no-deps"]
    run(*install, "--find-links", wheels, "alpha-one")
    run(*install, "-e", project)
    made, snapshot = read(uv_venv, tmp_path)
    assert (made.prefix_kind, made.manager) == ("uv-venv", "uv")
    version = run(UV, "--version").split()[1]
    assert [(trace.manager, trace.trace) for trace in made.evidence] == [
        ("uv", f"uv = {version}"),
        ("uv", "installed 2 distributions"),
    ]
    assert (row_of(made, "alpha-one").origin, row_of(made, "tool").origin) == ("index", "editable")
    notes = Observations()
    probe(snapshot, notes)
    assert notes.value("environment", "manager_version") == version


@needs_uv
def test_one_wheel_has_one_content_whoever_installed_it(venv: Path, uv_venv: Path, tmp_path: Path) -> None:
    assert UV is not None
    wheel = make_wheel(tmp_path / "wheels", "gamma", "3.0")
    run(venv / "bin" / "python", "-m", "pip", "install", "-q", "--no-index", wheel)
    run(UV, "pip", "install", "-q", "--python", uv_venv, "--no-index", wheel)
    by_pip, by_uv = (row_of(read(prefix, tmp_path)[0], "gamma") for prefix in (venv, uv_venv))
    assert by_pip.content_sha256 is not None
    assert by_pip.content_sha256 == by_uv.content_sha256
    assert (by_pip.installer, by_uv.installer) == ("pip", "uv")


@needs_uv
def test_what_is_broken_is_listed_with_its_problem(uv_venv: Path, tmp_path: Path) -> None:
    site = next(uv_venv.glob("lib/python*/site-packages"))
    for folder, metadata in {
        "six-1.16.dist-info": "Metadata-Version: 2.1\nName: six\nVersion: 1.16\n",
        "six-1.17.dist-info": "Metadata-Version: 2.1\nName: six\nVersion: 1.17\n",
        "idna-3.0.dist-info": "\0\1\2 nothing of the kind",
        "empty-1.0.dist-info": "",
        "~ix-1.15.dist-info": "Metadata-Version: 2.1\nName: six\nVersion: 1.15\n",
    }.items():
        (site / folder).mkdir()
        (site / folder / "METADATA").write_text(metadata)
    (site / "old.pth").write_text("/home/ada/gone\n")
    snapshot = collect_local(str(uv_venv), str(tmp_path)).snapshot
    told = {(row.name, row.version): row.problem for row in environment(snapshot).distributions}
    assert told["six", "1.16"] == "another one of this name lies beside it: 1.17 (six-1.17.dist-info)"
    assert told["six", "1.17"] == "another one of this name lies beside it: 1.16 (six-1.16.dist-info)"
    assert told["six", "1.15"] == "left over from an interrupted uninstall (~ix-1.15.dist-info)"
    assert told["idna", None] == "its metadata has no name or no version; its folder says 3.0"
    assert told["empty", None] == "its metadata has no name or no version; its folder says 1.0"
    notes = Observations()
    probe(snapshot, notes)
    assert notes.value("environment", "dangling_path_files") == ["old.pth: /home/ada/gone"]


def conda_prefix(prefix: Path) -> Path:
    """Lay a Python of its own into a prefix, as conda does: the standard library by links, the program copied."""
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    stdlib = Path(sysconfig.get_path("stdlib"))
    library = prefix / "lib" / version
    (library / "site-packages").mkdir(parents=True)
    (prefix / "bin").mkdir()
    shutil.copy(os.path.realpath(sys.executable), prefix / "bin" / version)
    (prefix / "bin" / "python").symlink_to(version)
    for entry in stdlib.iterdir():
        if entry.name != "site-packages":
            (library / entry.name).symlink_to(entry)
    started = subprocess.run(
        [prefix / "bin" / "python", "-c", "import sys; print(sys.prefix)"], capture_output=True, text=True, check=False
    )
    if started.stdout.strip() != str(prefix):
        pytest.skip("this Python does not run from another prefix")
    return prefix


@needs_uv
def test_a_conda_prefix_that_uv_filled_too_is_told_as_mixed(tmp_path: Path) -> None:
    assert UV is not None
    prefix = conda_prefix(tmp_path / "envs" / "ml")
    wheel = make_wheel(tmp_path / "wheels", "delta", "4.0")
    site = next(prefix.glob("lib/python*/site-packages"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
        files = [str((site / name).relative_to(prefix)) for name in archive.namelist()]
    (site / "delta-4.0.dist-info" / "INSTALLER").write_text("conda\n")
    meta = prefix / "conda-meta"
    meta.mkdir()
    package = {"build": "py_0", "channel": "https://conda.example/conda-forge", "subdir": "noarch", "size": 10}
    delta = {**package, "name": "delta-base", "version": "4.0", "files": files, "requested_specs": ["delta-base"]}
    cudart = {**package, "name": "cuda-cudart", "version": "12.9", "files": ["lib/libcudart.so.12"]}
    (meta / "delta-base-4.0-py_0.json").write_text(json.dumps(delta))
    (meta / "cuda-cudart-12.9-0.json").write_text(json.dumps(cudart))
    (meta / "mkl-2026.0-0.json").write_text("{")
    (meta / "history").write_text("==> 2026-01-01 00:00:00 <==\n# cmd: /opt/conda/bin/conda create -n ml delta-base\n")
    run(UV, "pip", "install", "-q", "--python", prefix, "--no-index", make_wheel(tmp_path / "wheels", "epsilon", "5.0"))

    made, snapshot = read(prefix, tmp_path)
    assert (made.prefix_kind, made.manager) == ("conda", "conda")
    assert [(trace.manager, trace.trace) for trace in made.evidence] == [
        ("conda", "conda create -n ml delta-base"),
        ("conda", "installed 1 distribution"),
        ("uv", "installed 1 distribution"),
    ]
    delta_row = row_of(made, "delta")
    assert (delta_row.kind, delta_row.conda_build, delta_row.origin_detail) == ("python", "py_0", "conda-forge/noarch")
    assert (delta_row.requested, row_of(made, "epsilon").origin) == (True, "local")
    assert [(row.name, row.version) for row in made.distributions if row.kind == "conda"] == [
        ("cuda-cudart", "12.9"),
        ("mkl", None),
    ]
    assert [(row.path, row.provider) for row in made.native_libraries] == [
        ("<prefix>/lib/libcudart.so.12", "cuda-cudart 12.9")
    ]
    notes = Observations()
    probe(snapshot, notes)
    assert notes.value("environment", "mixed_installers") is True


def test_the_python_that_runs_this_is_read_whole(tmp_path: Path) -> None:
    made, _ = read(Path(sys.executable), tmp_path)
    assert made.prefix_kind is not None


@pytest.mark.skipif(
    not Path("/etc/debian_version").exists() or not Path("/usr/lib/python3/dist-packages").is_dir(),
    reason="no Python of Debian here",
)
def test_debians_python_is_told_as_debians(tmp_path: Path) -> None:
    made, _ = read(Path("/usr/bin/python3"), tmp_path)
    assert made.prefix_kind == "debian"
