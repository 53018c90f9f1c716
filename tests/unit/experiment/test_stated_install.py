"""What a person says they typed, and what can be read of it."""

import shlex
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envkb.errors import UsageError
from envkb.experiment.install_commands import GRAMMARS, MANAGERS
from envkb.experiment.stated_install import stated_install
from envkb.model.install import FlagSet
from envkb.model.value import Origin

READABLE: list[tuple[str, str, dict[str, Any]]] = [
    ("pip install torch", "pip", {"requirements": ("torch",)}),
    ("pip3.11 install 'torch>=2.2' numpy", "pip", {"requirements": ("torch>=2.2", "numpy")}),
    ("pip install torch>=2.2", "pip", {"requirements": ("torch>=2.2",)}),
    ("python -m pip install -U torch", "pip", {"requirements": ("torch",), "flags": ("-U",)}),
    ("py -3.12 -m pip install torch", "pip", {"requirements": ("torch",)}),
    ("/home/ada/.venv/bin/python3.12 -m pip install .", "pip", {"requirements": (".",)}),
    ("sudo -H pip install x", "pip", {"requirements": ("x",)}),
    ("$ pip install torch", "pip", {"requirements": ("torch",)}),
    ("(base) $ pip install torch", "pip", {"requirements": ("torch",)}),
    ("!pip install torch", "pip", {"requirements": ("torch",)}),
    (
        "pip install torch torchvision --index-url https://wheels.example/whl/cu126",
        "pip",
        {"requirements": ("torch", "torchvision"), "indexes": ("https://wheels.example/whl/cu126",)},
    ),
    (
        "pip install --extra-index-url=https://a.example/simple -i https://b.example/simple torch",
        "pip",
        {"requirements": ("torch",), "indexes": ("https://a.example/simple", "https://b.example/simple")},
    ),
    (
        "pip install -r requirements.txt -c constraints.txt -e '.[test]'",
        "pip",
        {"requirements": ("-r requirements.txt", "-e .[test]"), "constraints": ("constraints.txt",)},
    ),
    (
        "pip install -qU --no-index -f wheels/ torch",
        "pip",
        {"requirements": ("torch",), "flags": ("-q", "-U", "--no-index", "-f", "wheels/")},
    ),
    ("pip install -rdev.txt", "pip", {"requirements": ("-r dev.txt",)}),
    (
        "pip install --platform manylinux_2_28_aarch64 --target=out torch",
        "pip",
        {
            "requirements": ("torch",),
            "platform": "manylinux_2_28_aarch64",
            "flags": ("--target=out",),
        },
    ),
    (
        "pip install git+https://git.example/ada/tool.git@v1#egg=tool",
        "pip",
        {
            "requirements": ("git+https://git.example/ada/tool.git@v1#egg=tool",),
        },
    ),
    ("uv pip install torch --torch-backend=auto", "uv", {"requirements": ("torch",), "torch_backend": "auto"}),
    ("UV_TORCH_BACKEND=cu126 uv pip install torch", "uv", {"requirements": ("torch",), "torch_backend": "cu126"}),
    ("PIP_NO_INPUT=1 pip install torch", "pip", {"requirements": ("torch",)}),
    ("uv pip install -p 3.12 -r requirements.txt", "uv", {"requirements": ("-r requirements.txt",), "python": "3.12"}),
    ("uv pip sync requirements.txt", "uv", {"requirements": ("-r requirements.txt",)}),
    ("uv venv --python 3.12 && uv pip install torch", "uv", {"requirements": ("torch",), "python": "3.12"}),
    (
        "uv add torch --index pytorch=https://wheels.example/whl/cpu",
        "uv",
        {
            "requirements": ("torch",),
            "indexes": ("pytorch=https://wheels.example/whl/cpu",),
        },
    ),
    ("uv add --editable ./library torch", "uv", {"requirements": ("./library", "torch"), "flags": ("--editable",)}),
    ("uv venv -c .venv; uv pip install torch", "uv", {"requirements": ("torch",), "flags": ("-c",)}),
    ("uv --no-cache pip install torch", "uv", {"requirements": ("torch",), "flags": ("--no-cache",)}),
    ("uv sync --frozen --extra cu126", "uv", {"flags": ("--frozen", "--extra", "cu126")}),
    ("uv run --with torch==2.13.0 train.py", "uv", {"requirements": ("torch==2.13.0",)}),
    (
        "conda install -c pytorch -cconda-forge pytorch=2.5 cudatoolkit",
        "conda",
        {
            "requirements": ("pytorch=2.5", "cudatoolkit"),
            "channels": ("pytorch", "conda-forge"),
        },
    ),
    (
        "conda create -y -n ml python=3.11 'numpy>=2'",
        "conda",
        {
            "requirements": ("numpy>=2",),
            "python": "3.11",
            "flags": ("-y",),
        },
    ),
    ("conda env create -f environment.yml", "conda", {"requirements": ("-r environment.yml",)}),
    ("mamba install pytorch", "mamba", {"requirements": ("pytorch",)}),
    (
        "micromamba create -n x -c conda-forge python=3.12 pytorch",
        "micromamba",
        {
            "requirements": ("pytorch",),
            "channels": ("conda-forge",),
            "python": "3.12",
        },
    ),
    ("pixi add --pypi torch", "pixi", {"requirements": ("torch",), "flags": ("--pypi",)}),
    ("pixi add -p linux-64 pytorch-gpu", "pixi", {"requirements": ("pytorch-gpu",), "platform": "linux-64"}),
    ("pixi install", "pixi", {}),
    ("poetry add torch --source pytorch", "poetry", {"requirements": ("torch",), "indexes": ("pytorch",)}),
    ("poetry install --with dev", "poetry", {"flags": ("--with", "dev")}),
    ("python -m venv .venv; . .venv/bin/activate; pip install torch", "pip", {"requirements": ("torch",)}),
    ("pip install numpy\npip install torch", "pip", {"requirements": ("numpy", "torch")}),
    ("pip install \\\n  torch", "pip", {"requirements": ("torch",)}),
]


