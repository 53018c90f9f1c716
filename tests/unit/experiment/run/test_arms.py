from pathlib import Path

import pytest

from envkb.errors import UsageError
from envkb.experiment.run.arms import Workshop, rehearse
from envkb.managers import MANAGERS, Sources, Tool
from manager_jobs import VERSIONS
from run_plans import make_plan

WORKSHOP = Workshop(
    tools={name: Tool(name, (name,), VERSIONS[name]) for name in MANAGERS},
    pythons={None: Path("/usr/bin/python3"), "3.11": Path("/usr/bin/python3.11")},
    sources=Sources(),
)


def test_what_every_manager_can_be_asked_for_is_rehearsed_without_a_word(tmp_path: Path) -> None:
    rehearse(make_plan("demo>=1", managers=tuple(MANAGERS), pythons=("3.11",)), WORKSHOP)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("manager", "request_", "words"),
    [
        ("uv", {"indexes": ("own",)}, "no address is known for the package index 'own'"),
        ("pip", {"torch_backend": "cpu"}, "no address is known for the package index 'pytorch'"),
        ("rattler", {"requirements": ("demo[gpu]",)}, "no such thing as extras"),
        ("conda", {"requirements": ("demo @ https://wheels.example/d.whl",)}, "no such thing as an address"),
        ("pixi", {"torch_backend": "rocm6.4"}, "no rocm6.4 builds"),
        ("uv", {"platform": "win-32"}, "can be installed for win-32"),
    ],
)
def test_what_one_of_them_cannot_be_asked_for_is_told_before_anything_starts(
    manager: str, request_: dict[str, object], words: str
) -> None:
    request = {"name": "demo", "requirements": ("demo",), **request_}
    plan = make_plan(requests=(request,), managers=("uv", manager) if manager != "uv" else ("uv",))
    with pytest.raises(UsageError, match=words):
        rehearse(plan, WORKSHOP)
