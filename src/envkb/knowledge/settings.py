"""Reads `kb.toml`, and changes single lines of it so that comments and order survive."""

import re
import tomllib
from typing import Final

from pydantic import ValidationError

from envkb.errors import InvalidDataError, UsageError
from envkb.model.settings import HOST_LABEL, AuthorEntry, Settings, Thresholds
from envkb.model.value import Value

_SECTIONS: Final[dict[tuple[int | str, ...], type[Value]]] = {("authors",): AuthorEntry, ("thresholds",): Thresholds}
_TABLE: Final = r"\s*\["
_HOSTS: Final = r"\s*\[\s*hosts\s*\]\s*(#.*)?"
_HOST: Final = r'(?P<indent>\s*)(?P<quote>["\']?)(?P<key>[0-9a-f]{20})(?P=quote)\s*=\s*"[^"]*"(?P<rest>.*)'


def parse_settings(data: bytes, where: str) -> Settings:
    """Return the settings that a `kb.toml` holds.

    Args:
        data: The file's bytes.
        where: The file's name for messages.

    Raises:
        InvalidDataError: No TOML, an unknown key or a wrong value; the message names file, key and mend.
    """
    try:
        tree = tomllib.loads(data.decode("utf-8-sig"))
        return Settings.model_validate(tree)
    except UnicodeDecodeError as error:
        raise InvalidDataError(f"{where}: byte {error.start}: not UTF-8", hint="save the file as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise InvalidDataError(
            f"{where}: no TOML: {error}",
            hint="texts stand in quotes, tables in brackets; `kb schema kb` tells the keys",
        ) from error
    except RecursionError as error:
        raise InvalidDataError(f"{where}: nested too deep", hint="`kb schema kb` tells the keys") from error
    except ValidationError as error:
        raise _explain(error, where) from error


def _explain(error: ValidationError, where: str) -> InvalidDataError:
    first = error.errors(include_url=False, include_context=False)[0]
    place = "/".join(str(part) for part in first["loc"] if part != "[key]")
    if first["type"] == "extra_forbidden":
        known = list(_SECTIONS.get(first["loc"][:-1][:1], Settings).model_fields)
        import difflib  # noqa: PLC0415 - needed for a hint alone

        close = difflib.get_close_matches(str(first["loc"][-1]), known, n=1)
        hint = f"did you mean {close[0]}?" if close else f"the keys are {', '.join(known)}"
        return InvalidDataError(f"{where}: {place}: unknown key", hint=hint)
    if first["type"] == "missing":
        return InvalidDataError(f"{where}: {place}: missing", hint=f"add a line `{place} = …`")
    message = first["msg"].removeprefix("Value error, ")
    return InvalidDataError(f"{where}: {place}: {message}", hint=f"it is {first['input']!r}; see `kb schema kb`")


def set_host_label(text: str, settings: Settings, key: str, label: str) -> str:
    """Return the text of `kb.toml` with the host's label set; every other line stays as it is.

    Args:
        text: The file as it is.
        settings: What it holds.
        key: The host's key.
        label: Its label.

    Raises:
        UsageError: The label has a form that cannot be a page's name, or another host bears it, or the file spells its
            hosts in a way that no single line can change.
    """
    if not re.fullmatch(HOST_LABEL, label):
        raise UsageError(f"{label!r} cannot be a host label", hint="letters, digits, dots, hyphens and underscores")
    if any(name == label and other != key for other, name in settings.hosts.items()):
        raise UsageError(
            f"another host is called {label}",
            hint=f'choose another label; if it is the same machine, add `{key} = "{label}"` under [hosts] in kb.toml',
        )
    line = f'{key} = "{label}"'
    changed = _with_host_line(text, key, line)
    try:
        hosts = tomllib.loads(changed).get("hosts")
    except tomllib.TOMLDecodeError:
        hosts = None
    if hosts != {**settings.hosts, key: label}:
        raise UsageError("kb.toml spells its hosts in an unusual way", hint=f"add `{line}` to them yourself")
    return changed


def _with_host_line(text: str, key: str, line: str) -> str:
    lines = text.splitlines(keepends=True)
    header = next((number for number, old in enumerate(lines) if re.fullmatch(_HOSTS, old.rstrip())), None)
    if header is None:
        gap = "" if not text or text.endswith("\n") else "\n"
        return f"{text}{gap}\n[hosts]\n{line}\n"
    at = _line_of(lines, header, key)
    if at is None:
        lines[header] = lines[header].rstrip("\r\n") + "\n"
        lines.insert(header + 1, f"{line}\n")
    else:
        lines[at] = re.sub(_HOST, lambda match: f"{match['indent']}{line}{match['rest']}", lines[at])
    return "".join(lines)


def _line_of(lines: list[str], header: int, key: str) -> int | None:
    for number in range(header + 1, len(lines)):
        if re.match(_TABLE, lines[number]):
            return None
        match = re.fullmatch(_HOST, lines[number].rstrip("\r\n"))
        if match and match["key"] == key:
            return number
    return None
