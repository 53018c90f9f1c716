"""Managers that are killed, starved, too slow or forbidden to go on, and runs whose own places are taken away."""

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from envkb.document.codec import decode_record
from envkb.managers import MANAGERS, look_for
from envkb.model.record import Record
from envkb.process import run
from failing_index import failing_index
from manager_jobs import make_wheel
from run_lab import Lab, steps

UV = look_for(MANAGERS["uv"], run, os.environ)

pytestmark = [pytest.mark.real, pytest.mark.skipif(UV.tool is None, reason=str(UV.reason))]

TERMS = """
{
  "caused_by": "None",
  "error": "CondaToSNonInteractiveError: Terms of Service have not been accepted for the following channels: <x>",
  "exception_name": "CondaToSNonInteractiveError",
  "message": "Terms of Service have not been accepted for the following channels"
}
"""
INSTALLS = 'case "$2" in install) {act};; esac; exec {uv} "$@"'
FAULTS = {
    "killed by somebody": ("kill -9 $$", "killed", "other", None, 9),
    "ended politely": ("kill -15 $$", "killed", "other", None, 15),
    "a child that is killed": ("sh -c 'kill -9 $$'; exit $?", "killed", "other", 137, 9),
    "crashed": ("kill -11 $$", "killed", "other", None, 11),
    "out of memory": (
        "echo 'memory allocation of 65536 bytes failed' >&2; kill -6 $$",
        "out-of-memory",
        "out-of-memory",
        None,
        6,
    ),
    "too slow": ("exec sleep 300", "time-out", "slow", None, 9),
    "silent": ("exit 3", "other", "other", 3, None),
    "garbage": ("head -c 3000000 /dev/zero | tr '\\0' '\\377' >&2; exit 4", "other", "other", 4, None),
}
"""What a manager does; kind, class, exit status and signal that are told of it."""


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def done(lab: Lab, *arguments: str, code: int = 0) -> dict[str, Any]:
    out, err = lab.start(*arguments).communicate(timeout=120)
    document: dict[str, Any] = json.loads(out)
    assert "Traceback" not in err
    assert document.get("error", {}).get("exit_code", 0) == code, document
    return document


def records(lab: Lab, document: dict[str, Any]) -> list[Record]:
    return [decode_record((lab.base / row["path"]).read_bytes()) for row in document["records"]]


@pytest.mark.parametrize("fault", FAULTS)
def test_the_end_of_a_manager_is_told_for_what_it_was(lab: Lab, tmp_path: Path, fault: str) -> None:
    act, kind, edge_class, status, number = FAULTS[fault]
    uv = " ".join(UV.required().args)
    lab.programs(tmp_path / "bin", uv=INSTALLS.format(act=act.format(uv=uv), uv=uv))
    (record,) = records(lab, done(lab, str(lab.plan), "--rounds=2", "--cache=cold", "--bench=none", "--timeout=3s"))
    install = record.install
    assert install is not None
    assert record.outcome == "failure"
    assert (install.error, install.failed_phase) == (kind, "install"), install.last_words
    assert (install.exit_status, install.signal) == (status, number)
    assert install.log_sha256 in {row.sha256 for row in record.attachments}
    assert [edge.class_ for edge in record.edge_cases] == [edge_class]
    assert (lab.left_over(), lab.waiting(), list(lab.working())) == ([], [], [])


def test_terms_of_service_are_told_and_never_accepted(lab: Lab, tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    (tmp_path / "terms.json").write_text(TERMS)
    lab.programs(
        tmp_path / "bin",
        conda=f'echo "$@" >> {asked}; case "$1" in --version) echo conda 26.7.3; exit 0;; esac; '
        f"cat {tmp_path / 'terms.json'}; exit 1",
    )
    document = done(lab, "demo", "--with=conda", "--rounds=2", "--cache=cold", "--bench=none", "--yes")
    for record in records(lab, document):
        assert record.install is not None
        assert (record.install.error, record.install.failed_phase) == ("terms-not-accepted", "resolve")
        assert record.outcome == "failure"
    assert "accept" not in asked.read_text()
    assert "tos" not in asked.read_text().split()


def test_two_runs_at_once_in_one_base_do_not_meet(lab: Lab) -> None:
    options = (str(lab.plan), "--rounds=2", "--cache=warm", "--bench=none")
    running = [lab.start(*options) for _ in range(3)]
    told = []
    for process in running:
        out, err = process.communicate(timeout=180)
        assert process.returncode == 0, err
        told.append(json.loads(out))
    assert len({one["run"] for one in told}) == 3
    assert {record.outcome for one in told for record in records(lab, one)} == {"success"}
    assert (lab.left_over(), lab.waiting(), len(lab.records())) == ([], [], 3)


def test_a_run_that_goes_on_elsewhere_cannot_be_taken_over(lab: Lab, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    lab.programs(tmp_path / "bin", slowly=f'echo x > "{mark}"; sleep 3')
    process = lab.start(str(lab.plan), "--rounds=1", "--cache=warm", "--", "slowly")
    while not mark.exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    (waiting,) = lab.waiting()
    told = done(lab, "--resume", waiting.name, code=2)
    assert "goes on in another process" in told["error"]["message"]
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)


def stopped(lab: Lab, *arguments: str) -> Path:
    """Stop a run after its first install, and return its state."""
    process = lab.start(str(lab.plan), "--rounds=3", "--cache=warm", *arguments)
    steps(process, 1)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    (waiting,) = lab.waiting()
    return waiting / "state.json"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text.replace("envkb.runstate/1", "envkb.runstate/9"), "cannot go on"),
        (lambda text: text[: len(text) // 2], "cannot go on"),
        (lambda _: "", "cannot go on"),
        (lambda text: text.replace('"began"', '"begun"'), "cannot go on"),
    ],
)
def test_a_state_of_another_version_is_refused_and_kept(lab: Lab, change: Any, words: str) -> None:
    state = stopped(lab, "--bench=none")
    changed = change(state.read_text())
    state.write_text(changed)
    told = done(lab, "--resume", code=3)
    assert words in told["error"]["message"]
    assert str(state.parent) in told["error"]["hint"]
    assert state.read_text() == changed
    assert lab.left_over() == []


