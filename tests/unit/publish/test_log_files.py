from pathlib import Path

from envkb.knowledge.pending import add_pending
from envkb.publish.log_files import log_files
from logs import make_base, make_logged


def test_the_log_is_copied_byte_for_byte_and_what_waits_is_not(tmp_path: Path) -> None:
    base = make_logged(tmp_path / "base", 2)
    add_pending(base.root, "ab" * 32)
    (base.root / "kb/log/tile/0/.half.tmp").write_bytes(b"")
    (base.root / "kb/log/stray").symlink_to(tmp_path)
    (base.root / "kb/log/secret").symlink_to(tmp_path / "base/kb/kb.toml")
    files = dict(log_files(base.root))
    assert sorted(files) == [
        "log/checkpoint",
        "log/checkpoints/2",
        "log/log.policy",
        "log/origin",
        "log/tile/0/000.p/2",
        "log/tile/entries/000.p/2",
    ]
    assert files["log/checkpoint"] == base.root / "kb/log/checkpoint"


def test_without_a_log_there_is_nothing_to_copy(tmp_path: Path) -> None:
    assert list(log_files(make_base(tmp_path).root)) == []
