"""`kb record` on a terminal: what is asked, and what becomes of it when somebody stops."""

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from envkb.document.codec import decode_record
from terminal import Terminal


def the_record(base: Path) -> Path:
    (path,) = (base / "kb" / "records").rglob("KB-*.json")
    return path


def test_only_what_cannot_be_detected_is_asked_and_the_record_is_shown_first(base: Path) -> None:
    terminal = Terminal(["record"], base)
    terminal.wait_for("Title [")
    terminal.type("Trying torch")
    terminal.wait_for("Outcome")
    terminal.type("2")
    terminal.wait_for("[y/N]")
    terminal.type("y")
    terminal.wait_for("Class [other]")
    terminal.type("wsl")
    terminal.wait_for("Symptom")
    terminal.type("libcuda.so: cannot open")
    terminal.wait_for("Severity")
    terminal.type("major")
    terminal.wait_for("Workaround")
    terminal.type("export LD_LIBRARY_PATH")
    terminal.wait_for("Did it work?")
    terminal.type("yes")
    terminal.wait_for("Link")
    terminal.type("")
    terminal.wait_for("Another one?")
    terminal.type("")
    terminal.wait_for("Write this record?")
    assert "wsl-libcuda: libcuda.so: cannot open [major]" in terminal.text
    assert not list((base / "kb" / "records").rglob("KB-*.json"))
    terminal.type("y")
    assert terminal.close() == 0
    record = decode_record(the_record(base).read_bytes())
    assert (record.title, record.outcome) == ("Trying torch", "partial")
    edge = record.edge_cases[0]
    assert (edge.class_, edge.severity, edge.workaround, edge.worked, edge.link) == (
        "wsl-libcuda",
        "major",
        "export LD_LIBRARY_PATH",
        True,
        None,
    )
    assert the_record(base).stem in terminal.text


def test_what_was_said_in_options_is_not_asked_again(base: Path) -> None:
    terminal = Terminal(["record", "--title=said", "--outcome=success", "--edge=symptom=said too"], base)
    terminal.wait_for("Write this record?")
    assert "Title [" not in terminal.text
    assert "Outcome" not in terminal.text
    terminal.type("")
    assert terminal.close() == 0
    assert the_record(base).is_file()


def test_stopping_in_the_middle_keeps_what_was_typed(base: Path, machine: Path) -> None:
    terminal = Terminal(["record"], base)
    terminal.wait_for("Title [")
    terminal.type(f"An hour of thoughts in {machine}")
    terminal.wait_for("Outcome")
    assert terminal.interrupt() == 130
    assert not list((base / "kb" / "records").rglob("KB-*.json"))
    (draft,) = (base / ".kb" / "drafts").iterdir()
    assert str(draft) in terminal.text.replace("\n", "")
    assert stat.S_IMODE(draft.stat().st_mode) == 0o600
    assert json.loads(draft.read_text())["title"] == "An hour of thoughts in <home>"


def test_a_record_that_is_not_wanted_after_all_leaves_a_draft(base: Path) -> None:
    terminal = Terminal(["record", "--title=maybe", "--outcome=success"], base)
    terminal.wait_for("[y/N]")
    terminal.type("n")
    terminal.wait_for("Write this record?")
    terminal.type("n")
    assert terminal.close() == 130
    assert not list((base / "kb" / "records").rglob("KB-*.json"))
    assert len(list((base / ".kb" / "drafts").iterdir())) == 1


@pytest.mark.parametrize("leave", [Terminal.interrupt, Terminal.hang_up])
def test_half_an_edge_case_is_kept_however_the_terminal_is_left(base: Path, leave: Callable[[Terminal], int]) -> None:
    terminal = Terminal(["record", "--title=half", "--outcome=partial"], base)
    terminal.wait_for("[y/N]")
    terminal.type("y")
    terminal.wait_for("Class [other]")
    terminal.type("wsl")
    terminal.wait_for("Symptom")
    terminal.type("libcuda.so: cannot open")
    terminal.wait_for("Severity [")
    assert leave(terminal) in (1, 130)  # where the terminal has gone, "stopped" cannot be said
    (draft,) = (base / ".kb/drafts").iterdir()
    assert json.loads(draft.read_text())["edges"] == [{"class": "wsl-libcuda", "symptom": "libcuda.so: cannot open"}]
