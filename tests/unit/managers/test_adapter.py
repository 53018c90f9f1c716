from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from envkb.errors import ToolFailedError, ToolMissingError, UsageError
from envkb.managers import PackageManagerAdapter, Places, Sources
from envkb.process import Completed
from manager_jobs import Replay, ended

TORCH = Sources(indexes={"pytorch": "https://torch.example/whl"})


class Machine(Replay):
    """A machine that has some managers, all of which do what they are told, or fail."""

    def __init__(self, root: Path, *managers: str, fails: bool = False) -> None:
        super().__init__(ended())
        self.places = Places(str(root / "bin"), root / "python")
        self._fails = fails
        for name in managers:
            program = root / "bin" / name
            program.parent.mkdir(exist_ok=True)
            program.touch(0o755)

    def __call__(self, args: Sequence[str], **options: Any) -> Completed:
        if args[-1] == "--version":
            return ended(stdout={"uv": "uv 0.13.9", "pip": "pip 26.3 from x"}.get(Path(args[0]).name, "26.7.3"))
        if "-c" in args:
            return ended(stdout="3.11.7\n/usr/bin/python3.11\n")
        super().__call__(args, **options)
        if args[-1].startswith("torch") and "--report" in args:
            Path(args[args.index("--report") + 1]).write_text('{"install": []}', "utf-8")
        if self._fails:
            return ended(stderr="error: Connection refused", exit_code=1)
        return ended(stdout='{"success": true}')


def adapter(machine: Machine, manager: str | None = None, sources: Sources = TORCH) -> PackageManagerAdapter:
    return PackageManagerAdapter(manager, sources=sources, run=machine, environ={}, places=machine.places)


@pytest.mark.parametrize(
    ("here", "expected"),
    [
        (("uv", "conda", "pip"), "uv"),
        (("micromamba", "mamba", "conda", "pip"), "conda"),
        (("micromamba", "mamba"), "mamba"),
        (("micromamba", "pip"), "micromamba"),
        (("pip", "pixi"), "pip"),
    ],
)
def test_the_first_manager_of_the_order_is_taken(tmp_path: Path, here: tuple[str, ...], expected: str) -> None:
    assert adapter(Machine(tmp_path, *here)).manager == expected


def test_without_any_manager_there_is_nothing_to_do(tmp_path: Path) -> None:
    with pytest.raises(ToolMissingError, match="there is none of uv, conda, mamba, micromamba, pip here"):
        adapter(Machine(tmp_path, "pixi"))


def test_a_manager_that_is_named_is_taken_or_missed(tmp_path: Path) -> None:
    machine = Machine(tmp_path, "uv", "pip")
    assert adapter(machine, "pip").manager == "pip"
    with pytest.raises(ToolMissingError, match="conda is neither on PATH"):
        adapter(machine, "conda")
    with pytest.raises(UsageError, match="there is no manager 'poetry'"):
        adapter(machine, "poetry")


@pytest.mark.parametrize(
    ("manager", "said"),
    [
        ("uv", ("--torch-backend", "cu126", "--", "torch")),
        ("conda", ("python", "pytorch[build='cuda*']", "cuda-version=12.6")),
        ("pip", ("--index-url", "https://torch.example/whl/cu126", "--", "torch")),
    ],
)
def test_a_cuda_version_is_said_in_each_managers_own_way(tmp_path: Path, manager: str, said: tuple[str, ...]) -> None:
    machine = Machine(tmp_path, manager)
    *_, last = adapter(machine).plan_pytorch(cuda_version="12.6")
    assert last[-len(said) :] == said
    assert machine.asked == []


@pytest.mark.parametrize(
    ("manager", "said"),
    [("uv", ("--torch-backend", "auto", "--", "torch")), ("conda", ("python", "pytorch")), ("pip", ("--", "torch"))],
)
def test_without_a_cuda_version_the_manager_chooses(tmp_path: Path, manager: str, said: tuple[str, ...]) -> None:
    *_, last = adapter(Machine(tmp_path, manager), sources=Sources()).plan_pytorch()
    assert last[-len(said) :] == said


def test_a_new_prefix_lies_here_unless_one_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    machine = Machine(tmp_path, "uv")
    venv, _ = adapter(machine).plan_pytorch(cuda_version="12.6")
    assert venv[-1] == str(tmp_path / "pytorch-cu126")
    venv, install = adapter(machine).plan_pytorch(prefix=Path("/lab/env"), version="2.13.0")
    assert (venv[-1], install[-1]) == ("/lab/env", "torch==2.13.0")


@pytest.mark.parametrize("manager", ["uv", "conda", "pip"])
def test_what_was_planned_is_what_is_done_and_nothing_else_is_left(tmp_path: Path, manager: str) -> None:
    machine = Machine(tmp_path, manager)
    prefix = tmp_path / "lab" / "env"
    plan = adapter(machine).plan_pytorch(cuda_version="12.6", prefix=prefix)
    done = adapter(machine).install_pytorch(cuda_version="12.6", prefix=prefix)
    assert (done.manager, done.prefix, done.commands) == (manager, prefix, plan)
    assert tuple(machine.asked) == plan
    assert list((tmp_path / "lab").iterdir()) == []


def test_a_failure_leaves_nothing_and_says_the_managers_words(tmp_path: Path) -> None:
    machine = Machine(tmp_path, "uv", fails=True)
    prefix = tmp_path / "lab" / "env"
    with pytest.raises(ToolFailedError, match=r"uv failed \(no-network\): error: Connection refused"):
        adapter(machine).install_pytorch(prefix=prefix)
    assert list((tmp_path / "lab").iterdir()) == []


def test_an_interruption_leaves_nothing(tmp_path: Path) -> None:
    class Interrupted(Machine):
        def __call__(self, args: Sequence[str], **options: Any) -> Completed:
            ended_well = super().__call__(args, **options)
            if "venv" in args:
                Path(args[-1]).mkdir(parents=True)
            if "install" in args:
                raise KeyboardInterrupt
            return ended_well

    with pytest.raises(KeyboardInterrupt):
        adapter(Interrupted(tmp_path, "uv")).install_pytorch(prefix=str(tmp_path / "lab" / "env"))
    assert list((tmp_path / "lab").iterdir()) == []


def test_a_place_that_is_taken_is_left_as_it_is(tmp_path: Path) -> None:
    machine = Machine(tmp_path, "uv")
    with pytest.raises(UsageError, match="is not empty"):
        adapter(machine).install_pytorch(prefix=tmp_path)
    assert machine.asked == []


def test_a_cuda_version_that_is_none_is_refused_before_anything(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'cuda' is no CUDA version"):
        adapter(Machine(tmp_path, "uv")).plan_pytorch(cuda_version="cuda")
