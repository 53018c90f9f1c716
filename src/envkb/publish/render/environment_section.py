"""What a record's page shows of the environment and of how it came to be."""

from collections import Counter
from dataclasses import dataclass

from envkb.model.environment import Distribution, Environment
from envkb.model.install import Install
from envkb.publish.render.quantities import size


@dataclass(frozen=True, slots=True)
class EnvironmentView:
    """An environment as its section shows it.

    Attributes:
        value: The environment.
        python: Implementation and version.
        installers: How many distributions each installer put there, the most first.
        distributions: Rows of the table.
        total: Size of all distributions that tell theirs; empty where none does.
    """

    value: Environment
    python: str
    installers: tuple[tuple[str, int], ...]
    distributions: tuple["DistributionRow", ...]
    total: str


@dataclass(frozen=True, slots=True)
class DistributionRow:
    """A distribution as a line of a table; empty text where nothing is known.

    Attributes:
        value: The distribution.
        origin: Where it came from, with detail.
        build: The first wheel tag, or the conda build.
        builds: All wheel tags, where there are several; empty otherwise.
        size: For people.
    """

    value: Distribution
    origin: str
    build: str
    builds: str
    size: str


def environment_section(value: Environment | None) -> EnvironmentView | None:
    """Return what the section on the environment shows."""
    if value is None:
        return None
    installers = Counter(item.installed_by or "not said" for item in value.distributions)
    sizes = [item.size_bytes for item in value.distributions if item.size_bytes is not None]
    return EnvironmentView(
        value=value,
        python=f"{value.python_implementation or 'Python'} {value.python_version or '(version not read)'}",
        installers=tuple(installers.most_common()),
        distributions=tuple(_distribution(item) for item in value.distributions),
        total=size(sum(sizes)) if sizes else "",
    )


def _distribution(value: Distribution) -> DistributionRow:
    return DistributionRow(
        value=value,
        origin=" ".join(part for part in (value.origin, value.origin_detail) if part),
        build=value.conda_build or next(iter(value.wheel_tags), ""),
        builds=", ".join(value.wheel_tags) if len(value.wheel_tags) > 1 else "",
        size="" if value.size_bytes is None else size(value.size_bytes),
    )


@dataclass(frozen=True, slots=True)
class InstallView:
    """An install as its section shows it.

    Attributes:
        value: The install.
        lines: Name and value of what is known of it.
    """

    value: Install
    lines: tuple[tuple[str, str], ...]


def install_section(value: Install | None) -> InstallView | None:
    """Return what the section on the install shows; what is not known is left out."""
    if value is None:
        return None
    request = value.request
    lines = {
        "Manager": " ".join(part for part in (value.manager, value.manager_version) if part),
        "Known because": value.origin.value,
        "Cache wanted": value.cache,
        "Cache seen": value.cache_seen,
        "Bytecode": value.bytecode,
        "Failed in": value.failed_phase,
        "Exit status": value.exit_status,
        "Signal": value.signal,
        "Error": value.error,
    }
    if request is not None:
        lines |= {
            "Request": request.name,
            "Requirements": ", ".join(request.requirements),
            "Constraints": ", ".join(request.constraints),
            "Python wanted": request.python,
            "Indexes": ", ".join(request.indexes),
            "Channels": ", ".join(request.channels),
            "Torch backend": request.torch_backend,
            "Platform": request.platform,
        } | {f"Flags for {flags.manager}": " ".join(flags.flags) for flags in request.flags}
    return InstallView(value, tuple((name, str(text)) for name, text in lines.items() if text not in (None, "")))
