"""Whether a host and its environment are recorded already as they are. Pure."""

from collections.abc import Iterator

from pydantic import JsonValue

from envkb.model.fact import Fact
from envkb.model.record import Record
from envkb.model.vocabulary import is_identity


def unchanged(new: Record, old: Record) -> bool:
    """Return whether two records of one host show the same host and the same environment.

    Identity facts (models, memory, driver, operating system, layers, interpreter) and the rows of distributions
    count; clocks, temperatures, load and free space change all the time and do not.
    """
    return list(_identity(new.facts)) == list(_identity(old.facts)) and _rows(new) == _rows(old)


def _identity(facts: tuple[Fact, ...]) -> Iterator[tuple[str, str, str, JsonValue]]:
    for fact in facts:
        if is_identity(fact.subject, fact.name):
            yield fact.subject, fact.name, fact.status, fact.value


def _rows(record: Record) -> list[tuple[object, ...]]:
    if record.environment is None:
        return []
    return [
        (
            row.name,
            row.version,
            row.kind,
            row.installer,
            row.origin,
            row.origin_detail,
            row.conda_build,
            row.content_sha256,
        )
        for row in record.environment.distributions
    ]
