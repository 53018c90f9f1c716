"""What an interpreter says of itself."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import JsonValue

from envkb.capture.probes.environment_json import flag, size, text, texts

_IMPLEMENTATIONS: Final = {"cpython": "CPython", "pypy": "PyPy", "graalpy": "GraalPy"}
_STAGES: Final = {"alpha": "a", "beta": "b", "candidate": "rc"}


def version(told: Mapping[str, Any]) -> str | None:
    """Return the full version of the interpreter: `3.14.0rc2`; None where it does not tell."""
    release = text(told.get("version"))
    stage = _STAGES.get(text(told.get("releaselevel")) or "final")
    return f"{release}{stage}{size(told.get('serial')) or 0}" if release and stage else release


def implementation(told: Mapping[str, Any]) -> str | None:
    """Return the name that the implementation goes by: `CPython`; None where it does not tell."""
    name = text(told.get("implementation"))
    return _IMPLEMENTATIONS.get(name, name) if name else None


def python_values(told: Mapping[str, Any]) -> dict[str, JsonValue]:
    """Return the values of the facts of subject `python`, by name; None where the interpreter does not tell.

    Args:
        told: What it was asked: `interpreter` of `kb:environment`.
    """
    banner = text(told.get("version_text")) or ""
    build, compiler = _build(banner)
    name = implementation(told)
    return {
        "version": version(told),
        "implementation": name,
        # CPython's is the language's; only another one's says something.
        "implementation_version": text(told.get("implementation_version")) if name != "CPython" else None,
        "build": build,
        "compiler": compiler,
        "packager": _packager(banner),
        "cache_tag": text(told.get("cache_tag")),
        "platform": text(told.get("platform")),
        "host_triplet": text(told.get("host")),
        "pointer_bits": size(told.get("pointer_bits")),
        "ext_suffix": text(told.get("ext_suffix")),
        "abi_flags": text(told.get("abiflags")),
        "free_threaded": flag(told.get("gil_disabled")),
        "debug": flag(told.get("debug")),
        "shared_library": flag(told.get("shared")),
        "configure_flags": list(texts(told.get("config_args"))),
        "macos_target": text(told.get("macos_target")),
    }


def _build(banner: str) -> tuple[str | None, str | None]:
    """Take the build and the compiler out of `3.11.7 (main, Dec  4 2023, 18:10:11) [GCC 12.2.0]`."""
    before, _, after = banner.partition("[")
    build = before.rpartition("(")[2].partition(")")[0] if "(" in before else ""
    return " ".join(build.split()) or None, " ".join(after.rpartition("]")[0].split()) or None


def _packager(banner: str) -> str | None:
    """Take the name out of `3.12.4 | packaged by conda-forge | (main, …) [GCC 12.3.0]`."""
    for part in banner.split("|"):
        if part.strip().startswith("packaged by "):
            return part.strip().removeprefix("packaged by ").strip(" ,") or None
    return "Anaconda, Inc." if "Anaconda" in banner else None
