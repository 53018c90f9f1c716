"""What a person says about an experiment, read from options or a file. Pure."""

import difflib
import math
import re
from collections.abc import Collection, Mapping
from typing import Final, Literal, NamedTuple

from envkb.errors import UsageError
from envkb.model.edge_case import EDGE_CASE_CLASSES, EdgeCase, Phase, Severity
from envkb.model.install import Install
from envkb.model.measurement import Benchmark, Measurement
from envkb.model.record import Author, Note, Observed
from envkb.model.value import Origin

Better = Literal["lower", "higher"]
Outcome = Literal["success", "partial", "failure"]

_EDGE_KEYS: Final = ("class", "symptom", "severity", "phase", "package", "workaround", "worked", "link")
_EDGE_SPLIT: Final = rf";\s*(?=(?:{'|'.join(_EDGE_KEYS)})\s*=)"
_ALIKE: Final = 0.75
"""How much a word and a key have in common where one was meant for the other, as difflib counts it."""
_YES_NO: Final = {"yes": True, "true": True, "no": False, "false": False}
_NUMBER: Final = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_METRIC: Final = rf"([^=]+)=\s*({_NUMBER}(?:(?:\s*,\s*|\s+){_NUMBER})*)(?:\s*([^\s\d.,+-][^=]*))?"
_QUANTITIES: Final = {
    "duration": ("ns", "us", "µs", "ms", "s", "min", "h"),
    "size": ("B", "kB", "KB", "KiB", "MB", "MiB", "GB", "GiB", "TB", "TiB"),
    "energy": ("J", "kJ", "Wh"),
    "power": ("W", "mW"),
    "temperature": ("C", "°C"),
}


class StatedFile(NamedTuple):
    """A file to attach.

    Attributes:
        name: Its name, without folders.
        data: Its content as read.
    """

    name: str
    data: bytes


