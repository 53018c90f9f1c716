"""Comparisons in words. Pure."""

from collections import Counter
from collections.abc import Mapping
from typing import Final, get_args

from envkb.assess.compared import Compared, Comparison, Contrast
from envkb.assess.comparison import benchmark_name
from envkb.assess.statistics import Verdict

VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)


def overview(contrast: Contrast) -> str:
    """Return one line: `uv against pip: 3 faster, 1 equivalent, 2 cannot tell`."""
    lines = sorted(contrast.measurements, key=lambda line: VERDICTS.index(line.verdict))
    told = ", ".join(_counted(number, word) for word, number in Counter(map(verdict_word, lines)).items())
    return f"{contrast.candidate.label} against {contrast.baseline.label}: {told or 'nothing in common'}"


def _counted(number: int, word: str) -> str:
    return f"{number} {word if number == 1 else word.replace('uses', 'use')}"


def subject(comparison: Comparison) -> str:
    """Return what all lines of a comparison are about: `numpy==2.4.6, warm cache`; empty where they share nothing."""
    lines = [line for contrast in comparison.contrasts for line in contrast.measurements]
    requests, caches = ({getattr(line, field) for line in lines} - {None} for field in ("request", "cache"))
    return ", ".join([*(requests if len(requests) == 1 else ()), *(f"{it} cache" for it in caches if len(caches) == 1)])


def line_name(line: Compared, contrast: Contrast) -> str:
    """Return what tells a line from the others of its contrast: the benchmark, and as much beside it as is needed."""
    name = benchmark_name(line.benchmark)
    parts = [name if line.quantity == "duration" else f"{name} {line.quantity}"]
    namesakes = [other for other in contrast.measurements if benchmark_name(other.benchmark) == name]
    for number, row in enumerate(line.benchmark.parameters):
        if getattr(line, _TOLD_BESIDE.get(row.name, ""), None) is not None:
            continue
        others = (other.benchmark.parameters[number : number + 1] for other in namesakes)
        if any(other and other[0] != row for other in others):
            parts.append(f"{row.name}={row.value}")
    for field in ("host", "request", "cache"):
        value = getattr(line, field)
        if value is not None and any(getattr(other, field) != value for other in contrast.measurements):
            parts.append(str(value))
    return " ".join(parts)


def ratio_text(line: Compared) -> str:
    """Return ratio and interval: `1.10 (1.07 to 1.13)`; a dash where there is no ratio."""
    if line.ratio is None:
        return "-"
    middle = ratio_digits(line.ratio)
    if line.low is None or line.high is None:
        return middle
    digits = _digits(line.ratio)
    return f"{middle} ({line.low:.{digits}f} to {line.high:.{digits}f})"


def ratio_digits(ratio: float) -> str:
    """Return a ratio with the digits that count: `1.10`, `0.050`."""
    return f"{ratio:.{_digits(ratio)}f}"


def _digits(ratio: float) -> int:
    return 3 if ratio < _SMALL else 2


def verdict_word(line: Compared) -> str:
    """Return the verdict as people say it: more memory is no slower memory."""
    if line.quantity == "duration" or line.better != "lower":
        return line.verdict
    return _OF_AMOUNTS.get(line.verdict, line.verdict)


def verdict_text(line: Compared) -> str:
    """Return the verdict as people say it, with its reason where it cannot be told."""
    return f"{verdict_word(line)}: {line.reason}" if line.reason else verdict_word(line)


def reason_head(reason: str) -> str:
    """Return what kind of reason it is, without the numbers and names that belong to one line."""
    return reason.partition(": ")[0]


def sentences(comparison: Comparison) -> tuple[str, ...]:
    """Return one sentence for every line of a comparison."""
    return tuple(
        f"{line_name(line, contrast)}: {contrast.candidate.label} / {contrast.baseline.label} = {ratio_text(line)}, "
        f"{verdict_text(line)}."
        for contrast in comparison.contrasts
        for line in contrast.measurements
    )


_OF_AMOUNTS: Final[Mapping[Verdict, str]] = {"faster": "uses less", "slower": "uses more"}
_TOLD_BESIDE: Final = {"cache": "cache", "requirements": "request"}  # parameters of installs that the line has, too
_SMALL: Final = 0.1  # a twentieth and a thirtieth must not look alike
