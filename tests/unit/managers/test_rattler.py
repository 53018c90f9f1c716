import json
from pathlib import Path

import pytest

from envkb.errors import InvalidDataError, UsageError
from envkb.managers import MANAGERS, Answer, LockText, PhaseTime, Places, Sources
from manager_jobs import ended, make_job

RATTLER = MANAGERS["rattler"]
ROW = {"name": "numpy", "version": "2.4.6", "build": "py311_0", "url": "file:///c/n.conda", "size": 149, "sha256": "e7"}
DONE = json.dumps({"ok": True, "packages": [{**ROW, "cached": None}], "resolve_s": 0.01, "install_s": 0.14})


def test_a_request_is_told_to_the_client() -> None:
    job = make_job(
        "rattler",
        "numpy>=2",
        python="3.11",
        channels=("forge",),
        constraints=("scipy<2",),
        sources=Sources(channels={"forge": "https://channel.example/forge"}),
        flags={"rattler": ["--spec", "mkl"]},
    )
    (step,) = RATTLER.make(job).steps
    assert step.args[1:] == (
        *("make", "--prefix", "/lab/env", "--channel", "https://channel.example/forge", "--constraint", "scipy<2"),
        *("--cache", "/lab/cache/rattler", "--spec", "python=3.11", "--spec", "numpy>=2", "--spec", "mkl"),
    )


def test_without_a_channel_it_is_conda_forge() -> None:
    (step,) = RATTLER.create(make_job("rattler", "numpy")).steps
    assert step.args[4:6] == ("--channel", "conda-forge")
    assert step.args[-2:] == ("--spec", "python")


def test_another_platform_is_only_resolved() -> None:
    job = make_job("rattler", "numpy", platform="osx-arm64")
    (step,) = RATTLER.resolve(job).steps
    assert step.args[4:6] == ("--platform", "osx-arm64")
    with pytest.raises(UsageError):
        RATTLER.make(job)


@pytest.mark.parametrize("exit_code", [0, -6, -11])
def test_it_is_judged_by_its_answer_whatever_its_exit_status(exit_code: int) -> None:
    (step,) = RATTLER.make(make_job("rattler", "numpy")).steps
    assert step.succeeded(ended(stdout=DONE, exit_code=exit_code))


@pytest.mark.parametrize("stdout", ["", "garbage", "[]", '{"ok": false, "error": "no"}', '{"packages": []}'])
def test_without_a_good_answer_it_failed_whatever_its_exit_status(stdout: str) -> None:
    (step,) = RATTLER.make(make_job("rattler", "numpy")).steps
    assert not step.succeeded(ended(stdout=stdout))


def test_what_was_killed_for_its_time_did_not_succeed() -> None:
    (step,) = RATTLER.make(make_job("rattler", "numpy")).steps
    assert not step.succeeded(ended(stdout=DONE, timed_out=True))


def test_what_it_did_is_read_with_its_times_though_a_compilation_follows() -> None:
    call = RATTLER.make(make_job("rattler", "numpy", compile_bytecode=True))
    assert len(call.steps) == 2
    installed = call.read(Answer((ended(stdout=DONE), ended()), {}))
    assert installed.phases == (PhaseTime("resolve", 0.01), PhaseTime("install", 0.14))
    assert [(row.name, row.build, row.size_bytes) for row in installed.packages or ()] == [("numpy", "py311_0", 149)]


def test_a_lock_is_of_what_is_installed() -> None:
    call = RATTLER.lock(make_job("rattler", "numpy"))
    assert call.steps[0].args[1:4] == ("lock", "--prefix", "/lab/env")
    assert call.read(Answer((ended(),), {call.outputs[0]: "version: 7\n"})) == LockText("pixi.lock", "version: 7\n")


def test_a_lock_is_restored_from_a_file() -> None:
    (step,) = RATTLER.restore(make_job("rattler"), LockText("pixi.lock", "version: 7\n")).steps
    assert step.args[1:6] == ("restore", "--prefix", "/lab/env", "--lock", "/lab/scratch/pixi.lock")
    assert step.files == {Path("/lab/scratch/pixi.lock"): "version: 7\n"}
    with pytest.raises(UsageError, match="rattler cannot restore a requirements"):
        RATTLER.restore(make_job("rattler"), LockText("requirements", ""))


def test_only_the_release_that_the_client_was_written_for_is_used() -> None:
    assert RATTLER.unusable(RATTLER.read_version('{"ok": true, "version": "0.28.4"}')) is None
    assert RATTLER.unusable("0.29.0") == "py-rattler 0.29.0 is here, but 0.28 is needed"
    with pytest.raises(InvalidDataError, match="answered with garbage"):
        RATTLER.read_version("Traceback (most recent call last):")


def test_the_client_does_not_find_kbs_own_modules_in_place_of_libraries() -> None:
    pytest.importorskip("rattler")
    ((_, unsafe_path_off, client),) = RATTLER.commands(Places("", Path("/usr/bin/python3")))
    assert unsafe_path_off == "-P"
    assert Path(client).name == "rattler_client.py"
