"""Charts as SVG, made once when the site is built; colours come from the stylesheet."""

from collections.abc import Sequence
from statistics import median
from typing import Final

from markupsafe import Markup

from envkb.publish.render.markup import inert

_WIDTH: Final = 220
_HEIGHT: Final = 26
_MARGIN: Final = 7


def strip_plot(samples: Sequence[float], *, title: str, description: str) -> Markup:
    """Return a dot for each sample on a line from the smallest to the largest, and a bar at the median.

    Args:
        samples: At least one number.
        title: What is shown, for screen readers and on hover.
        description: The same in words and numbers.
    """
    low, high = min(samples), max(samples)
    middle = _HEIGHT / 2
    parts = [
        Markup('<svg class="kb-strip" viewBox="0 0 {} {}" role="img"><title>{}</title><desc>{}</desc>').format(
            _WIDTH, _HEIGHT, inert(title), inert(description)
        ),
        Markup('<line class="kb-strip-axis" x1="{}" x2="{}" y1="{y:g}" y2="{y:g}"/>').format(
            _MARGIN, _WIDTH - _MARGIN, y=middle
        ),
        Markup('<line class="kb-strip-median" x1="{x:.1f}" x2="{x:.1f}" y1="3" y2="{}"/>').format(
            _HEIGHT - 3, x=_place(median(samples), low, high)
        ),
    ]
    parts += [
        Markup('<circle class="kb-strip-dot" cx="{:.1f}" cy="{:g}" r="4"/>').format(_place(sample, low, high), middle)
        for sample in samples
    ]
    return Markup().join([*parts, Markup("</svg>")])


def _place(value: float, low: float, high: float) -> float:
    if high == low:
        return _WIDTH / 2
    return _MARGIN + (value - low) / (high - low) * (_WIDTH - 2 * _MARGIN)
