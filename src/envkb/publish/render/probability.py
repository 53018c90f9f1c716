"""Pictures of probabilities with their intervals, as SVG; colours come from the stylesheet."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from markupsafe import Markup

from envkb.assess.risk.history import Point
from envkb.assess.risk.likelihood import Likelihood
from envkb.publish.render.markup import inert

_WIDTH: Final = 240
_HEIGHT: Final = 48
_MARGIN: Final = 8
_PRIOR_Y: Final = 11
_NOW_Y: Final = 25
_AXIS_Y: Final = 37


def percent(value: float) -> str:
    """Return a probability as people say it; what is not quite 0 or 1 does not look so."""
    rounded = round(100 * value)
    if rounded == 0 and value > 0:
        return "< 1 %"
    if rounded == 100 and value < 1:  # noqa: PLR2004 - per cent
        return "> 99 %"
    return f"{rounded} %"


def interval(likelihood: Likelihood) -> str:
    """Return the 90 % interval in words."""
    return f"{percent(likelihood.low)} to {percent(likelihood.high)}"


def interval_plot(prior: Likelihood, now: Likelihood) -> Markup:
    """Return the prior above what is believed now, each a dot on its 90 % interval, from 0 to 100 %."""
    described = (
        f"Prior {percent(prior.probability)}, {interval(prior)}. Now {percent(now.probability)}, {interval(now)}."
    )
    parts = [
        Markup('<svg class="kb-likelihood" viewBox="0 0 {} {}" role="img"><title>{}</title><desc>{}</desc>').format(
            _WIDTH, _HEIGHT, inert("Prior above, with evidence below; 0 to 100 %"), inert(described)
        ),
        *(
            Markup('<line class="kb-likelihood-tick" x1="{x:.1f}" x2="{x:.1f}" y1="2" y2="{y}"/>').format(
                x=_x(share / 4), y=_AXIS_Y
            )
            for share in range(5)
        ),
        *(
            Markup('<text class="kb-likelihood-text" x="{:.1f}" y="{}" text-anchor="{}">{} %</text>').format(
                _x(share), _HEIGHT - 2, anchor, round(100 * share)
            )
            for share, anchor in ((0.0, "start"), (0.5, "middle"), (1.0, "end"))
        ),
        _bar(prior, _PRIOR_Y, "prior"),
        _bar(now, _NOW_Y, "now"),
        Markup("</svg>"),
    ]
    return Markup().join(parts)


def _bar(likelihood: Likelihood, y: int, kind: str) -> Markup:
    return Markup(
        '<line class="kb-likelihood-{kind}" x1="{low:.1f}" x2="{high:.1f}" y1="{y}" y2="{y}"/>'
        '<circle class="kb-likelihood-{kind}" cx="{middle:.1f}" cy="{y}" r="4"/>'
    ).format(kind=kind, low=_x(likelihood.low), high=_x(likelihood.high), middle=_x(likelihood.probability), y=y)


def _x(share: float) -> float:
    return _MARGIN + share * (_WIDTH - 2 * _MARGIN)


_LINE_WIDTH: Final = 640
_LINE_HEIGHT: Final = 150
_LEFT: Final = 46
_RIGHT: Final = 12
_TOP: Final = 8
_BOTTOM: Final = 22


def history_plot(points: Sequence[Point], statement: str) -> Markup:
    """Return the probability over time with its interval; empty where nothing was learned on any day."""
    days = [(point.day, point) for point in points if point.day is not None]
    if len(days) < 2:  # noqa: PLR2004 - a line has two ends
        return Markup()
    first, last = days[0][0], days[-1][0]
    places = [(_when(day, first, last), point.likelihood) for day, point in days]
    outline = [(x, held.high) for x, held in places] + [(x, held.low) for x, held in reversed(places)]
    area = " ".join(f"{x:.1f},{_y(share):.1f}" for x, share in outline)
    line = " ".join(f"{x:.1f},{_y(held.probability):.1f}" for x, held in places)
    described = "; ".join(
        f"{day}: {percent(point.likelihood.probability)}, {interval(point.likelihood)}" for day, point in days
    )
    parts = [
        Markup('<svg class="kb-history" viewBox="0 0 {} {}" role="img"><title>{}</title><desc>{}</desc>').format(
            _LINE_WIDTH, _LINE_HEIGHT, inert(f"Probability over time: {statement}"), inert(described)
        ),
        *(_rule(share) for share in (0.0, 0.5, 1.0)),
        Markup('<polygon class="kb-history-interval" points="{}"/>').format(area),
        Markup('<polyline class="kb-history-line" points="{}"/>').format(line),
        *(
            Markup('<circle class="kb-history-dot" cx="{:.1f}" cy="{:.1f}" r="3"/>').format(x, _y(held.probability))
            for x, held in places
        ),
        Markup('<text class="kb-history-text" x="{}" y="{}">{}</text>').format(_LEFT, _LINE_HEIGHT - 6, first),
        Markup('<text class="kb-history-text" x="{}" y="{}" text-anchor="end">{}</text>').format(
            _LINE_WIDTH - _RIGHT, _LINE_HEIGHT - 6, last
        ),
        Markup("</svg>"),
    ]
    return Markup().join(parts)


def _rule(share: float) -> Markup:
    return Markup(
        '<line class="kb-history-rule" x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>'
        '<text class="kb-history-text" x="{text}" y="{base:.1f}" text-anchor="end">{name} %</text>'
    ).format(
        left=_LEFT, right=_LINE_WIDTH - _RIGHT, y=_y(share), text=_LEFT - 6, base=_y(share) + 4, name=round(100 * share)
    )


def _when(day: date, first: date, last: date) -> float:
    span = max(1, (last - first).days)
    return _LEFT + (day - first).days / span * (_LINE_WIDTH - _LEFT - _RIGHT)


def _y(share: float) -> float:
    return _TOP + (1 - share) * (_LINE_HEIGHT - _TOP - _BOTTOM)
