import json
import tomllib
from pathlib import Path

import pytest

from envkb.errors import InvalidDataError, UsageError
from envkb.managers import MANAGERS, Answer, LockText, Sources
from manager_jobs import ended, make_job

PIXI = MANAGERS["pixi"]
ROWS = [
    {
        "name": "numpy",
        "version": "2.4.6",
        "build": "py311_0",
        "size_bytes": 149,
        "kind": "conda",
        "url": "https://channel.example/forge/linux-64/numpy-2.4.6-py311_0.conda",
        "sha256": "e7",
        "is_explicit": True,
    },
    {"name": "demo", "version": "1.0", "build": None, "size_bytes": None, "kind": "pypi", "is_explicit": False},
]


def written(job: object) -> dict[str, object]:
    (step,) = PIXI.make(job).steps  # type: ignore[arg-type]
    return tomllib.loads(step.files[Path("/lab/env/pixi.toml")])


def test_a_request_becomes_a_manifest() -> None:
    job = make_job(
        "pixi",
        "numpy>=2",
        python="3.11",
        channels=("forge", "conda-forge"),
        constraints=("scipy<2",),
        sources=Sources(channels={"forge": "https://channel.example/forge"}),
    )
    assert written(job) == {
        "workspace": {
            "name": "kb",
            "channels": ["https://channel.example/forge", "conda-forge"],
            "platforms": ["linux-64"],
        },
        "dependencies": {"python": "3.11.*", "numpy": ">=2"},
        "constraints": {"scipy": "<2"},
    }


def test_a_cuda_backend_declares_the_driver_since_pixi_never_looks() -> None:
    manifest = written(make_job("pixi", "torch==2.13.0", torch_backend="cu126"))
    assert manifest["workspace"]["platforms"] == [{"platform": "linux-64", "cuda": "12.6"}]  # type: ignore[index]
    assert manifest["dependencies"] == {
        "python": "*",
        "pytorch": {"version": "==2.13.0", "build": "cuda*"},
        "cuda-version": "12.6.*",
    }


def test_a_cpu_backend_declares_none() -> None:
    manifest = written(make_job("pixi", "torch", torch_backend="cpu"))
    assert manifest["workspace"]["platforms"] == ["linux-64"]  # type: ignore[index]


def test_a_backend_must_be_chosen_for_pixi() -> None:
    with pytest.raises(UsageError, match="pixi cannot choose a torch backend by itself"):
        PIXI.make(make_job("pixi", "torch", torch_backend="auto"))


def test_the_environment_stands_below_the_workspace_whatever_the_user_configured() -> None:
    (step,) = PIXI.make(make_job("pixi", "numpy")).steps
    assert step.args == ("/usr/bin/pixi", "install", "--manifest-path", "/lab/env/pixi.toml")
    assert step.files[Path("/lab/env/.pixi/config.toml")] == "detached-environments = false\n"
    assert PIXI.environment(Path("/lab/env")) == Path("/lab/env/.pixi/envs/default")


def test_a_resolution_is_a_lock_in_the_scratch_folder_that_is_listed() -> None:
    call = PIXI.resolve(make_job("pixi", "numpy", platform="linux-aarch64"))
    lock, listing = call.steps
    assert lock.args[1:] == ("lock", "--manifest-path", "/lab/scratch/resolution/pixi.toml")
    assert listing.args[-5:] == ("--json", "--frozen", "--no-install", "--platform", "linux-aarch64")
    resolution = call.read(Answer((ended(), ended(stdout=json.dumps(ROWS))), {}))
    assert [(row.name, row.kind, row.size_bytes) for row in resolution.packages] == [
        ("demo", "python", None),
        ("numpy", "conda", 149),
    ]
    assert resolution.download_bytes is None


def test_a_lock_is_the_file_that_pixi_keeps() -> None:
    call = PIXI.lock(make_job("pixi", "numpy"))
    assert call.outputs == (Path("/lab/env/pixi.lock"),)
    assert call.read(Answer((ended(),), {call.outputs[0]: "version: 7\n"})) == LockText("pixi.lock", "version: 7\n")


def test_a_lock_is_restored_as_it_stands() -> None:
    (step,) = PIXI.restore(make_job("pixi", "numpy"), LockText("pixi.lock", "version: 7\n")).steps
    assert step.args[-1] == "--frozen"
    assert step.files[Path("/lab/env/pixi.lock")] == "version: 7\n"
    with pytest.raises(UsageError, match="pixi cannot restore a conda-explicit"):
        PIXI.restore(make_job("pixi", "numpy"), LockText("conda-explicit", ""))


def test_bytecode_is_compiled_by_the_python_below_the_workspace() -> None:
    *_, step = PIXI.make(make_job("pixi", "numpy", compile_bytecode=True)).steps
    assert step.args[0] == "/lab/env/.pixi/envs/default/bin/python"


@pytest.mark.parametrize("stdout", ["", "[{}]", "[3]", "3"])
def test_a_list_that_is_none_is_an_error(stdout: str) -> None:
    with pytest.raises(InvalidDataError, match="list of packages of pixi cannot be read"):
        PIXI.packages(make_job("pixi")).read(Answer((ended(stdout=stdout),), {}))


def test_a_pixi_without_tables_of_platforms_is_refused() -> None:
    assert PIXI.unusable(PIXI.read_version("pixi 0.60.0\n")) == "pixi 0.60.0 is too old, 0.71 is needed"
    assert PIXI.unusable("0.77.0") is None
    with pytest.raises(InvalidDataError):
        PIXI.read_version("command not found")
