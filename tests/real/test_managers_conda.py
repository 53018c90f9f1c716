"""Real conda, mamba and micromamba, whichever is here, from a channel that is built here: no network."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from envkb.managers import MANAGERS, ErrorKind, Job, Manager, Outcome, clear_cache, look_for, make_cache, perform
from envkb.managers.conda import FAMILY
from envkb.process import run
from manager_jobs import make_request

pytest.importorskip("rattler", reason="py-rattler, which indexes the channel, is not here")
pytest.importorskip("rattler_build", reason="py-rattler-build is not here")

from real.channel import PYTHON, small_channel

pytestmark = pytest.mark.real

Jobs = Callable[..., Job]


@pytest.fixture(scope="session")
def channel(tmp_path_factory: pytest.TempPathFactory) -> str:
    return small_channel(tmp_path_factory.mktemp("channel"))


@pytest.fixture(params=FAMILY)
def manager(request: pytest.FixtureRequest) -> Manager:
    manager = MANAGERS[request.param]
    found = look_for(manager, run, os.environ)
    if found.tool is None:
        pytest.skip(str(found.reason))
    return manager


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own, so that nobody's configuration takes part."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    return home


@pytest.fixture
def job(manager: Manager, channel: str, home: Path, tmp_path: Path) -> Jobs:
    """Makes a job whose only source is the channel."""
    make_cache(tmp_path / "cache")
    assert home.is_dir()

    def make(*requirements: str, place: str = "env", **changes: object) -> Job:
        request = make_request(*requirements, **({"channels": (channel,), "python": PYTHON} | changes))
        tool = look_for(manager, run, os.environ).required()
        return Job(tool, request, tmp_path / place, tmp_path / "cache", tmp_path / f"{place}-scratch")

    return make


def done(call: object, **environ: str) -> Outcome[object]:
    return perform(call, run, environ={**os.environ, **environ}, timeout_s=120)  # type: ignore[arg-type]


def names(prefix: Path) -> set[str]:
    return {json.loads(path.read_text("utf-8"))["name"] for path in (prefix / "conda-meta").glob("*.json")}


def test_a_dry_run_tells_what_would_come_from_where_and_how_much(manager: Manager, job: Jobs, channel: str) -> None:
    wanted = job("demo")
    rows = {row.name: row for row in done(manager.resolve(wanted)).required().packages}
    assert {"core", "demo", "python"} <= set(rows) <= {"core", "demo", "pip", "python"}
    assert all(row.size_bytes and row.sha256 and str(row.url).startswith(channel) for row in rows.values())
    assert not any(row.cached for row in rows.values())
    assert not wanted.prefix.exists()


def test_an_environment_is_made_listed_locked_and_made_again(manager: Manager, job: Jobs) -> None:
    wanted = job("demo")
    done(manager.make(wanted)).required()
    said = subprocess.run(
        [str(wanted.prefix / "bin" / "python"), "-I", "-c", "import core, demo; print(core.VERSION)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == "1.0\n"
    listed = done(manager.packages(wanted)).required()
    assert {row.name for row in listed} == names(wanted.prefix)
    again = job(place="again")
    done(manager.restore(again, done(manager.lock(wanted)).required())).required()
    assert done(manager.packages(again)).required() == listed
    assert all(row.cached for row in done(manager.resolve(wanted)).required().packages)


def test_an_environment_is_made_empty_and_filled_later(manager: Manager, job: Jobs) -> None:
    done(manager.create(job("core"))).required()
    assert "core" not in names(job().prefix)
    for _ in range(2):
        done(manager.install(job("core"))).required()
    assert "core" in names(job().prefix)


def test_a_constraint_holds_for_what_comes_along(manager: Manager, job: Jobs) -> None:
    rows = done(manager.resolve(job("core", constraints=("core<2",)))).required().packages
    assert [row.version for row in rows if row.name == "core"] == ["1.0"]
    failure = done(manager.resolve(job("demo", constraints=("core>=2",)))).failure
    assert failure is not None
    assert failure.kind is ErrorKind.RESOLVER_CONFLICT


@pytest.mark.parametrize(
    ("requirements", "changes", "environ", "kind"),
    [
        (("core>=9",), {}, {}, ErrorKind.NO_MATCHING_WHEEL),
        (("nonesuch",), {}, {}, ErrorKind.NO_MATCHING_WHEEL),
        (("demo", "core>=2"), {}, {}, ErrorKind.RESOLVER_CONFLICT),
        (("core",), {"python": "3.99"}, {}, ErrorKind.PYTHON_VERSION_UNSUPPORTED),
        (("torch",), {"torch_backend": "cu126"}, {}, ErrorKind.NO_MATCHING_WHEEL),
        (("core",), {"channels": ("http://127.0.0.1:9/channel",)}, {}, ErrorKind.NO_NETWORK),
        (("core",), {"channels": ("file:///nowhere/at/all",)}, {}, ErrorKind.NO_NETWORK),
        (("core",), {}, {"CONDA_OVERRIDE_GLIBC": "2.12"}, ErrorKind.GLIBC_TOO_OLD),
        (("gpucore",), {}, {"CONDA_OVERRIDE_CUDA": "11.8"}, ErrorKind.NO_CUDA_DRIVER),
        (("gpucore",), {}, {"CONDA_OVERRIDE_CUDA": ""}, ErrorKind.NO_CUDA_DRIVER),
        (("core",), {"flags": {"conda": ["--no-such"], "mamba": ["--no-such"]}}, {}, ErrorKind.USAGE),
    ],
)
def test_what_does_not_resolve_says_why(
    manager: Manager,
    job: Jobs,
    requirements: tuple[str, ...],
    changes: dict[str, object],
    environ: dict[str, str],
    kind: ErrorKind,
) -> None:
    flags = changes.get("flags")
    if isinstance(flags, dict) and manager.name not in flags:
        pytest.skip("it has the command line of mamba")
    failure = done(manager.resolve(job(*requirements, **changes)), **environ).failure
    assert failure is not None, "it succeeded"
    assert failure.kind is kind, failure.last_words


def test_a_driver_that_is_simulated_is_enough(manager: Manager, job: Jobs) -> None:
    rows = done(manager.resolve(job("gpucore")), CONDA_OVERRIDE_CUDA="12.6").required().packages
    assert "gpucore" in {row.name for row in rows}


def test_a_torch_backend_chooses_the_build(manager: Manager, job: Jobs) -> None:
    rows = done(manager.resolve(job("torch==2.13.0", torch_backend="cpu"))).required().packages
    assert [row.build for row in rows if row.name == "pytorch"] == ["cpu_0"]


def test_a_damaged_archive_is_told(manager: Manager, job: Jobs, channel: str, tmp_path: Path) -> None:
    folder = tmp_path / "changed"
    shutil.copytree(channel.removeprefix("file://"), folder)
    (archive,) = folder.rglob("core-2.0-*.conda")
    archive.write_bytes(archive.read_bytes()[:300])
    failure = done(manager.make(job("core", channels=(folder.as_uri(),)))).failure
    assert failure is not None
    assert failure.kind in {ErrorKind.DAMAGED_ARCHIVE, ErrorKind.HASH_MISMATCH}, failure.last_words


def test_what_the_user_wants_in_every_environment_stays_out(manager: Manager, job: Jobs, home: Path) -> None:
    (home / ".condarc").write_text("create_default_packages:\n  - gpucore\n  - demo\n", "utf-8")
    done(manager.make(job("core"))).required()
    assert names(job().prefix) <= {"core", "pip", "python"}


def test_its_cache_can_be_emptied_while_its_environments_work(manager: Manager, job: Jobs, home: Path) -> None:
    wanted = job("core")
    done(manager.make(wanted)).required()
    assert any(wanted.own_cache.iterdir())
    clear_cache(wanted.cache, manager.name)
    assert not wanted.own_cache.exists()
    subprocess.run([str(wanted.prefix / "bin" / "python"), "-I", "-c", "import core"], check=True)
    assert not list(home.rglob("pkgs"))
