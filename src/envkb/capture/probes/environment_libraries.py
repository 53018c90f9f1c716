"""The shared libraries that matter to an ML environment, and who brought each."""

import posixpath
from collections.abc import Iterable

from envkb.capture.probes.environment_distributions import Installed
from envkb.model.environment import NativeLibrary


def native_libraries(found: Iterable[Installed], prefix: str) -> tuple[NativeLibrary, ...]:
    """Return the libraries that distributions and conda packages list, sorted by path.

    Args:
        found: What is installed.
        prefix: The environment's prefix; what lies in it is told relative to it.
    """
    providers: dict[str, dict[str, None]] = {}
    for entry in found:
        provider = f"{entry.row.name} {entry.row.version}" if entry.row.version else entry.row.name
        for path in entry.libraries:
            told = f"<prefix>{path[len(prefix) :]}" if prefix and path.startswith(f"{prefix}/") else path
            providers.setdefault(told, {})[provider] = None
    return tuple(
        NativeLibrary(
            name=posixpath.basename(path), path=path, provider=", ".join(providers[path]), loaded=None, sha256=None
        )
        for path in sorted(providers)
    )
