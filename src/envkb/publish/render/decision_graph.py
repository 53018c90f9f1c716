"""The graph of decisions as SVG: one row each, the oldest on top, and an arc for each link."""

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from envkb.knowledge.decisions.files import DecisionFile, DecisionLink
from envkb.publish.render.markup import inert
from envkb.publish.render.text import one_line

_ROW: Final = 26
_TOP: Final = 18
_DOT: Final = 90
_TEXT: Final = 104
_WIDTH: Final = 720
_MOST_LETTERS: Final = 84


def decision_graph(files: Sequence[DecisionFile], links: Sequence[DecisionLink]) -> Markup:
    """Return the graph; empty where no decision is linked to another that is here."""
    known = {file.slug for file in files}
    drawn = [link for link in links if link.source in known and link.target in known]
    if not drawn:
        return Markup()
    linked = {slug for link in drawn for slug in (link.source, link.target)}
    shown = [file for file in files if file.slug in linked]
    rows = {file.slug: _TOP + _ROW * row for row, file in enumerate(shown)}
    described = "; ".join(f"{link.source} {link.relation.replace('_', ' ')} {link.target}" for link in drawn)
    parts = [
        Markup('<svg class="kb-graph" viewBox="0 0 {} {}" role="img"><title>{}</title><desc>{}</desc>').format(
            _WIDTH, _TOP + _ROW * len(shown), inert("How decisions replace and relate to each other"), inert(described)
        ),
        *(_arc(rows[link.source], rows[link.target], link.relation) for link in drawn),
        *(_node(file, rows[file.slug]) for file in shown),
        Markup("</svg>"),
    ]
    return Markup().join(parts)


def _arc(source: int, target: int, relation: str) -> Markup:
    reach = min(70, 12 + abs(source - target) // 2)
    return Markup(
        '<path class="kb-graph-{relation}" d="M{x} {source} C{reach} {source} {reach} {target} {x} {target}"/>'
    ).format(relation=relation, x=_DOT, reach=_DOT - reach, source=source, target=target)


def _node(file: DecisionFile, y: int) -> Markup:
    label = one_line(f"{file.handle} {file.title}", _MOST_LETTERS)
    return Markup(
        '<a href="{slug}/index.html"><circle class="kb-graph-dot kb-graph-{status}" cx="{x}" cy="{y}" r="5"/>'
        '<text class="kb-graph-text" x="{text}" y="{base}">{label}</text></a>'
    ).format(slug=file.slug, status=file.decision.status, x=_DOT, y=y, text=_TEXT, base=y + 4, label=inert(label))
