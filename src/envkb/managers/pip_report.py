"""What pip reports of a resolution or an installation (`--report`), and the lock that follows from it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from envkb.errors import InvalidDataError
from envkb.managers.outcome import LockText, Package, by_name

Row = Mapping[str, Any]

_HEAD: Final = 'lock-version = "1.0"\ncreated-by = "kb"\n'


def read_report(text: str) -> tuple[Package, ...]:
    """Return the packages of a report, sorted by name; pip tells no sizes.

    Raises:
        InvalidDataError: The text is no report.
    """
    return tuple(sorted((package for _, package in _read(text)), key=by_name))


def lock_of_report(text: str) -> LockText:
    """Return a report as pylock.toml: what `pip lock` writes of the same resolution, where pip has that.

    Raises:
        InvalidDataError: The text is no report, or it tells no digest of some package.
    """
    found = _read(text)
    bare = [package.name for _, package in found if package.url is None or package.sha256 is None]
    if bare:
        raise InvalidDataError(
            f"pip reports no digest of {', '.join(bare)}, so there is no lock", hint="pip 25.1 and newer write locks"
        )
    return LockText("pylock.toml", "\n".join((_HEAD, *sorted(_locked(row, package) for row, package in found))))


def _read(text: str) -> Sequence[tuple[Row, Package]]:
    try:
        return [(row, _package(row)) for row in json.loads(text)["install"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidDataError(f"pip's report cannot be read: {error!r}") from error


def _package(row: Row) -> Package:
    source = row["download_info"]
    metadata = row["metadata"]
    sha256 = source.get("archive_info", {}).get("hashes", {}).get("sha256")
    return Package(name=metadata["name"], version=metadata["version"], url=source.get("url"), sha256=sha256)


def _locked(row: Row, package: Package) -> str:
    from packaging.utils import canonicalize_name  # noqa: PLC0415 - start-up

    archive = f"{{ url = {_quoted(package.url)}, hashes = {{ sha256 = {_quoted(package.sha256)} }} }}"
    if row.get("is_direct"):
        source = f"archive = {archive}"
    elif urlsplit(package.url or "").path.endswith(".whl"):
        source = f"wheels = [{archive}]"
    else:
        source = f"sdist = {archive}"
    name = _quoted(canonicalize_name(package.name))
    return f"[[packages]]\nname = {name}\nversion = {_quoted(package.version)}\n{source}\n"


def _quoted(text: str | None) -> str:
    # A basic string of TOML is one of JSON, but for the surrogates that JSON escapes into.
    return json.dumps(text or "", ensure_ascii=False)
