"""The filter options of the command line, as the same queries. Pure."""

from collections.abc import Sequence
from typing import Final

from envkb.knowledge.query.fields import FIELDS
from envkb.knowledge.query.language import And, Comparison, Or, Query
from envkb.knowledge.query.parser import parse_query

_CONTAINED: Final = frozenset({"gpu"})
_ALL_NEEDED: Final = frozenset({"tag"})


def filter_query(
    *,
    where: str | None = None,
    since: str | None = None,
    packages: Sequence[str] = (),
    **options: Sequence[str],
) -> Query:
    """Return the query that the filter options stand for together.

    An option that is given several times means any of its values, but all of them for tags and packages.

    Args:
        where: A query.
        since: A date; records written from then on.
        packages: Requirements such as `torch>=2.13`.
        options: Values by the name of a field of text: `host`, `manager`, `tag`, `outcome`, `gpu`; a GPU's name need
            only be contained.

    Raises:
        UsageError: One of them cannot be read.
    """
    parts: list[Query] = [parse_query(where)] if where else []
    for name, values in options.items():
        operator = "~" if name in _CONTAINED else "="
        wanted = tuple(Comparison(FIELDS[name], operator, value) for value in values)
        any_of_them = len(wanted) > 1 and name not in _ALL_NEEDED
        parts += [Or(wanted)] if any_of_them else wanted
    if since is not None:
        parts.append(parse_query(f'created >= "{since}"'))
    if packages:
        from envkb.knowledge.query.versions import read_requirement  # noqa: PLC0415 - see there

        parts += [read_requirement(text) for text in packages]
    return And(tuple(parts))
