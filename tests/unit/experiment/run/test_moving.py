import pytest

from envkb.experiment.run.cells import Combination, combinations
from envkb.experiment.run.moving import back_commands, move_commands
from envkb.managers import Sources
from run_plans import make_plan, one_of

SOURCES = Sources({"mirror": "https://mirror.example/simple", "pytorch": "https://torch.example/whl"})


def moving(one: Combination, python: str | None = None) -> str:
    (line,) = move_commands(one, SOURCES, python)
    return line


@pytest.mark.parametrize(
    ("manager", "changes", "command"),
    [
        ("uv", {"pythons": ("3.12",)}, "uv venv --python 3.12 env && uv pip install --python env/bin/python -- demo"),
        ("uv", {}, "uv venv --python 3.11 env && uv pip install --python env/bin/python -- demo"),
        ("pip", {}, "python3.11 -m venv --without-pip env && pip --python env/bin/python install -- demo"),
        ("micromamba", {}, "micromamba create --prefix env python demo"),
        ("conda", {}, "conda create --no-default-packages --prefix env python demo"),
    ],
)
def test_the_commands_to_move_are_those_that_were_measured(
    manager: str, changes: dict[str, object], command: str
) -> None:
    assert moving(one_of(make_plan("demo", managers=(manager,), **changes)), "3.11") == f"{manager}: {command}"


def test_what_rattler_installed_is_moved_to_with_pixi_under_the_names_of_conda() -> None:
    request = {"name": "torch", "requirements": ("torch==2.13.0",), "constraints": ("numpy<2",)}
    command = moving(one_of(make_plan(requests=(request,), managers=("rattler",), pythons=("3.12",))))
    assert command.startswith("rattler: mkdir -p env env/.pixi && printf '%s\\n' '[workspace]' ")
    assert """'"python" = "3.12.*"' '"pytorch" = "==2.13.0"'""" in command
    assert "'[constraints]'" in command
    assert command.endswith("&& pixi install --manifest-path env/pixi.toml")


def test_a_named_index_is_written_as_its_address() -> None:
    request = {"name": "torch", "requirements": ("torch",), "indexes": ("mirror",), "torch_backend": "cpu"}
    told = {one.manager: moving(one) for one in combinations(make_plan(requests=(request,), managers=("uv", "pip")))}
    assert "--default-index https://mirror.example/simple --torch-backend cpu -- torch" in told["uv"]
    mirror = "--index-url https://mirror.example/simple --extra-index-url https://torch.example/whl/cpu -- torch"
    assert mirror in told["pip"]


def test_constraints_and_flags_come_along() -> None:
    flags = {"manager": "uv", "flags": ("--find-links=/opt/wheels",)}
    request = {"name": "demo", "requirements": ("demo[fast]>=1; python_version > '3'",), "constraints": ("numpy<2",)}
    plan = make_plan(
        requests=(request | {"flags": (flags,)},), managers=("uv", "pip"), caches=("warm",), bytecode=("default",)
    )
    uv, pip = (moving(one, "3.11") for one in combinations(plan))
    assert "printf '%s\\n' 'numpy<2' > constraints.txt && uv pip install" in uv
    assert "--constraints constraints.txt --find-links=/opt/wheels -- " in uv
    assert "--constraint constraints.txt -- " in pip
    assert uv.endswith("""'demo[fast]>=1; python_version > '"'"'3'"'"''""")


def test_what_pins_a_conda_package_stands_before_the_command() -> None:
    request = {"name": "demo", "requirements": ("demo",), "constraints": ("numpy<2",)}
    assert moving(one_of(make_plan(requests=(request,), managers=("conda",)))) == (
        "conda: CONDA_PINNED_PACKAGES='numpy<2' conda create --no-default-packages --prefix env python demo"
    )


def test_where_no_command_can_be_said_the_reason_is() -> None:
    request = {"name": "demo", "requirements": ("demo",), "indexes": ("elsewhere",)}
    told = moving(one_of(make_plan(requests=(request,), managers=("uv",))))
    assert told == "uv: # no command: no address is known for the package index 'elsewhere'"
    open_backend = {"name": "torch", "requirements": ("torch",), "torch_backend": "auto"}
    told = moving(one_of(make_plan(requests=(open_backend,), managers=("rattler",))))
    assert told == "rattler: # no command: pixi has to be told the CUDA version, with --torch-backend"


def test_the_way_back_names_what_was_not_touched() -> None:
    used = one_of(make_plan(environments=({"name": "ml", "target": "/home/ada/my envs/ml"},)))
    assert list(back_commands(used)) == ["rm -r ./env", "# ml stays as it is: '/home/ada/my envs/ml'"]
    assert list(back_commands(None)) == ["rm -r ./env"]
