"""What the page of a claim shows of the comparison that it keeps."""

import json
from collections.abc import Container
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup
from pydantic import ValidationError

from envkb.assess.compared import Compared, Comparison, Contrast, PackageDifference, SideShown
from envkb.assess.comparison import METHOD
from envkb.assess.sentences import line_name, overview, ratio_text
from envkb.model.record import Claim
from envkb.publish.comparison import notes
from envkb.publish.render.interval_plot import Bar, interval_plot
from envkb.publish.render.quantities import quantity

_BADGES: Final = {"faster": "good", "slower": "bad", "equivalent": "info", "cannot tell": "plain"}
_CHANGES: Final = {"added": "added", "removed": "removed", "version": "another version", "build": "another build"}
_STANDINGS: Final = {
    "declared": "what is compared",
    "manager": "brought by the manager",
    "undeclared": "undeclared",
    "allowed": "allowed",
}
_ELSEWHERE: Final = frozenset({"packages"})  # they have a table of their own


@dataclass(frozen=True, slots=True)
class LineView:
    """One quantity of one benchmark.

    Attributes:
        name: What was timed.
        baseline: Median of the baseline.
        candidate: Median of the candidate.
        ratio: Ratio with its interval.
        verdict: The verdict.
        badge: How it is coloured.
        remark: Why it cannot be told, and what the ratio rests on; empty where there is nothing to say.
    """

    name: str
    baseline: str
    candidate: str
    ratio: str
    verdict: str
    badge: str
    remark: str


@dataclass(frozen=True, slots=True)
class PackageView:
    """A distribution that differs: its name, both versions, how it changed and what that means for verdicts."""

    name: str
    baseline: str
    candidate: str
    change: str
    standing: str


@dataclass(frozen=True, slots=True)
class SideView:
    """A side with its records: id, and whether it has a page here."""

    label: str
    records: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class ContrastView:
    """One candidate against its baseline.

    Attributes:
        title: The verdicts, counted.
        baseline: One side.
        candidate: The other.
        lines: The numbers.
        picture: Their intervals; empty without ratios.
        packages: Distributions that differ.
        notes: Label and text of everything else that belongs to it.
    """

    title: str
    baseline: SideView
    candidate: SideView
    lines: tuple[LineView, ...]
    picture: Markup
    packages: tuple[PackageView, ...]
    notes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """A comparison: its contrasts, the margin and the confidence as percent."""

    contrasts: tuple[ContrastView, ...]
    margin: str
    confidence: str


def comparison_section(claim: Claim | None, known: Container[str]) -> ComparisonView | None:
    """Return what the page shows of a claim's comparison; None where it is none that this version can read.

    Args:
        claim: The claim.
        known: Ids of the records that have a page.
    """
    if claim is None or claim.method != METHOD:
        return None
    try:
        held = Comparison.model_validate_json(json.dumps(claim.result))
    except ValidationError:
        return None
    return ComparisonView(
        contrasts=tuple(_contrast(each, held.margin, known) for each in held.contrasts),
        margin=f"{held.margin:.3g}",
        confidence=f"{held.confidence:.0%}",
    )


def _contrast(contrast: Contrast, margin: float, known: Container[str]) -> ContrastView:
    return ContrastView(
        title=overview(contrast),
        baseline=_side(contrast.baseline, known),
        candidate=_side(contrast.candidate, known),
        lines=tuple(_line(line, contrast) for line in contrast.measurements),
        picture=_picture(contrast, margin),
        packages=tuple(map(_package, contrast.packages)),
        notes=tuple((label, text) for label, text in notes(contrast, margin) if label not in _ELSEWHERE),
    )


def _side(side: SideShown, known: Container[str]) -> SideView:
    return SideView(side.label, tuple((row.id, row.id in known) for row in side.records))


def _line(line: Compared, contrast: Contrast) -> LineView:
    return LineView(
        name=line_name(line, contrast),
        baseline=quantity(line.baseline_median, line.unit),
        candidate=quantity(line.candidate_median, line.unit),
        ratio=ratio_text(line),
        verdict=line.verdict,
        badge=_BADGES[line.verdict],
        remark=line.reason or "",
    )


def _package(each: PackageDifference) -> PackageView:
    return PackageView(
        each.name, each.baseline or "-", each.candidate or "-", _CHANGES[each.change], _STANDINGS[each.standing]
    )


def _picture(contrast: Contrast, margin: float) -> Markup:
    bars = [
        Bar(line_name(line, contrast), line.ratio, line.low, line.high, line.verdict)
        for line in contrast.measurements
        if line.ratio
    ]
    if not bars:
        return Markup()
    told = "; ".join(
        f"{line_name(line, contrast)} {ratio_text(line)}, {line.verdict}"
        for line in contrast.measurements
        if line.ratio
    )
    return interval_plot(
        bars,
        margin=margin,
        title=f"{contrast.candidate.label} / {contrast.baseline.label}: ratios with their intervals",
        description=f"On a logarithmic axis; within {margin:.3g} of 1, shaded, a difference makes none. {told}.",
    )
