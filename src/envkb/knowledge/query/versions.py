"""Versions and requirements as people write them in queries. Pure.

Only queries that ask for versions import this module: `packaging` is slow to load.
"""

import re
from functools import lru_cache
from typing import Final

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from envkb.errors import UsageError
from envkb.knowledge.query.language import Package

_REQUIREMENT: Final = re.compile(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(.*)", re.DOTALL)


def read_requirement(text: str) -> Package:
    """Return the query that a requirement such as `torch>=2.13` stands for.

    Raises:
        UsageError: It is no name with versions.
    """
    match = _REQUIREMENT.fullmatch(text)
    if match is None:
        raise UsageError(f"{text!r} names no package", hint="write it like torch>=2.13")
    try:
        versions = SpecifierSet(match[2])
    except InvalidSpecifier as error:
        raise UsageError(f"{match[2]!r} after {match[1]} are no versions", hint="write it like torch>=2.13") from error
    return Package(canonicalize_name(match[1]), str(versions))


def specify(operator: str, version: str) -> str | None:
    """Return a comparison with a version as a specifier of PEP 440; null where the text is no version.

    `=` means the whole series: 3.12 includes 3.12.4.
    """
    try:
        parsed = Version(version.removesuffix(".*"))
        if operator == "=":
            exact = parsed.is_prerelease or parsed.is_postrelease or parsed.local is not None
            version = version if exact else f"{version.removesuffix('.*')}.*"
        return str(SpecifierSet(f"{'==' if operator == '=' else operator}{version}"))
    except (InvalidVersion, InvalidSpecifier):
        return None


@lru_cache(maxsize=65536)
def version_fits(version: str | None, specifier: str) -> bool:
    """Return whether a version is one of those that a specifier of PEP 440 names; what is no version is none."""
    try:
        return version is not None and _parsed(specifier).contains(version, prereleases=True)
    except InvalidVersion:
        return False


@lru_cache(maxsize=64)
def _parsed(specifier: str) -> SpecifierSet:
    return SpecifierSet(specifier)
