"""Which build of torch a project's sources for uv mean. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from packaging.markers import InvalidMarker, Marker
from packaging.utils import canonicalize_name

from envkb.errors import UsageError
from envkb.managers.torch_backend import TORCH_FAMILY, check_backend


def is_build_of_torch(name: str, spec: object) -> bool:
    """Return whether a source says from which index torch, or what belongs to it, is taken, and nothing else.

    Args:
        name: The distribution.
        spec: What `tool.uv.sources` has for it.
    """
    rows = spec if isinstance(spec, list) else [spec]
    return canonicalize_name(name) in TORCH_FAMILY and all(
        isinstance(row, Mapping) and "index" in row and not set(row) - {"index", "marker", "extra", "group"}
        for row in rows
    )


def torch_builds(sources: Mapping[str, Any], indexes: Iterable[Mapping[str, Any]]) -> tuple[str, ...] | None:
    """Return the torch backends that sources mean on this machine, as the addresses of their indexes end.

    Args:
        sources: The table `tool.uv.sources`.
        indexes: The tables `tool.uv.index`.

    Returns:
        Such as `cu126`, sorted; empty where the addresses tell no backend; None where no source is one of torch.
    """
    rows = [row for name, spec in sources.items() if is_build_of_torch(name, spec) for row in _rows(spec)]
    if not rows:
        return None
    addresses = {str(row.get("name")): str(row.get("url")) for row in indexes}
    ends = {addresses.get(str(row["index"]), "").rstrip("/").rpartition("/")[2] for row in rows if _holds(row)}
    return tuple(sorted(end for end in ends if _is_backend(end)))


def _rows(spec: Any) -> Sequence[Mapping[str, Any]]:  # noqa: ANN401 - TOML
    return spec if isinstance(spec, list) else [spec]


def _holds(row: Mapping[str, Any]) -> bool:
    try:
        return "marker" not in row or Marker(str(row["marker"])).evaluate()
    except InvalidMarker:
        return False


def _is_backend(text: str) -> bool:
    try:
        check_backend(text)
    except UsageError:
        return False
    return True
