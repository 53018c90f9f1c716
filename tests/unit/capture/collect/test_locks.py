import hashlib

import pytest

from envkb.capture.collect.locks import MOST_BYTES, locks
from envkb.capture.collect.rows import UnreadableError
from machine_tree import MachineTree


def test_no_lock_is_a_reason(tree: MachineTree) -> None:
    with pytest.raises(UnreadableError, match="no lock file"):
        locks(tree.machine(), "/project/.venv")


def test_a_lock_beside_the_environment_comes_with_its_text(tree: MachineTree) -> None:
    tree.write({"/p/uv.lock": "version = 1\n", "/p/pyproject.toml": "", "/p/.venv/pyvenv.cfg": ""})
    assert locks(tree.machine(), "/p/.venv") == [
        {
            "path": "/p/uv.lock",
            "name": "uv.lock",
            "beside": "prefix",
            "bytes": 12,
            "sha256": hashlib.sha256(b"version = 1\n").hexdigest(),
            "text": "version = 1\n",
        }
    ]


def test_a_pixi_environment_belongs_to_the_folder_above_its_own(tree: MachineTree) -> None:
    tree.write({"/p/pixi.lock": "version: 6\n", "/p/.pixi/envs/default/conda-meta/history": ""})
    assert [row["name"] for row in locks(tree.machine(), "/p/.pixi/envs/default")] == ["pixi.lock"]


def test_the_working_directory_is_looked_at_too(tree: MachineTree) -> None:
    tree.write({f"{tree.project}/{name}": "" for name in ("requirements-dev.txt", "notes.txt", "pylock.ml.toml")})
    found = locks(tree.machine(), "/elsewhere/venv")
    assert [(row["name"], row["beside"]) for row in found] == [
        ("pylock.ml.toml", "workdir"),
        ("requirements-dev.txt", "workdir"),
    ]


@pytest.mark.parametrize(
    ("content", "reason"), [(b"x" * (MOST_BYTES + 1), "too large to be kept"), (b"\xff\xfe", "not UTF-8")]
)
def test_what_cannot_be_kept_has_a_digest_and_a_reason(tree: MachineTree, content: bytes, reason: str) -> None:
    tree.write({"/p/uv.lock": content})
    (row,) = locks(tree.machine(), "/p/.venv")
    assert (row["sha256"], row["reason"]) == (hashlib.sha256(content).hexdigest(), reason)
    assert "text" not in row
