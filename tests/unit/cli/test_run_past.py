from pathlib import Path

from envkb.cli.run_past import look_back
from envkb.knowledge.creation import create_knowledge_base
from envkb.knowledge.folder import KnowledgeBase
from run_plans import make_plan


def test_without_a_knowledge_base_there_is_no_past() -> None:
    assert look_back(None, make_plan("demo")) == ()


def test_a_knowledge_base_without_runs_tells_of_none(tmp_path: Path) -> None:
    create_knowledge_base(tmp_path / "base")
    assert look_back(KnowledgeBase.open(tmp_path / "base"), make_plan("demo")) == ()
