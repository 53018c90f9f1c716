"""A neutral request, said in conda's words: package names, version constraints and builds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from envkb.errors import UsageError
from envkb.managers.torch_backend import TORCH_FAMILY, chosen, cuda_of
from envkb.model.install import Request

if TYPE_CHECKING:
    from packaging.requirements import Requirement
    from packaging.specifiers import Specifier

DEFAULT_CHANNEL: Final = "conda-forge"
"""The channel of engines that have no configured one: rattler and pixi."""

CONDA_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "brotli": "brotli-python",
        "build": "python-build",
        "docker": "docker-py",
        "flatbuffers": "python-flatbuffers",
        "graphviz": "python-graphviz",
        "igraph": "python-igraph",
        "kaleido": "python-kaleido",
        "msgpack": "msgpack-python",
        "opencv-python": "py-opencv",
        "opencv-python-headless": "py-opencv",
        "opencv-contrib-python": "py-opencv",
        "opencv-contrib-python-headless": "py-opencv",
        "psycopg2-binary": "psycopg2",
        "redis": "redis-py",
        "tables": "pytables",
        "torch": "pytorch",
        "torch-cluster": "pytorch_cluster",
        "torch-geometric": "pytorch_geometric",
        "torch-scatter": "pytorch_scatter",
        "torch-sparse": "pytorch_sparse",
        "xxhash": "python-xxhash",
    }
)
"""conda-forge's name of distributions that are called otherwise on package indexes."""

_MACHINES: Final = {"linux-64": "x86_64", "osx-64": "x86_64", "win-64": "AMD64", "win-arm64": "ARM64"}
"""What Python calls a processor, where that is not what the platform is called by."""

_PLATFORMS: Final = {
    "linux": ("linux", "Linux", "posix"),
    "osx": ("darwin", "Darwin", "posix"),
    "win": ("win32", "Windows", "nt"),
}


@dataclass(frozen=True, slots=True)
class CondaSpec:
    """What is wanted of one package.

    Attributes:
        name: conda's name of the package.
        version: Constraint on the version (`>=2,<3`, `3.11.*`); empty for any.
        build: Pattern of the build string (`cpu*`); empty for any.
    """

    name: str
    version: str = ""
    build: str = ""

    def __str__(self) -> str:
        """Return the spec as all of the family read it: `numpy>=2,<3`, `pytorch[version='==2.13.0',build='cpu*']`."""
        if self.build:
            version = f"version='{self.version}'," if self.version else ""
            return f"{self.name}[{version}build='{self.build}']"
        if self.version.endswith(".*") and "," not in self.version and self.version[0].isdigit():
            return f"{self.name}={self.version.removesuffix('.*')}"
        if self.version[:1].isdigit():
            return f"{self.name}[version='{self.version}']"
        return f"{self.name}{self.version}"


def wanted(request: Request, manager: str) -> tuple[CondaSpec, ...]:
    """Return what the request asks for, its Python and its torch backend included, one spec a package.

    A constraint on something that is asked for is part of what is asked for: conda lets a wish override a pin.

    Raises:
        UsageError: Something cannot be said to conda: an extra, an address, an open torch backend.
    """
    rows = [python_spec(request)]
    rows += [spec for text in request.requirements for spec in _specs(text, request, manager)]
    rows += _of_backend(request, manager)
    names = {row.name for row in rows}
    rows += [spec for spec in constrained(request, manager) if spec.name in names]
    merged: dict[str, CondaSpec] = {}
    for row in rows:
        merged[row.name] = _both(merged[row.name], row) if row.name in merged else row
    return tuple(merged.values())


def constrained(request: Request, manager: str) -> tuple[CondaSpec, ...]:
    """Return the request's constraints, which hold for packages that come along, too."""
    return tuple(spec for text in request.constraints for spec in _specs(text, request, manager))


def python_spec(request: Request) -> CondaSpec:
    """Return the Python of the request: `3.11` means any 3.11."""
    return CondaSpec("python", f"{request.python}.*" if request.python else "")


