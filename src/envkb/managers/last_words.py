"""What a manager said last: the part of its output that tells why it failed."""

import json
import re
from typing import Any, Final

_MOST_LINES: Final = 30
_MOST_OF_A_LINE: Final = 400
_LINES_WITHOUT_A_START: Final = 10

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07")
_START = re.compile(
    r"""^\s*(?:
        error\b | fatal\b | critical\b | [\u00d7x]\s | Traceback\ \(most\ recent | Killed\b | WARNING:\ Retrying
        | [\w.]*(?:Error|Exception|Conflict)\b.*: | CondaHTTPError | usage:
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_LOUD: Final = (("error", "critical"), ("warning",))
_PASSING = re.compile(r"^\s*(?:Looking in |WARNING: Location |Using Python |Retrieving notices|.*working\.\.\.)")


def words_of(stdout: str, stderr: str) -> str:
    """Return what tells of a failure, whole.

    A JSON answer on standard output that holds an error is preferred: conda tells more there than in its text.
    """
    told = _from_json(stdout)
    text = told if told is not None else (stderr if stderr.strip() else stdout)
    lines = [line for line in map(_visible, text.splitlines()) if line.strip() and not _PASSING.match(line)]
    begin = next((number for number, line in enumerate(lines) if told is None and _START.match(line)), None)
    if begin is not None:
        lines = lines[begin:]
    elif told is None:
        lines = lines[-_LINES_WITHOUT_A_START:]
    return "\n".join(lines)


def shortened(words: str) -> str:
    """Return last words that fit into a record: at most some 30 lines, long ones cut in the middle with a mark."""
    lines = [_cut(line) for line in words.splitlines()]
    if len(lines) > _MOST_LINES:
        half = _MOST_LINES // 2
        lines = [*lines[:half], f"[{len(lines) - 2 * half} lines left out]", *lines[-half:]]
    return "\n".join(lines)


def json_answer(stdout: str) -> dict[str, Any] | None:
    """Return the JSON object that standard output ends with; None where there is none.

    conda writes others before it, each ended by a NUL, to show its progress.
    """
    text = stdout.rstrip("\0\n ").rsplit("\0", 1)[-1]
    begin = text.find("{")
    try:
        answer = json.loads(text[begin:]) if begin >= 0 else None
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def _from_json(stdout: str) -> str | None:
    answer = json_answer(stdout)
    return "\n".join(_told(answer)) or None if answer is not None else None


def _told(answer: dict[str, Any]) -> list[str]:
    """Return the words of a JSON error; one of conda's may hold several others, and mamba's its solver's."""
    inner = [row for row in answer.get("errors") or [] if isinstance(row, dict)]
    if inner:
        return [words for row in inner for words in _told(row)]
    problems = [*_loudest(answer.get("log_history") or []), *(answer.get("solver_problems") or [])]
    message = answer.get("message") or answer.get("error")
    if answer.get("success") or not (message or problems):
        return []
    words = [answer.get("exception_name"), message, answer.get("caused_by"), *problems]
    return list(dict.fromkeys(part for part in words if isinstance(part, str) and part not in {"", "None"}))


def _loudest(log: list[Any]) -> list[str]:
    """Return the errors of the log that mamba 2.8 puts into its answer, its warnings where it has no errors."""
    rows = [row for row in log if isinstance(row, dict)]
    told = ([str(row.get("message")) for row in rows if row.get("level") in levels] for levels in _LOUD)
    return next((messages for messages in told if messages), [])


def _visible(line: str) -> str:
    """Return what a terminal would show of a line that rewrote itself."""
    return _ESCAPES.sub("", line).rstrip("\r").rsplit("\r", 1)[-1].rstrip()


def _cut(line: str) -> str:
    if len(line) <= _MOST_OF_A_LINE:
        return line
    half = _MOST_OF_A_LINE // 2
    return f"{line[:half]} […] {line[-half:]}"
