"""Writes the benchmarks as one file: what `kb run --alone` does."""

from pathlib import Path
from typing import Final

from envkb.bench.payload import assemble
from envkb.bench.suites import parse_suite
from envkb.cli.console import say, show
from envkb.errors import UsageError
from envkb.knowledge.files import explain_os_errors

_PRINTED: Final = Path("-")


def write_alone(file: Path, suites: tuple[str, ...], *, others: tuple[str, ...]) -> None:
    """Write the file, and say how it is run.

    Args:
        file: Where; `-` prints it.
        suites: What `--bench` names.
        others: Other options of the command line.

    Raises:
        UsageError: There are other options, or a suite is not known or stands in a file of its own.
    """
    if others:
        raise UsageError(f"--alone runs nothing, and {others[0]} is about a run", hint="leave it out")
    for suite in map(parse_suite, suites):
        if suite.file is not None:
            raise UsageError(f"{suite.file} is a file of its own already", hint="copy it over and import from it there")
    if file == _PRINTED:
        show(assemble().removesuffix("\n"))
        return
    with explain_os_errors(file):
        file.write_text(assemble(), "utf-8")
    wanted = " ".join(f"--suite {suite}" for suite in suites or ("python",))
    say(f"run it there: python {file.name} {wanted} > results.json")
