from pathlib import Path

import pytest

from envkb.knowledge.drafts import save_draft


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "state"
    folder.mkdir()
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    return folder


def test_a_draft_lies_beside_the_knowledge_base_for_its_owner_alone(tmp_path: Path) -> None:
    path = save_draft(tmp_path, b"{}")
    assert path.parent == tmp_path / ".kb/drafts"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_bytes() == b"{}"
    assert save_draft(tmp_path, b"{}") == path


def test_where_the_knowledge_base_takes_nothing_the_state_folder_does(tmp_path: Path, state: Path) -> None:
    root = tmp_path / "full"
    root.mkdir()
    (root / ".kb").write_bytes(b"in the way")
    path = save_draft(root, b"typed")
    assert path.is_relative_to(state)
