"""The examples of the reference of decisions are read and evaluated as they stand there."""

import re
from datetime import date
from pathlib import Path, PurePosixPath
from typing import get_args

import pytest

from envkb.document.strict_yaml import load
from envkb.experiment.judging import judge_decisions
from envkb.knowledge.decisions.files import parse_decision
from envkb.knowledge.folder import KnowledgeBase
from envkb.model import decision as model
from envkb.model.decision import Decision
from factory import make_bytes, make_host

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "decision-files.md"
TEXT = PAGE.read_text("utf-8") if PAGE.is_file() else ""
ON = date(2026, 11, 22)


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


CHECKS = [block for block in _blocks("yaml") if block.startswith("kind:")]


@pytest.fixture
def base(tmp_path: Path) -> KnowledgeBase:
    (tmp_path / "kb/decisions").mkdir(parents=True)
    (tmp_path / "kb/kb.toml").write_text('id = "demo"\ntitle = "Demo"\n', "utf-8")
    base = KnowledgeBase.open(tmp_path)
    for number in range(3):
        base.add(make_bytes(number, host=make_host(label="pi5", key=None)), {})
    return base


def test_every_kind_of_check_has_an_example() -> None:
    kinds = {get_args(each.model_fields["kind"].annotation)[0] for each in get_args(get_args(model.Check)[0])}
    assert {str(load(block, "example").values["kind"]) for block in CHECKS} == kinds


@pytest.mark.parametrize("example", CHECKS, ids=lambda block: block.split("\n")[0].removeprefix("kind: "))
def test_an_example_of_a_check_is_evaluated(example: str, base: KnowledgeBase) -> None:
    check = "".join(f"      {line}\n" for line in example.splitlines())
    text = f"---\nstatus: accepted\nassumptions:\n  - id: a\n    statement: s\n    check:\n{check}---\n# T\n"
    (base.root / "kb/decisions/0001-example.md").write_text(text, "utf-8")
    (judged,) = judge_decisions(base, on=ON).decisions
    assert judged.outcomes[0].assumption.check is not None
    expected = {"review_by": "holds", "successes": "holds"}.get(judged.outcomes[0].assumption.check.kind)
    assert judged.state == (expected or "undetermined")


def test_the_file_at_the_top_is_a_decision(base: KnowledgeBase) -> None:
    (example,) = _blocks("markdown")
    path = base.root / "kb/decisions/0001-example.md"
    path.write_text(example, "utf-8")
    (judged,) = judge_decisions(base, on=ON).decisions
    assert (judged.file.title, judged.state) == ("Use uv on the Raspberry Pi", "holds")


def test_the_waivers_are_read() -> None:
    (example,) = [block for block in _blocks("yaml") if block.startswith("waivers:")]
    assumptions = "assumptions: [{id: works, statement: s}]\n"
    data = f"---\nstatus: draft\n{assumptions}{example}---\n# T\n".encode()
    (waiver,) = parse_decision(data, PurePosixPath("kb/decisions/0001-example.md")).decision.waivers
    assert waiver.until == "2027-01-31"


def test_every_key_is_in_the_table() -> None:
    table = TEXT.partition("## Keys")[2].partition("## Assumptions")[0]
    assert set(Decision.model_fields) <= set(re.findall(r"`(\w+)`", table))
