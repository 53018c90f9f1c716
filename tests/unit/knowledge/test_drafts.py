import os
from pathlib import Path

import pytest

from envkb.errors import KbError
from envkb.knowledge.drafts import list_drafts, load_draft, save_draft


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
    assert load_draft(path) == b"{}"
    assert save_draft(tmp_path, b"{}") == path


def test_where_the_knowledge_base_takes_nothing_the_state_folder_does(tmp_path: Path, state: Path) -> None:
    root = tmp_path / "full"
    root.mkdir()
    (root / ".kb").write_bytes(b"in the way")
    path = save_draft(root, b"typed")
    assert path.is_relative_to(state)
    assert path in list_drafts(root)


def test_drafts_are_listed_newest_first(tmp_path: Path) -> None:
    paths = [save_draft(tmp_path, text) for text in (b"1", b"2", b"3")]
    for age, path in enumerate(paths):
        os.utime(path, (1000 + age, 1000 + age))
    assert [path for path in list_drafts(tmp_path) if path in paths] == paths[::-1]


def test_a_draft_that_is_gone_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(KbError, match="no such file"):
        load_draft(tmp_path / "gone.json")
