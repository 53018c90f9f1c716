"""The literal commands that make such an environment by hand, and that take it back. Pure."""

import shlex
from collections.abc import Iterator, Sequence

from envkb.experiment.run.cells import Combination
from envkb.managers import DEFAULT, Sources
from envkb.managers.conda_specs import wanted as conda_specs

ENVIRONMENT = "env"
"""Where the commands make it: a folder in the current one."""


def move_command(one: Combination, sources: Sources) -> str:
    """Return the command that makes such an environment in the current folder.

    Args:
        one: What was installed.
        sources: Addresses of the indexes and channels that it names; a name without one is written as it is.
    """
    assert one.request is not None  # noqa: S101 - it was installed
    wanted = one.request
    quoted = shlex.join(wanted.requirements)
    flags = [flag for row in wanted.flags if row.manager == one.manager for flag in row.flags]
    if one.manager == "uv":
        base = f" --python {one.python}" if one.python else ""
        backend = ["--torch-backend", wanted.torch_backend] if wanted.torch_backend else []
        options = _spaced([*_indexes(wanted.indexes, sources, "--index"), *backend, *flags])
        return f"uv venv{base} {ENVIRONMENT} && uv pip install --python {ENVIRONMENT}/bin/python{options} {quoted}"
    if one.manager == "pip":
        backend = _pip_backend(wanted.torch_backend, sources)
        options = _spaced([*_indexes(wanted.indexes, sources, "--extra-index-url"), *backend, *flags])
        program = f"python{one.python or '3'}"
        return f"{program} -m venv {ENVIRONMENT} && {ENVIRONMENT}/bin/python -m pip install{options} {quoted}"
    channels = _spaced([part for name in wanted.channels for part in ("-c", sources.channels.get(name, name))])
    # conda has names of its own for some packages.
    specs = shlex.join(map(str, conda_specs(one.asked(), str(one.manager))))
    # rattler is the engine of pixi, and no program by itself.
    if one.manager in ("pixi", "rattler"):
        return f"pixi init {ENVIRONMENT}{channels} && pixi add --manifest-path {ENVIRONMENT} {specs}"
    return f"{one.manager} create --prefix ./{ENVIRONMENT}{channels}{_spaced(flags)} {specs}"


def back_commands(used: Combination | None) -> Iterator[str]:
    """Yield how to go back to the environment in use, which was not touched, or to none.

    Args:
        used: The environment in use; None where none took part.
    """
    yield f"rm -r ./{ENVIRONMENT}"
    if used is not None and used.environment is not None:
        yield f"# {used.environment.name} stays as it is: {shlex.quote(used.environment.target)}"


def _indexes(names: Sequence[str], sources: Sources, option: str) -> list[str]:
    addresses = [sources.indexes.get(name, name) for name in names if name != DEFAULT]
    return [part for address in addresses for part in (option, address)]


def _pip_backend(backend: str | None, sources: Sources) -> list[str]:
    if backend is None:
        return []
    folder = sources.indexes.get("pytorch")
    return ["--extra-index-url", f"{folder.rstrip('/')}/{backend}"] if folder else []


def _spaced(parts: Sequence[str]) -> str:
    return f" {shlex.join(parts)}" if parts else ""
