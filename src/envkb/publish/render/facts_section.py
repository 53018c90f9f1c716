"""The facts of a record as HTML, family by family: records of one host share most of it, and so it is made once."""

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from envkb.model.fact import Fact
from envkb.publish.render.facts import family_of, group_facts, rank_of
from envkb.publish.render.template import fill

_MOST: Final = 4096
"""Families kept; those of dozens of hosts fit, and thousands of records do not fill the memory."""
_made: dict[tuple[tuple[object, ...], ...], Markup] = {}


def facts_section(facts: Sequence[Fact]) -> tuple[Markup, ...]:
    """Return the HTML of each family of facts, in the order in which the vocabulary tells of a machine."""
    families: dict[str, list[Fact]] = {}
    for fact in facts:
        families.setdefault(family_of(fact), []).append(fact)
    return tuple(_family(members) for members in sorted(families.values(), key=lambda members: rank_of(members[0])))


def _family(facts: Sequence[Fact]) -> Markup:
    # A value may be a list; its spelling tells 1 from 1.0 and from True, which are equal.
    key = tuple((each.subject, each.name, repr(each.value), each.status, each.source, each.reason) for each in facts)
    found = _made.get(key)
    if found is None:
        if len(_made) >= _MOST:
            _made.clear()
        (group,) = group_facts(facts)
        found = _made[key] = fill("fact_family.html", group=group)
    return found
