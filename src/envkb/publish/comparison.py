"""A comparison as text: tables for a terminal, a picture of its intervals, and Markdown for reports. Pure."""

import math
from collections.abc import Iterator, Sequence
from typing import Final

from envkb.assess.compared import Compared, Comparison, Contrast, Difference, PackageDifference, Warned
from envkb.assess.sentences import line_name, overview, ratio_text, verdict_text, verdict_word
from envkb.assess.suggesting import suggestions
from envkb.publish.render.quantities import quantity
from envkb.publish.render.text import code_span, one_line

COLUMNS: Final = ("benchmark", "baseline", "candidate", "ratio (95 %)", "verdict")
WIDTH: Final = 41
"""Columns of the picture; odd, so that 1 has a column of its own."""

DECIDING: Final = "would decide"
"""The label of notes that are commands."""

_STANDINGS: Final = {
    "declared": "what is compared",
    "manager": "brought by the manager",
    "undeclared": "undeclared",
    "allowed": "allowed",
}
_MOST_LEFT_OUT: Final = 5
_MOST_OPEN: Final = 5
_NARROWEST: Final = 15
_AXIS: Final = "candidate / baseline"


def table_rows(contrast: Contrast, *, reasons: bool = True) -> list[tuple[str, ...]]:
    """Return the cells of `COLUMNS` for every line of a contrast.

    Args:
        contrast: The contrast.
        reasons: Whether a verdict brings along why it cannot be told; without them, `open_notes` tells them.
    """
    return [
        (
            line_name(line, contrast),
            quantity(line.baseline_median, line.unit),
            quantity(line.candidate_median, line.unit),
            ratio_text(line),
            verdict_text(line) if reasons else verdict_word(line),
        )
        for line in contrast.measurements
    ]


def open_notes(contrast: Contrast) -> Iterator[tuple[str, str]]:
    """Yield label and text of why some lines cannot be told: each kind of reason once, with the lines it holds for."""
    kinds: dict[str, dict[str, list[str]]] = {}
    lines = [line for line in contrast.measurements if line.reason]
    for line in lines:
        kind, _, detail = str(line.reason).partition(": ")
        kinds.setdefault(kind, {}).setdefault(detail, []).append(line_name(line, contrast))
    for kind, details in kinds.items():
        told = (f"{_few(names)}{f' ({detail})' if detail else ''}" for detail, names in details.items())
        alone = next(iter(details)) if len(details) == 1 else None
        everything = alone is not None and len(details[alone]) == len(contrast.measurements) > 1
        whole = f": {alone}" if alone else ""
        yield "cannot tell", f"{kind}{whole} (all of them)" if everything else f"{kind}: {'; '.join(told)}"


def _few(names: Sequence[str]) -> str:
    more = len(names) - _MOST_OPEN
    return ", ".join(names) if more <= 1 else f"{', '.join(names[:_MOST_OPEN])} and {more} more"


def notes(contrast: Contrast, margin: float) -> Iterator[tuple[str, str]]:
    """Yield label and text of everything that belongs to a contrast beside its table.

    Args:
        contrast: The contrast.
        margin: Share of the baseline that makes no difference.
    """
    for each in contrast.differences:
        yield "differs", _difference(each)
    for standing, meaning in _STANDINGS.items():
        packages = [each for each in contrast.packages if each.standing == standing]
        if packages:
            yield "packages", f"{meaning}: {', '.join(map(_package, packages))}"
    for summary in contrast.summaries:
        name = "/".join(part for part in (summary.suite, summary.name) if part)
        spread = f" ({summary.lowest:.2f} to {summary.highest:.2f})" if summary.pairs > 1 else ""
        pairs = "1 pair" if summary.pairs == 1 else f"{summary.pairs} pairs"
        yield "all pairs", f"{name} {summary.quantity}: geometric mean {summary.ratio:.2f}{spread}, {pairs}"
    for text in _warnings(contrast):
        yield "warning", text
    for left_out in contrast.left_out[:_MOST_LEFT_OUT]:
        yield "left out", f"{left_out.name}: {left_out.reason}"
    if len(contrast.left_out) > _MOST_LEFT_OUT:
        yield "left out", f"{len(contrast.left_out) - _MOST_LEFT_OUT} more"
    for command in suggestions(contrast, margin):
        yield DECIDING, command


def _difference(each: Difference) -> str:
    return f"{each.name}: {_told(each.baseline)} / {_told(each.candidate)} ({_STANDINGS[each.standing]})"


def _told(value: object) -> str:
    return one_line(", ".join(map(str, value)) if isinstance(value, list) else "-" if value is None else str(value))


