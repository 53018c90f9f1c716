import json
import signal
from pathlib import Path

import pytest

from envkb.document.fingerprint import fingerprint
from envkb.managers import ErrorKind, Step, explain
from envkb.managers.failure import signal_of
from envkb.managers.last_words import shortened, words_of
from envkb.model.edge_case import EDGE_CASE_CLASSES, Phase
from manager_jobs import ended

STEP = Step("uv", ("/usr/bin/uv", "pip", "install"), Phase.INSTALL, {}, Path("/lab"))


def test_a_failure_has_its_kind_its_phase_and_the_managers_own_words() -> None:
    stderr = (
        "Resolved 1 package in 9ms\nerror: Failed to download `demo==1.0`\n  cause: Hash mismatch for `demo==1.0`\n"
    )
    failure = explain(STEP, ended(stderr=stderr, exit_code=1))
    assert (failure.kind, failure.edge_class, failure.phase) == (
        ErrorKind.HASH_MISMATCH,
        "hash-mismatch",
        Phase.DOWNLOAD,
    )
    assert (failure.exit_status, failure.signal) == (1, None)
    assert failure.last_words == "error: Failed to download `demo==1.0`\n  cause: Hash mismatch for `demo==1.0`"
    assert failure.headline == "error: Failed to download `demo==1.0`: Hash mismatch for `demo==1.0`"


def test_a_kind_that_can_be_anywhere_keeps_the_phase_of_its_step() -> None:
    failure = explain(STEP, ended(stderr="error: No space left on device (os error 28)", exit_code=2))
    assert (failure.kind, failure.phase) == (ErrorKind.DISK_FULL, Phase.INSTALL)


def test_what_took_too_long_timed_out_whatever_it_said() -> None:
    failure = explain(STEP, ended(stderr="error: Connection refused", exit_code=-9, timed_out=True))
    assert failure.kind is ErrorKind.TIME_OUT


def test_a_kill_is_out_of_memory_only_where_the_kernel_counted_one() -> None:
    killed = ended(exit_code=-9)
    assert explain(STEP, killed).kind is ErrorKind.KILLED
    assert explain(STEP, killed, out_of_memory=True).kind is ErrorKind.OUT_OF_MEMORY
    assert explain(STEP, killed).headline == "signal 9"
    assert explain(STEP, killed).fingerprint is None


def test_a_kill_whose_words_tell_of_the_disk_is_about_the_disk() -> None:
    assert explain(STEP, ended(stderr="No space left on device", exit_code=-6)).kind is ErrorKind.DISK_FULL


@pytest.mark.parametrize(
    ("exit_code", "expected"),
    [(0, None), (1, None), (2, None), (-9, signal.SIGKILL), (137, signal.SIGKILL), (247, signal.SIGKILL), (139, 11)],
)
def test_a_signal_is_seen_through_shells_and_pythons(exit_code: int, expected: int | None) -> None:
    assert signal_of(exit_code) == expected


def test_every_kind_has_a_class_that_the_vocabulary_knows() -> None:
    assert {kind.edge_class for kind in ErrorKind} <= set(EDGE_CASE_CLASSES)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("error: cannot write /home/ada/env/lib/x.py", "error: cannot write /srv/bob/other/lib/x.py"),
        ("error: no version of demo==99.0", "error: no version of demo==1.2.3rc1"),
        ("Failed to fetch: https://one.example/simple/", "Failed to fetch: http://two.example/pypi"),
        ("ERROR: demo (from versions: 1.0, 1.1)", "ERROR: demo (from versions: 1.0, 1.1, 2.0)"),
        ("ERROR: Ignored the following versions: 1 Requires-Python >=3\nERROR: no demo", "ERROR: no demo"),
        ("└─ demo 0.1 | 0.2 | 0.3 would require", "└─ demo 0.1 | 0.2 would require"),
        ("expected sha256 " + "0a" * 32, "expected sha256 " + "1b" * 32),
    ],
)
def test_one_failure_has_one_fingerprint_on_every_machine(one: str, other: str) -> None:
    assert fingerprint(one) == fingerprint(other)


def test_two_failures_have_two_fingerprints() -> None:
    assert fingerprint("no version of demo") != fingerprint("no version of core")


def test_progress_and_colours_are_no_last_words() -> None:
    stderr = "\x1b[2K 10%\r 50%\r100%\n\x1b[1;31merror\x1b[0m: it broke\nhint: mend it\n"
    assert words_of("", stderr) == "error: it broke\nhint: mend it"


