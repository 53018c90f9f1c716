"""Makes the sections of a record from the trials of one combination. Pure."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal

from envkb.bench.trouble_texts import read_text
from envkb.document.fingerprint import fingerprint
from envkb.experiment.run.cache_verdict import CacheVerdict, judge_cache
from envkb.experiment.run.cells import Combination
from envkb.experiment.run.sizes import Size
from envkb.experiment.run.trial import Trial, TrialFailure
from envkb.managers import Tool
from envkb.model.edge_case import EdgeCase, Phase, Severity
from envkb.model.fact import Fact, Status
from envkb.model.install import Install
from envkb.model.value import Origin

if TYPE_CHECKING:
    from pydantic import JsonValue

Outcome = Literal["success", "partial", "failure"]


def outcome_of(trials: Sequence[Trial]) -> Outcome:
    """Return how a combination ended: partial where some rounds failed, or what was installed cannot be imported."""
    good = [trial.succeeded for trial in trials]
    if not any(good):
        return "failure"
    imported = all(told.first.error is None for trial in trials for told in trial.imports)
    return "success" if all(good) and imported else "partial"


def install_section(combination: Combination, trials: Sequence[Trial], tool: Tool, log_sha256: str | None) -> Install:
    """Return how the environment came to be, in the words of the round that tells most: a failed one, else the last.

    Args:
        combination: The combination.
        trials: Its rounds, at least one.
        tool: The manager.
        log_sha256: The attachment with the log of that round.
    """
    told = telling(trials)
    failure = told.failure
    return Install(
        origin=Origin.CAPTURED,
        manager=combination.manager,
        manager_version=tool.version,
        commands=told.commands,
        request=combination.asked(),
        cache=combination.cache,
        cache_seen=_verdict(combination, trials).seen,
        bytecode="compiled" if combination.bytecode == "parity" else "default",
        outcome="failure" if failure else "success",
        failed_phase=failure.phase if failure else None,
        exit_status=failure.exit_status if failure else 0,
        signal=failure.signal if failure else None,
        error=failure.kind if failure else None,
        last_words=failure.last_words or None if failure else None,
        log_sha256=log_sha256,
    )


def telling(trials: Sequence[Trial]) -> Trial:
    """Return the round whose log is kept: the first that failed where none succeeded, else the last that succeeded."""
    good = [trial for trial in trials if trial.succeeded]
    return good[-1] if good else trials[0]


def install_facts(combination: Combination, trials: Sequence[Trial], size: Size | None) -> tuple[Fact, ...]:
    """Return the figures of an install."""
    values: dict[str, JsonValue] = {
        "cache_before_bytes": trials[0].cache_before_bytes,
        "cache_after_bytes": trials[-1].cache_after_bytes,
        "cache_verdict": _verdict(combination, trials).reason,
    }
    if size is not None:
        values |= {name: value for name, value in size if value is not None}
    return tuple(
        Fact(subject="install", name=name, value=value, status=Status.OK, source=None, reason=None)
        for name, value in sorted(values.items())
    )


def edge_cases_of(trials: Sequence[Trial]) -> tuple[EdgeCase, ...]:
    """Return what went wrong, each thing once however often it came up."""
    found: dict[tuple[str, str], EdgeCase] = {}
    for edge in (edge for trial in trials for edge in _edges(trial)):
        found.setdefault((edge.class_, edge.fingerprint or edge.symptom), edge)
    return tuple(found.values())


def _edges(trial: Trial) -> Iterator[EdgeCase]:
    if trial.failure is not None:
        yield _edge(trial.failure.edge_class, _symptom(trial.failure), trial.failure.phase, trial.failure.fingerprint)
    for told in trial.imports:
        if told.first.error is not None:
            _, name = read_text(told.first.log)
            words = told.first.log or told.first.error
            yield _edge(name, f"import {told.module}: {told.first.error}", Phase.IMPORT, fingerprint(words))


def _symptom(failure: TrialFailure) -> str:
    return failure.headline if failure.edge_class != "other" else f"{failure.kind}: {failure.headline}"


def _edge(name: str, symptom: str, phase: Phase, mark: str | None) -> EdgeCase:
    return EdgeCase(
        origin=Origin.CAPTURED,
        class_=name,
        symptom=symptom,
        severity=Severity.BLOCKER,
        phase=phase,
        package=None,
        workaround=None,
        worked=None,
        link=None,
        fingerprint=mark,
    )


def _verdict(combination: Combination, trials: Sequence[Trial]) -> CacheVerdict:
    assert combination.cache is not None  # noqa: S101 - it was installed
    return judge_cache(combination.cache, trials)


def title_of(combination: Combination, tool: Tool | None) -> str:
    """Return the title of a combination's record: what, by whom, under which circumstances."""
    if combination.request is None or tool is None:
        return f"Environment {combination.arm} as it is"
    wanted = " ".join(combination.request.requirements)
    wanted = wanted if len(wanted) <= 120 else f"{wanted[:117]}..."  # noqa: PLR2004 - one line of a list
    python = f", Python {combination.python}" if combination.python else ""
    parity = ", all bytecode compiled" if combination.bytecode == "parity" else ""
    return f"{wanted} by {tool.manager} {tool.version}{python}, {combination.cache} cache{parity}"
