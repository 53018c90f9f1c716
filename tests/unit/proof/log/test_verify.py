from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from shutil import copytree, rmtree

import pytest

from envkb.errors import VerificationError
from envkb.knowledge.folder import KnowledgeBase
from envkb.proof.log.keys import write_policy
from envkb.proof.log.memory import Contradiction, keep_both, remember
from envkb.proof.log.sealing import begin_log, close, seal
from envkb.proof.log.signing import make_key
from envkb.proof.log.verify import verify_log
from factory import make_bytes
from logs import KEY, ORIGIN, START, make_base, make_logged, read_log

ENTRY = 34


def rebuild(root: Path, *batches: tuple[int, ...]) -> KnowledgeBase:
    """Another history by the same key: what whoever holds it can push by force."""
    base = make_base(root)
    begin_log(base, ORIGIN, KEY.verifier)
    for hour, numbers in enumerate(batches):
        for number in numbers:
            base.add(make_bytes(number), {})
        seal(base)
        close(base, now=START + timedelta(hours=hour), key=KEY)
    return base


def replace_history(base: KnowledgeBase, other: KnowledgeBase) -> None:
    rmtree(base.root / "kb/log")
    copytree(other.root / "kb/log", base.root / "kb/log")


def only(base: KnowledgeBase) -> Contradiction:
    (found,) = verify_log(base).contradictions
    return found


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: data[ENTRY:] + data[:ENTRY], "reordered"),
        (lambda data: data[: 2 * ENTRY] + b"\0\x20" + bytes(32) + data[3 * ENTRY :], "reordered"),
        (lambda data: data[:ENTRY] + data[2 * ENTRY :] + data[:ENTRY], "reordered"),
        (lambda data: data[:-ENTRY], "damaged"),
        (lambda data: data + data[:ENTRY], "damaged"),
    ],
)
def test_leaves_reordered_deleted_or_inserted_are_noticed(
    tmp_path: Path, change: Callable[[bytes], bytes], said: str
) -> None:
    base = make_logged(tmp_path, 4)
    path = tmp_path / "kb/log/tile/entries/000.p/4"
    path.write_bytes(change(path.read_bytes()))
    checked = verify_log(base)
    assert not checked.holds
    assert said == "damaged" or any(said in problem for problem in checked.problems)


def test_removed_leaves_are_noticed(tmp_path: Path) -> None:
    base = make_logged(tmp_path, 3, 1)
    (tmp_path / "kb/log/tile/entries/000.p/4").unlink()
    assert any("leaves were removed" in problem for problem in verify_log(base).problems)


def test_a_flipped_bit_of_any_file_is_noticed(tmp_path: Path) -> None:
    base = make_logged(tmp_path, 2, 1)
    assert verify_log(base).holds
    files = [path for path in (tmp_path / "kb/log").rglob("*") if path.is_file()]
    for path in [*files, tmp_path / "kb/trust/log.policy"]:
        data = path.read_bytes()
        for place in range(0, 8 * len(data), 11):
            changed = bytearray(data)
            changed[place // 8] ^= 1 << place % 8
            path.write_bytes(changed)
            checked = verify_log(base)
            assert not checked.holds, (path, place)
        path.write_bytes(data)


@pytest.mark.parametrize("name", ["tile/0/000.p/2", "tile/0/000.p/9", "tile/0/001", "tile/strange", "tile/9/000"])
def test_files_that_the_leaves_do_not_give_are_noticed(tmp_path: Path, name: str) -> None:
    base = make_logged(tmp_path, 3)
    path = tmp_path / "kb/log" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(64))
    assert any(name in problem for problem in verify_log(base).problems)


def test_a_missing_tile_is_noticed(tmp_path: Path) -> None:
    base = make_logged(tmp_path, 3)
    (tmp_path / "kb/log/tile/0/000.p/3").unlink()
    assert any("tile/0/000.p/3 is missing" in problem for problem in verify_log(base).problems)


def test_a_history_that_goes_on_agrees_with_what_was_seen(tmp_path: Path) -> None:
    base = make_logged(tmp_path, 3)
    remember(base.root, read_log(base))
    base.add(make_bytes(9), {})
    seal(base)
    assert verify_log(base).holds
    close(base, now=START + timedelta(hours=1), key=KEY)
    assert verify_log(base).holds


def test_a_rewritten_history_is_shown_beside_the_one_that_was_seen(tmp_path: Path) -> None:
    base = rebuild(tmp_path / "base", (1, 2, 3))
    before = read_log(base)
    remember(base.root, before)
    replace_history(base, rebuild(tmp_path / "other", (1, 3), (4, 5)))
    found = only(base)
    assert found.kind == "rewritten"
    assert found.then == before.checkpoints[-1]
    assert found.root != found.then.root
    assert found.first is not None
    assert len(found.gone) == 1
    assert found.gone[0] in before.indices