@pytest.mark.parametrize(("command", "manager", "said"), READABLE, ids=[row[0][:50] for row in READABLE])
def test_a_command_says_its_manager_and_what_was_asked_for(command: str, manager: str, said: dict[str, Any]) -> None:
    install = stated_install(command)
    assert install.manager == manager
    assert install.request is not None
    told = install.request.model_dump(exclude={"name", "flags"})
    told["flags"] = tuple(flag for group in install.request.flags for flag in group.flags)
    assert {name: value for name, value in told.items() if value} == said


def test_flags_are_kept_under_their_manager() -> None:
    install = stated_install("uv pip install --compile-bytecode torch")
    assert install.request is not None
    assert install.request.flags == (FlagSet(manager="uv", flags=("--compile-bytecode",)),)
    assert install.bytecode == "compiled"


@pytest.mark.parametrize(
    "command",
    ["make install", "pip --version", "conda activate ml", "apt-get install python3-torch", "pip install 'torch"],
)
def test_a_command_that_installs_nothing_known_is_kept_without_a_manager(command: str) -> None:
    install = stated_install(command)
    assert (install.origin, install.manager, install.request) == (Origin.STATED, None, None)
    assert install.commands == (command,)


def test_two_managers_in_one_line_leave_the_manager_open() -> None:
    install = stated_install("conda create -n ml python=3.11 && pip install torch")
    assert (install.manager, install.request) == (None, None)


def test_an_unknown_option_before_a_word_leaves_the_request_open() -> None:
    install = stated_install("pip install --of-tomorrow cpu torch")
    assert (install.manager, install.request) == ("pip", None)


def test_an_unknown_option_that_cannot_take_the_next_word_is_a_flag() -> None:
    install = stated_install("pip install torch --of-tomorrow --pre --another")
    assert install.request is not None
    assert install.request.flags[0].flags == ("--of-tomorrow", "--pre", "--another")


def test_every_command_line_is_kept_in_order() -> None:
    assert stated_install("uv venv\n\n  uv pip install torch \n").commands == ("uv venv", "uv pip install torch")


@pytest.mark.parametrize("command", ["", "  \n "])
def test_an_empty_command_is_a_usage_error_with_an_example(command: str) -> None:
    with pytest.raises(UsageError) as caught:
        stated_install(command)
    assert "uv pip install torch" in caught.value.hint


WORDS = st.sampled_from(
    [word for grammar in GRAMMARS.values() for word in [*grammar.values, *sorted(grammar.switches)]]
    + ["torch", "-", "--"]
)


@given(
    st.sampled_from(["pip install", "uv pip install", "conda install", "pixi add", "poetry add"]),
    st.lists(WORDS | st.text(max_size=5)),
)
def test_no_command_is_too_odd_to_be_kept(start: str, words: list[str]) -> None:
    install = stated_install(f"{start} {shlex.join(words)}")
    assert install.commands
    assert install.manager is None or install.manager in MANAGERS


@given(st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    if text.strip():
        stated_install(text)
