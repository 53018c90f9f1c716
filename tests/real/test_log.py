"""The log where things go wrong: processes killed at any moment, and many clones that push and pull.

`KB_KILLS=200` kills as often as that; the default is for every day.
"""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from shutil import which

import pytest
import yaml

from envkb.document.identity import digest_of
from envkb.knowledge.creation import create_knowledge_base
from envkb.knowledge.folder import KnowledgeBase
from envkb.knowledge.pending import list_pending
from envkb.proof.log.memory import remember
from envkb.proof.log.sealing import begin_log, close, seal, unpushed
from envkb.proof.log.verify import verify_log
from factory import make_bytes, make_salt
from logs import KEY, ORIGIN, START, make_base, read_log

KILLS = int(os.environ.get("KB_KILLS", "16"))

WRITER = """
import os, sys
from pathlib import Path
from envkb.knowledge.folder import KnowledgeBase
from factory import make_bytes
base = KnowledgeBase.open(Path(sys.argv[1]))
os.write(1, b"ready\\n")
number = 0
while True:
    number += 1
    stored = base.add(make_bytes(salt=os.urandom(16).hex()), {}, private=number % 3 == 0)
    os.write(1, (stored.digest + "\\n").encode())
"""
SEALER = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from envkb.knowledge.folder import KnowledgeBase
from envkb.proof.log.sealing import close, seal
from logs import KEY
base = KnowledgeBase.open(Path(sys.argv[1]))
os.write(1, b"ready\\n")
while True:
    seal(base)
    try:
        closed = close(base, now=datetime.now(UTC), key=KEY)
    except Exception as error:
        if "no leaves" not in str(error):
            raise
        continue
    os.write(1, (str(closed.checkpoint.size) + "\\n").encode())
