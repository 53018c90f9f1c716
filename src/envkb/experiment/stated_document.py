"""The document of `kb record --from`, which is also what a draft holds."""

import json
import re
import tomllib
from collections.abc import Collection, Sequence
from datetime import datetime, tzinfo
from pathlib import PurePath
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from envkb.document.codec import describe
from envkb.errors import InvalidDataError, UsageError
from envkb.experiment.stated import Stated, StatedFile, edge_case, metric, parse_author, parse_metric, parse_outcome
from envkb.model.install import Install
from envkb.model.record import LONGEST_LINE, Note, Observed
from envkb.model.settings import HOST_LABEL
from envkb.model.value import Value

Texts = Annotated[tuple[str, ...], Field(strict=False)]


class StatedNote(Value):
    """A note.

    Attributes:
        title: Its heading.
        text: Its Markdown.
    """

    title: str | None = None
    text: str


class StatedMetric(Value):
    """A number that was measured by hand.

    Attributes:
        name: What was measured.
        samples: Every value.
        unit: Their unit.
        better: Which direction is better.
    """

    name: str
    samples: Annotated[tuple[float, ...], Field(strict=False, min_length=1)]
    unit: str | None = None
    better: Literal["lower", "higher"] | None = None


class StatedEdgeCase(Value):
    """Something that went wrong or needed a workaround.

    Attributes:
        class_: Its class, written `class`.
        symptom: What a person sees.
        severity: blocker, major, minor or note.
        phase: resolve, download, install, import, run or benchmark.
        package: The distribution it is about.
        workaround: What helped, or was tried.
        worked: yes or no.
        link: Address of a thread or page about it.
    """

    class_: str = Field(alias="class", default="other")
    symptom: str
    severity: str | None = None
    phase: str | None = None
    package: str | None = None
    workaround: str | None = None
    worked: bool | str | None = None
    link: str | None = None


class StatedDocument(Value):
    """What a person says about an experiment; every key may be left out.

    Attributes:
        title: One line.
        summary: A few sentences.
        outcome: success, partial or failure.
        tags: Labels.
        authors: `Ada Lovelace <ada@lab.example>`, or just names.
        when: A date, a time, or two of them with a slash between.
        install: The command that made the environment.
        host_label: Name for the host.
        notes: Texts in Markdown.
        metrics: Numbers, as tables or in the short form of `--metric`.
        edges: Edge cases.
        attach: Files to attach, relative to this document.
    """

    title: str | None = None
    summary: str | None = None
    outcome: str | None = None
    tags: Texts = ()
    authors: Texts = ()
    when: str | None = None
    install: str | None = None
    host_label: str | None = None
    notes: Annotated[tuple[StatedNote, ...], Field(strict=False)] = ()
    metrics: Annotated[tuple[StatedMetric | str, ...], Field(strict=False)] = ()
    edges: Annotated[tuple[StatedEdgeCase, ...], Field(strict=False)] = ()
    attach: Texts = ()

    def joined(self, other: "StatedDocument") -> "StatedDocument":
        """Return this document with another one's statements: single values are replaced, lists grow."""
        changes: dict[str, object] = {}
        for name in type(self).model_fields:
            mine, its = getattr(self, name), getattr(other, name)
            if isinstance(mine, tuple):
                changes[name] = (*mine, *its)
            elif its is not None:
                changes[name] = its
        return self.model_copy(update=changes)


def parse_stated_document(text: str, name: str) -> StatedDocument:
    """Read a document in TOML, or in JSON where its name ends in `.json`.

    Raises:
        InvalidDataError: It cannot be read; the message names file and place.
    """
    try:
        tree = json.loads(text) if PurePath(name).suffix == ".json" else tomllib.loads(text)
        return StatedDocument.model_validate(tree)
    except ValidationError as error:
        raise InvalidDataError(f"{name}: {describe(error)}", hint="see `kb schema stated` for the keys") from error
    except (ValueError, RecursionError) as error:
        raise InvalidDataError(f"{name}: {error}", hint="a text file in TOML, or in JSON if so named") from error


def interpret(
    document: StatedDocument,
    *,
    now: datetime,
    zone: tzinfo,
    classes: Collection[str],
    files: Sequence[StatedFile] = (),
) -> Stated:
    """Give the statements their types.

    Args:
        document: What was said.
        now: The present.
        zone: The time zone of dates that name none.
        classes: The edge-case classes known.
        files: The files of `attach`, as read.

    Raises:
        UsageError: A value that cannot be meant.
    """
    _check_text(document)
    return Stated(
        title=_one_line(document.title),
        summary=document.summary or None,
        outcome=parse_outcome(document.outcome) if document.outcome else None,
        tags=tuple(tag.strip() for tag in document.tags if tag.strip()),
        authors=tuple(parse_author(author) for author in document.authors),
        observed=_observed(document.when, now, zone) if document.when else None,
        install=_install(document.install) if document.install else None,
        notes=tuple(Note(title=note.title, text=note.text) for note in document.notes if note.text.strip()),
        files=tuple(files),
        measurements=tuple(
            parse_metric(item) if isinstance(item, str) else metric(item.name, item.samples, item.unit, item.better)
            for item in document.metrics
        ),
        edge_cases=tuple(edge_case(_said(edge), classes) for edge in document.edges),
        host_label=_label(document.host_label),
    )


def _observed(when: str, now: datetime, zone: tzinfo) -> Observed:
    from envkb.experiment.moments import parse_when  # noqa: PLC0415 - most records are of the present

    return parse_when(when, now=now, zone=zone)


def _install(command: str) -> Install:
    from envkb.experiment.stated_install import stated_install  # noqa: PLC0415 - few records say a command

    return stated_install(command)


def _said(edge: StatedEdgeCase) -> dict[str, str]:
    told = edge.model_dump(exclude_none=True)
    worked = told.pop("worked", None)
    answer = {True: "yes", False: "no", None: ""}.get(worked, worked)
    return {**told, "worked": str(answer)}


def _one_line(title: str | None) -> str | None:
    line = " ".join(title.split()) if title else ""
    if len(line) > LONGEST_LINE:
        message = f"the title has {len(line)} characters; at most {LONGEST_LINE} fit"
        raise UsageError(message, hint="put the rest into the summary or a note")
    return line or None


def _label(label: str | None) -> str | None:
    if label and not re.fullmatch(HOST_LABEL, label):
        message = f"{label[:80]!r} cannot be a host label"
        raise UsageError(message, hint="at most 63 letters, digits, dots, hyphens and underscores")
    return label or None


def _check_text(document: StatedDocument) -> None:
    try:
        json.dumps(document.model_dump(mode="json"), ensure_ascii=False).encode()
    except (UnicodeEncodeError, ValueError) as error:
        hint = "use a UTF-8 locale, or write it into a file for --from"
        raise UsageError("a text that was said is not UTF-8", hint=hint) from error
