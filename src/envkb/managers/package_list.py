"""Reading the lists of packages that managers print as JSON."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from envkb.errors import InvalidDataError
from envkb.managers.outcome import Package, by_name


def distribution(row: Mapping[str, Any]) -> Package:
    """Return a distribution of `pip list --format json`, which uv prints, too."""
    return Package(name=row["name"], version=row["version"])


def read_packages(
    stdout: str, manager: str, read: Callable[[Mapping[str, Any]], Package] = distribution
) -> tuple[Package, ...]:
    """Return the packages of a list, sorted by name.

    Args:
        stdout: A JSON list of objects, or an object that holds it under `packages`.
        manager: Whose list it is.
        read: Reads one object.

    Raises:
        InvalidDataError: The text is no such list.
    """
    try:
        rows = json.loads(stdout)
        rows = rows["packages"] if isinstance(rows, dict) else rows
        return tuple(sorted(map(read, rows), key=by_name))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InvalidDataError(f"the list of packages of {manager} cannot be read: {error!r}") from error
