import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from packaging.specifiers import Specifier
from packaging.version import Version

from envkb.errors import UsageError
from envkb.managers.conda_specs import CondaSpec, constrained, wanted
from manager_jobs import make_request


def said(*requirements: str, **changes: object) -> list[str]:
    return [str(spec) for spec in wanted(make_request(*requirements, **changes), "conda")]


@pytest.mark.parametrize(
    ("requirement", "spec"),
    [
        ("numpy", "numpy"),
        ("numpy==2.2.0", "numpy==2.2.0"),
        ("numpy===2.2.0", "numpy==2.2.0"),
        ("numpy==2.*", "numpy=2"),
        ("numpy<3,>=2", "numpy>=2,<3"),
        ("numpy~=2.1", "numpy~=2.1"),
        ("numpy!=2.2.1,>2", "numpy>2,!=2.2.1"),
        ("numpy==2.2-1", "numpy==2.2.post1"),
        ("numpy>=2.2.RC1", "numpy>=2.2rc1"),
        ("numpy!=1!2.*", "numpy!=1!2.*"),
        ("numpy===as-it-is", "numpy==as-it-is"),
        ("NumPy", "numpy"),
        ("ruamel.yaml", "ruamel.yaml"),
        ("torch>=2.13", "pytorch>=2.13"),
        ("opencv_python", "py-opencv"),
    ],
)
def test_a_requirement_is_said_in_condas_words(requirement: str, spec: str) -> None:
    assert said(requirement) == ["python", spec]


def test_the_python_of_a_request_is_a_package() -> None:
    assert said("numpy", python="3.11") == ["python=3.11", "numpy"]


def test_two_wishes_for_one_package_are_one_spec() -> None:
    assert said("numpy>=2", "numpy<3") == ["python", "numpy>=2,<3"]
    assert said("python>=3.11.2", python="3.11") == ["python[version='3.11.*,>=3.11.2']"]


def test_a_constraint_on_what_is_wanted_is_part_of_the_wish() -> None:
    request = make_request("numpy", constraints=("numpy<3", "scipy<2"))
    assert [str(spec) for spec in wanted(request, "conda")] == ["python", "numpy<3"]
    assert constrained(request, "conda") == (CondaSpec("numpy", "<3"), CondaSpec("scipy", "<2"))


@pytest.mark.parametrize(
    ("backend", "specs"),
    [
        (None, ["pytorch==2.13.0"]),
        ("auto", ["pytorch==2.13.0"]),
        ("cpu", ["pytorch[version='==2.13.0',build='cpu*']"]),
        ("cu126", ["pytorch[version='==2.13.0',build='cuda*']", "cuda-version=12.6"]),
        ("cu118", ["pytorch[version='==2.13.0',build='cuda*']", "cuda-version=11.8"]),
    ],
)
def test_a_torch_backend_is_a_build_of_pytorch(backend: str | None, specs: list[str]) -> None:
    assert said("torch==2.13.0", torch_backend=backend) == ["python", *specs]


@pytest.mark.parametrize(
    ("requirement", "message"),
    [
        ("uvicorn[standard]", "no such thing as extras"),
        ("demo @ https://files.example/demo.whl", "no such thing as an address"),
        ("./demo.whl", "it is no named package"),
        ("torch==2.13.0+cpu", "conda has no local versions"),
    ],
)
def test_what_conda_cannot_be_told_is_a_usage_error(requirement: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        said(requirement)


def test_a_backend_that_conda_forge_does_not_build_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match=r"no rocm6\.4 builds"):
        said("torch", torch_backend="rocm6.4")


@pytest.mark.parametrize(
    ("marker", "changes", "holds"),
    [
        ("python_version < '3.12'", {"python": "3.11"}, True),
        ("python_version < '3.12'", {"python": "3.12"}, False),
        ("python_full_version >= '3.11.4'", {"python": "3.11.9"}, True),
        ("sys_platform == 'darwin'", {"platform": "osx-arm64"}, True),
        ("sys_platform == 'darwin'", {"platform": "linux-64"}, False),
        ("platform_machine == 'x86_64'", {"platform": "linux-64"}, True),
        ("platform_machine == 'aarch64'", {"platform": "linux-aarch64"}, True),
        ("platform_system == 'Windows'", {"platform": "win-64"}, True),
        ("platform_machine == 'AMD64'", {"platform": "win-64"}, True),
        ("platform_machine == 'arm64'", {"platform": "osx-arm64"}, True),
    ],
)
def test_a_marker_is_judged_for_the_target(marker: str, changes: dict[str, str], *, holds: bool) -> None:
    assert ("tomli" in said(f"tomli; {marker}", **changes)) is holds


RELEASES = st.lists(st.integers(0, 12), min_size=1, max_size=4).map(lambda numbers: ".".join(map(str, numbers)))
EPOCHS = st.sampled_from(["", "", "", "1!"])
# No `.dev1`: Python has it before `a1`, conda after it.
TAILS = st.sampled_from(["", "", "", "a1", "b2", "rc1", ".post1", ".post2", "rc1.post1"])
SPELLINGS = st.sampled_from(["", "", "", "-1", ".RC1", "alpha", "_post3", ".0"])
VERSIONS = st.builds("{}{}{}".format, EPOCHS, RELEASES, TAILS | SPELLINGS).map(str.lower)


@st.composite
def specifiers(draw: st.DrawFn) -> str:
    operator = draw(st.sampled_from(["==", "!=", ">=", "<=", ">", "<", "~=", "==*", "!=*"]))
    if operator.endswith("*"):
        return f"{operator[:-1]}{draw(EPOCHS)}{draw(RELEASES)}.*"
    if operator == "~=":
        return f"~={draw(EPOCHS)}{draw(RELEASES)}.{draw(st.integers(0, 12))}"
    return f"{operator}{draw(VERSIONS)}"


def _is_beside(specifier: Specifier, offered: Version) -> bool:
    """Whether Python's own rule decides, that what comes just before or after a release does not belong to it."""
    if specifier.operator not in {"<", ">"}:
        return False
    return Version(Version(specifier.version).base_version) == Version(offered.base_version)


@given(specifier=specifiers(), version=VERSIONS)
def test_a_constraint_lets_in_what_python_would_let_in(specifier: str, version: str) -> None:
    rattler = pytest.importorskip("rattler", reason="py-rattler is not here")
    wanted_here, offered = Specifier(specifier), Version(version)
    assume(not _is_beside(wanted_here, offered))
    (spec,) = constrained(make_request(constraints=(f"demo{specifier}",)), "rattler")
    assert rattler.VersionSpec(spec.version).matches(rattler.Version(str(offered))) is wanted_here.contains(
        offered, prereleases=True
    )
