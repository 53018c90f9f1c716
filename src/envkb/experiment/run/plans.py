"""Between a plan and its texts. Pure."""

import difflib
import shlex
import tomllib
from collections.abc import Sequence
from typing import Final

from pydantic import BaseModel, ValidationError

from envkb.document.canonical import encode
from envkb.document.codec import describe
from envkb.document.identity import digest_of
from envkb.errors import InvalidDataError, UsageError
from envkb.experiment.run.requirement import named
from envkb.knowledge.folder import KnowledgeBase
from envkb.model.plan import (
    MAX_ROUNDS,
    Exclusion,
    Plan,
    PlannedEnvironment,
    PlannedFlags,
    PlannedRequest,
    PlannedSource,
)

_MAX_BYTES: Final = 1024 * 1024
"""A plan that is longer is none."""

_TABLES: Final[dict[str, type[BaseModel]]] = {
    "requests": PlannedRequest,
    "environments": PlannedEnvironment,
    "exclude": Exclusion,
    "indexes": PlannedSource,
    "channels": PlannedSource,
    "flags": PlannedFlags,
}
_PLAIN: Final = {
    "tuple_type": "a list is wanted, in square brackets",
    "model_type": "a table is wanted",
    "model_attributes_type": "a table is wanted",
    "string_pattern_mismatch": "it has another form",
    "string_type": "a text is wanted, in quotes",
    "int_type": "a whole number is wanted",
}
"""What pydantic says of a kind of error, for people who write TOML."""
_HINTS: Final = {
    "requests": 'write [[requests]] with name = "numpy" and requirements = ["numpy==2.4.6"] below it',
    "environments": 'write [[environments]] with name = "ml" and target = "PATH" below it',
    "exclude": 'write [[exclude]] with manager = "pip" or the like below it',
    "indexes": 'write [[indexes]] with name = "own" and url = "https://…" below it; a request has names',
    "channels": 'write [[channels]] with name = "own" and url = "https://…" below it; a request has names',
    "name": "a name has letters, digits and ._+-, and begins with a letter or a digit",
    "pythons": 'write pythons = ["3.12"]',
    "caches": 'write caches = ["cold", "warm"], or one of them',
    "bytecode": 'write bytecode = ["default", "parity"], or one of them',
    "rounds": f"it is a whole number from 1 to {MAX_ROUNDS}",
    "schema": "a newer kb may understand it: upgrade envkb",
    "platform": "write linux-64, linux-aarch64, osx-arm64 or the like",
    "requirements": 'write requirements = ["numpy==2.4.6"]',
}
"""What to write, by the key that is wrong."""


def parse_plan(data: bytes, where: str) -> Plan:
    """Return the plan that a TOML file holds.

    Args:
        data: The file's bytes.
        where: The file's name for messages.

    Raises:
        InvalidDataError: Too long, no TOML, an unknown key or a wrong value; the message names file and key.
    """
    if len(data) > _MAX_BYTES:
        raise InvalidDataError(f"{where}: longer than {_MAX_BYTES // 1024} KiB", hint="no plan is as long: is it one?")
    try:
        return Plan.model_validate(tomllib.loads(data.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        raise InvalidDataError(f"{where}: byte {error.start} is not UTF-8", hint="save the file as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise InvalidDataError(f"{where}: no TOML: {error}", hint="`kb schema plan` says what a plan holds") from error
    except ValidationError as error:
        raise InvalidDataError(f"{where}: {_described(error)}", hint=_hint(error)) from error


def plan_text(plan: Plan) -> bytes:
    """Return the canonical text of a plan."""
    return encode(plan.model_dump(mode="json"))


def plan_digest(plan: Plan) -> str:
    """Return SHA-256 of the canonical text of a plan."""
    return digest_of(plan_text(plan))


def plan_of_record(base: KnowledgeBase, record_id: str) -> Plan:
    """Return the plan that a record was made by.

    Raises:
        UsageError: There is no such record, or it belongs to no run.
        InvalidDataError: The plan that lies beside it cannot be read.
    """
    found = base.read(record_id)
    digest = next((row.sha256 for row in found.record.attachments if row.role == "plan"), None)
    if digest is None:
        raise UsageError(f"{found.id} has no plan: no `kb run` made it", hint="name the requirements")
    try:
        return Plan.model_validate_json(base.attachment(digest))
    except ValidationError as error:
        raise InvalidDataError(f"the plan of {found.id}: {describe(error)}") from error


def with_changes(plan: Plan, changes: Sequence[str]) -> Plan:
    """Return a plan in which requirements take the place of those of the same distribution.

    Raises:
        UsageError: The plan requires no such distribution, or a change is no requirement.
    """
    for change in changes:
        requests = tuple(_with_change(request, change) for request in plan.requests)
        if requests == plan.requests:
            raise _changes_nothing(plan, change)
        plan = plan.model_copy(update={"requests": requests})
    return plan


def _with_change(request: PlannedRequest, change: str) -> PlannedRequest:
    name = _name(change)
    if name is None:
        raise UsageError(f"--set {change!r} is no requirement", hint="write --set torch==2.15.0")
    wanted = tuple(change if _name(old) == name else old for old in request.requirements)
    return request.model_copy(update={"requirements": wanted})


def _changes_nothing(plan: Plan, change: str) -> UsageError:
    wanted = tuple(dict.fromkeys(one for request in plan.requests for one in request.requirements))
    if change in wanted:
        return UsageError(f"--set {change}: the plan requires just that", hint="leave --set out to do the same again")
    # A name that is mistyped must not become one requirement more.
    return UsageError(
        f"--set {change}: the plan requires no {_name(change)}, but {', '.join(wanted) or 'nothing'}",
        hint=f"to ask for more, name all of it: kb run {shlex.join((*wanted, change))}",
    )


def _name(requirement: str) -> str | None:
    from packaging.utils import canonicalize_name  # noqa: PLC0415 - start-up

    found = named(requirement)
    return canonicalize_name(found.name) if found else None


def _described(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    told = describe(error)
    plain = _PLAIN.get(first["type"])
    return told.replace(first["msg"], plain) if plain else told


def _hint(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = [str(part) for part in first["loc"] if isinstance(part, str)]
    if first["type"] != "extra_forbidden":
        return _HINTS.get(place[-1] if place else "", "`kb schema plan` says what a plan holds")
    table = next(reversed(place[:-1]), "")
    known = [field.alias or name for name, field in _TABLES.get(table, Plan).model_fields.items()]
    close = difflib.get_close_matches(place[-1], known, n=1)
    return f"did you mean {close[0]}?" if close else f"the keys are {', '.join(known)}"
