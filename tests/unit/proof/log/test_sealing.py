import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from envkb.errors import InvalidDataError, UsageError, VerificationError
from envkb.knowledge.folder import KnowledgeBase
from envkb.knowledge.pending import add_pending, list_pending
from envkb.proof.log.log import open_log
from envkb.proof.log.memory import remember
from envkb.proof.log.sealing import begin_log, close, seal, unpushed
from envkb.proof.log.signing import make_key
from envkb.proof.log.tiles import tiles_of
from envkb.proof.log.verify import verify_log
from factory import make_bytes, make_link
from logs import KEY, ORIGIN, START, make_base, make_logged, read_log


def files_of(root: Path) -> dict[str, bytes]:
    folder = root / "kb/log"
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_public_and_private_records_are_taken_in_once(tmp_path: Path) -> None:
    base = make_base(tmp_path)
    begin_log(base, ORIGIN, KEY.verifier)
    public = base.add(make_bytes(1), {})
    private = base.add(make_bytes(2), {}, private=True)
    assert list_pending(base.root) == [private.digest]
    ordered = seal(base)
    assert ordered.added == tuple(sorted([public.digest, private.digest]))
    assert list_pending(base.root) == []
    assert seal(base).added == ()
    assert {digest.hex() for digest in read_log(base).digests} == {public.digest, private.digest}


def test_a_private_record_of_another_machine_is_known_by_its_digest_alone(tmp_path: Path) -> None:
    base = make_base(tmp_path)
    begin_log(base, ORIGIN, KEY.verifier)
    add_pending(base.root, "ab" * 32)
    assert seal(base).added == ("ab" * 32,)
    assert b"\xab" * 32 in (base.root / "kb/log/tile/entries/000.p/1").read_bytes()


def test_what_waits_and_is_logged_already_is_only_cleaned(tmp_path: Path) -> None:
    base = make_logged(tmp_path, 1)
    digest = read_log(base).digests[0].hex()
    add_pending(base.root, digest)
    assert seal(base).added == ()
    assert list_pending(base.root) == []


def test_a_public_record_that_links_to_a_private_one_is_not_logged(tmp_path: Path) -> None:
    base = make_base(tmp_path)
    begin_log(base, ORIGIN, KEY.verifier)
    hidden = make_bytes(1)
    naming = make_bytes(2, links=(make_link("based_on", hidden),))
    linked = base.add(naming, {}, private=False)
    private = base.add(hidden, {}, private=True)
    assert seal(base).added == (private.digest,)
    assert linked.digest not in read_log(base).indices


def test_a_record_that_cannot_be_read_is_left_out_and_said(tmp_path: Path) -> None:
    base = make_logged(tmp_path, 1)
    stored = base.add(make_bytes(2), {})
    (base.root / stored.path).write_bytes(b"{}")
    assert seal(base).left_out == (str(stored.path),)
    assert read_log(base).tree.size == 1


def test_an_accepted_decision_is_taken_in_by_its_text(tmp_path: Path) -> None:
    from envkb.knowledge.decisions.files import text_digest  # noqa: PLC0415 - of another room

    base = make_base(tmp_path)
    begin_log(base, ORIGIN, KEY.verifier)
    path = tmp_path / "kb/decisions/0001-use-uv.md"
    path.parent.mkdir()
    front = "---\nstatus: accepted\ndate: 2026-11-22\ndeciders: [Ada Example]\n"
    body = "---\n\n# Use uv\n\nBecause.\n"
    digest = text_digest((front + body).encode(), "x")
    path.write_text(f"{front}accepted_sha256: {digest}\n{body}", "utf-8")
    assert seal(base).added == (digest,)


