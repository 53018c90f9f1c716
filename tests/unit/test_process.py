import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from envkb.errors import ToolFailedError, ToolMissingError
from envkb.process import Completed, Runner, end_running, run


def shell(script: str, **options: float) -> Completed:
    return run(["sh", "-c", script], **options)  # type: ignore[arg-type]


def test_a_program_gives_both_outputs_and_its_exit_code() -> None:
    done = shell("echo out; echo err >&2; exit 3")
    assert (done.stdout, done.stderr, done.exit_code, done.timed_out) == (b"out\n", b"err\n", 3, False)
    assert done.args == ("sh", "-c", "echo out; echo err >&2; exit 3")
    assert done.duration_s > 0


def test_it_reads_what_it_is_given() -> None:
    assert run(["cat"], stdin=b"\x00bytes\xff").stdout == b"\x00bytes\xff"


def test_it_has_nothing_to_read_otherwise() -> None:
    assert run(["cat"]).stdout == b""


def test_environment_and_folder_are_its_own(tmp_path: Path) -> None:
    done = run(["/bin/sh", "-c", 'echo "$COLOUR"; pwd; echo "${HOME-unset}"'], env={"COLOUR": "blue"}, cwd=tmp_path)
    assert done.stdout.decode() == f"blue\n{tmp_path.resolve()}\nunset\n"


def test_a_signal_is_a_negative_exit_code() -> None:
    assert shell("kill -9 $$").exit_code == -9


def test_a_missing_program_is_named_with_a_hint() -> None:
    with pytest.raises(ToolMissingError, match="no-such-tool is not installed") as caught:
        run(["no-such-tool"])
    assert "no-such-tool" in caught.value.hint


@pytest.mark.skipif(os.geteuid() == 0, reason="root may enter every folder")
def test_a_closed_folder_on_path_does_not_forbid_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    with pytest.raises(ToolMissingError):
        run(["no-such-tool"], env={"PATH": f"{tmp_path}/closed:/usr/bin"})


def test_a_missing_folder_is_not_taken_for_a_missing_program(tmp_path: Path) -> None:
    with pytest.raises(ToolFailedError, match="no folder"):
        run(["true"], cwd=tmp_path / "gone")


def test_a_file_that_cannot_run_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "tool").write_text("rubbish")
    with pytest.raises(ToolFailedError, match="permission denied"):
        run([str(tmp_path / "tool")])


def test_a_program_out_of_time_is_killed_with_its_children(tmp_path: Path) -> None:
    done = shell(f"echo begun; sleep 60 & echo $! > {tmp_path}/child; wait", timeout_s=0.3)
    assert (done.timed_out, done.stdout, done.exit_code) == (True, b"begun\n", -9)
    assert is_gone(int((tmp_path / "child").read_text()))


def test_a_child_that_left_the_group_does_not_hold_us(tmp_path: Path) -> None:
    child = f"import os; os.setsid(); open('{tmp_path}/child', 'w').write(str(os.getpid())); import time; time.sleep(8)"
    done = shell(f'"{sys.executable}" -S -c "{child}" & sleep 60', timeout_s=0.7)
    assert done.timed_out


def test_no_terminal_can_be_asked() -> None:
    assert shell("exec </dev/tty").exit_code != 0


def test_the_real_one_is_a_runner() -> None:
    runner: Runner = run
    assert runner(["true"]).exit_code == 0


def is_gone(pid: int) -> bool:
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][:1]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False


def test_a_program_that_another_thread_waits_for_can_be_ended() -> None:
    done: list[Completed] = []
    waiter = threading.Thread(target=lambda: done.append(run(["sleep", "60"])))
    waiter.start()
    while waiter.is_alive():
        end_running()
        waiter.join(0.05)
    assert [completed.exit_code for completed in done] == [-9]


INTERRUPTED_AT_EACH_LINE = """
import os, signal, sys
from envkb import process

start = {start}
signal.signal(signal.SIGTERM, signal.default_int_handler)

def interrupted(line, number):
    # Whether the signal, that comes at this line, came before there was nothing left but to wait.
    left, waiting, raised = line, False, False
    def trace(frame, event, _):
        nonlocal left, waiting
        if os.path.basename(frame.f_code.co_filename) not in ("process.py", "subprocess.py"):
            return None
        waiting = waiting or (left > 0 and frame.f_code.co_name == "communicate")
        left -= event == "line"
        if left == 0:
            left = -1
            signal.raise_signal(number)
        return trace
    sys.settrace(trace)
    try:
        start(["sleep", "300"], timeout_s=0.1)
    except KeyboardInterrupt:
        raised = True
    finally:
        sys.settrace(None)
    return raised and not waiting

line = 1
while interrupted(line, signal.SIGTERM if line % 2 else signal.SIGINT):
    line += 1
    try:
        left, _ = os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        continue
    sys.exit(f"at line {{line}} a program was left")
assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
print(line)
"""


@pytest.mark.parametrize("start", ["process.run", "process.run_metered"])
def test_an_interruption_at_whatever_moment_of_the_start_leaves_no_program(start: str) -> None:
    script = INTERRUPTED_AT_EACH_LINE.format(start=start)
    ended = run([sys.executable, "-c", script], timeout_s=300)
    assert ended.exit_code == 0, ended.stderr
    assert int(ended.stdout) > 50


@pytest.mark.parametrize("handler", [signal.SIG_IGN, signal.SIG_DFL])
def test_what_is_ignored_stays_ignored_for_the_program(handler: signal.Handlers) -> None:
    before = signal.signal(signal.SIGHUP, handler)
    try:
        script = "import signal; print(signal.getsignal(signal.SIGHUP).name)"
        assert run([sys.executable, "-c", script]).stdout.decode().strip() == handler.name
    finally:
        signal.signal(signal.SIGHUP, before)
