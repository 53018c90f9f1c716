"""Real uv and real pip, from a folder of small wheels: no index, no network."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from platform import machine

import pytest

from envkb.managers import (
    MANAGERS,
    ErrorKind,
    Job,
    LockText,
    Outcome,
    base_python,
    clear_cache,
    look_for,
    make_cache,
    perform,
)
from envkb.managers.job import release
from envkb.managers.protocol import Manager
from envkb.process import run
from manager_jobs import make_request, make_wheel
from small_disk import small_disk

NAMES = ("uv", "pip")
TOOLS = {name: look_for(MANAGERS[name], run, os.environ) for name in NAMES}
ENVIRON = {**os.environ, "UV_HTTP_RETRIES": "0", "PIP_RETRIES": "1"}
# What the machine is configured with must not answer in place of the folder of wheels.
for variable in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_EXTRA_INDEX_URL", "UV_INDEX"):
    ENVIRON.pop(variable, None)
ENVIRON["PIP_CONFIG_FILE"] = os.devnull

pytestmark = pytest.mark.real


@pytest.fixture(params=NAMES)
def manager(request: pytest.FixtureRequest) -> Manager:
    if TOOLS[request.param].tool is None:
        pytest.skip(str(TOOLS[request.param].reason))
    return MANAGERS[request.param]


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    for version in ("1.0", "2.0"):
        make_wheel(folder, "core", version)
    make_wheel(folder, "demo", requires=["core<2"])
    make_wheel(folder, "modern", python=">=3.99")
    make_wheel(folder, "foreign", tag="cp39-cp39-win_amd64")
    make_wheel(
        folder, "builtnew", tag=f"cp{sys.version_info.major}{sys.version_info.minor}-none-manylinux_2_99_{machine()}"
    )
    return folder


@pytest.fixture
def job(manager: Manager, wheels: Path, tmp_path: Path) -> Callable[..., Job]:
    """Makes a job whose only source is the folder of wheels."""
    make_cache(tmp_path / "cache")
    base = base_python(None, run, os.environ)

    def make(*requirements: str, folder: Path = wheels, place: str = "env", **changes: object) -> Job:
        own = {name: changes.pop(name) for name in ("compile_bytecode",) if name in changes}
        flags = {manager.name: ["--no-index", "--find-links", str(folder)]}
        request = make_request(*requirements, **({"flags": flags} | changes))
        places = (tmp_path / place, tmp_path / "cache", tmp_path / f"{place}-scratch")
        return Job(TOOLS[manager.name].required(), request, *places, python=base, **own)

    return make


def done(call: object) -> Outcome[object]:
    return perform(call, run, environ=ENVIRON, timeout_s=120)  # type: ignore[arg-type]


def failure_of(call: object) -> ErrorKind:
    outcome = done(call)
    assert outcome.failure is not None, "it succeeded"
    assert outcome.failure.last_words
    return outcome.failure.kind


@contextmanager
def dying_index(wheels: Path) -> Iterator[str]:
    """Serve an index that breaks off in the middle of every wheel."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_wheel = self.path.endswith(".whl")
            links = "".join(f'<a href="/files/{wheel.name}">{wheel.name}</a>' for wheel in wheels.glob("core-*.whl"))
            body = (wheels / Path(self.path).name).read_bytes() if is_wheel else links.encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/octet-stream" if is_wheel else "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if is_wheel else body)

        def do_HEAD(self) -> None:
            self.do_GET()

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/simple"
        finally:
            server.shutdown()
            thread.join()


