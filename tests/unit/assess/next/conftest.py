"""What the tests of what to try next share."""

from pathlib import Path

import pytest

from envkb.knowledge.folder import KnowledgeBase


@pytest.fixture
def base(tmp_path: Path) -> KnowledgeBase:
    """An empty knowledge base."""
    (tmp_path / "kb").mkdir()
    (tmp_path / "kb/kb.toml").write_text('id = "demo"\ntitle = "Demo"\n', "utf-8")
    return KnowledgeBase.open(tmp_path)