def _package(each: PackageDifference) -> str:
    if each.change == "added":
        return f"+{each.name} {each.candidate}"
    if each.change == "removed":
        return f"-{each.name} {each.baseline}"
    change = f"{each.baseline} (another build)" if each.change == "build" else f"{each.baseline} -> {each.candidate}"
    return f"{each.name} {change}"


def _warnings(contrast: Contrast) -> Iterator[str]:
    """Yield each kind of warning of each side once, with the first benchmark that shows it and how many more do."""
    found: dict[tuple[str, str], list[tuple[str, Warned]]] = {}
    for line in contrast.measurements:
        for warned in line.warnings:
            found.setdefault((warned.cause, warned.side), []).append((line_name(line, contrast), warned))
    for (cause, side), held in found.items():
        name, first = held[0]
        more = f" and {len(held) - 1} more" if len(held) > 1 else ""
        yield f"{cause} in {side}, {name}{more}: {first.message}; {first.advice}"


def interval_lines(contrast: Contrast, margin: float, room: int | None = None) -> Iterator[str]:
    """Yield a picture of a contrast: each interval on one logarithmic axis, with 1 in the middle.

    Dots mark the margin within which a difference makes none; a ring is a ratio without an interval.

    Args:
        contrast: The contrast.
        margin: Share of the baseline that makes no difference.
        room: Columns that a line may take; None for as many as it needs.
    """
    shown = [(line_name(line, contrast), line) for line in contrast.measurements if line.ratio]
    if not shown:
        return
    ends = [end for _, line in shown for end in (line.low, line.high, line.ratio) if end]
    span = max(2 * math.log1p(margin), *(abs(math.log(end)) for end in ends))
    # Behind each interval stands its verdict, behind the axis what it shows.
    beside = max(len(_AXIS), *(len(verdict_word(line)) for _, line in shown)) + 2
    names = max(len(name) for name, _ in shown) + 2
    apart = room is not None and room - names - beside < _NARROWEST
    if apart:
        names = 2
    wide = WIDTH if room is None else min(WIDTH, max(_NARROWEST, room - names - beside))
    half = (wide - 1) // 2
    for name, line in shown:
        if apart:
            yield name
        yield f"{'' if apart else name:<{names}}{_bar(line, span, margin, half)}  {verdict_word(line)}"
    low, high = f"{math.exp(-span):.2g}", f"{math.exp(span):.2g}"
    yield f"{'':<{names}}{low:<{half}}1{high:>{half}}  {_AXIS}"


def _bar(line: Compared, span: float, margin: float, half: int) -> str:
    def column(value: float) -> int:
        return half + round(math.log(value) / span * half)

    cells = [" "] * (2 * half + 1)
    for place in range(column(1 / (1 + margin)), column(1 + margin) + 1):
        cells[place] = "·"
    cells[half] = "│"
    assert line.ratio is not None  # noqa: S101 - those without one are left out
    if line.low and line.high:
        first, last = column(line.low), column(line.high)
        cells[first : last + 1] = "─" * (last + 1 - first)
        cells[first], cells[last] = "├", "┤"
    cells[column(line.ratio)] = "●" if line.low else "○"
    return "".join(cells)


def markdown(comparison: Comparison) -> str:
    """Return a comparison for a report; everything from records stands in code spans."""
    sections = (_section(contrast, comparison.margin) for contrast in comparison.contrasts)
    return "\n\n".join([*sections, _method(comparison)]) + "\n"


def _section(contrast: Contrast, margin: float) -> str:
    ours, theirs = (", ".join(row.id for row in side.records) for side in (contrast.baseline, contrast.candidate))
    lines = [
        f"**{code_span(overview(contrast))}**",
        "",
        f"Baseline {code_span(contrast.baseline.label)}: {code_span(ours)}.",
        f"Candidate {code_span(contrast.candidate.label)}: {code_span(theirs)}.",
    ]
    rows = table_rows(contrast)
    if rows:
        lines += ["", f"| {' | '.join(COLUMNS)} |", "| --- | ---: | ---: | ---: | --- |"]
        lines += [f"| {' | '.join(code_span(cell) for cell in row)} |" for row in rows]
    told = [f"- {label}: {code_span(text)}" for label, text in notes(contrast, margin)]
    return "\n".join([*lines, *([""] if told else []), *told])


def _method(comparison: Comparison) -> str:
    return (
        f"Ratios are candidate / baseline, with {comparison.confidence:.0%} intervals; differences up to "
        f"{comparison.margin:.3g} of the baseline count as none. Method {comparison.method}, seed {comparison.seed}."
    )
