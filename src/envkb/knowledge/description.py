"""Holds what a crate says of its files against the files. Pure."""

import json
from collections.abc import Callable, Collection
from typing import Any, Final

from envkb.document.identity import digest_of
from envkb.errors import InvalidDataError

ACCESS: Final = "conditionsOfAccess"
"""Name of what a crate says of who may see a file."""
PRIVATE: Final = "private"
"""Said there of a record that lay in the private place."""


def check_description(description: bytes, members: Collection[str], read: Callable[[str], bytes]) -> None:
    """Make sure that a crate holds every file that it describes, with the digest that it says.

    Args:
        description: The JSON-LD file of the crate.
        members: Paths of the files that are there.
        read: Returns the bytes of one.

    Raises:
        InvalidDataError: It is no such file, or a file is missing or another.
    """
    for entity in _entities(description):
        path, sha256 = entity.get("@id"), entity.get("sha256")
        if not isinstance(path, str) or not path.startswith(("records/", "attachments/")):
            continue
        if path not in members:
            raise InvalidDataError(f"{path[:100]!r} is described, and is not there", hint="ask for the crate again")
        if sha256 is not None and digest_of(read(path)) != sha256:
            raise InvalidDataError(f"{path} is not the file that is described", hint="ask for the crate again")


def files_called_private(description: bytes) -> frozenset[str]:
    """Return the paths of the files that a crate calls private.

    Raises:
        InvalidDataError: It is no description of a crate.
    """
    marked = (entity.get("@id") for entity in _entities(description) if entity.get(ACCESS) == PRIVATE)
    return frozenset(path for path in marked if isinstance(path, str))


def _entities(description: bytes) -> list[dict[str, Any]]:
    try:
        tree = json.loads(description)
    except (ValueError, RecursionError) as error:
        raise InvalidDataError(f"the description of the crate cannot be read: {error}") from error
    graph = tree.get("@graph") if isinstance(tree, dict) else None
    if not isinstance(graph, list):
        raise InvalidDataError("the description of the crate has no @graph")
    return [entity for entity in graph if isinstance(entity, dict)]