class Stated(NamedTuple):
    """Everything a person said; what was not said is None or empty.

    Attributes:
        title: One line; None leaves it to the default made of what was captured.
        summary: A few sentences.
        outcome: How it ended.
        tags: Labels.
        authors: Authors; empty leaves it to the knowledge base's own.
        observed: When it happened.
        install: How the environment came to be.
        notes: Texts.
        files: Files to attach.
        measurements: Numbers.
        edge_cases: What went wrong.
        host_label: Name for the host.
    """

    title: str | None = None
    summary: str | None = None
    outcome: Outcome | None = None
    tags: tuple[str, ...] = ()
    authors: tuple[Author, ...] = ()
    observed: Observed | None = None
    install: Install | None = None
    notes: tuple[Note, ...] = ()
    files: tuple[StatedFile, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    edge_cases: tuple[EdgeCase, ...] = ()
    host_label: str | None = None


def parse_author(text: str) -> Author:
    """Read `Ada Lovelace <ada@lab.example>`, with `(ORCID)` after it where there is one.

    Raises:
        UsageError: There is no name in it.
    """
    match = re.fullmatch(
        r"\s*(?P<name>[^<>()]+?)\s*(?:<(?P<email>[^<>\s]+@[^<>\s]+)>)?\s*(?:\((?P<orcid>\d{4}-\d{4}-\d{4}-\d{3}[\dX])\))?\s*",
        text,
    )
    if match is None:
        raise UsageError(f"{text!r} is no author", hint="write 'Ada Lovelace <ada@lab.example>' or just the name")
    return Author(name=match["name"], email=match["email"], orcid=match["orcid"], affiliation=None)


def parse_metric(text: str) -> Measurement:
    """Read `matmul=12.1,12.3,12.2 ms;better=lower`.

    Raises:
        UsageError: The text has another form, or a number is not finite.
    """
    head, *options = (part.strip() for part in text.split(";"))
    match = re.fullmatch(_METRIC, head)
    if match is None:
        raise UsageError(f"the metric {text!r} cannot be read", hint="write 'matmul=12.1,12.3,12.2 ms;better=lower'")
    samples = tuple(float(number) for number in re.split(r"[,\s]+", match[2]))
    if not all(math.isfinite(sample) for sample in samples):
        raise UsageError(
            f"the metric {text!r} has a number that is not finite", hint="leave that sample out, and say so in a note"
        )
    known = _options(text, options, ("better",))
    return metric(match[1].strip(), samples, (match[3] or "").strip() or None, known.get("better"))


def metric(name: str, samples: tuple[float, ...], unit: str | None, better: str | None) -> Measurement:
    """Make the measurement of samples that a person states.

    Raises:
        UsageError: No sample, a name that gives no id, or a direction other than lower and higher.
    """
    slug = re.sub(r"[^a-z0-9._]+", "-", name.lower()).strip("-.")
    if not slug or not samples:
        raise UsageError(f"the metric {name!r} needs a name with letters or digits, and at least one number")
    directions: dict[str | None, Better | None] = {None: None, "lower": "lower", "higher": "higher"}
    if better not in directions:
        raise UsageError(f"metric {name!r}: better is {better!r}", hint="better is lower or higher")
    quantity = next((kind for kind, units in _QUANTITIES.items() if unit in units), "value")
    return Measurement(
        id=slug,
        origin=Origin.STATED,
        role="subject",
        benchmark=Benchmark(suite=None, name=name, version=None, parameters=()),
        quantity=quantity,
        unit=unit,
        better=directions[better],
        samples=samples,
        orders=(),
        starts_s=(),
        loops=None,
        warmups=None,
        discarded=None,
        discard_reasons=(),
        conditions=(),
        verified=None,
        instrument=None,
        raw_sha256=None,
    )


def _options(text: str, options: list[str], allowed: Collection[str]) -> dict[str, str]:
    found = {}
    for option in filter(None, options):
        key, equals, value = option.partition("=")
        if not equals or key.strip() not in allowed:
            raise UsageError(f"{option!r} in {text!r} is not known", hint=f"known: {', '.join(allowed)}")
        found[key.strip()] = value.strip()
    return found


def split_edge_case(text: str) -> dict[str, str]:
    """Split `class=wsl-libcuda;symptom=…;severity=major;workaround=…;worked=yes;link=…` into values by key.

    A semicolon inside a symptom is part of it unless a known key and `=` follow.

    Raises:
        UsageError: A key that is not known, or a word that seems to be meant for one.
    """
    for word in re.findall(r";\s*([a-z]+)\s*=", text):
        near = [] if word in _EDGE_KEYS else difflib.get_close_matches(word, _EDGE_KEYS, n=1, cutoff=_ALIKE)
        if near:
            raise UsageError(
                f"{word!r} in {text!r} is no key of an edge case",
                hint=f"did you mean {near[0]}? A text that must hold '{word}=' can be stated with --from FILE",
            )
    return _options(text, re.split(_EDGE_SPLIT, text), _EDGE_KEYS)


def edge_case(stated: Mapping[str, str], classes: Collection[str] = EDGE_CASE_CLASSES) -> EdgeCase:
    """Make an edge case of stated values by key.

    Raises:
        UsageError: An unknown class, severity, phase or answer, or no symptom.
    """
    symptom = stated.get("symptom", "").strip()
    if not symptom:
        raise UsageError("an edge case needs a symptom", hint="add 'symptom=what you see, best the error message'")
    worked = stated.get("worked", "").strip().lower()
    if worked and worked not in _YES_NO:
        raise UsageError(f"worked is {worked!r}", hint="worked is yes or no")
    name = _choice("edge-case class", stated.get("class", "other").strip(), classes)
    severity = stated.get("severity", "").strip()
    phase = stated.get("phase", "").strip()
    return EdgeCase(
        origin=Origin.STATED,
        class_=name,
        symptom=symptom,
        severity=Severity(_choice("severity", severity, list(Severity))) if severity else None,
        phase=Phase(_choice("phase", phase, list(Phase))) if phase else None,
        package=stated.get("package", "").strip() or None,
        workaround=stated.get("workaround", "").strip() or None,
        worked=_YES_NO[worked] if worked else None,
        link=stated.get("link", "").strip() or None,
        fingerprint=None,
    )


def _choice(what: str, given: str, allowed: Collection[str]) -> str:
    if given in allowed:
        return given
    near = difflib.get_close_matches(given, allowed, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(sorted(allowed))}"
    raise UsageError(f"{what} {given!r} is not known", hint=hint)


def parse_outcome(text: str) -> Outcome:
    """Read success, partial or failure.

    Raises:
        UsageError: It is something else.
    """
    outcomes: dict[str, Outcome] = {"success": "success", "partial": "partial", "failure": "failure"}
    return outcomes[_choice("outcome", text.strip().lower(), outcomes)]