def test_without_a_telling_line_the_end_of_the_text_is_kept() -> None:
    assert words_of("", "\n".join(f"line {number}" for number in range(50))).splitlines() == [
        f"line {number}" for number in range(40, 50)
    ]


def test_standard_output_speaks_where_standard_error_is_silent() -> None:
    assert words_of("ERROR: told here\n", "  \n") == "ERROR: told here"


def test_a_json_answer_is_preferred_to_the_text_around_it() -> None:
    stdout = '{"fetch": "demo", "progress": 0.5}\0{"error": "X: long", "exception_name": "XError", "message": "long"}\n'
    assert words_of(stdout, "Retrying…") == "XError\nlong"


@pytest.mark.parametrize("stdout", ["{broken", "[1]", '{"success": true, "message": "done"}'])
def test_json_that_tells_of_no_failure_leaves_the_text(stdout: str) -> None:
    assert words_of(stdout, "error: it broke") == "error: it broke"


def test_several_errors_in_one_answer_are_all_told() -> None:
    stdout = '{"error": "Multiple", "errors": [{"exception_name": "A", "message": "one"}, {"message": "two"}]}'
    assert words_of(stdout, "") == "A\none\ntwo"


def test_the_problems_of_mambas_solver_are_words() -> None:
    assert words_of('{"solver_problems": ["nothing provides demo"], "success": false}', "") == "nothing provides demo"


def test_the_log_in_an_answer_of_mamba_is_read_for_its_errors() -> None:
    rows = [("debug", "Loading configuration"), ("error", "No prefix found at: /lab/env"), ("critical", "Aborting.")]
    log = [{"level": level, "message": message, "source": "libmamba"} for level, message in rows]
    assert words_of(json.dumps({"log_history": log}), "") == "No prefix found at: /lab/env\nAborting."
    quiet = [{"level": "warning", "message": "create: The following argument was not expected: --no-such"}]
    assert words_of(json.dumps({"log_history": quiet}), "").startswith("create: The following argument")


def test_the_headline_of_mamba_names_what_does_not_exist() -> None:
    problem = "Could not solve\n    The following failed\n    └─ demo =* * does not exist (perhaps).\n"
    answer = {"log_history": [{"level": "critical", "message": problem}], "solver_problems": ["unsupported request"]}
    failure = explain(STEP, ended(stdout=json.dumps(answer), exit_code=1))
    assert failure.headline == "Could not solve: demo =* * does not exist (perhaps)."
    assert failure.last_words.endswith("unsupported request")


def test_long_words_are_cut_in_the_middle_with_a_mark() -> None:
    words = "\n".join(["first", "x" * 1000, *("y" for _ in range(50)), "last"])
    lines = shortened(words).splitlines()
    assert (lines[0], lines[-1]) == ("first", "last")
    assert "[23 lines left out]" in lines
    assert "[…]" in lines[1]
    assert len(lines[1]) < 500


def test_the_headline_of_pip_is_not_its_list_of_versions() -> None:
    stderr = "ERROR: Ignored the following yanked versions: 1.0\nERROR: No matching distribution found for demo\n"
    assert explain(STEP, ended(stderr=stderr, exit_code=1)).headline == "ERROR: No matching distribution found for demo"


@pytest.mark.parametrize(
    ("message", "headline"),
    [
        (
            "The following are not available:\n\n  - core[version='>=9']\n  - demo\n\nMore:\n",
            "XError: The following are not available: core[version='>=9'], demo",
        ),
        ("Requested specs conflict.\n  requested specs:\n    - demo\n", "XError: Requested specs conflict."),
        ("They are incompatible:\nOutput in format:\n  - x\n", "XError: They are incompatible"),
    ],
)
def test_the_headline_of_conda_is_more_than_the_name_of_an_exception(message: str, headline: str) -> None:
    stdout = json.dumps({"exception_name": "XError", "message": message, "error": f"XError: {message}"})
    assert explain(STEP, ended(stdout=stdout, exit_code=1)).headline == headline


def test_the_headline_of_a_traceback_is_its_last_line() -> None:
    stderr = 'Traceback (most recent call last):\n  File "x.py", line 1, in <module>\nMemoryError\n'
    assert explain(STEP, ended(stderr=stderr, exit_code=1)).headline == "MemoryError"
