"""Which lock belongs to an environment."""

import pytest

from environment_snapshots import snapshot, told
from envkb.capture.probes.environment_lock import lock_files, lock_for, lock_of
from envkb.capture.snapshot import Snapshot, Source
from envkb.model.fact import Status

PINNED = (
    "# by a tool\n--index-url https://w.example/simple\nsix==1.17 \\\n    --hash=sha256:ab\ntool @ file:///home/ada/t\n"
)

CHOICES: list[tuple[str, str | None, list[tuple[str, str, str]], str | None]] = [
    ("uv's own lock", "uv", [("uv.lock", "prefix", ""), ("requirements.txt", "prefix", PINNED)], "uv.lock"),
    (
        "pip reads no uv.lock",
        "pip",
        [("uv.lock", "prefix", ""), ("requirements.txt", "prefix", PINNED)],
        "requirements",
    ),
    ("requirements that pin nothing", "pip", [("requirements.txt", "prefix", "six\nidna==3\n")], None),
    ("requirements without a line", "pip", [("requirements.txt", "prefix", "# none\n")], None),
    ("conda's explicit lists", "conda", [("conda-linux-64.lock", "workdir", "# a\n@EXPLICIT\n")], "conda-explicit"),
    ("a list without the mark", "conda", [("conda-linux-64.lock", "workdir", "six\n")], None),
    ("the multi-platform lock of conda", "mamba", [("gpu.conda-lock.yml", "prefix", "")], "conda-lock"),
    ("pixi", "pixi", [("pixi.lock", "prefix", ""), ("uv.lock", "prefix", "")], "pixi.lock"),
    ("poetry, from its project's folder", "poetry", [("poetry.lock", "workdir", "")], "poetry.lock"),
    (
        "beside the environment goes first",
        "uv",
        [("uv.lock", "workdir", ""), ("pylock.toml", "prefix", "")],
        "pylock.toml",
    ),
    ("an unknown manager takes what lies beside", None, [("pylock.toml", "prefix", "")], "pylock.toml"),
    ("and nothing of the working directory", None, [("pylock.toml", "workdir", "")], None),
    ("the system installs from no lock", "apt", [("uv.lock", "prefix", "")], None),
    ("a named pylock is for something else", "uv", [("pylock.docs.toml", "prefix", "")], None),
    ("an environment.yml is no lock", "conda", [("environment.yml", "prefix", "")], None),
]


@pytest.mark.parametrize(("manager", "files", "format_"), [row[1:] for row in CHOICES], ids=[row[0] for row in CHOICES])
def test_the_lock_is_one_that_the_manager_installs_from(
    manager: str | None, files: list[tuple[str, str, str]], format_: str | None
) -> None:
    locks = [{"name": name, "beside": beside, "text": text} for name, beside, text in files]
    found = lock_for(snapshot(told(), locks=locks), manager)
    assert (found.format if found else None) == format_
    if found:
        assert (found.name, found.text) in [(name, text) for name, _, text in files]


def test_a_found_lock_leaves_its_digest_to_whoever_cleans_it() -> None:
    seen = snapshot(told(), locks=[{"name": "uv.lock", "beside": "prefix", "text": "version = 1\n"}])
    lock = lock_of(seen, "uv")
    assert (lock.status, lock.reason, lock.format, lock.sha256) == (Status.OK, None, "uv.lock", None)


@pytest.mark.parametrize(
    ("source", "status", "reason"),
    [
        (None, Status.NOT_READ, "not collected"),
        (Source("kb:locks", "absent", reason="none there"), Status.ABSENT, "no lock file beside the project"),
        (Source("kb:locks", "timeout", reason="took 5 s"), Status.TIMEOUT, "took 5 s"),
        (Source("kb:locks", "of tomorrow"), Status.FAILED, "kb:locks: failed"),
        (
            Source("kb:locks", text='[{"name": "uv.lock", "beside": "prefix", "text": ""}, {"name": "a.txt"}]'),
            Status.ABSENT,
            "none of conda among a.txt, uv.lock",
        ),
    ],
)
def test_without_a_lock_the_reason_is_told(source: Source | None, status: Status, reason: str) -> None:
    lock = lock_of(Snapshot({"kb:locks": source} if source else {}), "conda")
    assert (lock.status, lock.reason, lock.format) == (status, reason, None)


def test_all_files_are_named_whatever_they_are() -> None:
    seen = snapshot(told(), locks=[{"name": "uv.lock"}, {"name": "environment.yml"}, {"path": "/x"}, 5])
    assert lock_files(seen) == ["environment.yml", "uv.lock"]
