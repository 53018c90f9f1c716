"""Ratios with their intervals as one picture, made once when the site is built; colours come from the stylesheet."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from markupsafe import Markup

from envkb.assess.statistics import Verdict
from envkb.publish.render.markup import inert
from envkb.publish.render.quantities import number

_WIDTH: Final = 360
_ROW: Final = 34
_FOOT: Final = 34
_EDGE: Final = 12
_RADIUS: Final = 4.5
_CHARACTERS: Final = 58
"""Of a name and a verdict in one line; longer names end in an ellipsis, and the table has them whole."""
_APART: Final = 34.0
"""Least distance of two ticks, so that their numbers do not touch."""
_STEPS: Final = (1, 2, 5)
_FINE: Final = (0.8, 0.9, 1.1, 1.25)
_KINDS: Final = {"faster": "good", "slower": "bad", "equivalent": "same", "cannot tell": "open"}


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of the picture.

    Attributes:
        name: What was measured.
        ratio: Candidate / baseline, above zero.
        low: Lower end of its interval; None without one.
        high: Upper end; None without one.
        verdict: What it says.
    """

    name: str
    ratio: float
    low: float | None
    high: float | None
    verdict: Verdict


def interval_plot(bars: Sequence[Bar], *, margin: float, title: str, description: str) -> Markup:
    """Return a picture of ratios on a logarithmic axis; the range in which a difference makes none is shaded.

    Verdicts differ in shape and in words, not in colour alone: a full dot for faster and slower, a square for
    equivalent, a ring for what cannot be told.

    Args:
        bars: At least one.
        margin: Share of the baseline that makes no difference.
        title: What is shown, for screen readers and on hover.
        description: The same in words and numbers.
    """
    axis = _Axis.around(bars, margin)
    bottom = len(bars) * _ROW
    return Markup().join(
        chain(
            [
                Markup(
                    '<svg class="kb-intervals" viewBox="0 0 {} {}" role="img"><title>{}</title><desc>{}</desc>'
                ).format(_WIDTH, bottom + _FOOT, inert(title), inert(description))
            ],
            _ground(axis, margin, bottom),
            *(_line(axis, bar, place * _ROW) for place, bar in enumerate(bars)),
            [Markup("</svg>")],
        )
    )


@dataclass(frozen=True, slots=True)
class _Axis:
    low: float
    high: float

    @classmethod
    def around(cls, bars: Sequence[Bar], margin: float) -> "_Axis":
        ends = [math.log(end) for bar in bars for end in (bar.low, bar.high, bar.ratio) if end and end > 0]
        room = 2 * math.log1p(margin)
        return cls(min(-room, *ends), max(room, *ends))

    def place(self, ratio: float) -> float:
        share = (math.log(ratio) - self.low) / (self.high - self.low)
        return _EDGE + share * (_WIDTH - 2 * _EDGE)

    def ticks(self) -> Iterator[float]:
        """Yield 1 and, away from it, round numbers that do not touch."""
        powers = range(math.floor(self.low / math.log(10)) - 1, math.ceil(self.high / math.log(10)) + 1)
        candidates = sorted({step * 10.0**power for power in powers for step in _STEPS} | set(_FINE), key=_distance)
        taken: list[float] = []
        for ratio in candidates:
            inside = self.low <= math.log(ratio) <= self.high
            if inside and all(abs(self.place(ratio) - self.place(other)) >= _APART for other in taken):
                taken.append(ratio)
                yield ratio


def _distance(ratio: float) -> float:
    return abs(math.log(ratio))


def _ground(axis: _Axis, margin: float, bottom: int) -> Iterator[Markup]:
    left, right = axis.place(1 / (1 + margin)), axis.place(1 + margin)
    yield Markup('<rect class="kb-intervals-margin" x="{:.1f}" y="0" width="{:.1f}" height="{}"/>').format(
        left, right - left, bottom
    )
    for ratio in axis.ticks():
        kind = "kb-intervals-one" if ratio == 1 else "kb-intervals-tick"
        yield Markup('<line class="{}" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{}"/>').format(
            kind, bottom + 3, x=axis.place(ratio)
        )
        yield Markup('<text class="kb-intervals-number" x="{:.1f}" y="{}">{}</text>').format(
            axis.place(ratio), bottom + 14, inert(number(ratio))
        )
    yield Markup('<text class="kb-intervals-axis" x="{:g}" y="{}">candidate / baseline</text>').format(
        _WIDTH / 2, bottom + 28
    )


def _line(axis: _Axis, bar: Bar, top: int) -> Iterator[Markup]:
    middle = top + _ROW - 10
    room = _CHARACTERS - len(bar.verdict)
    name = bar.name if len(bar.name) <= room else f"{bar.name[: room - 1]}…"
    kind = _KINDS[bar.verdict]
    yield Markup('<text class="kb-intervals-name" x="{}" y="{}">{}</text>').format(_EDGE, top + 13, inert(name))
    yield Markup('<text class="kb-intervals-verdict kb-intervals-{}" x="{}" y="{}">{}</text>').format(
        kind, _WIDTH - _EDGE, top + 13, inert(bar.verdict)
    )
    if bar.low and bar.high:
        yield Markup(
            '<line class="kb-intervals-bar kb-intervals-{}" x1="{:.1f}" x2="{:.1f}" y1="{y}" y2="{y}"/>'
        ).format(kind, axis.place(bar.low), axis.place(bar.high), y=middle)
    place = axis.place(bar.ratio)
    if bar.verdict == "equivalent":
        yield Markup(
            '<rect class="kb-intervals-dot kb-intervals-{}" x="{:.1f}" y="{}" width="{s}" height="{s}"/>'
        ).format(kind, place - _RADIUS, middle - _RADIUS, s=2 * _RADIUS)
    else:
        yield Markup('<circle class="kb-intervals-dot kb-intervals-{}" cx="{:.1f}" cy="{}" r="{}"/>').format(
            kind, place, middle, _RADIUS
        )
