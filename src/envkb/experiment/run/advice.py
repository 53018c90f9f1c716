"""Whether to move to an install method, in a sentence that never claims more than what was measured. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from envkb.assess.compared import Compared
from envkb.assess.package_differences import SEEDS
from envkb.assess.sentences import VERDICTS, ratio_digits, reason_head
from envkb.assess.statistics import Verdict
from envkb.assess.verdicts import TOO_WIDE
from envkb.experiment.run.answer import TOTAL, Answer, Row, is_benchmark
from envkb.experiment.run.summary import seconds
from envkb.model.edge_case import EdgeCase, Phase
from envkb.model.plan import Bytecode

Move = Literal["yes", "yes so far", "no", "no difference", "it depends", "cannot tell"]

WAYS: Final[Mapping[Bytecode, str]] = {"default": "by default", "parity": "at bytecode parity"}
"""What becomes of bytecode, in words."""

_FLIPPED: Final[Mapping[Verdict, Verdict]] = {"faster": "slower", "slower": "faster"}
_OWN_SUITES: Final = {"command": "your command", "own": "your own benchmarks"}
_MOST_LETTERS: Final = 240  # of what a manager said; all of it stands in the record


@dataclass(frozen=True, slots=True)
class Advice:
    """Whether to move to one arm of a run.

    Attributes:
        arm: Name of the arm.
        move: `yes` where it installs, something is faster and nothing slower; `yes so far` where besides more rounds
            might show another difference; `no` where it does not install or import, or something is slower and nothing
            faster; `no difference` where all is equivalent; `it depends` where some is faster and some slower, or it
            installs only sometimes; `cannot tell` where a verdict is open for another reason, or there is none.
        sentence: Why.
    """

    arm: str
    move: Move
    sentence: str


@dataclass(frozen=True, slots=True)
class _Seen:
    """A line of a comparison, from the side of the arm that is judged."""

    other: str
    about: str
    ratio: float | None
    verdict: Verdict
    reason: str | None


def advise(answer: Answer) -> tuple[Advice, ...]:
    """Return whether to move to each arm of a run: away from the first environment in use, else from the others.

    Args:
        answer: What the run showed.
    """
    used = next((row.combination.arm for row in answer.rows if row.combination.request is None), None)
    arms = dict.fromkeys(row.combination.arm for row in answer.rows)
    return tuple(_advice(arm, used, answer) for arm in arms if arm != used)


def _advice(arm: str, used: str | None, answer: Answer) -> Advice:
    rows = [row for row in answer.rows if row.combination.arm == arm]
    failed = [row for row in rows if row.recorded.record.outcome == "failure"]
    if failed:
        whole = len(failed) == len(rows)
        told = "; ".join(dict.fromkeys(f"{'It' if whole else _wanted(row)} {_failure(row)}" for row in failed))
        return Advice(arm, "no", f"{told}." if whole else f"It does not install all you asked for: {told}.")
    times, benchmarks = tuple(_times(arm, answer)), tuple(_benchmarks(arm, used, answer))
    trouble = _trouble(rows)
    parts = (
        *_installing(rows, trouble),
        *_told_times(rows, times),
        *_told_benchmarks(benchmarks),
        *_differing(arm, used, answer),
        *_nothing_compared((*times, *benchmarks), answer),
    )
    move = _moved((*times, *benchmarks), trouble.phase if trouble else None)
    sentence = "; ".join(parts)
    return Advice(arm, move, f"{sentence[0].upper()}{sentence[1:]}.")


def _moved(held: Sequence[_Seen], trouble: Phase | None) -> Move:
    found = {seen.verdict for seen in held}
    if trouble == Phase.IMPORT:
        return "no"
    if trouble or {"faster", "slower"} <= found:
        return "it depends"
    if "slower" in found:
        return "no"
    if not found or "cannot tell" in found:
        # Too few rounds are no doubt about those lines that were decided; a control that fails is.
        only_wide = all((seen.reason or "").startswith(TOO_WIDE) for seen in held if seen.verdict == "cannot tell")
        return "yes so far" if "faster" in found and only_wide else "cannot tell"
    return "yes" if "faster" in found else "no difference"


def _wanted(row: Row) -> str:
    one = row.combination
    told = (one.request.name if one.request else one.arm, f"Python {one.python}" if one.python else None, one.cache)
    return ", ".join(text for text in told if text)


def _failure(row: Row) -> str:
    install = row.recorded.record.install
    symptom = next((edge.symptom for edge in row.recorded.record.edge_cases), None)
    words = _shortened(symptom or (install.error if install else None) or "for an unknown reason")
    verb = "does not resolve" if install and install.failed_phase == Phase.RESOLVE else "does not install"
    return f"{verb}: {words}"


def _trouble(rows: Sequence[Row]) -> EdgeCase | None:
    """Return what went wrong with what was installed all the same: imports that fail, or some of the rounds."""
    found = [
        edge for row in rows if row.recorded.record.outcome == "partial" for edge in row.recorded.record.edge_cases
    ]
    return next((edge for edge in found if edge.phase != Phase.BENCHMARK), None)


def _shortened(symptom: str) -> str:
    line = symptom.splitlines()[0].removeprefix("error: ").removeprefix("ERROR: ").rstrip(".")
    return line if len(line) <= _MOST_LETTERS else f"{line[: _MOST_LETTERS - 1]}…"


def _installing(rows: Sequence[Row], trouble: EdgeCase | None) -> Iterator[str]:
    if trouble is not None:
        what = "What it installs cannot be imported" if trouble.phase == Phase.IMPORT else "It fails in some rounds"
        yield f"{what}: {_shortened(trouble.symptom)}"
    elif rows[0].combination.request is not None:
        yield "It installs all you asked for"


def _times(arm: str, answer: Answer) -> Iterator[_Seen]:
    for headline in answer.headlines:
        if arm in (headline.candidate.arm, headline.baseline.arm):
            flipped = headline.baseline.arm == arm
            other = headline.candidate.arm if flipped else headline.baseline.arm
            for way, line in headline.ratios.items():
                yield _seen(other, way, line, flipped=flipped)


def _benchmarks(arm: str, used: str | None, answer: Answer) -> Iterator[_Seen]:
    arms = {row.recorded.id: row.combination.arm for row in answer.rows}
    for contrast in answer.comparison.contrasts if answer.comparison else ():
        ours, theirs = (arms[side.records[0].id] for side in (contrast.candidate, contrast.baseline))
        flipped = theirs == arm
        other = ours if flipped else theirs
        # Beside an environment in use, what other managers do is another question.
        if arm in (ours, theirs) and used in (None, other):
            for line in filter(is_benchmark, contrast.measurements):
                yield _seen(other, line.benchmark.suite or "other", line, flipped=flipped)


def _seen(other: str, about: str, line: Compared, *, flipped: bool) -> _Seen:
    if not flipped:
        return _Seen(other, about, line.ratio, line.verdict, line.reason)
    # Ratios are computed on logarithms: seen from the other side, they and their verdicts are exactly reversed.
    ratio = 1 / line.ratio if line.ratio else None
    return _Seen(other, about, ratio, _FLIPPED.get(line.verdict, line.verdict), line.reason)


def _told_times(rows: Sequence[Row], times: Sequence[_Seen]) -> Iterator[str]:
    for other in dict.fromkeys(seen.other for seen in times):
        own = [seen for seen in times if seen.other == other]
        yield f"time to first import {', '.join(_ways(own, other))}"
    known = [row.medians_s[TOTAL] for row in rows if TOTAL in row.medians_s]
    if known and not times:
        yield f"time to first import {' to '.join(dict.fromkeys(map(seconds, (min(known), max(known)))))}"


def _ways(held: Sequence[_Seen], other: str) -> Iterator[str]:
    told = {way: [seen for seen in held if seen.about == way] for way in WAYS}
    verdicts = {way: _verdicts(own) for way, own in told.items() if own}
    alike = len(set(verdicts.values())) == 1
    times = f" times {other}'s"
    for way, meaning in WAYS.items():
        if way not in verdicts:
            yield f"{meaning} not measured"
            continue
        # One verdict of both stands once, behind the last.
        verdict = "" if alike and way != list(verdicts)[-1] else f" ({verdicts[way]})"
        yield f"{_ratios(told[way])}{times} {meaning}{verdict}"
        times = ""


def _ratios(held: Sequence[_Seen]) -> str:
    known = sorted(seen.ratio for seen in held if seen.ratio is not None)
    return " to ".join(dict.fromkeys(map(ratio_digits, (known[0], known[-1])))) if known else "no ratio"


def _told_benchmarks(held: Sequence[_Seen]) -> Iterator[str]:
    for other in dict.fromkeys(seen.other for seen in held):
        own = [seen for seen in held if seen.other == other]
        alike: dict[str, list[str]] = {}
        for suite in dict.fromkeys(seen.about for seen in own):
            told = _verdicts([seen for seen in own if seen.about == suite])
            alike.setdefault(told, []).append(_OWN_SUITES.get(suite, suite))
        yield f"beside {other}, {', '.join(f'{_suites(names)} {told}' for told, names in alike.items())}"


def _suites(names: Sequence[str]) -> str:
    own = [name for name in names if name in _OWN_SUITES.values()]
    known = [name for name in names if name not in own]
    return " and ".join([*([f"{' and '.join(known)} benchmarks"] if known else []), *own])


def _verdicts(held: Sequence[_Seen]) -> str:
    counts = Counter(seen.verdict for seen in held)
    reasons = Counter(reason_head(seen.reason) for seen in held if seen.reason)
    why = f": {reasons.most_common(1)[0][0]}" if reasons else ""
    if len(counts) == 1:
        return f"{held[0].verdict}{why}"
    return ", ".join(f"{counts[it]} {it}" for it in VERDICTS if counts[it]) + why


def _differing(arm: str, used: str | None, answer: Answer) -> Iterator[str]:
    kinds = {row.combination.kind for row in answer.rows if row.combination.arm == arm}
    found = [rows for kind, rows in answer.differences.items() if kind in kinds]
    if not found or used is None:
        return
    # Whoever made an environment put these there; nobody asked for them.
    most = max(([row for row in rows if row.name not in SEEDS] for rows in found), key=len)
    missing = sum(row.there is None for row in most)
    more = sum(row.here is None for row in most)
    counted = ((len(most) - missing - more, "in another version"), (missing, "missing"), (more, "more"))
    how = ", ".join(f"{number} {what}" for number, what in counted if number)
    yield f"packages beside {used}: {how}" if how else f"no package differs from {used}"


def _nothing_compared(seen: Iterable[_Seen], answer: Answer) -> Iterator[str]:
    if any(True for _ in seen):
        return
    if answer.unjudged is not None:
        yield f"nothing was compared: {answer.unjudged}"
    else:
        yield "nothing took part that it could be compared with: --env NAME=PATH and another --with bring that"
