import os
import time
from pathlib import Path
from typing import Any

import pytest

from envkb.capture.collect.allowlist import Command
from envkb.capture.collect.commands import output_of, run_commands
from envkb.capture.collect.machine import LIMIT_BYTES
from machine_tree import MachineTree


def run_one(tree: MachineTree, script: str, **options: Any) -> dict[str, Any]:
    tree.program("tool", script)
    return run_commands(tree.machine(), [Command("tool --all", **options)])[0]


def test_a_command_that_is_not_installed_is_absent(tree: MachineTree) -> None:
    row = run_commands(tree.machine(), [Command("no-such-tool -q")])[0]
    assert row == {"id": "no-such-tool -q", "status": "absent", "text": "", "reason": "no-such-tool is not installed"}


def test_what_a_command_prints_comes_with_its_exit_code_and_duration(tree: MachineTree) -> None:
    row = run_one(tree, 'echo "got $1"')
    assert (row["id"], row["status"], row["text"], row["exit_code"]) == ("tool --all", "ok", "got --all\n", 0)
    assert row["duration_ms"] > 0


def test_a_failure_keeps_the_text_and_says_why(tree: MachineTree) -> None:
    row = run_one(tree, "echo half; echo 'driver  not\nloaded' >&2; exit 9")
    assert (row["status"], row["text"], row["exit_code"]) == ("failed", "half\n", 9)
    assert row["reason"] == "exit code 9: driver not loaded"


def test_an_exit_code_can_be_an_answer(tree: MachineTree) -> None:
    assert run_one(tree, "echo none; exit 1", answers=(0, 1))["status"] == "ok"


def test_standard_error_is_the_text_where_there_is_no_other(tree: MachineTree) -> None:
    assert run_one(tree, "echo 'musl libc' >&2")["text"] == "musl libc\n"


def test_a_crash_names_its_signal(tree: MachineTree) -> None:
    assert run_one(tree, "kill -SEGV $$")["reason"] == "killed by signal 11"


def test_a_command_that_hangs_is_killed_with_all_that_it_started(tree: MachineTree, tmp_path: Path) -> None:
    child = tmp_path / "child"
    row = run_one(tree, f"echo begun; sleep 60 & echo $! > {child}; wait", timeout_s=0.3)
    assert (row["status"], row["text"], row["reason"]) == ("timeout", "begun\n", "no answer within 0.3 s")
    assert gone(int(child.read_text()))


def test_a_child_that_keeps_the_pipe_open_does_not_hold_us(tree: MachineTree) -> None:
    row = run_one(tree, "sleep 60 & echo done", timeout_s=0.3)
    assert (row["status"], row["text"]) == ("timeout", "done\n")


def test_a_command_that_closes_its_output_and_stays_is_killed(tree: MachineTree) -> None:
    assert run_one(tree, "exec >&- 2>&-; sleep 60", timeout_s=0.3)["status"] == "timeout"


def test_a_megabyte_is_cut_in_the_middle(tree: MachineTree) -> None:
    row = run_one(tree, "echo first; head -c 3000000 /dev/zero | tr '\\0' x; echo last")
    assert row["full_bytes"] == 3_000_011
    assert len(row["text"]) < LIMIT_BYTES + 100
    assert row["text"].startswith("first\n")
    assert row["text"].endswith("xlast\n")
    assert "bytes left out by kb" in row["text"]


def test_garbage_becomes_text(tree: MachineTree) -> None:
    row = run_one(tree, "printf 'a\\377\\376\\000b'")
    assert row["text"] == "a\ufffd\ufffd\nb"


def test_tools_speak_english_and_ask_nobody(tree: MachineTree) -> None:
    tree.environ["LANG"] = "de_DE.UTF-8"
    assert run_one(tree, 'read answer; echo "$LC_ALL $LANG <$answer>"')["text"] == "C C <>\n"


def test_a_file_that_is_no_program_cannot_be_started(tree: MachineTree) -> None:
    (tree.bin / "tool").write_bytes(b"\x7fELF rubbish")
    (tree.bin / "tool").chmod(0o755)
    row = run_commands(tree.machine(), [Command("tool")])[0]
    assert (row["status"], row["reason"]) == ("failed", "cannot start: exec format error")


def test_commands_run_side_by_side(tree: MachineTree, tmp_path: Path) -> None:
    # Each waits for the other: one after the other they would never end.
    for name, own, other in (("one", "a", "b"), ("two", "b", "a")):
        tree.program(name, f"touch {tmp_path}/{own}; until [ -e {tmp_path}/{other} ]; do sleep 0.01; done; echo {name}")
    rows = run_commands(tree.machine(), [Command("one"), Command("absent"), Command("two")])
    assert [row["text"] for row in rows] == ["one\n", "", "two\n"]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ('"Serial Number": "PCB052", "x": "y"', '"Serial Number": "withheld", "x": "y"'),
        ('"asic_serial" : "0x1", "market_name": "MI300X"', '"asic_serial" : "withheld", "market_name": "MI300X"'),
        ('"platform_UUID" : "00-11"', '"platform_UUID" : "withheld"'),
        ('"Unique ID": "0xdead"', '"Unique ID": "withheld"'),
        ("<uuid>GPU-1</uuid><serial>N/A</serial>", "<uuid>withheld</uuid><serial>withheld</serial>"),
        ("<processes><pid>1</pid>\n</processes><a/>", "<processes></processes><a/>"),
        ("<supported_clocks>\n1\n</supported_clocks>", "<supported_clocks></supported_clocks>"),
    ],
)
def test_what_names_one_device_or_process_is_withheld(tree: MachineTree, said: str, kept: str) -> None:
    assert run_one(tree, f"cat <<'END'\n{said}\nEND")["text"] == kept + "\n"


def test_the_output_of_one_command_is_empty_where_it_fails(tree: MachineTree) -> None:
    tree.program("good", "echo yes")
    tree.program("bad", "echo no; exit 1")
    assert (output_of(tree.machine(), "good"), output_of(tree.machine(), "bad")) == ("yes\n", "")


def gone(pid: int) -> bool:
    """Wait until a process is dead or a zombie that nobody of ours has to reap."""
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][:1]
        except OSError:
            return True
        if state == "Z":
            return True
        os.sched_yield()
        time.sleep(0.02)
    return False


def test_what_is_left_out_of_a_gpus_answer_takes_no_room(tree: MachineTree) -> None:
    clocks = "<supported_clocks>" + "<value>2100 MHz</value>" * 30_000 + "</supported_clocks>"
    (tree.root / "answer.xml").write_text(f"<log><gpu>first</gpu>{clocks}<gpu>last</gpu></log>")
    row = run_one(tree, f"cat {tree.root}/answer.xml")
    assert row["text"] == "<log><gpu>first</gpu><supported_clocks></supported_clocks><gpu>last</gpu></log>"
    assert "full_bytes" not in row


def test_serials_are_withheld_from_both_streams(tree: MachineTree) -> None:
    row = run_one(tree, """echo '{"Serial Number": "PF3ABCDE"}' >&2; exit 3""")
    assert "PF3ABCDE" not in row["text"] + row["reason"]