def test_an_older_tree_pushed_by_force_is_refused(tmp_path: Path) -> None:
    base = rebuild(tmp_path / "base", (1, 2), (3,))
    last = read_log(base).digests[2].hex()
    remember(base.root, read_log(base))
    replace_history(base, rebuild(tmp_path / "other", (1, 2)))
    found = only(base)
    assert found.kind == "rolled back"
    assert found.gone == (last,)


def test_a_shorter_and_other_history_is_rewritten(tmp_path: Path) -> None:
    base = rebuild(tmp_path / "base", (1, 2), (3,))
    remember(base.root, read_log(base))
    replace_history(base, rebuild(tmp_path / "other", (4,)))
    assert only(base).kind == "rewritten"


def test_two_checkpoints_of_one_size_are_reported_and_both_kept(tmp_path: Path) -> None:
    base = rebuild(tmp_path / "base", (1, 2))
    remember(base.root, read_log(base))
    seen = (base.root / ".kb/log/checkpoint").read_bytes()
    replace_history(base, rebuild(tmp_path / "other", (1, 3)))
    found = only(base)
    assert found.kind == "equivocation"
    kept = {(base.root / path).read_bytes() for path in keep_both(base.root, found)}
    assert kept == {seen, (base.root / "kb/log/checkpoint").read_bytes()}


def test_a_checkpoint_of_one_tree_with_two_times_is_equivocation_too(tmp_path: Path) -> None:
    base = make_logged(tmp_path, 2)
    log = read_log(base)
    (tmp_path / "kb/log/checkpoints/2").unlink()
    (tmp_path / "kb/log/checkpoint").unlink()
    close(base, now=START - timedelta(days=30), key=KEY)
    remember(base.root, log)
    assert only(base).kind == "equivocation"


def test_a_checkpoint_that_is_no_longer_kept_is_missed(tmp_path: Path) -> None:
    base = make_logged(tmp_path, 2)
    remember(base.root, read_log(base))
    base.add(make_bytes(3), {})
    seal(base)
    close(base, now=START + timedelta(days=1), key=KEY)
    (tmp_path / "kb/log/checkpoints/2").unlink()
    assert only(base).kind == "forgotten"


def test_a_checkpoint_from_elsewhere_is_compared(tmp_path: Path) -> None:
    base = rebuild(tmp_path / "base", (1, 2))
    old = read_log(base).checkpoints[-1]
    replace_history(base, rebuild(tmp_path / "other", (1, 3), (4,)))
    assert verify_log(base).holds  # this copy has not seen the older one
    assert [found.kind for found in verify_log(base, (old,)).contradictions] == ["equivocation"]


def test_another_log_in_the_place_of_the_one_seen_is_noticed(tmp_path: Path) -> None:
    base = make_logged(tmp_path, 1)
    remember(base.root, read_log(base))
    rmtree(tmp_path / "kb/log")
    rmtree(tmp_path / "kb/trust")
    assert any("was seen" in problem for problem in verify_log(base).problems)
    begin_log(base, "other.example/log", None)
    with pytest.raises(VerificationError, match="another log"):
        seal(base)
    (tmp_path / ".kb/log").rename(tmp_path / "aside")  # whoever rewrites it has not seen it
    seal(base)
    close(base, now=START, key=None)
    (tmp_path / "aside").rename(tmp_path / ".kb/log")
    assert "another log" in [found.kind for found in verify_log(base).contradictions]


def test_an_exchanged_key_is_noticed(tmp_path: Path) -> None:
    base = make_logged(tmp_path, 1)
    remember(base.root, read_log(base))
    (tmp_path / "kb/trust/log.policy").write_bytes(write_policy((make_key(ORIGIN).verifier,)))
    problems = verify_log(base).problems
    assert any("the key was exchanged" in problem for problem in problems)
    assert any("signed by no key" in problem for problem in problems)
    (tmp_path / "kb/trust/log.policy").write_bytes(write_policy(()))
    assert any("the key was exchanged" in problem for problem in verify_log(base).problems)


def test_a_second_key_beside_the_first_takes_over(tmp_path: Path) -> None:
    base = make_logged(tmp_path, 1)
    new = make_key(ORIGIN)
    (tmp_path / "kb/trust/log.policy").write_bytes(write_policy((KEY.verifier, new.verifier)))
    base.add(make_bytes(2), {})
    seal(base)
    close(base, now=START + timedelta(days=1), key=new)
    assert verify_log(base).holds


def test_no_log_is_no_failure(tmp_path: Path) -> None:
    checked = verify_log(make_base(tmp_path))
    assert checked.holds
    assert checked.log is None
