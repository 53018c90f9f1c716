"""The one screen that a run ends with. Pure."""

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from envkb.assess.compared import Compared, Contrast
from envkb.assess.package_differences import ALL_PACKAGES
from envkb.assess.sentences import VERDICTS, line_name, ratio_text, reason_head, verdict_word
from envkb.assess.statistics import CONFIDENCE
from envkb.assess.suggesting import suggestions
from envkb.experiment.run.advice import WAYS, Move, advise
from envkb.experiment.run.answer import INSTALL, TOTAL, Answer, Headline, Row, is_benchmark
from envkb.experiment.run.cells import Combination
from envkb.experiment.run.filling import filled
from envkb.experiment.run.moving import back_commands, move_commands
from envkb.experiment.run.summary import seconds
from envkb.managers import Sources

if TYPE_CHECKING:
    from envkb.experiment.run.foresee import Difference

_MOVES: Final[Mapping[Move, str]] = {"cannot tell": "cannot tell yet", "yes so far": "yes, as far as it can be told"}
_INDENT: Final = "    "
_NARROWEST: Final = 40
_MOST_DIFFERENCES: Final = 12
_MOST_BENCHMARKS: Final = 12


def lines_of(answer: Answer, sources: Sources, home: str, width: int | None = None) -> Iterator[str]:
    """Yield the lines of the last screen: the answer first, then what it rests on.

    Args:
        answer: What the run showed.
        sources: Addresses of the indexes and channels that its requests name.
        home: The home folder, which records keep no name of.
        width: Columns that a line may take, except those that are to be copied; None for as long as it is.
    """
    for advice in advise(answer):
        yield from _folded(f"{advice.arm}: {_MOVES.get(advice.move, advice.move)}. {advice.sentence}", width)
    names = _names(answer.rows)
    for title, section in _told(answer, names):
        yield from _titled(title, (part for line in section for part in _folded(line, width, len(_INDENT))))
    for title, section in (
        ("would decide what cannot be told", _deciding(answer, sources, home)),
        ("to move, and to go back", _commands(answer.rows, sources)),
        ("records", _records(answer.rows, names, width)),
    ):
        yield from _titled(title, section)
    compared = answer.comparison or answer.unjudged
    yield f"all of it: kb compare {answer.run_id}" if compared else f"run: {answer.run_id}"


def _told(answer: Answer, names: Mapping[str, str]) -> tuple[tuple[str, Iterable[str]], ...]:
    return (
        ("does it install", _resolving(answer.rows, names)),
        (f"time to first import ({CONFIDENCE:.0%} interval)", _times(answer, names)),
        ("benchmarks, by verdict", _benchmarks(answer, names)),
        ("benchmarks, medians", _medians(answer, names)),
        ("differences from the environment in use", _difference_lines(answer)),
        ("edge cases", _edges(answer.rows, names)),
        ("left out", answer.left_out),
    )


def _names(rows: Sequence[Row]) -> dict[str, str]:
    """Return what to call each record: its arm, and beside it only what tells it from others of its run."""
    several = [
        {getattr(row.combination, field) for row in rows if row.combination.request is not None}
        for field in ("request", "python", "cache")
    ]
    shown = [len(values) > 1 for values in several]
    return {row.recorded.id: _name(row.combination, shown) for row in rows}


def _name(one: Combination, shown: Sequence[bool]) -> str:
    told = (one.request.name if one.request else None, one.python, one.cache)
    around = [value for value, show in zip(told, shown, strict=True) if value and show]
    return ", ".join([one.arm, *around, *(["all bytecode compiled"] if one.bytecode == "parity" else [])])


def _titled(title: str, section: Iterable[str]) -> Iterator[str]:
    lines = tuple(section)
    if lines:
        yield title
        yield from (f"{_INDENT}{line}" for line in lines)


def _folded(line: str, width: int | None, margin: int = 0) -> Iterator[str]:
    if width is None or len(line) <= width - margin:
        yield line
        return
    inner = " " * (len(line) - len(line.lstrip()))
    room = max(width, _NARROWEST) - margin
    yield from wrap(line, room, subsequent_indent=inner + _INDENT, break_long_words=False, break_on_hyphens=False)


def _resolving(rows: Sequence[Row], names: Mapping[str, str]) -> Iterator[str]:
    asked = [row for row in rows if row.combination.request is not None]
    good = [row for row in asked if row.recorded.record.outcome != "failure"]
    if good:
        yield f"yes: {_together(good, asked, names)}"
    failed: dict[str, list[Row]] = {}
    for row in asked:
        install = row.recorded.record.install
        if row.recorded.record.outcome == "failure":
            phase = install.failed_phase if install and install.failed_phase else "an unknown phase"
            error = (install.error if install else None) or "an unknown reason"
            failed.setdefault(f"{error}, in {phase}", []).append(row)
    yield from (f"no: {_together(held, asked, names)}: {why}" for why, held in failed.items())


