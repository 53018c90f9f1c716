"""The pages of risks: the matrix, also by the evidence of one host or manager, and each risk with its evidence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from envkb.assess.risk.assessment import Assessment
from envkb.assess.risk.clusters import Cluster
from envkb.assess.risk.events import event_in_words
from envkb.assess.risk.history import Point
from envkb.assess.risk.matrix import IMPACTS, Matrix
from envkb.publish.judged import Judged, OneSide
from envkb.publish.render.edge_case_classes import class_slug
from envkb.publish.render.host_names import HostName
from envkb.publish.render.notes import render_text
from envkb.publish.render.page import Page
from envkb.publish.render.probability import history_plot, interval, interval_plot, percent
from envkb.publish.render.prose import Leads, without_title
from envkb.publish.render.template import fill


@dataclass(frozen=True, slots=True)
class RiskView:
    """A risk as a line of a table or a chip of the matrix.

    Attributes:
        number: Its number on this page, which the matrix names it by.
        value: The risk.
        probability: Its probability, in words.
        interval: Its 90 % interval; empty where a person judges it.
        works: How confident one may be that it works.
        plot: Prior and posterior; empty where a person judges it.
        notes: What to know beside its level.
    """

    number: int
    value: Assessment
    probability: str
    interval: str
    works: str
    plot: Markup
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell of the matrix: its level, and the risks in it."""

    impact: int
    level: str
    risks: tuple[RiskView, ...]


@dataclass(frozen=True, slots=True)
class SideLink:
    """A link to the matrix by the evidence of one host or manager."""

    name: str
    address: str
    chosen: bool


def risk_pages(judged: Judged, hosts: Mapping[str, HostName], leads: Leads) -> Iterator[Page]:
    """Yield the matrix, the matrices of one side, and the page of each risk.

    Args:
        judged: What the records say.
        hosts: Names of the hosts by what they are known by.
        leads: Where a text's own links lead to.
    """
    yield _matrix_page(judged, None, hosts)
    for side in judged.sides:
        yield _matrix_page(judged, side, hosts)
    for assessment in judged.matrix.assessments:
        yield _risk_page(assessment, judged.matrix, judged.histories[assessment.file.slug], hosts, leads)


def side_path(side: OneSide, hosts: Mapping[str, HostName]) -> str:
    """Return the folder of the matrix of one side, below that of the risks."""
    slug = hosts[side.value].slug if side.field == "host" and side.value in hosts else class_slug(side.value)
    return f"by/{side.field}-{slug}"


def side_name(side: OneSide, hosts: Mapping[str, HostName]) -> str:
    """Return what a side is called."""
    return hosts[side.value].text if side.field == "host" and side.value in hosts else side.value


def _matrix_page(judged: Judged, side: OneSide | None, hosts: Mapping[str, HostName]) -> Page:
    matrix = side.matrix if side else judged.matrix
    views = [view(number, each) for number, each in enumerate(matrix.assessments, 1)]
    root = "../../../" if side else "../"
    links = [SideLink("all records", f"{root}risks/index.html", side is None)]
    links += [
        SideLink(side_name(each, hosts), f"{root}risks/{side_path(each, hosts)}/index.html", each is side)
        for each in judged.sides
    ]
    name = side_name(side, hosts) if side else ""
    return Page(
        path=f"risks/{side_path(side, hosts)}/index.md" if side else "risks/index.md",
        title=f"Risks by the evidence of {name}" if side else "Risks",
        description=f"{len(views)} risks, their likelihood computed from {matrix.records} records.",
        body=fill(
            "risks.html",
            root=root,
            name=name,
            bands=_bands(matrix, views),
            impacts=IMPACTS,
            risks=views,
            sides=links if judged.sides else [],
            records=matrix.records,
            evaluated=matrix.today.isoformat(),
        ),
        searchable=side is None,
    )


def view(number: int, assessment: Assessment) -> RiskView:
    """Return a risk as a line of a table."""
    now, prior = assessment.likelihood, assessment.prior
    return RiskView(
        number=number,
        value=assessment,
        probability=percent(assessment.probability),
        interval=interval(now) if now else "",
        works=percent(1 - assessment.probability),
        plot=interval_plot(prior, now) if now and prior else Markup(),
        notes=tuple(_notes(assessment)),
    )


def _notes(assessment: Assessment) -> Iterator[str]:
    judgement = assessment.risk.judgement
    if judgement:
        yield f"judged by {judgement.author} until {judgement.until}"
    if assessment.mostly_prior:
        yield "mostly prior"
    if assessment.trend and assessment.trend != "steady":
        yield assessment.trend
    if assessment.overdue:
        yield f"review overdue since {assessment.risk.review}"


def _bands(matrix: Matrix, views: Sequence[RiskView]) -> list[tuple[str, list[CellView]]]:
    by_slug = {each.value.file.slug: each for each in views}
    rows = []
    for band in reversed(range(len(matrix.bands))):
        low, high = matrix.bands[band]
        cells = [
            CellView(
                impact,
                matrix.level(band, impact),
                tuple(by_slug[each.file.slug] for each in matrix.cell(band, impact)),
            )
            for impact in IMPACTS
        ]
        rows.append((f"{percent(low)} to {percent(high)}", cells))
    return rows


@dataclass(frozen=True, slots=True)
class ClusterView:
    """A trial: what its records have in common, how it counts, and those records."""

    host: str
    manager: str
    stack: str
    value: Cluster
    share: str


def _risk_page(
    assessment: Assessment, matrix: Matrix, history: Sequence[Point], hosts: Mapping[str, HostName], leads: Leads
) -> Page:
    risk, slug = assessment.risk, assessment.file.slug
    clusters = [
        ClusterView(
            host=hosts[each.key.host].text if each.key.host in hosts else each.key.host,
            manager=each.key.manager,
            stack=", ".join(f"{name} {series}" for name, series in each.key.stack) or "any",
            value=each,
            share=percent(each.share) if 0 < each.share < 1 else f"{each.share:.0%}".replace("%", " %"),
        )
        for each in assessment.clusters
    ]
    return Page(
        path=f"risks/{slug}/index.md",
        title=risk.statement,
        description=f"Risk {slug}: {assessment.status}, {percent(assessment.probability)}.",
        body=fill(
            "risk.html",
            root="../../",
            slug=slug,
            view=view(0, assessment),
            risk=risk,
            event=event_in_words(risk.event) if risk.event else "",
            clusters=clusters,
            thresholds=matrix.thresholds,
            history=[point for point in history if point.sentence],
            history_plot=history_plot(history, risk.statement),
            mitigation=render_text(risk.mitigation or "", leads),
            impact_reason=render_text(risk.impact_reason, leads),
            text=render_text(without_title(assessment.file.page.body, risk.statement), leads),
            evaluated=matrix.today.isoformat(),
        ),
        searchable=True,
    )
