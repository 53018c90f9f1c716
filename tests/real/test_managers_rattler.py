"""Real py-rattler, from a channel that is built here: no conda, no network."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from envkb.managers import MANAGERS, ErrorKind, Job, Outcome, clear_cache, look_for, make_cache, perform
from envkb.process import run
from manager_jobs import make_request
from small_disk import small_disk

pytest.importorskip("rattler", reason="py-rattler is not here")
pytest.importorskip("rattler_build", reason="py-rattler-build is not here")

from real.channel import PYTHON, small_channel

RATTLER = MANAGERS["rattler"]
FOUND = look_for(RATTLER, run, os.environ)

pytestmark = [pytest.mark.real, pytest.mark.skipif(FOUND.tool is None, reason=str(FOUND.reason))]

Jobs = Callable[..., Job]


@pytest.fixture(scope="session")
def channel(tmp_path_factory: pytest.TempPathFactory) -> str:
    return small_channel(tmp_path_factory.mktemp("channel"))


@pytest.fixture
def job(channel: str, tmp_path: Path) -> Jobs:
    """Makes a job whose only source is the channel."""
    make_cache(tmp_path / "cache")

    def make(*requirements: str, source: str = channel, place: str = "env", **changes: object) -> Job:
        own = {name: changes.pop(name) for name in ("compile_bytecode",) if name in changes}
        request = make_request(*requirements, **({"channels": (source,), "python": PYTHON} | changes))
        places = (tmp_path / place, tmp_path / "cache", tmp_path / f"{place}-scratch")
        return Job(FOUND.required(), request, *places, **own)

    return make


def done(call: object, **environ: str) -> Outcome[object]:
    return perform(call, run, environ={**os.environ, **environ}, timeout_s=120)  # type: ignore[arg-type]


def failure_of(call: object, **environ: str) -> ErrorKind:
    outcome = done(call, **environ)
    assert outcome.failure is not None, "it succeeded"
    assert outcome.failure.last_words
    return outcome.failure.kind


def names(prefix: Path) -> set[str]:
    return {json.loads(path.read_text("utf-8"))["name"] for path in (prefix / "conda-meta").glob("*.json")}


def copied(channel: str, tmp_path: Path) -> Path:
    folder = tmp_path / "changed"
    shutil.copytree(channel.removeprefix("file://"), folder)
    return folder


def test_a_dry_run_tells_sizes_and_what_is_cached(job: Jobs) -> None:
    wanted = job("demo")
    before = done(RATTLER.resolve(wanted)).required().packages
    assert [row.name for row in before] == ["core", "demo", "python"]
    assert all(row.size_bytes and row.cached is False for row in before)
    assert not wanted.prefix.exists()
    done(RATTLER.make(wanted)).required()
    assert all(row.cached for row in done(RATTLER.resolve(wanted)).required().packages)


def test_an_environment_is_made_with_its_own_python_and_runs(job: Jobs) -> None:
    wanted = job("demo", compile_bytecode=True)
    installed = done(RATTLER.make(wanted)).required()
    assert {"resolve", "install"} == {time.phase for time in installed.phases}
    assert names(wanted.prefix) == {"core", "demo", "python"}
    command = [str(wanted.prefix / "bin" / "python"), "-I", "-c", "import core, sys; print(core.VERSION, sys.prefix)"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert said == ["1.0", str(wanted.prefix)]
    assert list(wanted.prefix.rglob("demo/__pycache__/*.pyc"))


def test_an_environment_is_made_empty_and_filled_later(job: Jobs) -> None:
    done(RATTLER.create(job("core"))).required()
    assert [row.name for row in done(RATTLER.packages(job("core"))).required()] == ["python"]
    done(RATTLER.install(job("core"))).required()
    assert next(iter(done(RATTLER.packages(job("core"))).required())).version == "2.0"


def test_a_lock_is_of_what_is_there_and_makes_it_again(job: Jobs) -> None:
    done(RATTLER.make(job("demo"))).required()
    lock = done(RATTLER.lock(job("demo"))).required()
    assert lock.format == "pixi.lock"
    again = job("demo", place="again")
    done(RATTLER.restore(again, lock)).required()
    assert done(RATTLER.packages(again)).required() == done(RATTLER.packages(job("demo"))).required()


def test_a_file_that_is_not_what_the_lock_names_is_refused(job: Jobs, channel: str, tmp_path: Path) -> None:
    source = copied(channel, tmp_path)
    done(RATTLER.make(job("core", source=source.as_uri()))).required()
    lock = done(RATTLER.lock(job("core", source=source.as_uri()))).required()
    (archive,) = source.rglob("core-2.0-*.conda")
    archive.write_bytes(next(source.rglob("core-1.0-*.conda")).read_bytes())
    assert failure_of(RATTLER.restore(job("core", place="again"), lock)) is ErrorKind.HASH_MISMATCH
    assert not (tmp_path / "again").exists()


def test_a_constraint_holds_for_what_comes_along(job: Jobs) -> None:
    assert failure_of(RATTLER.resolve(job("demo", constraints=("core>=2",)))) is ErrorKind.RESOLVER_CONFLICT
    assert done(RATTLER.resolve(job("core", constraints=("core<2",)))).required().packages[0].version == "1.0"


@pytest.mark.parametrize(
    ("requirements", "changes", "kind"),
    [
        (("core>=9",), {}, ErrorKind.NO_MATCHING_WHEEL),
        (("demo", "core>=2"), {}, ErrorKind.RESOLVER_CONFLICT),
        (("core",), {"python": "3.99"}, ErrorKind.PYTHON_VERSION_UNSUPPORTED),
        (("torch",), {"torch_backend": "cu126"}, ErrorKind.NO_MATCHING_WHEEL),
        (("core",), {"channels": ("http://127.0.0.1:9/channel",)}, ErrorKind.NO_NETWORK),
        (("core",), {"channels": ("file:///nowhere/at/all",)}, ErrorKind.NO_NETWORK),
    ],
)
def test_what_does_not_resolve_says_why(
    job: Jobs, requirements: tuple[str, ...], changes: dict[str, object], kind: ErrorKind
) -> None:
    assert failure_of(RATTLER.resolve(job(*requirements, **changes))) is kind


def test_a_torch_backend_chooses_the_build(job: Jobs) -> None:
    resolution = done(RATTLER.resolve(job("torch==2.13.0", torch_backend="cpu"))).required()
    assert [(row.name, row.build) for row in resolution.packages if row.name != "python"] == [("pytorch", "cpu_0")]


@pytest.mark.skipif(not shutil.which("ldd"), reason="the machine has no glibc")
def test_a_glibc_that_is_too_old_is_told(job: Jobs) -> None:
    assert failure_of(RATTLER.resolve(job("core")), CONDA_OVERRIDE_GLIBC="2.12") is ErrorKind.GLIBC_TOO_OLD


@pytest.mark.parametrize(("driver", "fits"), [("12.6", True), ("13.0", True), ("11.8", False), ("", False)])
def test_a_driver_decides_what_can_be_installed(job: Jobs, driver: str, *, fits: bool) -> None:
    outcome = done(RATTLER.resolve(job("gpucore")), CONDA_OVERRIDE_CUDA=driver)
    kind = outcome.failure.kind if outcome.failure is not None else None
    assert kind is (None if fits else ErrorKind.NO_CUDA_DRIVER)


def test_a_disk_that_fills_up_in_the_middle_is_told(job: Jobs, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 2048) as disk:
        if disk is None:
            pytest.skip("this system mounts no small disk")
        wanted = job("core")
        assert failure_of(RATTLER.make(replace(wanted, cache=disk / "cache"))) is ErrorKind.DISK_FULL
        assert failure_of(RATTLER.make(replace(wanted, prefix=disk / "env"))) is ErrorKind.DISK_FULL


def test_a_damaged_archive_is_told(job: Jobs, channel: str, tmp_path: Path) -> None:
    source = copied(channel, tmp_path)
    (archive,) = source.rglob("core-2.0-*.conda")
    archive.write_bytes(archive.read_bytes()[:300])
    assert failure_of(RATTLER.make(job("core", source=source.as_uri()))) is ErrorKind.DAMAGED_ARCHIVE


def test_an_archive_that_is_gone_after_the_solution_is_told(job: Jobs, channel: str, tmp_path: Path) -> None:
    source = copied(channel, tmp_path)
    next(source.rglob("core-2.0-*.conda")).unlink()
    assert failure_of(RATTLER.make(job("core", source=source.as_uri()))) is ErrorKind.NO_NETWORK


def test_its_cache_can_be_emptied_while_its_environments_work(job: Jobs) -> None:
    wanted = job("core")
    done(RATTLER.make(wanted)).required()
    clear_cache(wanted.cache, "rattler")
    assert not wanted.own_cache.exists()
    subprocess.run([str(wanted.prefix / "bin" / "python"), "-I", "-c", "import core"], check=True)
