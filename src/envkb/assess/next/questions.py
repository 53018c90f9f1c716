"""The questions that experiments answer: risks, and assumptions of decisions in force."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from envkb.assess.decisions.outcome import AssumptionOutcome
from envkb.assess.next.cells import managers_named, packages_named
from envkb.assess.next.gain import look_ahead
from envkb.assess.risk.assessment import Assessment
from envkb.assess.risk.clusters import Cluster
from envkb.errors import UsageError
from envkb.knowledge.decisions.checked import queries_of
from envkb.knowledge.decisions.files import DecisionFile
from envkb.knowledge.query.language import Query
from envkb.knowledge.query.parser import parse_query
from envkb.knowledge.risk_evidence import Key
from envkb.model.decision import RatioCheck, RiskCheck, SuccessesCheck
from envkb.model.settings import Thresholds

Judged = tuple[DecisionFile, Sequence[AssumptionOutcome]]
"""A decision with what its assumptions are found to be."""


@dataclass(frozen=True, slots=True)
class Stake:
    """An assumption that one more experiment could settle or overturn.

    Attributes:
        decision: Slug of the decision.
        assumption: Id of the assumption.
        chance: How likely it is, from 0 to 1; 1 for what is undetermined, since any evidence helps there.
        reason: Why, in a few words.
    """

    decision: str
    assumption: str
    chance: float
    reason: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What one more experiment is expected to tell of a question.

    Attributes:
        narrowing: How much narrower the interval of a risk would be; 0 for what has no interval.
        width: Width of that interval now; null for what has none.
        stakes: The assumptions at stake.
    """

    narrowing: float
    width: float | None
    stakes: tuple[Stake, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """Something that records of a kind tell of.

    Attributes:
        name: The slug of a risk, or of a decision and its assumption.
        query: Which records tell.
        text: The query as it is written.
        packages: The packages whose series make stacks, with the versions wanted.
        assessment: The risk; null for an assumption that is checked by a query of its own.
        stakes: The assumptions at stake: those of the risk's decisions, or the one itself.
        suites: Suites of the benchmarks that it needs measured.
        beside: Managers that have to be run beside, where what counts is how two of them compare.
    """

    name: str
    query: Query
    text: str
    packages: Mapping[str, str]
    assessment: Assessment | None
    stakes: tuple[tuple[DecisionFile, AssumptionOutcome], ...]
    suites: frozenset[str]
    beside: frozenset[str]

    @property
    def managers(self) -> frozenset[str]:
        """The managers that it asks for by name."""
        return managers_named(self.query)

    def was_tried(self, key: Key) -> bool:
        """Say whether records of this cluster tell already; an assumption that counts records can do with more."""
        return self.assessment is not None and key in self.assessment.trials

    def cluster_of(self, key: Key) -> Cluster | None:
        """Return the cluster of a risk with this key; null where there is none."""
        clusters = self.assessment.clusters if self.assessment else ()
        return next((cluster for cluster in clusters if cluster.key == key), None)

    def answer(self, cluster: Cluster | None, thresholds: Thresholds) -> Answer:
        """Return what an experiment is expected to tell: one of a cluster that is known, or of a new one."""
        if self.assessment is None:
            stakes = tuple(filter(None, (_by_query(file, outcome) for file, outcome in self.stakes)))
            return Answer(0.0, None, stakes)
        outlook = look_ahead(self.assessment, cluster, thresholds)
        stakes = tuple(filter(None, (_by_risk(file, outcome, outlook.change) for file, outcome in self.stakes)))
        return Answer(outlook.narrowing, outlook.width, stakes)


def questions_of(assessments: Sequence[Assessment], judged: Sequence[Judged]) -> list[Question]:
    """Return the questions of a knowledge base: computed risks, and assumptions of accepted and proposed decisions."""
    in_force = [
        (file, outcome) for file, outcomes in judged if file.decision.status in _IN_FORCE for outcome in outcomes
    ]
    return [*_risks(assessments, in_force), *_assumptions(in_force)]


_IN_FORCE: Collection[str] = ("accepted", "proposed")


def _risks(
    assessments: Sequence[Assessment], in_force: Sequence[tuple[DecisionFile, AssumptionOutcome]]
) -> Iterator[Question]:
    for assessment in assessments:
        file = assessment.file
        if file.scope is None or assessment.likelihood is None:
            continue
        named = packages_named(file.scope)
        packages = {name: named.get(name, "") for name in file.packages()}
        stakes = tuple(
            (decision, outcome)
            for decision, outcome in in_force
            if isinstance(outcome.assumption.check, RiskCheck) and outcome.assumption.check.risk == file.slug
        )
        text = " ".join((file.risk.scope or "").split())
        event = file.risk.event
        measured = (event.measurement or event.ratio) if event else None
        suites = _suite_of(measured.benchmark) if measured else frozenset()
        beside = managers_named(file.baseline) if file.baseline else frozenset()
        yield Question(file.slug, file.scope, text, packages, assessment, stakes, suites, beside)


def _assumptions(in_force: Sequence[tuple[DecisionFile, AssumptionOutcome]]) -> Iterator[Question]:
    for file, outcome in in_force:
        check = outcome.assumption.check
        try:
            texts = queries_of(check) if check else {}
            queries = {side: parse_query(text) for side, text in texts.items()}
        except UsageError:
            continue  # `kb decision check` says where it stands
        name = f"{file.slug}/{outcome.assumption.id}"
        suites = _suite_of(check.benchmark) if isinstance(check, RatioCheck) else frozenset()
        for side, query in queries.items():
            others = (managers_named(other) for key, other in queries.items() if key != side)
            packages, beside = packages_named(query), frozenset().union(*others)
            yield Question(name, query, texts[side], packages, None, ((file, outcome),), suites, beside)


def _suite_of(benchmark: str) -> frozenset[str]:
    return frozenset({benchmark.partition("/")[0]}) if "/" in benchmark else frozenset()


def _by_query(file: DecisionFile, outcome: AssumptionOutcome) -> Stake | None:
    slug, name = file.slug, outcome.assumption.id
    if outcome.state == "undetermined":
        return Stake(slug, name, 1.0, "undetermined so far")
    check = outcome.assumption.check
    if not isinstance(check, SuccessesCheck):
        return None
    successes = len(outcome.found.supporting)
    known = successes + len(outcome.found.opposing)
    holds = outcome.state == "holds"
    after = (successes if holds else successes + 1) / (known + 1)
    if (after >= check.at_least) == holds:
        return None
    chance = (known - successes + 1) / (known + 2) if holds else (successes + 1) / (known + 2)
    return Stake(slug, name, chance, f"one more {'failure' if holds else 'success'} would overturn it")


def _by_risk(file: DecisionFile, outcome: AssumptionOutcome, change: float) -> Stake | None:
    if outcome.state == "undetermined":
        return Stake(file.slug, outcome.assumption.id, 1.0, "undetermined so far")
    if change <= 0:
        return None
    return Stake(file.slug, outcome.assumption.id, change, "the level of its risk could change")
