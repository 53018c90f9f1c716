"""The one screen that a run ends with. Pure."""

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Final

from envkb.assess.compared import Compared, Contrast
from envkb.assess.package_differences import ALL_PACKAGES
from envkb.assess.sentences import VERDICTS, line_name, ratio_text, verdict_text
from envkb.assess.statistics import CONFIDENCE
from envkb.experiment.run.answer import TOTAL, Answer, Headline, Row, is_benchmark
from envkb.experiment.run.foresee import Difference
from envkb.experiment.run.moving import back_commands, move_command
from envkb.managers import Sources

_INDENT: Final = "    "
_NARROWEST: Final = 40
_MOST_DIFFERENCES: Final = 12
_WAYS: Final = {"default": "by default", "parity": "at bytecode parity"}


def lines_of(answer: Answer, sources: Sources, width: int | None = None) -> Iterator[str]:
    """Yield the lines of the last screen.

    Args:
        answer: What the run showed.
        sources: Addresses of the indexes and channels that its requests name.
        width: Columns that a line may take, except those that are to be copied; None for as long as it is.
    """
    yield f"run {answer.run_id}"
    for title, section in _told(answer):
        yield from _titled(title, (part for line in section for part in _folded(line, width)))
    for title, section in (
        ("would decide what cannot be told", _deciding(answer)),
        ("to move, and to go back", _commands(answer.rows, sources)),
        ("records", _records(answer.rows, width)),
    ):
        yield from _titled(title, section)
    yield f"all of it: kb compare {answer.run_id}"


def _told(answer: Answer) -> tuple[tuple[str, Iterable[str]], ...]:
    return (
        ("does it install", _resolving(answer.rows)),
        (f"time to first import ({CONFIDENCE:.0%} interval)", _times(answer)),
        ("benchmarks, by verdict", _benchmarks(answer)),
        ("differences from the environment in use", _difference_lines(answer.differences)),
        ("edge cases", _edges(answer.rows)),
        ("left out", answer.left_out),
    )


def _titled(title: str, section: Iterable[str]) -> Iterator[str]:
    lines = tuple(section)
    if lines:
        yield title
        yield from (f"{_INDENT}{line}" for line in lines)


def _folded(line: str, width: int | None) -> Iterator[str]:
    if width is None or len(line) <= width - len(_INDENT):
        yield line
        return
    inner = " " * (len(line) - len(line.lstrip()))
    room = max(width, _NARROWEST) - len(_INDENT)
    yield from wrap(line, room, subsequent_indent=inner + _INDENT, break_long_words=False, break_on_hyphens=False)


