"""From what a command line says to a plan. Pure but for the files that it names."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from pydantic import ValidationError

from envkb.bench.suites import parse_suite
from envkb.document.codec import describe
from envkb.errors import UsageError
from envkb.experiment.run.requirement import shown
from envkb.model.plan import MAX_ROUNDS, Plan

_NAMED: Final = re.compile(r"([A-Za-z0-9][A-Za-z0-9._+-]{0,62})=(.+)")
_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|min|h|d)?")
_SECONDS: Final = {"s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0, None: 1.0}
_NAME_HINT: Final = "write NAME=URL, the name of letters, digits and ._+-"
_INTERPRETER: Final = re.compile(r"/bin/python[0-9.]*$")
_LONGEST_NAME: Final = 40
_NO_NAME: Final = re.compile(r"[^A-Za-z0-9._+-]+")
_OPTIONS: Final = {
    "rounds": ("--rounds", f"a whole number from 1 to {MAX_ROUNDS}"),
    "pythons": ("--python", "name versions such as 3.12, each once"),
    "managers": ("--with", "name each manager once"),
    "benchmarks": ("--bench", "name each once"),
}
"""What the fields of a plan are called on the command line, and what to write there."""
_PATHS: Final = ("/", ".", "~")
_STATES: Final = {"cold": ("cold",), "warm": ("warm",), "both": ("cold", "warm")}
_BYTECODE: Final = {"default": ("default",), "parity": ("parity",), "both": ("default", "parity")}


def plan_of(**said: Any) -> Plan:  # noqa: ANN401 - the plan's own model judges each
    """Return the plan with these fields; what was not said (None or empty) stays as the plan has it by itself.

    Raises:
        UsageError: A value that no plan can have.
    """
    return changed(Plan(), **said)


def changed(plan: Plan, **said: Any) -> Plan:  # noqa: ANN401 - likewise
    """Return a plan in which what is said takes the place of what it says.

    Raises:
        UsageError: A value that no plan can have.
    """
    given = {name: value for name, value in said.items() if value is not None and value != ()}
    try:
        return Plan.model_validate({**plan.model_dump(), **given})
    except ValidationError as error:
        raise _refused(error, given) from error


def _refused(error: ValidationError, given: Mapping[str, Any]) -> UsageError:
    field = str(error.errors(include_url=False, include_context=False, include_input=False)[0]["loc"][0])
    if field not in _OPTIONS or field not in given:
        return UsageError(f"that is no plan: {describe(error)}", hint="`kb schema plan` says what a plan holds")
    option, hint = _OPTIONS[field]
    value = given[field]
    said = " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return UsageError(f"{option} {said} is not possible", hint=hint)


def request_of(
    requirements: Sequence[str],
    *,
    indexes: Sequence[str] = (),
    channels: Sequence[str] = (),
    flags: Sequence[str] = (),
    torch_backend: str | None = None,
    name: str | None = None,
) -> dict[str, Any]:
    """Return a request as a plan has it.

    Args:
        requirements: What is required.
        indexes: Names or addresses of package indexes.
        channels: Names or addresses of conda channels.
        flags: `MANAGER=FLAG`.
        torch_backend: The build of torch.
        name: Its name; None for one made of the first requirement.
    """
    return {
        "name": name or _short_name(requirements[0]),
        "requirements": tuple(requirements),
        "indexes": tuple(indexes),
        "channels": tuple(channels),
        "torch_backend": torch_backend,
        "flags": flags_of(flags),
    }


def split_sources(given: Sequence[str]) -> tuple[tuple[str, ...], tuple[dict[str, str], ...]]:
    """Return the names of sources in order, and the addresses of those given as `NAME=URL`.

    Raises:
        UsageError: What stands before the `=` is no name, or nothing stands behind it.
    """
    names, addresses = [], []
    for text in given:
        named = _NAMED.fullmatch(text)
        if named is None and "=" in text.partition("://")[0]:
            raise UsageError(f"{shown(text)!r} names no address", hint=_NAME_HINT)
        names.append(named[1] if named else text)
        if named:
            addresses.append({"name": named[1], "url": named[2]})
    return tuple(names), tuple(addresses)


def named_address(text: str) -> tuple[str, str]:
    """Return the name and the address of `NAME=URL`; the name may be one that a record has for an unnamed index.

    Raises:
        UsageError: It has another form.
    """
    name, _, url = text.partition("=")
    if not name or "://" not in url or "://" in name:
        raise UsageError(f"{shown(text)!r} names no address", hint="write NAME=URL, such as pytorch=https://…/whl")
    return name, url


def environments_of(given: Sequence[str]) -> tuple[dict[str, str], ...]:
    """Return the environments of `NAME=PATH`, `PATH` or the name of a conda environment.

    Raises:
        UsageError: One names nothing.
    """
    return tuple(map(_environment, given))


def _environment(text: str) -> dict[str, str]:
    named = _NAMED.fullmatch(text)
    target = named[2] if named else text
    before, equals, _ = text.partition("=")
    if not target.strip() or (equals and not named and not before.startswith(_PATHS)):
        raise UsageError(
            f"--env {text!r} names no environment", hint="write NAME=PATH, the name of letters, digits and ._+-"
        )
    return {"name": named[1] if named else _name_of_place(target), "target": target}


def _name_of_place(target: str) -> str:
    # An interpreter is called like all others: the name of its environment tells more.
    prefix = _INTERPRETER.sub("", target.rstrip("/"))
    plain = unicodedata.normalize("NFKD", prefix.rpartition("/")[2]).encode("ascii", "ignore").decode()
    return _NO_NAME.sub("-", plain).strip("-.")[:_LONGEST_NAME] or "env"


def caches_of(text: str | None) -> tuple[str, ...] | None:
    """Return the cache states that `--cache` means.

    Raises:
        UsageError: It means none.
    """
    return _chosen("--cache", text, _STATES)


def bytecode_of(text: str | None) -> tuple[str, ...] | None:
    """Return what `--bytecode` means.

    Raises:
        UsageError: It means nothing.
    """
    return _chosen("--bytecode", text, _BYTECODE)


def benchmarks_of(given: Sequence[str]) -> tuple[str, ...] | Literal["none"] | None:
    """Return the suites that `--bench` names, `none`, or None where it was not said.

    Raises:
        UsageError: There is no such suite.
    """
    if "none" in given:
        if len(given) > 1:
            raise UsageError("--bench none stands alone", hint="name suites, or none")
        return "none"
    for text in given:
        parse_suite(text)
    return tuple(given) or None


def seconds_of(text: str, option: str) -> float:
    """Return the seconds of `90s`, `20m` or `2h`.

    Raises:
        UsageError: It is no duration.
    """
    match = _DURATION.fullmatch(text.strip().lower())
    if match is None or float(match[1]) <= 0:
        raise UsageError(f"{option} {text!r} is no duration", hint="write 90s, 20m or 2h")
    return float(match[1]) * _SECONDS[match[2]]


def _chosen(option: str, text: str | None, known: Mapping[str, tuple[str, ...]]) -> tuple[str, ...] | None:
    if text is not None and text not in known:
        raise UsageError(f"{option} {text!r} is not known", hint=f"it is {', '.join(known)}")
    return None if text is None else known[text]


def flags_of(given: Sequence[str]) -> tuple[dict[str, Any], ...]:
    """Return the flags of `MANAGER=FLAG` by manager, as a request has them.

    Raises:
        UsageError: One has another form.
    """
    rows: dict[str, list[str]] = {}
    for text in given:
        manager, equals, flag = text.partition("=")
        if not equals or not flag:
            raise UsageError(f"--flag {text!r} cannot be read", hint="write --flag uv=--no-index")
        rows.setdefault(manager, []).append(flag)
    return tuple({"manager": manager, "flags": tuple(flags)} for manager, flags in rows.items())


def _short_name(requirement: str) -> str:
    name = re.split(r"[\[<>=!~;@ ]", requirement.strip(), maxsplit=1)[0].rstrip("/").rpartition("/")[2]
    return _NO_NAME.sub("-", name).strip("-.")[:_LONGEST_NAME] or "request"
