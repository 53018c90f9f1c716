from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from decision_files import write_decision
from envkb.cli import main
from envkb.knowledge.folder import KnowledgeBase
from risks import experiment, write_risk

KbJson = Callable[..., dict[str, Any]]


@pytest.fixture
def lab(base: Path) -> Path:
    """A knowledge base with one host, a risk about uv and a decision that rests on it."""
    KnowledgeBase.open(base).add(experiment(1, host="lab", manager="pip", created="2020-01-01T10:00:00Z"), {})
    write_risk(base, scope="manager = uv and package torch")
    write_risk(base, "pip-fails", scope="manager = pip")
    check = {"kind": "risk", "risk": "cuda-not-seen", "at_most": "low"}
    write_decision(base, "0001-use-uv", assumptions=[{"id": "bearable", "statement": "It is", "check": check}])
    return base


def test_a_suggestion_has_a_command_a_host_and_a_reason(lab: Path, kb_json: KbJson) -> None:
    assert lab.is_dir()
    (each,) = kb_json("next")["suggestions"]
    assert (each["command"], each["host"], each["manager"]) == ("kb run torch==2.13.0 --with uv", "lab", "uv")
    assert (each["cost_s"], each["cost_reason"]) == (None, "unknown: nothing like it was recorded")
    assert each["at_stake"][0]["decision"] == "use-uv"
    assert each["reason"].startswith("use-uv/bearable: undetermined so far; cuda-not-seen: interval ")
    assert main(["next"]) == 0


def test_a_release_says_what_to_run_again(lab: Path, kb_json: KbJson) -> None:
    assert lab.is_dir()
    (each,) = kb_json("next", "--package", "torch==2.15.0")["suggestions"]
    assert each["command"] == "kb run torch==2.15.0 --with uv"


def test_what_is_due_is_told_with_what_to_do(lab: Path, kb_json: KbJson) -> None:
    assert lab.is_dir()
    document = kb_json("next", "--stale", "--limit", "1")
    (each,) = document["stale"]
    assert (each["kind"], each["risk"], each["host"], each["manager"]) == ("aged", "pip-fails", "lab", "pip")
    assert each["command"] == f"kb reproduce {each['record']}"
    assert main(["next", "--stale"]) == 0


def test_filters_and_limits_leave_the_rest_out(lab: Path, kb_json: KbJson) -> None:
    assert lab.is_dir()
    assert kb_json("next", "--host", "elsewhere")["suggestions"] == []
    assert kb_json("next", "--manager", "pip")["suggestions"] == []


@pytest.mark.parametrize("wrong", [["--package", "torch"], ["--package", "torch>=2"], ["--package", "a==1", "--stale"]])
def test_what_cannot_be_meant_is_a_usage_error(base: Path, wrong: list[str]) -> None:
    assert base.is_dir()
    assert main(["next", *wrong]) == 2


def test_nothing_to_try_is_no_error(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert base.is_dir()
    assert main(["next"]) == 0
    assert "nothing to try" in capsys.readouterr().err