def _together(held: Sequence[Row], rows: Sequence[Row], names: Mapping[str, str]) -> str:
    """Return what to call several records: an arm alone stands for all of its own."""
    told = []
    for arm in dict.fromkeys(row.combination.arm for row in held):
        own = [names[row.recorded.id] for row in held if row.combination.arm == arm]
        told += [arm] if len(own) == sum(row.combination.arm == arm for row in rows) else own
    return "; ".join(told)


def _times(answer: Answer, names: Mapping[str, str]) -> Iterator[str]:
    shown = [(names[row.recorded.id], row) for row in answer.rows if "install.wall" in row.medians_s]
    width = max((len(name) for name, _ in shown), default=0)
    for name, row in shown:
        yield f"{name:<{width}}  {', '.join(_parts(row))}"
    for one in answer.headlines:
        yield f"{_beside(one, answer.headlines)}: {'; '.join(_headline(one))}"


def _parts(row: Row) -> Iterator[str]:
    told = row.medians_s
    yield f"install {seconds(told['install.wall'])}"
    if "import.first" in told:
        yield f"first import {seconds(told['import.first'])}"
    if TOTAL in told:
        interval = f" ({seconds(row.total.low)} to {seconds(row.total.high)})" if row.total else ""
        yield f"together {seconds(told[TOTAL])}{interval}"


def _beside(one: Headline, all_of_them: Sequence[Headline]) -> str:
    def where(headline: Headline) -> tuple[str | None, ...]:
        own = headline.candidate
        return (own.request.name if own.request else None, own.python, own.cache)

    places = [where(headline) for headline in all_of_them]
    told = [value for number, value in enumerate(where(one)) if value and len({place[number] for place in places}) > 1]
    return ", ".join([f"{one.candidate.arm} / {one.baseline.arm}", *told])


def _headline(one: Headline) -> Iterator[str]:
    reasons = {line.reason for line in one.ratios.values()}
    shared = next(iter(reasons)) if len(reasons) == 1 else None
    # Never one of them alone: most of the famous factors is a compilation that was put off.
    for way, meaning in WAYS.items():
        line = one.ratios.get(way)
        told = f"{ratio_text(line)}, {line.verdict}" if line else "not measured"
        yield f"{meaning} {told}{f': {line.reason}' if line and line.reason and not shared else ''}"
    if shared:
        yield shared


def _benchmarks(answer: Answer, names: Mapping[str, str]) -> Iterator[str]:
    if answer.unjudged is not None:
        yield f"not judged: {answer.unjudged}"
        return
    for contrast in answer.comparison.contrasts if answer.comparison else ():
        lines = [line for line in contrast.measurements if _tells(line)]
        if lines:
            candidate, baseline = (names[side.records[0].id] for side in (contrast.candidate, contrast.baseline))
            yield f"{candidate}, beside {baseline}"
            yield from (f"{_INDENT}{line}" for line in _by_verdict(lines, contrast))


def _tells(line: Compared) -> bool:
    """Return whether a line belongs on one screen: every time of a benchmark, and where memory clearly differs."""
    return is_benchmark(line) or (line.benchmark.suite != INSTALL and line.verdict in ("faster", "slower"))


def _by_verdict(lines: Sequence[Compared], contrast: Contrast) -> Iterator[str]:
    groups: dict[tuple[str, str], list[Compared]] = {}
    for line in sorted(lines, key=lambda line: VERDICTS.index(line.verdict)):
        groups.setdefault((verdict_word(line), reason_head(line.reason or "")), []).append(line)
    for (word, head), held in groups.items():
        reasons = {line.reason for line in held}
        # What all of them share is told whole; numbers that differ from line to line are for `kb compare`.
        why = next(iter(reasons)) if len(reasons) == 1 else head
        named = f"all {len(held)}" if why and 1 < len(held) == len(lines) else ", ".join(_named(held, contrast))
        yield f"{word}{f' ({why})' if why else ''}: {named}"


def _named(held: Sequence[Compared], contrast: Contrast) -> Iterator[str]:
    for line in held:
        # The ratio of what cannot be told invites to tell it all the same.
        ratio = "" if line.verdict == "cannot tell" else f" {ratio_text(line)}"
        yield f"{line_name(line, contrast)}{ratio}"


def _medians(answer: Answer, names: Mapping[str, str]) -> Iterator[str]:
    """Yield what was timed in the only environment there is: beside another, the ratios say it."""
    if answer.comparison is not None or answer.unjudged is not None:
        return
    for row in answer.rows:
        measured = [one for one in row.recorded.record.measurements if one.benchmark.suite != INSTALL]
        told = [f"{one.id} {seconds(row.medians_s[one.id])}" for one in measured if one.id in row.medians_s]
        more = f", and {len(told) - _MOST_BENCHMARKS} more" if len(told) > _MOST_BENCHMARKS else ""
        if told:
            yield f"{names[row.recorded.id]}: {', '.join(told[:_MOST_BENCHMARKS])}{more}"