"""

pytestmark = [pytest.mark.real, pytest.mark.slow]


def start(program: str, root: Path) -> subprocess.Popen[bytes]:
    paths = os.pathsep.join([str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "src")])
    environment = os.environ | {"PYTHONPATH": paths}
    return subprocess.Popen([sys.executable, "-c", program, str(root)], stdout=subprocess.PIPE, env=environment)


def kill(process: subprocess.Popen[bytes]) -> list[str]:
    """Kill it and return the lines that it had finished."""
    process.send_signal(signal.SIGKILL)
    said, _ = process.communicate()
    assert process.returncode == -signal.SIGKILL
    return said.decode().split("\n")[:-1]


def test_killed_writers_and_sealers_leave_nothing_torn_and_lose_nothing(tmp_path: Path) -> None:
    base = make_base(tmp_path)
    begin_log(base, ORIGIN, KEY.verifier)
    moments = random.Random(20261122)
    acknowledged: set[str] = set()
    kills = 0
    while kills < KILLS:
        processes = [start(WRITER, base.root), start(SEALER, base.root)]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
        time.sleep(moments.uniform(0, 1))
        moments.shuffle(processes)
        for process in processes:
            time.sleep(moments.uniform(0, 0.02))
            for line in kill(process):
                if line.isdigit() and len(line) < 64:
                    assert (base.root / "kb/log/checkpoints" / line).is_file()
                else:
                    acknowledged.add(line)
            kills += 1
        checked = verify_log(base)
        assert checked.holds, (checked.problems, checked.contradictions)
        assert checked.log is not None
        remember(base.root, checked.log)
    seal(base)
    close(base, now=datetime.now(UTC), key=KEY)
    checked = verify_log(base)
    assert checked.holds
    assert checked.warnings == ()
    log = read_log(base)
    assert len(set(log.digests)) == log.tree.size
    stored = {each.digest for each in base.records()}
    assert acknowledged <= stored
    assert stored == set(log.indices)
    assert list_pending(base.root) == []
    assert len(log.checkpoints) > KILLS // 10
    print(f"{kills} kills, {len(acknowledged)} records acknowledged, {len(log.checkpoints)} checkpoints")  # noqa: T201


@pytest.fixture
def remote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    if which("git") is None:
        pytest.skip("git is not installed")
    for name in ("GIT_AUTHOR", "GIT_COMMITTER"):
        monkeypatch.setenv(f"{name}_NAME", "Ada Example")
        monkeypatch.setenv(f"{name}_EMAIL", "ada@lab.example")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    path = tmp_path / "remote.git"
    git(tmp_path, "init", "-q", "--bare", "-b", "main", str(path))
    return path


def git(root: Path, *arguments: str, may_fail: bool = False) -> bool:
    done = subprocess.run(("git", *arguments), cwd=root, check=False, capture_output=True, text=True)
    assert may_fail or done.returncode == 0, (arguments, done.stdout, done.stderr)
    return done.returncode == 0


def clone(remote: Path, root: Path) -> KnowledgeBase:
    git(remote.parent, "clone", "-q", str(remote), str(root))
    return KnowledgeBase.open(root)


def push(root: Path) -> None:
    while not git(root, "push", "-q", "origin", "HEAD:main", may_fail=True):
        git(root, "pull", "-q", "--no-rebase", "--no-edit", "origin", "main")


def commit(root: Path) -> None:
    git(root, "add", "--all")
    git(root, "commit", "-q", "--allow-empty", "-m", "more")


def seal_as_the_workflow_does(base: KnowledgeBase) -> None:
    root = base.root
    while True:
        git(root, "fetch", "-q", "origin", "main")
        git(root, "reset", "-q", "--hard", "origin/main")
        if not seal(base).added:
            break
        commit(root)
        if git(root, "push", "-q", "origin", "HEAD:main", may_fail=True):
            break
    if unpushed(root) is None and read_log(base).digests:
        close(base, now=datetime.now(UTC), key=KEY)
        commit(root)
        while not git(root, "push", "-q", "origin", "HEAD:main", may_fail=True):
            git(root, "pull", "-q", "--rebase", "origin", "main")


def test_six_clones_push_and_pull_at_random_and_everything_is_sealed_once(tmp_path: Path, remote: Path) -> None:
    first = make_base(tmp_path / "first")
    begin_log(first, ORIGIN, KEY.verifier)
    (first.root / ".gitignore").write_text("/kb/private/\n/.kb/\n", "utf-8")
    (first.root / ".gitattributes").write_text("kb/records/** -text\nkb/log/** -text -merge\n", "utf-8")
    git(first.root, "init", "-q", "-b", "main")
    git(first.root, "remote", "add", "origin", str(remote))
    commit(first.root)
    push(first.root)
    clones = [clone(remote, tmp_path / f"clone{number}") for number in range(6)]
    sealer = clone(remote, tmp_path / "sealer")
    chance = random.Random(20261122)
    turns = [number for number in range(6) for _ in range(25)]
    chance.shuffle(turns)
    digests = set()
    for count, number in enumerate(turns):
        base = clones[number]
        data = make_bytes(salt=make_salt(1000 + count))
        digests.add(digest_of(data))
        base.add(data, {}, private=chance.random() < 0.3)
        commit(base.root)
        if chance.random() < 0.3:
            git(base.root, "pull", "-q", "--no-rebase", "--no-edit", "origin", "main")
        if chance.random() < 0.3:
            push(base.root)
        if chance.random() < 0.15:
            seal_as_the_workflow_does(sealer)
    for base in clones:
        push(base.root)
    seal_as_the_workflow_does(sealer)
    for base in clones:
        git(base.root, "pull", "-q", "--no-rebase", "--no-edit", "origin", "main")
        checked = verify_log(base)
        assert checked.holds, (checked.problems, checked.contradictions)
        assert checked.warnings == ()
        log = read_log(base)
        assert len(log.digests) == len(digests) == 150
        assert set(log.indices) == digests
        assert list_pending(base.root) == []


def test_the_workflow_that_seals_does_what_it_says(
    tmp_path: Path, remote: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    created = create_knowledge_base(tmp_path / "first", ci="github")
    assert created
    first = KnowledgeBase.open(tmp_path / "first")
    begin_log(first, ORIGIN, KEY.verifier)
    public = first.add(make_bytes(1), {})
    private = first.add(make_bytes(2), {}, private=True)
    git(first.root, "init", "-q", "-b", "main")
    git(first.root, "remote", "add", "origin", str(remote))
    commit(first.root)
    push(first.root)
    runner = clone(remote, tmp_path / "runner")
    steps = yaml.safe_load((runner.root / ".github/workflows/seal.yml").read_text("utf-8"))["jobs"]["seal"]["steps"]
    scripts = [step["run"] for step in steps if "kb log" in step.get("run", "")]
    assert len(scripts) == 2
    monkeypatch.setenv("KB_LOG_KEY", KEY.text)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    for _ in range(2):  # the second time there is nothing to do
        for script in scripts:
            subprocess.run(("bash", "-e", "-o", "pipefail", "-c", script), cwd=runner.root, check=True)
    git(first.root, "pull", "-q", "--no-rebase", "--no-edit", "origin", "main")
    checked = verify_log(first)
    assert checked.holds
    assert checked.warnings == ()
    assert set(read_log(first).indices) == {public.digest, private.digest}
    assert list_pending(first.root) == []


def test_a_history_pushed_by_force_is_noticed_by_who_saw_the_other(tmp_path: Path, remote: Path) -> None:
    first = make_base(tmp_path / "first")
    begin_log(first, ORIGIN, KEY.verifier)
    git(first.root, "init", "-q", "-b", "main")
    git(first.root, "remote", "add", "origin", str(remote))
    (first.root / ".gitignore").write_text("/.kb/\n", "utf-8")
    commit(first.root)
    before = subprocess.check_output(("git", "rev-parse", "HEAD"), cwd=first.root, text=True).strip()
    for number in (1, 2):
        first.add(make_bytes(number), {})
    seal(first)
    close(first, now=START, key=KEY)
    commit(first.root)
    push(first.root)
    reader = clone(remote, tmp_path / "reader")
    remember(reader.root, read_log(reader))
    git(first.root, "reset", "-q", "--hard", before)
    for number in (1, 3, 4):
        first.add(make_bytes(number), {})
    seal(first)
    close(first, now=START, key=KEY)
    commit(first.root)
    git(first.root, "push", "-q", "--force", "origin", "HEAD:main")
    git(reader.root, "fetch", "-q", "origin")
    git(reader.root, "reset", "-q", "--hard", "origin/main")
    (found,) = verify_log(reader).contradictions
    assert found.kind == "rewritten"
    assert found.gone == (digest_of(make_bytes(2)),)
