import shutil
import subprocess
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from envkb.errors import ToolMissingError, UsageError, VerificationError
from envkb.knowledge.folder import KnowledgeBase
from envkb.knowledge.pending import add_pending, list_pending
from envkb.process import Completed
from envkb.proof.log.sealing import close, seal
from envkb.proof.log.verify import verify_log
from factory import make_bytes
from logs import KEY, START, make_logged, read_log

LATER = START + timedelta(days=1)


def twin(base: KnowledgeBase, place: Path) -> KnowledgeBase:
    shutil.copytree(base.root, place)
    return KnowledgeBase.open(place)


def merge(base: KnowledgeBase, other: KnowledgeBase) -> None:
    """Do what git does: take what the other has added, and remove what it has removed."""
    gone = set(list_pending(base.root)) - set(list_pending(other.root))
    shutil.copytree(other.root / "kb", base.root / "kb", dirs_exist_ok=True)
    for digest in gone:
        (base.root / "kb/log/pending" / digest).unlink()


def no_git(args: Sequence[str], **_: Any) -> Completed:
    raise ToolMissingError(f"{args[0]} is not installed")


def pushing(*names: str) -> Any:
    def run(args: Sequence[str], **_: Any) -> Completed:
        return Completed(tuple(args), 0, "".join(f"kb/log/tile/entries/{name}\n" for name in names).encode(), b"", 0.0)

    return run


@pytest.mark.parametrize(("own", "others"), [(1, 3), (3, 1), (2, 254), (254, 2), (260, 3), (3, 600)])
def test_leaves_of_two_seals_follow_each_other_and_none_is_lost(tmp_path: Path, own: int, others: int) -> None:
    base = make_logged(tmp_path / "a", 3)
    other = twin(base, tmp_path / "b")
    for number in range(own):
        add_pending(base.root, f"{number:064x}")
    for number in range(others):
        add_pending(other.root, f"{number + 0xA000:064x}")
    seal(base)
    close(base, now=LATER, key=KEY)
    sealed = read_log(base).digests
    seal(other)
    merge(other, base)

    assert "sealed at the same time" in verify_log(other).problems[0]
    with pytest.raises(UsageError, match="sealed at the same time"):
        close(other, now=LATER, key=KEY)
    seal(other, no_git)
    close(other, now=LATER, key=KEY)

    assert verify_log(other).holds
    found = read_log(other).digests
    assert found[: len(sealed)] == sealed, "what a checkpoint covers stays where it is"
    assert len(found) == len(set(found)) == 3 + own + others


def test_what_was_pushed_first_stays_first_where_no_checkpoint_tells(tmp_path: Path) -> None:
    base = make_logged(tmp_path / "a", 2)
    other = twin(base, tmp_path / "b")
    first = base.add(make_bytes(10), {}).digest
    for number in (20, 21):
        other.add(make_bytes(number), {})
    seal(base)
    seal(other)
    merge(other, base)
    added = seal(other, pushing("000.p/2", "000.p/3")).added

    assert read_log(other).digests[2].hex() == first
    assert read_log(other).tree.size == 5
    assert len(added) == 2


def test_a_killed_join_is_finished_by_sealing_again(tmp_path: Path) -> None:
    base = make_logged(tmp_path / "a", 2)
    other = twin(base, tmp_path / "b")
    add_pending(base.root, "1" * 64)
    for digit in "234":
        add_pending(other.root, digit * 64)
    seal(base)
    close(base, now=LATER, key=KEY)
    seal(other)
    merge(other, base)
    for number, name in enumerate(("000.p/5", "000.p/2")):
        place = twin(other, tmp_path / str(number))
        for digit in "234":
            add_pending(place.root, digit * 64)
        (place.root / "kb/log/tile/entries" / name).unlink()
        seal(place, no_git)
        assert sorted(each.hex()[0] for each in read_log(place).digests[2:]) == ["1", "2", "3", "4"]
        assert read_log(place).digests[2].hex() == "1" * 64


def test_leaves_that_no_checkpoint_fits_are_left_alone(tmp_path: Path) -> None:
    base = make_logged(tmp_path, 2, 1)
    entries = base.root / "kb/log/tile/entries/000.p"
    (entries / "3").write_bytes((entries / "3").read_bytes()[:-1] + b"\x00")
    before = {path: path.read_bytes() for path in (base.root / "kb/log").rglob("*") if path.is_file()}
    with pytest.raises(VerificationError):
        seal(base, no_git)
    assert before == {path: path.read_bytes() for path in (base.root / "kb/log").rglob("*") if path.is_file()}


@pytest.mark.real
@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_two_machines_that_sealed_at_once_go_on_after_a_merge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Ada")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "ada@lab.example")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    ada = make_logged(tmp_path / "ada", 2)
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "origin.git")
    git(ada.root, "init", "--quiet", "--initial-branch=main")
    commit(ada.root)
    git(ada.root, "remote", "add", "origin", "../origin.git")
    git(ada.root, "push", "--quiet", "--set-upstream", "origin", "main")
    git(tmp_path, "clone", "--quiet", "origin.git", "bob")
    bob = KnowledgeBase.open(tmp_path / "bob")
    bob.add(make_bytes(20), {})
    bob.add(make_bytes(21), {})
    ada.add(make_bytes(10), {})
    for base in (ada, bob):
        seal(base)
        commit(base.root)
    git(ada.root, "push", "--quiet")
    git(bob.root, "pull", "--quiet", "--no-rebase", "--no-edit")
    seal(bob)  # before Ada's checkpoint is there
    commit(bob.root)
    git(bob.root, "push", "--quiet")
    close(ada, now=LATER, key=KEY)
    commit(ada.root)
    git(ada.root, "pull", "--quiet", "--no-rebase", "--no-edit")
    close(ada, now=LATER, key=KEY)

    assert verify_log(ada).holds
    assert read_log(ada).tree.size == 5
    assert [each.size for each in read_log(ada).checkpoints] == [2, 3, 5]


def git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True)


def commit(root: Path) -> None:
    git(root, "add", "kb")
    git(root, "commit", "--quiet", "--message", "more")
