"""What a person can do about what a comparison leaves open: no more than somebody would wait for. Pure."""

import math
from collections.abc import Sequence
from typing import Final

from envkb.assess.compared import Compared, Contrast
from envkb.assess.deciding import rounds_of
from envkb.assess.statistics import Estimate, control_fails, control_shows_as_much, judge

MOST_ROUNDS: Final = 100
"""More rounds than this are suggested to nobody: what needs them is too small, or too scattered, to be worth them."""
_LONGEST_S: Final = 3600.0  # of measuring one benchmark again and again
_WIDEST: Final = 0.2  # a margin beyond says nothing
_EXACT: Final = 9  # digits, so that 0.12 is not rounded up for its last bit


def suggestions(contrast: Contrast, margin: float) -> tuple[str, ...]:
    """Return how to decide what a contrast leaves open: commands, with a remark behind `#` where one is needed.

    What would take more rounds than anybody waits for is not asked of rounds: a margin that is a little wider answers
    it at once, and where it takes more than that, the machine is too busy.

    Args:
        contrast: The contrast.
        margin: Share of the baseline that makes no difference.
    """
    if contrast.decide is None:
        return ()
    undecided = [line for line in contrast.measurements if line.verdict == "cannot tell"]
    noisy = [(line, _rounds_worth(line, margin)) for line in undecided if _is_noisy(line, margin)]
    endless = [line for line, rounds in noisy if rounds is None]
    if undecided and len(endless) == len(undecided):
        return (_wider(contrast, endless),)
    command = " ".join(word for word in contrast.decide.split(" ") if not word.startswith("--rounds="))
    most = max((rounds for _, rounds in noisy if rounds is not None), default=0)
    # Rounds come in mirrored pairs.
    longer = f" --rounds={math.ceil(most / 2) * 2}" if most else ""
    return (f"{command}{longer}", *([_wider(contrast, endless)] if endless else []))


def _is_noisy(line: Compared, margin: float) -> bool:
    """Return whether a line is open because its samples scatter."""
    if line.basis != "interleaved" or not line.ratio or not line.low or not line.high:
        return False
    held = Estimate(ratio=line.ratio, low=line.low, high=line.high, count=line.count)
    doubtful = line.control is not None and control_shows_as_much(held, line.control)
    return doubtful or judge(held, margin, "lower") == "cannot tell"


def _rounds_worth(line: Compared, margin: float) -> int | None:
    """Return how many rounds would decide a line; None where nobody would wait for them."""
    rounds = rounds_of(line, margin)
    round_s = line.baseline_median + line.candidate_median if line.unit == "s" else 0
    return rounds if rounds is not None and rounds <= MOST_ROUNDS and rounds * round_s <= _LONGEST_S else None


def _wider(contrast: Contrast, endless: Sequence[Compared]) -> str:
    ends = [abs(math.log(end)) for line in endless for end in (line.low, line.high) if end]
    # Rounded up, so that what is suggested holds.
    share = math.ceil(round(math.expm1(max(ends)) * 100, _EXACT)) / 100
    sides = (contrast.baseline.records, contrast.candidate.records)
    failing = any(line.control is not None and control_fails(line.control, share) for line in endless)
    if failing or share > _WIDEST or any(len(side) > 1 for side in sides):
        return "# more rounds hardly decide the rest: too little differs, or the machine is too busy (see warnings)"
    ids = " ".join(row.id for side in sides for row in side)
    what = "one is" if len(endless) == 1 else f"{len(endless)} are"
    return f"kb compare {ids} --margin={share:g}    # {what} equivalent within {share:.0%}; less takes too many rounds"
