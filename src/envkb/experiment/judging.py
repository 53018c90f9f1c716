"""Judges the decisions of a knowledge base by its public records."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pydantic import JsonValue, ValidationError

from envkb import __version__
from envkb.assess.comparison import METHOD, VERSION
from envkb.assess.decisions.checks import RiskStanding, evaluate
from envkb.assess.decisions.outcome import AssumptionOutcome, DecisionState, Found, state_of
from envkb.assess.decisions.ratio_lines import RatioLine, ratio_lines
from envkb.assess.evidence import Evidence
from envkb.assess.risk.assessment import Assessment, assess_risk
from envkb.assess.risk.likelihood import Intervals
from envkb.errors import UsageError
from envkb.experiment.intervals import kept_intervals
from envkb.knowledge.check.problem import Problem
from envkb.knowledge.decisions.checked import Known
from envkb.knowledge.decisions.files import DecisionFile, Shelf, read_decisions
from envkb.knowledge.decisions.lint import lint
from envkb.knowledge.folder import KnowledgeBase
from envkb.knowledge.index.evidence import EvidenceRow
from envkb.knowledge.index.index import Index, open_index
from envkb.knowledge.index.rows import Standing, Unreadable
from envkb.knowledge.kept import RATIOS, keep, read_kept
from envkb.knowledge.query.parser import parse_query
from envkb.knowledge.risk_evidence import EvidenceReader
from envkb.knowledge.risks import read_risks
from envkb.model.decision import Assumption, RatioCheck
from envkb.model.edge_case import EDGE_CASE_CLASSES


@dataclass(frozen=True, slots=True)
class JudgedDecision:
    """A decision on one day.

    Attributes:
        file: The decision.
        outcomes: Each of its assumptions.
        evidence: The records that it cites as they stand now, by id; one that is missing is not there.
    """

    file: DecisionFile
    outcomes: tuple[AssumptionOutcome, ...]
    evidence: Mapping[str, Standing]

    @property
    def state(self) -> DecisionState:
        """What its assumptions together say."""
        return state_of(self.outcomes)

    @property
    def violated(self) -> bool:
        """Whether it is in force although an assumption does not hold, and nobody waived that."""
        return self.file.decision.status == "accepted" and self.state == "violated"


@dataclass(frozen=True, slots=True)
class Judgement:
    """All decisions on one day.

    Attributes:
        on: The day.
        records: How many records were looked at: public experiments that count.
        shelf: The decisions' files.
        decisions: Each decision that can be read, by number.
        problems: What is wrong with the files.
        unreadable: Records that are left out.
    """

    on: date
    records: int
    shelf: Shelf
    decisions: tuple[JudgedDecision, ...]
    problems: tuple[Problem, ...]
    unreadable: tuple[Unreadable, ...]

    def of(self, name: str) -> JudgedDecision:
        """Return the decision with this slug, number or file name; errors are those of `Shelf.find`."""
        file = self.shelf.find(name)
        return next(each for each in self.decisions if each.file is file)


def judge_decisions(base: KnowledgeBase, *, on: date, only: Sequence[str] = ()) -> Judgement:
    """Evaluate every assumption, and find what is wrong with the files.

    Args:
        base: The knowledge base; its private records count nothing, for decisions are public.
        on: The day.
        only: Slugs, numbers or file names of the decisions to be judged; all where empty. Problems are told of all.

    Raises:
        UsageError: There is no decision of a name.
        InvalidDataError: A record that is compared is no longer what its id says, or `kb.toml` cannot be read.
        ToolMissingError: A ratio or a risk is assumed, and the extra `stats` is not installed.
        KbError: A folder cannot be read.
    """
    shelf = read_decisions(base.root)
    chosen = tuple(shelf.find(name) for name in only) or shelf.files
    with open_index(base, public=True) as index, kept_intervals(base.root) as intervals:
        ground = _Ground(base, index, intervals, on)
        cited = index.standings(each.id for file in shelf.files for each in file.decision.evidence)
        known = Known(ground.risks.keys(), index.benchmarks(), {*EDGE_CASE_CLASSES, *base.settings.edge_cases})
        problems = lint(shelf, cited, known, on=on)
        judged = tuple(_judge(file, ground, cited, on) for file in chosen)
        ground.close(keep_all=bool(only))
        records, unreadable = len(index.evidence()), tuple(index.unreadable())
    return Judgement(on, records, shelf, judged, tuple(problems), unreadable)


def _judge(file: DecisionFile, ground: "_Ground", cited: Mapping[str, Standing], on: date) -> JudgedDecision:
    decision = file.decision
    outcomes = tuple(_evaluate(each, file, ground, on) for each in decision.assumptions)
    names = {each.id for each in decision.evidence}
    return JudgedDecision(file, outcomes, {name: cited[name] for name in sorted(names) if name in cited})


def _evaluate(assumption: Assumption, file: DecisionFile, ground: "_Ground", on: date) -> AssumptionOutcome:
    try:
        return evaluate(assumption, file.decision.waivers, ground, on=on)
    except UsageError as error:
        # A query that cannot be read: `lint` says where it stands, and the other assumptions are judged all the same.
        return AssumptionOutcome(assumption, Found("undetermined", error.message), None, waived=False)


class _Ground:
    """What the checks of all decisions look at, each thing read once."""

    def __init__(self, base: KnowledgeBase, index: Index, intervals: Intervals, on: date) -> None:
        self.base = base
        self.on = on
        self.reader = EvidenceReader(index)
        self.intervals = intervals
        self.risks = {file.slug: file for file in read_risks(base.root).files}
        self._rows: dict[str, Sequence[EvidenceRow]] = {}
        self._standings: dict[str, RiskStanding] = {}
        self._kept = read_kept(base.root, RATIOS)
        self._used: dict[str, JsonValue] = {}

    def rows(self, query: str) -> Sequence[EvidenceRow]:
        if query not in self._rows:
            self._rows[query] = self.reader.rows(parse_query(query))
        return self._rows[query]

    def versions(self, package: str) -> Mapping[str, str]:
        from packaging.utils import canonicalize_name  # noqa: PLC0415 - slow to load

        return self.reader.versions(canonicalize_name(package))

    def risk(self, slug: str) -> RiskStanding | None:
        if slug not in self.risks:
            return None
        if slug not in self._standings:
            file = self.risks[slug]
            evidence, thresholds = self.reader.of(file), self.base.settings.thresholds
            found = assess_risk(file, evidence, thresholds, today=self.on, intervals=self.intervals)
            self._standings[slug] = _standing(found)
        return self._standings[slug]

    def ratio(
        self, check: RatioCheck, baseline: Sequence[EvidenceRow], candidate: Sequence[EvidenceRow]
    ) -> Sequence[RatioLine]:
        measured = self.reader.measured(check.benchmark)
        own, other = ([row for row in side if row.id in measured] for side in (baseline, candidate))
        witnesses = self._witnesses(own, other)
        key = _key(check, own, other, witnesses)
        lines = _kept_lines(self._kept.get(key))
        if lines is None:
            lines = ratio_lines(check, *(self._taken(rows) for rows in (own, other, witnesses)))
        self._used[key] = [line.model_dump(mode="json") for line in lines]
        return lines

    def _witnesses(self, own: Sequence[EvidenceRow], other: Sequence[EvidenceRow]) -> list[EvidenceRow]:
        """Return the records that are on no side, and may hold an A/A control of a run that is on both."""
        runs = {row.run for row in own if row.run} & {row.run for row in other if row.run}
        sides = {row.id for row in (*own, *other)}
        if not runs:
            return []
        return [row for row in self.rows("run is known") if row.run in runs and row.id not in sides]

    def _taken(self, rows: Sequence[EvidenceRow]) -> list[Evidence]:
        return [Evidence(row.id, row.digest, row.host, self.base.read(row.id).record) for row in rows]

    def close(self, *, keep_all: bool) -> None:
        """Keep the ratios that were needed; with `keep_all`, those of decisions that were not asked for, too."""
        kept = {**self._kept, **self._used} if keep_all else self._used
        if kept != self._kept:
            keep(self.base.root, RATIOS, kept)


def _key(check: RatioCheck, *sides: Sequence[EvidenceRow]) -> str:
    what = check.model_dump(mode="json", include={"benchmark", "quantity", "parameters", "allow"})
    rows = [[(row.digest, row.host) for row in side] for side in sides]
    return hashlib.sha256(json.dumps([__version__, METHOD, VERSION, what, rows]).encode()).hexdigest()


def _kept_lines(kept: JsonValue) -> tuple[RatioLine, ...] | None:
    if not isinstance(kept, list):
        return None
    try:
        return tuple(RatioLine.model_validate_json(json.dumps(line)) for line in kept)
    except ValidationError:
        return None  # written by hand, or by another version


def _standing(found: Assessment) -> RiskStanding:
    records = tuple(trial.row.id for trial in found.records)
    if found.likelihood is None:
        said = "a person's judgement" + (", which has run out" if found.insufficient else "")
        return RiskStanding(None if found.insufficient else found.level, f"{said}: {found.probability:.2f}", ())
    told = f"{found.likelihood.probability:.2f} ({found.likelihood.low:.2f} to {found.likelihood.high:.2f})"
    if found.insufficient:
        return RiskStanding(None, f"insufficient evidence, {told}", records)
    if found.mostly_prior:
        return RiskStanding(None, f"mostly prior, {told}", records)
    return RiskStanding(found.level, told, records)
