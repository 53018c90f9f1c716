"""Runs the probes of accelerators and CUDA over made-up machines, and holds what they say against the vocabulary."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from envkb.capture.probes import accelerators, cuda, cuda_packages, cuda_torch
from envkb.capture.probes.observations import Observations
from envkb.capture.snapshot import Snapshot, Source
from envkb.model.fact import Fact, Status
from envkb.model.vocabulary import accelerators as accelerator_terms
from envkb.model.vocabulary import cuda as cuda_terms

KINDS: dict[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "float": (float,), "bool": (bool,), "list": (list,)}


class Told(dict[str, Fact]):
    """The facts of one machine, by `subject name`."""

    def value(self, key: str) -> Any:
        """Return a fact's value, None where it has none or is not there."""
        return self[key].value if key in self else None

    def why(self, key: str) -> tuple[str, str | None]:
        """Return a fact's status and the reason for it."""
        return self[key].status.value, self[key].reason


def probed(sources: Mapping[str, str | Source]) -> Told:
    """Probe a snapshot of texts (or of whole sources) and return its facts, each checked against the vocabulary."""
    rows = {name: Source(name, text=told) if isinstance(told, str) else told for name, told in sources.items()}
    notes = Observations()
    for module in (accelerators, cuda, cuda_packages, cuda_torch):
        module.probe(Snapshot(rows), notes)
    facts = notes.facts()
    for fact in facts:
        _check(fact)
    return Told({f"{fact.subject} {fact.name}": fact for fact in facts})


def _check(fact: Fact) -> None:
    terms = [
        term
        for term in (*accelerator_terms.TERMS, *cuda_terms.TERMS)
        if term.name == fact.name
        and term.subject.count("/") == fact.subject.count("/")
        and fnmatchcase(fact.subject, term.subject)
    ]
    assert len(terms) == 1, f"{fact.subject} {fact.name} stands {len(terms)} times in the vocabulary"
    if fact.status is Status.OK:
        assert type(fact.value) in KINDS[terms[0].kind], f"{fact.subject} {fact.name}: {fact.value!r}"
    assert (fact.reason is None) == (fact.status is Status.OK)
