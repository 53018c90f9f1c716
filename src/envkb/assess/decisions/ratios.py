"""Judges a ratio that a decision assumes. Pure."""

import math
from collections.abc import Mapping, Sequence
from typing import Final

from envkb.assess.decisions.outcome import AssumptionState, Found
from envkb.assess.decisions.ratio_lines import RatioLine
from envkb.assess.statistics import MARGIN, Estimate, control_fails, control_shows_as_much
from envkb.model.decision import RatioCheck

Judged = tuple[AssumptionState, str]

_UNTOLD: Final = "undetermined"
_SAID: Final[Mapping[AssumptionState, str]] = {"violated": "beyond", "holds": "within", _UNTOLD: "cannot be told"}


def judge_ratio(check: RatioCheck, lines: Sequence[RatioLine]) -> Found:
    """Return what the comparisons say together.

    One that is surely beyond the bound violates the assumption. Else it holds where at least one is surely within;
    those that cannot be told are counted in the reason.

    Args:
        check: What is assumed.
        lines: The comparisons.
    """
    judged = [judge_line(check, line) for line in lines]
    states = [state for state, _ in judged]
    if not judged:
        return Found(_UNTOLD, "no two records measured it on one host, with one request and one cache state")
    state = next(each for each in _SAID if each in states)
    more = [f"{states.count(each)} {_SAID[each]}" for each in _SAID if states.count(each) and len(states) > 1]
    reason = judged[states.index(state)][1] + (f"; of {len(states)} comparisons {', '.join(more)}" if more else "")
    return Found(
        state,
        reason,
        supporting=_ids(lines, states, "holds"),
        opposing=_ids(lines, states, "violated"),
        lines=tuple(lines),
    )


def _ids(lines: Sequence[RatioLine], states: Sequence[AssumptionState], wanted: AssumptionState) -> tuple[str, ...]:
    chosen = [line for line, state in zip(lines, states, strict=True) if state == wanted]
    return tuple(dict.fromkeys(name for line in chosen for name in (*line.baseline, *line.candidate)))


def judge_line(check: RatioCheck, line: RatioLine) -> Judged:
    """Return what one comparison says of the assumption, and why."""
    if line.ratio is None or line.low is None or line.high is None:
        return _UNTOLD, line.obstacle or "there is no interval"
    told = f"{line.ratio:.3g} ({line.low:.3g} to {line.high:.3g}), {line.basis}, {_counted(line)}, {bound_text(check)}"
    if line.obstacle:
        return _UNTOLD, f"{told}: {line.obstacle}"
    low, high = bounds(check)
    if low <= line.low and line.high <= high:
        state: AssumptionState = "holds"
    elif line.high < low or line.low > high:
        state = "violated"
    else:
        return _UNTOLD, f"{told}: the interval reaches over the bound"
    doubt = _doubt(check, line, state)
    return (_UNTOLD, f"{told}: {doubt}") if doubt else (state, told)


def _counted(line: RatioLine) -> str:
    noun = "round" if line.basis == "interleaved" else "run"
    where = f" on {line.host}" if line.host else ""
    return f"{line.count} {noun}{'' if line.count == 1 else 's'}{where}"


def bounds(check: RatioCheck) -> tuple[float, float]:
    """Return the lowest and the highest ratio that is assumed."""
    if check.within is not None:
        return 1 / (1 + check.within), 1 + check.within
    return check.at_least or 0.0, math.inf if check.at_most is None else check.at_most


def bound_text(check: RatioCheck) -> str:
    """Return what is assumed of a ratio, in words."""
    if check.within is not None:
        return f"within {check.within:.3g} of 1 assumed"
    return f"at least {check.at_least:.3g} assumed" if check.at_most is None else f"at most {check.at_most:.3g} assumed"


def _doubt(check: RatioCheck, line: RatioLine, state: AssumptionState) -> str | None:
    """Return why a comparison within one run is not believed; the rules are those of `kb compare`."""
    if line.basis != "interleaved" or line.ratio is None or line.low is None or line.high is None:
        return None
    if line.control is not None and control_fails(line.control, check.within or MARGIN):
        return f"the A/A control fails: an arm differs from itself by {line.control.ratio - 1:+.1%}"
    low, high = bounds(check)
    says_that_they_differ = (low <= 1 <= high) == (state == "violated")
    if not says_that_they_differ:
        return None
    if line.control is None:
        return "no A/A control took part: nothing shows what no difference looks like"
    estimate = Estimate(ratio=line.ratio, low=line.low, high=line.high, count=line.count)
    return "the A/A control could show as much" if control_shows_as_much(estimate, line.control) else None
