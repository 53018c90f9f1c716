"""Says how a run gets on: on a terminal in one line that changes, elsewhere in a line for each step."""

import json
import sys
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Final

from envkb.cli.console import inert, say

if TYPE_CHECKING:
    from envkb.experiment.run.conduct import Progress

_ANEW: Final = "\r\x1b[K"


def watch_steps(progress: "Progress") -> None:
    """Say that a step is done; what failed stays on the terminal, in one line: the last screen tells all of it."""
    where = f"[{progress.done}/{progress.total}] {progress.what} {progress.key}"
    if progress.problem:
        text = inert(f"{where}  failed: {progress.problem}")
        clear_steps()
        say(_cut(text) if sys.stderr.isatty() else text)
        return
    took = f"{progress.seconds:.2f} s" if progress.seconds is not None else "done"
    left = f", about {in_words(progress.left_s)} left" if progress.done < progress.total else ""
    text = inert(f"{where}  {took}{left}")
    if not sys.stderr.isatty():
        say(text)
        return
    clear_steps()
    sys.stderr.write(_shortened(text, get_terminal_size().columns - 1))
    sys.stderr.flush()


def clear_steps() -> None:
    """Make room on the terminal for what is said next."""
    if sys.stderr.isatty():
        sys.stderr.write(_ANEW)
        sys.stderr.flush()


def watch_json(progress: "Progress") -> None:
    """Say that a step is done, as a line of JSON."""
    say(json.dumps({name: getattr(progress, name) for name in progress.__slots__}, ensure_ascii=False))


def in_words(seconds: float) -> str:
    """Return how long something takes, as exactly as anybody can know: `45 s`, `4 min`, `3 h`."""
    for size, unit in ((3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def _cut(text: str) -> str:
    room = get_terminal_size().columns - 1
    return text if len(text) <= room else f"{text[: room - 1]}…"


def _shortened(text: str, room: int) -> str:
    # How much is left stands at the end and is what a person waits for.
    if len(text) <= room:
        return text
    end = room // 2
    return f"{text[: room - end - 1]}…{text[-end:]}"