@pytest.mark.parametrize("batches", [(1,), (3, 2), (255, 1, 1), (256,), (300, 212, 1)])
def test_the_files_are_those_of_a_tiled_log(tmp_path: Path, batches: tuple[int, ...]) -> None:
    base = make_base(tmp_path)
    begin_log(base, ORIGIN, KEY.verifier)
    number = 0
    for count in batches:
        for _ in range(count):
            number += 1
            add_pending(base.root, f"{number:064x}")
        seal(base)
        close(base, now=START, key=KEY)
    files = files_of(base.root)
    assert {str(tile.path) for tile in tiles_of(number)} <= files.keys()
    assert not [name for name in files if name.startswith("tile/0/000.p/") and "tile/0/000" in files]
    assert {f"checkpoints/{sum(batches[:end])}" for end in range(1, len(batches) + 1)} <= files.keys()
    assert files["checkpoint"] == files[f"checkpoints/{number}"]
    assert verify_log(base).problems == ()


def test_leaves_can_wait_for_their_checkpoint(tmp_path: Path) -> None:
    base = make_logged(tmp_path, 2)
    base.add(make_bytes(3), {})
    seal(base)
    checked = verify_log(base)
    assert checked.holds
    assert "1 leaves wait for their checkpoint" in checked.warnings[0]
    found = read_log(base).find(read_log(base).digests[2].hex())
    assert found is not None
    assert found.said is None


def test_a_size_that_has_a_checkpoint_keeps_it(tmp_path: Path) -> None:
    base = make_logged(tmp_path, 2)
    before = files_of(base.root)
    closed = close(base, now=START + timedelta(days=1), key=KEY)
    assert not closed.new
    assert files_of(base.root) == before


def test_a_checkpoint_that_was_kept_and_not_yet_published_is_published(tmp_path: Path) -> None:
    base = make_logged(tmp_path, 2, 1)
    (tmp_path / "kb/log/checkpoint").write_bytes((tmp_path / "kb/log/checkpoints/2").read_bytes())
    assert "is not the newest checkpoint" in verify_log(base).warnings[0]
    assert not close(base, now=START, key=KEY).new
    assert verify_log(base).warnings == ()


def test_what_a_crash_left_out_is_made_again(tmp_path: Path) -> None:
    base = make_logged(tmp_path / "whole", 3, 300)
    whole = files_of(base.root)
    torn = make_logged(tmp_path / "torn", 3)
    for number in range(4, 304):
        torn.add(make_bytes(number), {})
    # The writer died after the first full file of entries.
    (torn.root / "kb/log/tile/entries/000").write_bytes(whole["tile/entries/000"])
    assert verify_log(torn).holds
    seal(torn)
    close(torn, now=START + timedelta(hours=1), key=KEY)
    assert files_of(torn.root).keys() == whole.keys()
    assert verify_log(torn).problems == ()


def test_a_clock_before_the_last_checkpoint_makes_none(tmp_path: Path) -> None:
    base = make_logged(tmp_path, 1)
    base.add(make_bytes(2), {})
    seal(base)
    with pytest.raises(VerificationError, match="the clock says"):
        close(base, now=START - timedelta(seconds=1), key=KEY)


@pytest.mark.parametrize("other", [None, make_key(ORIGIN)])
def test_only_a_key_of_the_log_makes_its_checkpoints(tmp_path: Path, other: object) -> None:
    base = make_logged(tmp_path, 1)
    base.add(make_bytes(2), {})
    seal(base)
    with pytest.raises(UsageError, match="not a key of the log"):
        close(base, now=START, key=other)  # type: ignore[arg-type]


def test_nothing_grows_on_a_changed_past(tmp_path: Path) -> None:
    base = make_logged(tmp_path, 2)
    entries = tmp_path / "kb/log/tile/entries/000.p/2"
    data = entries.read_bytes()
    entries.write_bytes(data[34:] + data[:34])
    before = files_of(base.root)
    base.add(make_bytes(3), {})
    for step in (lambda: seal(base), lambda: close(base, now=START, key=KEY)):
        with pytest.raises(VerificationError, match="is not what its checkpoint"):
            step()
    assert files_of(base.root) == before


