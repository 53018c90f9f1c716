"""The pages of decisions: lists, timeline and graph, and each decision with the present state of its assumptions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from envkb.assess.decisions.outcome import DecisionState
from envkb.experiment.judging import JudgedDecision, Judgement
from envkb.knowledge.decisions.files import DecisionLink
from envkb.publish.render.decision_graph import decision_graph
from envkb.publish.render.notes import render_text
from envkb.publish.render.page import Page
from envkb.publish.render.prose import Leads, without_title
from envkb.publish.render.template import fill

_ORDER = ("accepted", "proposed", "draft", "superseded", "deprecated", "rejected")


@dataclass(frozen=True, slots=True)
class Group:
    """All decisions of one status, the newest first."""

    status: str
    decisions: tuple[JudgedDecision, ...]


@dataclass(frozen=True, slots=True)
class Related:
    """Another decision, as a page names it."""

    words: str
    slug: str
    title: str
    known: bool


def decision_pages(judgement: Judgement, risks: Mapping[str, str], leads: Leads) -> Iterator[Page]:
    """Yield the list of decisions, and the page of each.

    Args:
        judgement: The decisions and what the records say of them.
        risks: Statements of the risks that have a page, by slug.
        leads: Where a text's own links lead to.
    """
    titles = {each.file.slug: each.file.title for each in judgement.decisions}
    links = judgement.shelf.links()
    yield _list_page(judgement, links)
    for judged in judgement.decisions:
        related = [*_related(judged.file.slug, links, titles)]
        yield _decision_page(judged, judgement, related, risks, leads)


def _list_page(judgement: Judgement, links: Sequence[DecisionLink]) -> Page:
    newest = sorted(
        judgement.decisions, key=lambda each: (each.file.decision.date or "", each.file.number), reverse=True
    )
    groups = [Group(status, tuple(each for each in newest if each.file.decision.status == status)) for status in _ORDER]
    graph = decision_graph([each.file for each in judgement.decisions], links)
    return Page(
        path="decisions/index.md",
        title="Decisions",
        description=f"{len(newest)} decisions, their assumptions checked against {judgement.records} records.",
        body=fill(
            "decisions.html",
            root="../",
            groups=[group for group in groups if group.decisions],
            timeline=[each for each in newest if each.file.decision.date],
            graph=graph,
            links=_links_in_words(links),
            records=judgement.records,
            violated=[each for each in newest if each.violated],
            evaluated=judgement.on.isoformat(),
        ),
        searchable=True,
    )


def _links_in_words(links: Sequence[DecisionLink]) -> list[tuple[str, str, str]]:
    return [(each.source, each.relation.replace("_", " "), each.target) for each in links]


def _related(slug: str, links: Sequence[DecisionLink], titles: dict[str, str]) -> Iterator[Related]:
    for link in links:
        if link.source == slug:
            words = "supersedes" if link.relation == "supersedes" else "relates to"
            other = link.target
        elif link.target == slug:
            words = "is superseded by" if link.relation == "supersedes" else "relates to"
            other = link.source
        else:
            continue
        yield Related(words, other, titles.get(other, other), other in titles)


def _banners(judged: JudgedDecision, related: Sequence[Related]) -> Iterator[tuple[str, str]]:
    status = judged.file.decision.status
    if status == "superseded":
        successors = ", ".join(each.title for each in related if each.words == "is superseded by")
        yield "superseded", f"Superseded{f' by: {successors}' if successors else ''}. It is kept as it was decided."
    elif status in ("deprecated", "rejected"):
        yield status, f"{status.capitalize()}: it is not in force."
    if judged.violated:
        yield "violated", "Violated: an assumption that it rests on does not hold any more."


def _decision_page(
    judged: JudgedDecision,
    judgement: Judgement,
    related: Sequence[Related],
    risks: Mapping[str, str],
    leads: Leads,
) -> Page:
    file, state = judged.file, judged.state
    text = render_text(without_title(file.page.body, file.title), leads)
    return Page(
        path=f"decisions/{file.slug}/index.md",
        title=file.title,
        description=f"Decision {file.handle}, {file.decision.status}; {_said(state)}.",
        body=fill(
            "decision.html",
            root="../../",
            file=file,
            decision=file.decision,
            state=state,
            outcomes=judged.outcomes,
            evidence=[(each, judged.evidence.get(each.id)) for each in file.decision.evidence],
            banners=list(_banners(judged, related)),
            related=related,
            risks=risks,
            text=text,
            records=judgement.records,
            evaluated=judgement.on.isoformat(),
        ),
        searchable=True,
    )


def _said(state: DecisionState) -> str:
    return "it names no assumptions" if state == "unchecked" else f"its assumptions: {state}"
