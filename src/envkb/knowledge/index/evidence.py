"""What risks and decisions see of a record: small rows, of what counts alone.

Read all of them at once and pick by query (`Index.evidence`): a hundred risks over ten thousand records ask for the
same rows again and again.
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple

Origin = Literal["captured", "imported", "stated"]


class EdgeRow(NamedTuple):
    """One edge case of a record.

    Attributes:
        class_name: Its class.
        severity: How much it hurt; null where nobody said.
        phase: Where it happened; null where nobody said.
    """

    class_name: str
    severity: str | None
    phase: str | None


class FindingRow(NamedTuple):
    """What one rule said.

    Attributes:
        rule: The rule.
        status: `ok`, `problem` or `unknown`.
        class_name: The edge-case class of a problem; null otherwise.
        severity: How much the problem hurts; null otherwise.
    """

    rule: str
    status: Literal["ok", "problem", "unknown"]
    class_name: str | None
    severity: str | None


class EvidenceRow(NamedTuple):
    """One experiment that counts: the only head of its chain, not retracted.

    Attributes:
        number: Its number in this index, for looking up; nothing to store.
        id: Its id.
        digest: SHA-256 of its file.
        path: Its file, relative to the root.
        private: Whether it is private, or links to a record that is.
        title: Its title.
        created: When it was written.
        observed: When it happened; null where nobody said.
        outcome: `success`, `partial`, `failure`; null where nobody said.
        host: What its host is known by: key (of those joined, the first), label, or hash of the identity facts; null
            where nothing is known of it.
        host_label: The host's label; null where it has none.
        manager: Who installed the environment, else who made it; null where unknown.
        origin: `captured` where kb read the host, the environment or the run itself; else `imported` where another
            tool's output says one of them; else `stated`.
        install_outcome: How the install ended; null where nobody said.
        failed_phase: Where the install failed; null where it did not, or nobody said.
        request: What was to be installed (see `envkb.model.install.request_key`); null where nobody said.
        cache: State of the manager's cache; null where it does not apply or is not known.
        run: Id of its run; null outside a run.
        arm: Its arm of the run; null outside a run.
        edges: Its edge cases.
        findings: What rules said of it.
    """

    number: int
    id: str
    digest: str
    path: str
    private: bool
    title: str
    created: str
    observed: str | None
    outcome: Literal["success", "partial", "failure"] | None
    host: str | None
    host_label: str | None
    manager: str | None
    origin: Origin
    install_outcome: Literal["success", "failure"] | None
    failed_phase: str | None
    request: str | None
    cache: str | None
    run: str | None
    arm: str | None
    edges: tuple[EdgeRow, ...]
    findings: tuple[FindingRow, ...]

    @property
    def happened(self) -> str:
        """The day or moment it tells of: when it happened, else when it was written."""
        return self.observed or self.created


EVIDENCE_COLUMNS: Final = (
    *("number", "id", "digest", "path", "private", "title", "created", "observed", "outcome", "host", "host_label"),
    *("manager", "origin", "install_outcome", "failed_phase", "request", "cache", "run", "arm"),
    *("edge_rows", "finding_rows"),
)
_PRIVATE: Final = EVIDENCE_COLUMNS.index("private")


def make_evidence(values: Sequence[Any]) -> EvidenceRow:
    """Return the row of a result that has the columns in their order."""
    converted = list(values)
    converted[_PRIVATE] = bool(converted[_PRIVATE])
    converted[-2:] = _edges(values[-2]), _findings(values[-1])
    return EvidenceRow._make(converted)


# Many records say the same few things, most of them nothing.
@lru_cache(maxsize=1024)
def _edges(text: str) -> tuple[EdgeRow, ...]:
    return tuple(EdgeRow(*each) for each in json.loads(text))


@lru_cache(maxsize=1024)
def _findings(text: str) -> tuple[FindingRow, ...]:
    return tuple(FindingRow(*each) for each in json.loads(text))
