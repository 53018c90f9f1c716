"""Between a plan and its texts. Pure."""

import difflib
import tomllib

from pydantic import BaseModel, ValidationError

from envkb.document.canonical import encode
from envkb.document.codec import describe
from envkb.document.identity import digest_of
from envkb.errors import InvalidDataError
from envkb.model.plan import (
    Exclusion,
    Plan,
    PlannedEnvironment,
    PlannedFlags,
    PlannedRequest,
    PlannedSource,
)

_TABLES: dict[str, type[BaseModel]] = {
    "requests": PlannedRequest,
    "environments": PlannedEnvironment,
    "exclude": Exclusion,
    "indexes": PlannedSource,
    "channels": PlannedSource,
    "flags": PlannedFlags,
}


def parse_plan(data: bytes, where: str) -> Plan:
    """Return the plan that a TOML file holds.

    Args:
        data: The file's bytes.
        where: The file's name for messages.

    Raises:
        InvalidDataError: No TOML, an unknown key or a wrong value; the message names file and key.
    """
    try:
        return Plan.model_validate(tomllib.loads(data.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        raise InvalidDataError(f"{where}: byte {error.start} is not UTF-8", hint="save the file as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise InvalidDataError(f"{where}: no TOML: {error}", hint="`kb schema plan` says what a plan holds") from error
    except ValidationError as error:
        raise InvalidDataError(f"{where}: {describe(error)}", hint=_hint(error)) from error


def plan_text(plan: Plan) -> bytes:
    """Return the canonical text of a plan."""
    return encode(plan.model_dump(mode="json"))


def plan_digest(plan: Plan) -> str:
    """Return SHA-256 of the canonical text of a plan."""
    return digest_of(plan_text(plan))


def _hint(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if first["type"] != "extra_forbidden":
        return "`kb schema plan` says what a plan holds"
    table = next((str(part) for part in reversed(first["loc"][:-1]) if isinstance(part, str)), "")
    known = [field.alias or name for name, field in _TABLES.get(table, Plan).model_fields.items()]
    close = difflib.get_close_matches(str(first["loc"][-1]), known, n=1)
    return f"did you mean {close[0]}?" if close else f"the keys are {', '.join(known)}"