def test_without_a_log_nothing_is_sealed(tmp_path: Path) -> None:
    base = make_base(tmp_path)
    assert open_log(base) is None
    with pytest.raises(UsageError, match="no log here"):
        seal(base)
    begin_log(base, ORIGIN, KEY.verifier)
    with pytest.raises(UsageError, match="no leaves yet"):
        close(base, now=START, key=KEY)
    with pytest.raises(UsageError, match="a log already"):
        begin_log(base, ORIGIN, KEY.verifier)


@pytest.mark.parametrize("origin", ["", "a b", "a+b", "ä", "a\nb"])
def test_a_name_that_no_log_can_have_is_refused(tmp_path: Path, origin: str) -> None:
    with pytest.raises(UsageError, match="cannot name a log"):
        begin_log(make_base(tmp_path), origin, None)


def test_a_log_without_a_key_says_so(tmp_path: Path) -> None:
    base = make_logged(tmp_path, 1, key=None)
    checked = verify_log(base)
    assert checked.holds
    assert [trust for _, trust in checked.checkpoints] == ["unsigned"]
    assert "the log is unsigned" in checked.warnings[0]
    found = read_log(base).find(read_log(base).digests[0].hex())
    assert found is not None
    assert found.said == "2026-11-22 (unsigned log)"


@pytest.mark.parametrize("path", ["kb/log/origin", "kb/trust/log.policy", "kb/log/checkpoints/1"])
def test_a_damaged_file_is_named(tmp_path: Path, path: str) -> None:
    base = make_logged(tmp_path, 1)
    (tmp_path / path).write_bytes(b"non sense\n")
    with pytest.raises(InvalidDataError, match=path):
        open_log(base)
    assert not verify_log(base).holds


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[KnowledgeBase, Path]:
    for name in ("GIT_AUTHOR", "GIT_COMMITTER"):
        monkeypatch.setenv(f"{name}_NAME", "Ada Example")
        monkeypatch.setenv(f"{name}_EMAIL", "ada@lab.example")
    remote, root = tmp_path / "remote.git", tmp_path / "clone"
    subprocess.run(("git", "init", "-q", "--bare", "-b", "main", str(remote)), check=True)
    base = make_logged(root, 1)
    git(root, "init", "-q", "-b", "main")
    git(root, "remote", "add", "origin", str(remote))
    return base, root


def git(root: Path, *arguments: str) -> None:
    subprocess.run(("git", *arguments), cwd=root, check=True, capture_output=True)


@pytest.mark.real
def test_leaves_that_are_not_pushed_are_told_from_those_that_are(clone: tuple[KnowledgeBase, Path]) -> None:
    base, root = clone
    assert unpushed(root) is None  # nothing to push to
    git(root, "add", "kb")
    git(root, "commit", "-q", "-m", "first")
    git(root, "push", "-q", "-u", "origin", "main")
    assert unpushed(root) is None
    base.add(make_bytes(2), {})
    seal(base)
    assert unpushed(root) == "the leaves are not committed"
    git(root, "add", "kb")
    git(root, "commit", "-q", "-m", "second")
    assert unpushed(root) == "the leaves are not pushed"
    git(root, "push", "-q")
    assert unpushed(root) is None


def test_no_link_is_followed(tmp_path: Path) -> None:
    base = make_logged(tmp_path / "base", 1)
    outside = tmp_path / "outside"
    outside.mkdir()
    (base.root / "kb/log/tile").rename(outside / "tile")
    (base.root / "kb/log/tile").symlink_to(outside / "tile")
    with pytest.raises(InvalidDataError):
        open_log(base)


def test_nothing_grows_on_a_history_that_was_rewritten_since_this_copy_saw_it(tmp_path: Path) -> None:
    base = make_logged(tmp_path / "a", 2, 1)
    remember(base.root, read_log(base))
    other = make_logged(tmp_path / "b", 3)
    shutil.rmtree(base.root / "kb/log")
    shutil.copytree(other.root / "kb/log", base.root / "kb/log")
    base.add(make_bytes(30), {})
    for step in (lambda: seal(base), lambda: close(base, now=START + timedelta(days=1), key=KEY)):
        with pytest.raises(VerificationError, match="has seen another log"):
            step()
    assert files_of(base.root) == files_of(other.root)
