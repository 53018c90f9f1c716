"""Reading pylock.toml (PEP 751), whoever wrote it."""

from collections.abc import Mapping
from typing import Any

from envkb.errors import InvalidDataError
from envkb.managers.outcome import Package, by_name


def read_pylock(text: str) -> tuple[Package, ...]:
    """Return the packages of a pylock.toml, sorted by name.

    Where several wheels of one package fit, the lock does not say which will be taken: the largest stands for them, so
    that an estimate is never too low, and nothing is said of the digest.

    Raises:
        InvalidDataError: The text is no pylock.toml.
    """
    return tuple(sorted((_package(row) for row in _rows(text)), key=by_name))


def hashed_requirements(text: str) -> str:
    """Return a pylock.toml as requirements with digests, which every pip can install.

    Raises:
        InvalidDataError: The text is no pylock.toml, or a package in it has no version or no digest.
    """
    lines = []
    for row in _rows(text):
        digests = sorted({digest for archive in _archives(row) if (digest := _sha256(archive)) is not None})
        if "version" not in row or not digests:
            raise InvalidDataError(
                f"{row['name']} has no version with a SHA-256 in the lock",
                hint="restore it with the manager that wrote it",
            )
        lines.append(" ".join((f"{row['name']}=={row['version']}", *(f"--hash=sha256:{digest}" for digest in digests))))
    return "".join(f"{line}\n" for line in lines)


def _rows(text: str) -> list[dict[str, Any]]:
    import tomllib  # noqa: PLC0415 - only locks need it, and every command pays for imports

    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidDataError(f"not a pylock.toml: {error}") from error
    rows = tree.get("packages", [])
    if "lock-version" not in tree or not isinstance(rows, list) or not all("name" in row for row in rows):
        raise InvalidDataError("not a pylock.toml: no lock-version, or packages without names")
    return rows


def _package(row: Mapping[str, Any]) -> Package:
    archives = _archives(row)
    only = archives[0] if len(archives) == 1 else {}
    sizes = [archive["size"] for archive in archives if "size" in archive]
    return Package(
        name=row["name"],
        version=row.get("version"),
        url=only.get("url"),
        size_bytes=max(sizes) if sizes and len(sizes) == len(archives) else None,
        sha256=_sha256(only),
    )


def _archives(row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return what may be installed of one package: its wheels, without any its archive or source."""
    wheels = row.get("wheels")
    if wheels:
        return list(wheels)
    return [row[kind] for kind in ("archive", "sdist") if kind in row][:1]


def _sha256(archive: Mapping[str, Any]) -> str | None:
    digest = archive.get("hashes", {}).get("sha256")
    return digest if isinstance(digest, str) else None