def _resolving(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        install = row.recorded.record.install
        if row.combination.request is None or install is None or install.outcome != "failure":
            continue
        where = f" in {install.failed_phase}" if install.failed_phase else ""
        yield f"{row.combination.key}: no{where}: {install.error or 'for an unknown reason'}"
    good = [row for row in rows if row.combination.request is not None and row.recorded.record.outcome != "failure"]
    if good:
        yield f"yes: {', '.join(dict.fromkeys(row.combination.arm for row in good))}"


def _times(answer: Answer) -> Iterator[str]:
    shown = [row for row in answer.rows if "install.wall" in row.medians_s]
    width = max((len(row.combination.key) for row in shown), default=0)
    for row in shown:
        yield f"{row.combination.key:<{width}}  {', '.join(_parts(row))}"
    for one in answer.headlines:
        yield f"{_beside(one)}: {'; '.join(_headline(one))}"


def _parts(row: Row) -> Iterator[str]:
    told = row.medians_s
    yield f"install {seconds(told['install.wall'])}"
    if "import.first" in told:
        yield f"first import {seconds(told['import.first'])}"
    if TOTAL in told:
        interval = f" ({seconds(row.total.low)} to {seconds(row.total.high)})" if row.total else ""
        yield f"together {seconds(told[TOTAL])}{interval}"


def _beside(one: Headline) -> str:
    request = one.candidate.request
    where = (request.name if request else None, one.candidate.python, one.candidate.cache)
    return f"{one.candidate.arm} / {one.baseline.arm}, {', '.join(part for part in where if part)}"


def _headline(one: Headline) -> Iterator[str]:
    # Never one of them alone: most of the famous factors is a compilation that was put off.
    for way, meaning in _WAYS.items():
        line = next((line for name, line in one.ratios.items() if name == way), None)
        yield f"{meaning} {ratio_text(line)}, {verdict_text(line)}" if line else f"{meaning} not measured"


def _benchmarks(answer: Answer) -> Iterator[str]:
    if answer.unjudged is not None:
        yield f"not judged: {answer.unjudged}"
        return
    for contrast in answer.comparison.contrasts if answer.comparison else ():
        lines = [line for line in contrast.measurements if is_benchmark(line)]
        if lines:
            yield f"{contrast.candidate.label} against {contrast.baseline.label}"
            yield from (f"    {line}" for line in _by_verdict(lines, contrast))


def _by_verdict(lines: Iterable[Compared], contrast: Contrast) -> Iterator[str]:
    groups: dict[str, list[str]] = {}
    for line in sorted(lines, key=lambda line: VERDICTS.index(line.verdict)):
        groups.setdefault(verdict_text(line), []).append(f"{line_name(line, contrast)} {ratio_text(line)}")
    for meaning, held in groups.items():
        yield f"{meaning}: {', '.join(held)}"


def _difference_lines(found: Mapping[str, tuple[Difference, ...]]) -> Iterator[str]:
    alike: dict[tuple[Difference, ...], list[str]] = {}
    for kind, rows in found.items():
        alike.setdefault(rows, []).append(kind)
    for rows, kinds in alike.items():
        changed = [row for row in rows if row.here is not None and row.there is not None]
        only_here = [row.name for row in rows if row.there is None]
        only_there = [row.name for row in rows if row.here is None]
        versions = f"{len(changed)} other version{'' if len(changed) == 1 else 's'}"
        yield f"{', '.join(kinds)}: {versions}, {len(only_there)} more, {len(only_here)} missing"
        yield from (f"    {row.name} {row.here} -> {row.there}" for row in changed[:_MOST_DIFFERENCES])
        if len(changed) > _MOST_DIFFERENCES:
            yield f"    and {len(changed) - _MOST_DIFFERENCES} more"
        if only_here:
            behind = " …" if len(only_here) > _MOST_DIFFERENCES else ""
            yield f"    missing: {', '.join(only_here[:_MOST_DIFFERENCES])}{behind}"


def _edges(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        for edge in row.recorded.record.edge_cases:
            yield f"{row.combination.key}: {edge.class_}: {edge.symptom.splitlines()[0]}"


def _deciding(answer: Answer) -> Iterator[str]:
    contrasts = answer.comparison.contrasts if answer.comparison else ()
    undeclared = sorted(dict.fromkeys(name for contrast in contrasts for name in _undeclared(contrast)))
    if undeclared:
        allowed = " ".join(f"--allow {shlex.quote(name)}" for name in undeclared)
        yield f"kb compare {answer.run_id} {allowed}    # if these differences are what you want to compare"
    commands = [contrast.decide for contrast in contrasts if contrast.decide and not tuple(_undeclared(contrast))]
    yield from sorted(commands, key=_rounds)[-1:]


def _rounds(command: str) -> int:
    return int(command.rpartition("--rounds=")[2].partition(" ")[0] or 0) if "--rounds=" in command else 0


def _undeclared(contrast: Contrast) -> Iterator[str]:
    if any(row.standing == "undeclared" for row in contrast.packages):
        yield ALL_PACKAGES
    yield from (row.name for row in contrast.differences if row.standing == "undeclared")


def _commands(rows: Sequence[Row], sources: Sources) -> Iterator[str]:
    used = next((row.combination for row in rows if row.combination.request is None), None)
    made = [row.combination for row in rows if row.combination.request and row.recorded.record.outcome != "failure"]
    # Cold or warm, compiled or not: the command is the same.
    yield from dict.fromkeys(f"{one.arm}: {move_command(one, sources)}" for one in made)
    if made:
        yield from (f"back: {command}" for command in back_commands(used))


def _records(rows: Sequence[Row], width: int | None) -> Iterator[str]:
    told = [(f"{row.recorded.id}  {row.combination.key}", row.recorded.path) for row in rows]
    whole = [f"{name}  {path}" for name, path in told]
    # The id finds the file, too.
    fits = width is None or all(len(_INDENT) + len(line) <= width for line in whole)
    yield from whole if fits else (name for name, _ in told)


def seconds(value: float) -> str:
    """Return seconds with three digits that count: `0.0871 s`, `12.3 s`."""
    return f"{value:.3g} s" if value < 100 else f"{value:.0f} s"  # noqa: PLR2004 - three digits