def _specs(text: str, request: Request, manager: str) -> Iterable[CondaSpec]:
    from packaging.requirements import InvalidRequirement, Requirement  # noqa: PLC0415 - only conda managers need it

    try:
        requirement = Requirement(text)
    except InvalidRequirement as error:
        raise UsageError(
            f"{manager} cannot install {text!r}: it is no named package", hint=str(error).splitlines()[0]
        ) from error
    if requirement.url is not None or requirement.extras:
        what = "an address" if requirement.url is not None else "extras"
        raise UsageError(f"{manager} cannot install {text!r}: conda packages have no such thing as {what}")
    if requirement.marker is None or requirement.marker.evaluate(_environment(request)):
        yield _spec(requirement, manager)


def _spec(requirement: "Requirement", manager: str) -> CondaSpec:
    name = requirement.name.lower()
    canonical = name.replace("_", "-").replace(".", "-")
    local = next((one.version.partition("+")[2] for one in requirement.specifier if "+" in one.version), None)
    if local is not None:
        hint = f"leave out +{local}" + (" and say it with --torch-backend" if canonical in TORCH_FAMILY else "")
        raise UsageError(f"{manager} cannot install '{requirement}': conda has no local versions", hint=hint)
    versions = sorted(map(_constraint, requirement.specifier), key=lambda text: (text.startswith(("<", "!")), text))
    return CondaSpec(CONDA_NAMES.get(canonical, name), ",".join(versions))


def _constraint(specifier: "Specifier") -> str:
    """Return a constraint in conda's spelling.

    conda has no rule of its own for pre-releases: it takes those that the channel offers, and `<2` lets `2rc1` in.
    """
    from packaging.version import InvalidVersion, Version  # noqa: PLC0415 - only conda managers need it

    any_after = ".*" if specifier.version.endswith(".*") else ""
    try:
        # Python reads `2.0-1` and `2.0.RC1`, too; conda only the normal forms.
        number = str(Version(specifier.version.removesuffix(".*")))
    except InvalidVersion:  # === takes any text
        number = specifier.version
    if specifier.operator == "==" and any_after:
        return f"{number}.*"
    operator = "==" if specifier.operator == "===" else specifier.operator
    return f"{operator}{number}{any_after}"


def _environment(request: Request) -> dict[str, str]:
    """Return what of the target differs from the machine at hand, for markers."""
    found: dict[str, str] = {}
    if request.python is not None:
        found["python_version"] = ".".join(request.python.split(".")[:2])
        found["python_full_version"] = request.python if request.python.count(".") > 1 else f"{request.python}.0"
    if request.platform is not None:
        system, _, machine = request.platform.partition("-")
        names = _PLATFORMS.get(system)
        if names is not None:
            found |= dict(zip(("sys_platform", "platform_system", "os_name"), names, strict=True))
        found["platform_machine"] = _MACHINES.get(request.platform, machine)
    return found


def _of_backend(request: Request, manager: str) -> list[CondaSpec]:
    """Return what a torch backend means: conda-forge marks builds with `cpu` or `cuda`, and pins CUDA by a package.

    `auto` needs nothing: the solver sees the driver as the package `__cuda`.
    """
    if request.torch_backend in {None, "auto"}:
        return []
    backend = chosen(str(request.torch_backend), manager)
    cuda = cuda_of(backend)
    if cuda is not None:
        return [CondaSpec("pytorch", build="cuda*"), CondaSpec("cuda-version", f"{cuda}.*")]
    if backend == "cpu":
        return [CondaSpec("pytorch", build="cpu*")]
    raise UsageError(f"conda-forge has no {backend} builds of torch", hint="take uv or pip for them")


def _both(one: CondaSpec, other: CondaSpec) -> CondaSpec:
    versions = ",".join(filter(None, (one.version, other.version)))
    return replace(one, version=versions, build=one.build or other.build)
