import json
from collections.abc import Sequence
from typing import Any

import pytest

from envkb.capture.collect.main import BEGIN, END
from envkb.capture.transports.ssh import Address, collect_over_ssh, parse_address
from envkb.errors import KbError, ToolFailedError, ToolMissingError, UsageError
from envkb.process import Completed

DOCUMENT = {
    "schema": "envkb.snapshot/1",
    "sources": [{"id": "lscpu", "status": "ok", "text": "x"}],
    "machine_values": {"users": ["ada"]},
}


class Machine:
    """Stands for `ssh`: notes what it was asked, and answers."""

    def __init__(self, stdout: str = "", stderr: str = "", exit_code: int = 0, *, timed_out: bool = False) -> None:
        self.answer = (exit_code, stdout.encode(), stderr.encode(), 1.0, timed_out)
        self.args: Sequence[str] = ()
        self.stdin = b""

    def __call__(self, args: Sequence[str], *, stdin: bytes = b"", **_: Any) -> Completed:
        self.args, self.stdin = args, stdin
        return Completed(tuple(args), *self.answer)


def between_marks(document: object) -> str:
    return f"Welcome to bench!\n\n{BEGIN}\n{json.dumps(document)}\n{END}\nbye\n"


def refusal(machine: Machine) -> KbError:
    with pytest.raises(KbError) as caught:
        collect_over_ssh("ssh://ada@bench.example", runner=machine)
    return caught.value


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("ssh://bench", Address("bench")),
        ("ssh://ada@bench.example", Address("bench.example", "ada")),
        ("ssh://ada@Bench_5.example:2222/", Address("Bench_5.example", "ada", 2222)),
        ("ssh://ada@192.0.2.7:22", Address("192.0.2.7", "ada", 22)),
        ("ssh://ada@[2001:db8::7]:22", Address("2001:db8::7", "ada", 22)),
    ],
)
def test_an_address_is_taken_apart(text: str, address: Address) -> None:
    assert parse_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "bench",
        "ada@bench",
        "http://bench",
        "ssh://",
        "ssh://-oProxyCommand=touch${IFS}x",
        "ssh://-l@bench",
        "ssh://ada@-bench",
        "ssh://ada@bench:0",
        "ssh://ada@bench:99999",
        "ssh://ada@bench:22x",
        "ssh://ada@bench/home/ada",
        "ssh://ada@bench;reboot",
        "ssh://ada@bench\n",
        "ssh://ada bench",
        "ssh://ada:secret@bench",
    ],
)
def test_what_is_no_address_or_could_be_an_option_is_a_usage_error(text: str) -> None:
    machine = Machine()
    with pytest.raises(UsageError) as caught:
        collect_over_ssh(text, runner=machine)
    assert machine.args == ()
    assert caught.value.hint
    assert "secret" not in caught.value.message


def test_the_document_is_found_between_other_text() -> None:
    collected = collect_over_ssh("ssh://bench", runner=Machine(between_marks(DOCUMENT)))
    assert collected.snapshot.text("lscpu") == "x"
    assert collected.machine_values.users == ("ada",)


def test_the_host_comes_after_the_options_and_asks_no_password() -> None:
    machine = Machine(between_marks(DOCUMENT))
    collect_over_ssh("ssh://ada@bench:2222", "ml", runner=machine)
    *options, marker, host, remote = machine.args
    assert (options[0], marker, host) == ("ssh", "--", "bench")
    assert "BatchMode=yes" in options
    assert options[-4:] == ["-p", "2222", "-l", "ada"]
    assert remote.startswith("sh -c '")
    assert remote.count("'") == 2
    assert b'{"target": "ml"}' in machine.stdin


@pytest.mark.parametrize(
    ("said", "hint"),
    [
        ("ada@bench.example: Permission denied (publickey).", "key or an agent"),
        ("Host key verification failed.", "accept the machine's key"),
        ("ssh: Could not resolve hostname bench.example: Name or service not known", "spelling"),
        ("ssh: connect to host bench.example port 22: Connection refused", "port"),
        ("ssh: connect to host bench.example port 22: Connection timed out", "reachable"),
        ("", "by hand"),
    ],
)
def test_a_machine_out_of_reach_is_a_failure_with_advice(said: str, hint: str) -> None:
    error = refusal(Machine(stderr=f"Warning: added a key\n{said}\n" if said else "", exit_code=255))
    assert isinstance(error, ToolFailedError)
    assert error.message == f"cannot reach bench.example: {said or 'ssh gives no reason'}"
    assert hint in error.hint


def test_a_machine_without_python_is_told_apart() -> None:
    error = refusal(Machine("kb-no-python\n", exit_code=127))
    assert isinstance(error, ToolMissingError)
    assert (error.message, error.hint) == ("bench.example has no Python", "install Python 3.8 or later there")


def test_a_machine_with_an_old_python_says_which() -> None:
    old = {"schema": "envkb.snapshot/1", "error": "Python 3.6.15 is too old"}
    error = refusal(Machine(between_marks(old), exit_code=3))
    assert isinstance(error, ToolMissingError)
    assert error.message == "bench.example: Python 3.6.15 is too old"


def test_a_machine_that_does_not_answer_is_a_failure() -> None:
    assert refusal(Machine(timed_out=True)).message == "bench.example did not answer within 120 s"


def test_a_collector_that_breaks_says_how() -> None:
    error = refusal(Machine(stderr="Traceback\nModuleNotFoundError: No module named 'json'\n", exit_code=1))
    assert error.message == "the collector failed on bench.example: ModuleNotFoundError: No module named 'json'"


@pytest.mark.parametrize("document", ["{", "[]", '{"schema": "x"}'])
def test_an_answer_that_is_no_snapshot_is_refused(document: str) -> None:
    error = refusal(Machine(f"{BEGIN}\n{document}\n{END}"))
    assert isinstance(error, ToolFailedError)
    assert error.message == "bench.example sent something that is no snapshot"
