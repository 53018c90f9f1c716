"""One Python prefix: what is installed in it, and who put it there."""

from typing import Literal

from envkb.model.fact import Status
from envkb.model.value import Origin, Value


class Distribution(Value):
    """One installed distribution or conda package.

    Attributes:
        name: Normalised name (PEP 503 for Python distributions, as given for conda packages).
        version: As its metadata states it; null where the metadata cannot be read.
        kind: `python` for a distribution with a dist-info or egg-info, `conda` for a conda package without one.
        installer: Who says to have installed it (the INSTALLER file, or `conda`); null where nobody does.
        origin: Where it came from: `index`, `url`, `vcs`, `local`, `editable`, `conda`; null where nothing tells.
        origin_detail: The address, commit or folder, cleaned; for conda `channel/subdir`; null where there is none.
        requested: Whether a person asked for it by name; null where nothing tells.
        wheel_tags: The tags of the wheel it was installed from; empty for others.
        conda_build: The build string of a conda package; null for others.
        size_bytes: Sum of the sizes that its RECORD (or conda metadata) lists; null where none are listed.
        content_sha256: SHA-256 of its normalised RECORD: equal for one wheel whoever installed it; null without one.
        problem: What is wrong with its metadata, in one line; null where nothing is.
    """

    name: str
    version: str | None
    kind: Literal["python", "conda"]
    installer: str | None
    origin: Literal["index", "url", "vcs", "local", "editable", "conda"] | None
    origin_detail: str | None
    requested: bool | None
    wheel_tags: tuple[str, ...]
    conda_build: str | None
    size_bytes: int | None
    content_sha256: str | None
    problem: str | None

    @property
    def installed_by(self) -> str | None:
        """Who put it there: what conda lists came from conda, whatever the wheel inside its package says of itself."""
        return "conda" if self.conda_build else self.installer


class NativeLibrary(Value):
    """One shared library that matters, with its provider.

    Attributes:
        name: Its file name.
        path: Where, relative to the prefix (`<prefix>/…`) or cleaned.
        provider: The distribution that lists the file (`nvidia-cudnn-cu12 9.1.0.70`); null where none does.
        loaded: Whether a process was seen to have it loaded; null where nobody looked.
        sha256: Digest of the file; null where it was not read.
    """

    name: str
    path: str
    provider: str | None
    loaded: bool | None
    sha256: str | None


class Setting(Value):
    """One effective setting of a tool, or one environment variable.

    Attributes:
        tool: `pip`, `uv`, `conda`, `pixi`; `environment` for a variable.
        name: The setting's name as the tool spells it.
        value: Its value, cleaned.
        source: The file or variable it came from.
    """

    tool: str
    name: str
    value: str
    source: str


class ManagerEvidence(Value):
    """One trace that a manager left in a prefix.

    Attributes:
        manager: The manager the trace points to.
        trace: What was seen, in a few words.
        source: Where it was seen.
    """

    manager: str
    trace: str
    source: str


class Lock(Value):
    """The lock that belongs to an environment.

    Attributes:
        status: `ok` where one is attached, else why not.
        reason: Why there is none; null where there is one.
        format: `uv.lock`, `pylock.toml`, `pixi.lock`, `conda-explicit`, `requirements` …; null where there is none.
        sha256: Digest of the attachment; null where there is none.
    """

    status: Status
    reason: str | None
    format: str | None
    sha256: str | None


class Environment(Value):
    """One Python prefix.

    Attributes:
        origin: How it came to be known.
        prefix_kind: `venv`, `virtualenv`, `uv-venv`, `conda`, `pixi`, `system`, `debian`, …; null where unknown.
        manager: The manager that made it; null where no trace tells.
        evidence: The traces that tell.
        selected_by: Why this one was read: `--python`, `VIRTUAL_ENV`, `CONDA_PREFIX`, `kb itself`.
        python_version: Full version of the interpreter; null where it did not start.
        python_implementation: `CPython`, `PyPy` …; null where it did not start.
        distributions: Sorted by name, version and kind.
        native_libraries: Sorted by path.
        settings: Effective configuration of the managers, and the environment variables that matter.
        lock: The lock found with it.
    """

    origin: Origin
    prefix_kind: str | None
    manager: str | None
    evidence: tuple[ManagerEvidence, ...]
    selected_by: str
    python_version: str | None
    python_implementation: str | None
    distributions: tuple[Distribution, ...]
    native_libraries: tuple[NativeLibrary, ...]
    settings: tuple[Setting, ...]
    lock: Lock