def _difference_lines(answer: Answer) -> Iterator[str]:
    arms = {row.combination.kind: row.combination.arm for row in answer.rows}
    alike: dict[tuple[Difference, ...], list[str]] = {}
    for kind, rows in answer.differences.items():
        alike.setdefault(rows, []).append(arms[kind])
    for rows, held in alike.items():
        changed = [row for row in rows if row.here is not None and row.there is not None]
        only_here = [row.name for row in rows if row.there is None]
        only_there = [f"{row.name} {row.there or ''}".rstrip() for row in rows if row.here is None]
        versions = f"{len(changed)} other version{'' if len(changed) == 1 else 's'}"
        told = f"{versions}, {len(only_there)} more, {len(only_here)} missing" if rows else "none"
        yield f"{', '.join(dict.fromkeys(held))}: {told}"
        yield from (f"{_INDENT}{row.name} {row.here} -> {row.there}" for row in changed[:_MOST_DIFFERENCES])
        if len(changed) > _MOST_DIFFERENCES:
            yield f"{_INDENT}and {len(changed) - _MOST_DIFFERENCES} more"
        for what, named in (("more", only_there), ("missing", only_here)):
            behind = f", and {len(named) - _MOST_DIFFERENCES} more" if len(named) > _MOST_DIFFERENCES else ""
            if named:
                yield f"{_INDENT}{what}: {', '.join(named[:_MOST_DIFFERENCES])}{behind}"


def _edges(rows: Sequence[Row], names: Mapping[str, str]) -> Iterator[str]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        for what in dict.fromkeys(f"{edge.class_}: {_line(edge.symptom)}" for edge in row.recorded.record.edge_cases):
            found.setdefault(what, []).append(row)
    yield from (f"{_together(held, rows, names)}: {what}" for what, held in found.items())


def _line(symptom: str) -> str:
    return symptom.splitlines()[0]


def _deciding(answer: Answer, sources: Sources, home: str) -> Iterator[str]:
    contrasts = answer.comparison.contrasts if answer.comparison else ()
    undeclared = sorted(dict.fromkeys(name for contrast in contrasts for name in _undeclared(contrast)))
    if undeclared:
        allowed = " ".join(f"--allow {shlex.quote(name)}" for name in undeclared)
        yield f"kb compare {answer.run_id} {allowed}    # if these differences are what you want to compare"
    margin = answer.comparison.margin if answer.comparison else 0
    told = [line for contrast in contrasts if not any(_undeclared(contrast)) for line in suggestions(contrast, margin)]
    longest = sorted((line for line in told if line.startswith("kb run ")), key=_rounds)[-1:]
    used = {one.name: one.target for row in answer.rows if (one := row.combination.environment) is not None}
    for line in dict.fromkeys((*longest, *(line for line in told if not line.startswith("kb run ")))):
        yield filled(line, sources, used, home)


def _rounds(command: str) -> int:
    return int(command.rpartition("--rounds=")[2].partition(" ")[0] or 0) if "--rounds=" in command else 0


def _undeclared(contrast: Contrast) -> Iterator[str]:
    if any(row.standing == "undeclared" for row in contrast.packages):
        yield ALL_PACKAGES
    yield from (row.name for row in contrast.differences if row.standing == "undeclared")


def _commands(rows: Sequence[Row], sources: Sources) -> Iterator[str]:
    used = next((row.combination for row in rows if row.combination.request is None), None)
    made = [row for row in rows if row.combination.request and row.recorded.record.outcome != "failure"]
    # Cold or warm, compiled or not: the command is the same.
    yield from dict.fromkeys(line for row in made for line in move_commands(row.combination, sources, _python(row)))
    if made:
        yield from (f"back: {command}" for command in back_commands(used))


def _python(row: Row) -> str | None:
    """Return the series of Python that was measured: whoever moves gets another one where nobody names it."""
    environment = row.recorded.record.environment
    version = environment.python_version if environment else None
    return ".".join(version.split(".")[:2]) if version else None


def _records(rows: Sequence[Row], names: Mapping[str, str], width: int | None) -> Iterator[str]:
    told = [(f"{row.recorded.id}  {names[row.recorded.id]}", row.recorded.path) for row in rows]
    whole = [f"{name}  {path}" for name, path in told]
    # The id finds the file, too.
    fits = width is None or all(len(_INDENT) + len(line) <= width for line in whole)
    yield from whole if fits else (name for name, _ in told)
