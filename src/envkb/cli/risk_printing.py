"""Risks in the terminal."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from shutil import get_terminal_size
from textwrap import fill
from typing import Final

from envkb.assess.risk.assessment import Assessment
from envkb.assess.risk.clusters import Cluster
from envkb.assess.risk.events import event_in_words
from envkb.assess.risk.history import Point
from envkb.assess.risk.likelihood import Likelihood
from envkb.assess.risk.matrix import IMPACTS, Matrix
from envkb.cli.console import inert, show, show_table
from envkb.knowledge.check.problem import Problem
from envkb.model.risk import RiskLevel

# Blue, yellow and vermilion by Okabe and Ito: told apart with every kind of colour vision; each cell has its letter.
_MOST_SILENT: Final = 3  # ids on the line; `--json` and the site have them all
_STYLES: Final = {
    "low": "black on #56b4e9",
    "medium": "black on #f0e442",
    "high": "white on #d55e00",
}
_NARROW: Final = 110  # columns of a terminal below which the table of risks would break every cell
_SHORT: Final = {"low": "L", "medium": "M", "high": "H"}


def show_matrix(matrix: Matrix) -> None:
    """Print the heat map, in colours where there is a terminal, and beneath it the risks by number."""
    numbers = {each.file.slug: number for number, each in enumerate(matrix.assessments, 1)}
    rows = []
    for band in reversed(range(len(matrix.bands))):
        low, high = matrix.bands[band]
        levels = [matrix.level(band, impact) for impact in IMPACTS]
        cells = [
            f"{_SHORT[level]} {_held(matrix, band, impact, numbers)}"
            for impact, level in zip(IMPACTS, levels, strict=True)
        ]
        rows.append((f"{_percent(low)} to {_percent(high)}", list(zip(levels, cells, strict=True))))
    head = ["likelihood", *(f"impact {impact}" for impact in IMPACTS)]
    if sys.stdout.isatty():
        _show_colours(head, rows)
    else:
        show_table(head, ([name, *(text for _, text in cells)] for name, cells in rows))
    show("L low, M medium, H high; (7) is judged by a person, not computed")
    show()
    show_risks(matrix, numbered=True)


def _held(matrix: Matrix, band: int, impact: int, numbers: Mapping[str, int]) -> str:
    held = [(numbers[each.file.slug], each.judged) for each in matrix.cell(band, impact)]
    return " ".join(f"({number})" if judged else str(number) for number, judged in held)


def _show_colours(head: Sequence[str], rows: Sequence[tuple[str, Sequence[tuple[RiskLevel, str]]]]) -> None:
    from rich.console import Console  # noqa: PLC0415 - slow, and only a terminal needs it
    from rich.table import Table  # noqa: PLC0415 - likewise
    from rich.text import Text  # noqa: PLC0415 - likewise

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in head:
        table.add_column(column, no_wrap=column == head[0])
    width = max(8, *(len(text) for _, cells in rows for _, text in cells))
    for name, cells in rows:
        table.add_row(name, *(Text(text.ljust(min(width, 14)), style=_STYLES[level]) for level, text in cells))
    Console(highlight=False).print(table)


def show_risks(matrix: Matrix, *, numbered: bool = False) -> None:
    """Print the risks, the worst first."""
    columns = ("risk", "level", "probability", "prior", "works", "impact", "records", "note")
    rows = [_row(each) for each in matrix.assessments]
    if numbered:
        rows = [[f"{number:>3}  {row[0]}", *row[1:]] for number, row in enumerate(rows, 1)]
    width = get_terminal_size().columns
    if sys.stdout.isatty() and width < _NARROW:
        for line in stacked(rows, width):
            show(line)
    else:
        show_table(columns, rows)


def stacked(rows: Iterable[Sequence[str]], width: int) -> Iterator[str]:
    """Yield the lines of the table of risks where it is too wide for the terminal: each risk in lines of its own.

    Args:
        rows: The table's rows.
        width: Number of characters on a line.
    """
    indent = " " * 5
    for name, level, probability, prior, works, impact, records, note in rows:
        yield f"{name}: {level}"
        told = (
            probability,
            f"prior {prior}" if prior else "",
            f"works {works}",
            f"impact {impact}",
            f"{records} record{'' if records == '1' else 's'}" if records else "",
            note,
        )
        yield fill(", ".join(filter(None, told)), width, initial_indent=indent, subsequent_indent=indent)


def _row(assessment: Assessment) -> list[str]:
    likelihood, prior = assessment.likelihood, assessment.prior
    noted = notes(assessment)
    return [
        assessment.file.slug,
        f"({assessment.level})" if assessment.insufficient else assessment.level,
        _percent(assessment.probability) + (f" ({_interval(likelihood)})" if likelihood else ""),
        _percent(prior.probability) if prior else "",
        _percent(1 - assessment.probability),
        str(assessment.risk.impact),
        str(assessment.record_count) if likelihood else "",
        ", ".join(["insufficient evidence", *noted] if assessment.insufficient else noted),
    ]


def notes(assessment: Assessment) -> list[str]:
    """Return what is to be known beside the level."""
    judgement = assessment.risk.judgement
    told = {
        f"judged by {judgement.author}" if judgement else "": True,
        "mostly prior": assessment.mostly_prior,
        assessment.trend or "": assessment.trend not in (None, "steady"),
        "review overdue": assessment.overdue,
        "counts private records": assessment.rests_on_private,
    }
    return [inert(note) for note, holds in told.items() if note and holds]


def show_risk(assessment: Assessment, history: Sequence[Point]) -> None:
    """Print one risk with everything that it was computed from."""
    risk = assessment.risk
    show(inert(risk.statement))
    noted = ", ".join(notes(assessment))
    show(f"{assessment.status}{f' ({noted})' if noted else ''} as of {assessment.today}")
    show()
    told = {
        "category": risk.category,
        "owner": risk.owner,
        "review": str(risk.review),
        "impact": f"{risk.impact}: {risk.impact_reason}",
        "response": f"{risk.response}{f': {risk.mitigation}' if risk.mitigation else ''}",
        "triggers": "; ".join(risk.triggers),
        "scope": risk.scope or "",
        "event": event_in_words(risk.event) if risk.event else "",
    }
    if risk.judgement:
        said = f"{risk.judgement.author} until {risk.judgement.until}: {risk.judgement.reason}"
        told["judgement"] = f"{_percent(risk.judgement.probability)}, {said}"
    if risk.prior:
        told["prior"] = f"from {risk.prior.source}, weight {risk.prior.weight:g}"
    for name, text in told.items():
        if text:
            show(f"{name:<12}{inert(' '.join(text.split()))}")
    if assessment.likelihood and assessment.prior:
        _show_computed(assessment, assessment.prior, assessment.likelihood)
        _show_history(history)


def _show_computed(assessment: Assessment, prior: Likelihood, likelihood: Likelihood) -> None:
    show()
    rows = [("prior", prior, assessment.prior_level), ("with evidence", likelihood, assessment.level)]
    show_table(
        ("", "probability", "90 % interval", "works", "level"),
        (
            [name, _percent(one.probability), _interval(one), _percent(one.confidence), _word(level)]
            for name, one, level in rows
        ),
    )
    if assessment.clusters:
        show()
        show_table(
            ("trial (host, manager, stack)", "records", "share", "age", "decay", "factor", "weight"),
            (_cluster(cluster) for cluster in assessment.clusters),
        )
    show()
    for name, ids in (("for", assessment.records_for), ("against", assessment.records_against)):
        for number, record in enumerate(ids):
            show(f"{name if not number else '':<12}{record}")
    if not assessment.records:
        show(f"{'evidence':<12}none")
    if assessment.silent:
        count, named = len(assessment.silent), ", ".join(assessment.silent[:_MOST_SILENT])
        told = "1 record in scope does not tell" if count == 1 else f"{count} records in scope do not tell"
        more = count - _MOST_SILENT
        show(f"{'silent':<12}{told}: {named}{f' and {more} more' if more > 0 else ''}")


def _cluster(cluster: Cluster) -> list[str]:
    host = cluster.host_label or cluster.key.host
    stack = [f"{name} {series}" for name, series in cluster.key.stack]
    return [
        ", ".join([host, cluster.key.manager, *stack]),
        str(len(cluster.trials)),
        f"{cluster.share:.2f}",
        f"{cluster.age_days} d",
        f"{cluster.decay:.2f}",
        f"{cluster.factor:g}",
        f"{cluster.weight:.2f}",
    ]


def _show_history(history: Sequence[Point]) -> None:
    sentences = [point.sentence for point in history if point.sentence]
    if sentences:
        show()
        for sentence in sentences:
            show(sentence)


def show_problems(problems: Iterable[Problem]) -> None:
    """Print what is wrong, and how to mend it."""
    for problem in problems:
        place = f", {problem.place}" if problem.place else ""
        show(inert(f"{problem.level}: {problem.path}{place}: {problem.message}"))
        if problem.hint:
            show(inert(f"    {problem.hint}"))


def _interval(likelihood: Likelihood) -> str:
    return f"{_percent(likelihood.low)} to {_percent(likelihood.high)}"


def _word(level: RiskLevel | None) -> str:
    return level or ""


def _percent(share: float) -> str:
    # A share next to 0 or 1 is neither.
    if 0 < share < _LEAST or 1 - _LEAST < share < 1:
        return "< 1 %" if share < _LEAST else "> 99 %"
    return f"{100 * share:.0f} %"


_LEAST: Final = 0.005
