"""Risks as `--json` tells them."""

from collections.abc import Iterable

from envkb.assess.risk.assessment import Assessment
from envkb.assess.risk.clusters import Cluster
from envkb.assess.risk.history import Point
from envkb.assess.risk.likelihood import Likelihood, band_of
from envkb.assess.risk.matrix import IMPACTS, Matrix
from envkb.cli.base_documents import FileProblem
from envkb.cli.risk_documents import (
    AssessedRisk,
    Band,
    Estimated,
    MatrixCell,
    MatrixDocument,
    RiskCluster,
    RiskPoint,
    RiskReference,
    RisksDocument,
    ShownRisk,
)
from envkb.knowledge.check.problem import Problem
from envkb.model.risk import RiskLevel


def told_problems(problems: Iterable[Problem]) -> tuple[FileProblem, ...]:
    """Return problems as JSON tells them."""
    return tuple(
        FileProblem(level=each.level, path=each.path, place=each.place, message=each.message, hint=each.hint)
        for each in problems
    )


def told_reference(assessment: Assessment) -> RiskReference:
    """Return how JSON speaks of a risk."""
    return RiskReference(
        id=assessment.file.slug,
        path=str(assessment.file.path),
        title=assessment.risk.statement,
        status=assessment.status,
        date=assessment.risk.review.isoformat(),
    )


def told_risk(assessment: Assessment, matrix: Matrix) -> AssessedRisk:
    """Return a risk as of the day of a matrix."""
    risk = assessment.risk
    return AssessedRisk(
        **told_reference(assessment).model_dump(),
        category=risk.category,
        owner=risk.owner,
        impact=risk.impact,
        basis=risk.basis,
        probability=assessment.probability,
        band=band_of(assessment.probability, matrix.thresholds),
        level=assessment.level,
        prior=_estimated(assessment.prior, assessment.prior_level or assessment.level) if assessment.prior else None,
        posterior=_estimated(assessment.likelihood, assessment.level) if assessment.likelihood else None,
        weight=assessment.weight,
        mostly_prior=assessment.mostly_prior,
        insufficient=assessment.insufficient,
        trend=assessment.trend,
        overdue=assessment.overdue,
        records_for=assessment.records_for,
        records_against=assessment.records_against,
        records_silent=assessment.silent,
        rests_on_private=assessment.rests_on_private,
    )


def told_list(matrix: Matrix, problems: Iterable[Problem], *, private: bool) -> RisksDocument:
    """Return all risks."""
    return RisksDocument(
        evaluated=matrix.today.isoformat(),
        private=private,
        records=matrix.records,
        risks=tuple(told_risk(each, matrix) for each in matrix.assessments),
        problems=told_problems(problems),
    )


def told_matrix(matrix: Matrix, problems: Iterable[Problem], *, private: bool) -> MatrixDocument:
    """Return the matrix."""
    listed = told_list(matrix, problems, private=private)
    cells = tuple(
        MatrixCell(
            band=band,
            impact=impact,
            level=matrix.level(band, impact),
            risks=tuple(each.file.slug for each in matrix.cell(band, impact)),
        )
        for band in range(len(matrix.bands))
        for impact in IMPACTS
    )
    return MatrixDocument(
        evaluated=listed.evaluated,
        private=private,
        records=listed.records,
        bands=tuple(Band(low=low, high=high) for low, high in matrix.bands),
        cells=cells,
        risks=listed.risks,
        problems=listed.problems,
    )


def told_in_full(assessment: Assessment, matrix: Matrix, history: Iterable[Point]) -> ShownRisk:
    """Return one risk with everything that it was computed from."""
    told = told_risk(assessment, matrix)
    return ShownRisk(
        **{name: getattr(told, name) for name in type(told).model_fields},
        risk=assessment.risk,
        text=assessment.file.page.body,
        clusters=tuple(_cluster(cluster) for cluster in assessment.clusters),
        history=tuple(_point(point) for point in history),
    )


def _estimated(likelihood: Likelihood, level: RiskLevel) -> Estimated:
    return Estimated(**likelihood.model_dump(), confidence=likelihood.confidence, level=level)


def _cluster(cluster: Cluster) -> RiskCluster:
    ids = {event: tuple(trial.row.id for trial in cluster.trials if trial.event is event) for event in (True, False)}
    return RiskCluster(
        host=cluster.key.host,
        host_label=cluster.host_label,
        manager=cluster.key.manager,
        stack=cluster.key.stack,
        share=cluster.share,
        age_days=cluster.age_days,
        decay=cluster.decay,
        factor=cluster.factor,
        weight=cluster.weight,
        records_for=ids[True],
        records_against=ids[False],
    )


def _point(point: Point) -> RiskPoint:
    return RiskPoint(
        date=point.day.isoformat() if point.day else None,
        estimated=_estimated(point.likelihood, point.level),
        records=point.records,
        moved_from=point.moved_from,
        cause=point.cause,
    )