def imported(prefix: Path, code: str) -> str:
    command = [str(prefix / "bin" / "python"), "-I", "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_a_dry_run_tells_what_would_come_and_makes_nothing(manager: Manager, job: Callable[..., Job]) -> None:
    wanted = job("demo")
    resolution = done(manager.resolve(wanted)).required()
    assert [(row.name, row.version) for row in resolution.packages] == [("core", "1.0"), ("demo", "1.0")]
    assert all(row.sha256 and row.url for row in resolution.packages)
    assert not wanted.prefix.exists()


def test_an_environment_is_made_in_one_go_and_listed(manager: Manager, job: Callable[..., Job]) -> None:
    wanted = job("demo", compile_bytecode=True)
    installed = done(manager.make(wanted)).required()
    assert [row.name for row in installed.packages or ()] == ["core", "demo"]
    assert [row.name for row in done(manager.packages(wanted)).required()] == ["core", "demo"]
    assert imported(wanted.prefix, "import core; print(core.VERSION)") == "1.0"
    assert list(wanted.prefix.rglob("demo/__pycache__/*.pyc"))


def test_an_environment_is_made_empty_and_filled_later(manager: Manager, job: Callable[..., Job]) -> None:
    done(manager.create(job("core"))).required()
    assert done(manager.packages(job("core"))).required() == ()
    done(manager.install(job("core"))).required()
    assert [row.version for row in done(manager.packages(job("core"))).required()] == ["2.0"]


def test_a_constraint_holds(manager: Manager, job: Callable[..., Job]) -> None:
    resolution = done(manager.resolve(job("core", constraints=("core<2",)))).required()
    assert [row.version for row in resolution.packages] == ["1.0"]


def test_a_lock_makes_the_same_environment_again(manager: Manager, job: Callable[..., Job]) -> None:
    lock = done(manager.lock(job("demo"))).required()
    assert lock.format in manager.lock_formats
    again = job("demo", place="again")
    done(manager.restore(again, lock)).required()
    assert [(row.name, row.version) for row in done(manager.packages(again)).required()] == [
        ("core", "1.0"),
        ("demo", "1.0"),
    ]


def test_what_was_foreseen_or_reported_is_a_lock_of_what_was_installed(
    manager: Manager, job: Callable[..., Job]
) -> None:
    foreseen = done(manager.resolve(job("demo", place="foreseen"))).required()
    installed = done(manager.make(job("demo"))).required()
    lock = installed.lock or foreseen.lock
    assert lock is not None
    assert {(row.name, row.version) for row in installed.packages} == {("core", "1.0"), ("demo", "1.0")}
    assert {(row.name, row.version) for row in foreseen.packages} == {("core", "1.0"), ("demo", "1.0")}
    again = done(manager.restore(job("demo", place="again"), lock)).required()
    assert {(row.name, row.version) for row in again.packages} == {("core", "1.0"), ("demo", "1.0")}


def test_a_lock_whose_digest_does_not_fit_is_refused(manager: Manager, job: Callable[..., Job], wheels: Path) -> None:
    flags = {manager.name: ["--no-index", "--find-links", str(wheels)]}
    lock = LockText("requirements", f"core==1.0 --hash=sha256:{'0' * 64}\n")
    assert failure_of(manager.restore(job("core", flags=flags), lock)) is ErrorKind.HASH_MISMATCH


@pytest.mark.parametrize(
    ("requirements", "kind"),
    [
        (("core==9",), ErrorKind.NO_MATCHING_WHEEL),
        (("nowhere",), ErrorKind.NO_MATCHING_WHEEL),
        (("demo", "core==2.0"), ErrorKind.RESOLVER_CONFLICT),
        (("modern==1.0",), ErrorKind.PYTHON_VERSION_UNSUPPORTED),
    ],
)
def test_what_does_not_resolve_says_why(
    manager: Manager, job: Callable[..., Job], requirements: tuple[str, ...], kind: ErrorKind
) -> None:
    assert failure_of(manager.resolve(job(*requirements))) is kind


def test_a_wheel_for_another_platform_is_refused(manager: Manager, job: Callable[..., Job], wheels: Path) -> None:
    wheel = wheels / "foreign-1.0-cp39-cp39-win_amd64.whl"
    kind = failure_of(manager.resolve(job(str(wheel))))
    assert kind in {ErrorKind.WRONG_PLATFORM, ErrorKind.PYTHON_VERSION_UNSUPPORTED}


def test_a_damaged_wheel_is_told(manager: Manager, job: Callable[..., Job], tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path / "bad", "core")
    wheel.write_bytes(wheel.read_bytes()[:200])
    assert failure_of(manager.make(job(str(wheel)))) is ErrorKind.DAMAGED_ARCHIVE


def test_an_index_that_is_gone_is_a_matter_of_the_network(manager: Manager, job: Callable[..., Job]) -> None:
    # Nothing listens on the discard port.
    wanted = job("core", indexes=("http://127.0.0.1:9/simple",), flags={})
    assert failure_of(manager.resolve(wanted)) is ErrorKind.NO_NETWORK


def test_a_flag_that_it_does_not_know_is_told_as_such(manager: Manager, job: Callable[..., Job]) -> None:
    assert failure_of(manager.resolve(job("core", flags={manager.name: ["--no-such-flag"]}))) is ErrorKind.USAGE


def test_its_cache_can_be_emptied_while_its_environments_work(manager: Manager, job: Callable[..., Job]) -> None:
    wanted = job("core")
    done(manager.make(wanted)).required()
    clear_cache(wanted.cache, manager.name)
    assert not wanted.own_cache.exists()
    assert imported(wanted.prefix, "import core; print(core.VERSION)") == "2.0"


def test_an_index_that_goes_away_in_the_middle_is_told(manager: Manager, job: Callable[..., Job], wheels: Path) -> None:
    with dying_index(wheels) as address:
        kind = failure_of(manager.make(job("core", indexes=(address,), flags={})))
    # Before 25.1 pip took what it had for the whole.
    old = manager.name == "pip" and release(TOOLS["pip"].required().version) < (25, 1)
    assert kind is (ErrorKind.DAMAGED_ARCHIVE if old else ErrorKind.NO_NETWORK)


def test_a_disk_that_fills_up_in_the_middle_is_told(manager: Manager, job: Callable[..., Job], tmp_path: Path) -> None:
    big = make_wheel(tmp_path / "big", "big", payload=os.urandom(3_000_000))
    with small_disk(tmp_path / "disk", 2048) as disk:
        if disk is None:
            pytest.skip("this system mounts no small disk")
        wanted = replace(job(str(big)), prefix=disk / "env")
        assert failure_of(manager.make(wanted)) is ErrorKind.DISK_FULL


@pytest.mark.parametrize("manager", ["uv"], indirect=True)
def test_what_the_caller_wants_of_uv_elsewhere_stays_out(
    manager: Manager, job: Callable[..., Job], tmp_path: Path
) -> None:
    (tmp_path / "uv.toml").write_text("this is no TOML", "utf-8")
    environ = os.environ | {"UV_VENV_SEED": "1", "UV_WORKING_DIR": str(tmp_path), "UV_PROJECT": str(tmp_path)}
    perform(manager.make(job("core")), run, environ=environ).required()
    assert [row.name for row in perform(manager.packages(job()), run, environ=environ).required()] == ["core"]


@pytest.mark.parametrize("manager", ["uv"], indirect=True)
@pytest.mark.parametrize(("driver", "build"), [("525.60.13", "/cu12"), ("560.35.05", "/cu12"), ("580.65.06", "/cu13")])
def test_uv_chooses_the_build_for_a_driver_that_is_simulated(
    manager: Manager, job: Callable[..., Job], driver: str, build: str
) -> None:
    wanted = job("torch", torch_backend="auto", flags={})
    # A proxy that does not answer keeps the question here; the error names the address that was chosen.
    environ = {**ENVIRON, "UV_CUDA_DRIVER_VERSION": driver, "ALL_PROXY": "http://127.0.0.1:9", "NO_PROXY": ""}
    outcome = perform(manager.resolve(wanted), run, environ=environ)
    assert outcome.failure is not None
    assert outcome.failure.kind is ErrorKind.NO_NETWORK
    assert build in outcome.failure.last_words


@pytest.mark.parametrize("manager", ["uv"], indirect=True)
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a glibc")
def test_uv_sees_a_glibc_that_is_too_old(manager: Manager, job: Callable[..., Job]) -> None:
    assert failure_of(manager.resolve(job("builtnew"))) is ErrorKind.GLIBC_TOO_OLD
