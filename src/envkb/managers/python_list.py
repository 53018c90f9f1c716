"""Reading the list of distributions that both pip and uv print as JSON."""

import json

from envkb.errors import InvalidDataError
from envkb.managers.outcome import Package, by_name


def read_list(stdout: str) -> tuple[Package, ...]:
    """Return the packages of `pip list --format json`, sorted by name.

    Raises:
        InvalidDataError: The text is not such a list.
    """
    try:
        rows = json.loads(stdout)
        packages = [Package(name=row["name"], version=row["version"]) for row in rows]
    except (ValueError, TypeError, KeyError) as error:
        raise InvalidDataError(f"the list of distributions cannot be read: {error}") from error
    return tuple(sorted(packages, key=by_name))