def test_a_run_goes_on_without_an_environment_that_has_gone_meanwhile(lab: Lab, tmp_path: Path) -> None:
    env = tmp_path / "ml"
    assert run(["python3", "-m", "venv", "--without-pip", str(env)]).exit_code == 0
    stopped(lab, f"--env=ml={env}", "--bench=python")
    env.rename(tmp_path / "gone")
    found = {record.title: record for record in records(lab, done(lab, "--resume"))}
    gone = next(record for title, record in found.items() if "ml" in title)
    assert gone.edge_cases
    assert not gone.measurements
    assert sum(len(record.measurements) > 3 for record in found.values()) == 1
    assert "unfinished" in done(lab, "--resume", code=2)["error"]["message"]


def test_a_run_whose_state_cannot_be_kept_ends_in_one_line(lab: Lab) -> None:
    (lab.base / ".kb").mkdir(exist_ok=True)
    (lab.base / ".kb" / "runs").write_text("in the way")
    told = done(lab, str(lab.plan), "--bench=none", code=1)
    assert "cannot be written" in told["error"]["message"]
    assert (lab.left_over(), lab.records(), list(lab.working())) == ([], [], [])


def test_a_cache_folder_that_cannot_be_made_ends_in_one_line(lab: Lab) -> None:
    lab.cache.write_text("in the way")
    told = done(lab, str(lab.plan), "--bench=none", code=1)
    assert "cannot be made" in told["error"]["message"]
    assert lab.records() == []


@pytest.fixture
def claiming(lab: Lab, tmp_path: Path) -> Iterator[str]:
    """The address of an index that says how large its archives are."""
    lab.environ |= {"UV_HTTP_RETRIES": "0"}
    for name in ("UV_FIND_LINKS", "UV_EXTRA_INDEX_URL", "UV_INDEX"):
        lab.environ.pop(name, None)
    for name in ("large", "huge"):
        make_wheel(tmp_path / "claimed", name)
    with failing_index(tmp_path / "claimed") as address:
        yield address


def test_a_disk_that_cannot_hold_a_run_is_told_before_anything_starts(lab: Lab, claiming: str) -> None:
    told = done(lab, "huge", "--with=uv", f"--index={claiming}", "--bench=none", code=1)
    assert "the run needs about" in told["error"]["message"]
    assert (lab.left_over(), lab.waiting(), lab.records()) == ([], [], [])


def test_a_budget_that_holds_one_download_leaves_out_cold_caches(lab: Lab, claiming: str) -> None:
    options = ("large", "--with=uv", f"--index={claiming}", "--bench=none", "--rounds=2", "--bytecode=default")
    document = done(lab, *options, "--budget=3GB")
    assert document["left_out"] == [
        "cold caches: one round of them would download 2 GB, beside 2 GB for warm ones: that does not fit into 3 GB"
    ]
    assert [row["arm"] for row in document["records"]] == ["uv"]
    assert done(lab, *options, "--budget=5GB")["left_out"] == []
    told = done(lab, *options, "--budget=1GB", code=2)
    assert told["error"]["message"] == "one download by every manager is 2 GB, and the budget 1 GB"


@pytest.mark.parametrize(("budget", "rounds"), [("0s", 1), ("1ms", None), ("5MB", 4), ("1h", 4)])
def test_a_budget_is_kept_and_says_what_it_left_out(lab: Lab, budget: str, rounds: int | None) -> None:
    arguments = (str(lab.plan), "--cache=warm", "--bench=none", f"--budget={budget}")
    if rounds is None:
        assert "budget" in done(lab, *arguments, code=2)["error"]["message"]
        return
    document = done(lab, *arguments)
    (record,) = records(lab, document)
    walls = next(one for one in record.measurements if one.id == "install.wall")
    assert len(walls.samples) == rounds
    assert bool(document["left_out"]) == (rounds < 4)
    for contrast in (document.get("comparison") or {}).get("contrasts", ()):
        assert {row["verdict"] for row in contrast["measurements"]} <= {"cannot tell"}
