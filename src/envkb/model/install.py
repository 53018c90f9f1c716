"""How an environment came to be. Timings are measurements; figures of one install are facts of subject `install`."""

from typing import Literal

from envkb.model.edge_case import Phase
from envkb.model.value import Origin, Value


class FlagSet(Value):
    """Extra flags given to one manager.

    Attributes:
        manager: The manager they were given to.
        flags: As given.
    """

    manager: str
    flags: tuple[str, ...]


class Request(Value):
    """What is to be installed, said without naming a manager.

    Attributes:
        name: Short name of the request within its plan; null outside a plan.
        requirements: PEP 508 requirements or paths' names, as given.
        constraints: Constraints, as given.
        python: Python version asked for; null where none was.
        indexes: Names of the package indexes, in order.
        channels: Names of the conda channels, in order.
        torch_backend: `auto`, `cpu`, `cu126` …; null where none was given.
        platform: Platform constraint; null where none was given.
        flags: Extra flags per manager.
    """

    name: str | None
    requirements: tuple[str, ...]
    constraints: tuple[str, ...]
    python: str | None
    indexes: tuple[str, ...]
    channels: tuple[str, ...]
    torch_backend: str | None
    platform: str | None
    flags: tuple[FlagSet, ...]


def request_key(request: Request | None) -> str | None:
    """Return what makes two requests one, whatever their plans call them and wherever managers look; None for none."""
    if request is None:
        return None
    parts = [*sorted(request.requirements), *(f"constrained {text}" for text in sorted(request.constraints))]
    named = {"python": request.python, "torch": request.torch_backend, "platform": request.platform}
    return " ".join([*parts, *(f"{name} {value}" for name, value in named.items() if value)])


class Install(Value):
    """One way in which an environment came to be.

    Attributes:
        origin: `captured` where kb ran it, `stated` where a person said it.
        manager: The manager; null where the command does not tell.
        manager_version: Its version; null where unknown.
        commands: The command lines, in order, cleaned.
        request: What was asked for; null where only the command is known.
        cache: The cache state wanted; null where nobody chose one.
        cache_seen: What the cache really was, judged by bytes received; null where not judged.
        bytecode: `default` as the manager does it, `compiled` or `none`; null where unknown.
        outcome: Whether it succeeded; null where unknown.
        failed_phase: Where it failed; null where it did not.
        exit_status: Exit status of the last command; null where unknown.
        signal: Signal that ended it; null where none did.
        error: `out-of-memory`, `disk-full`, `time-out`, `killed`, `no-network`, `terms-not-accepted` …; null where
            it did not fail or the cause is not known.
        last_words: The manager's own last lines on failure; null otherwise.
        log_sha256: Attachment with the whole log; null where there is none.
    """

    origin: Origin
    manager: str | None
    manager_version: str | None
    commands: tuple[str, ...]
    request: Request | None
    cache: Literal["cold", "warm"] | None
    cache_seen: Literal["cold", "warm", "mixed"] | None
    bytecode: Literal["default", "compiled", "none"] | None
    outcome: Literal["success", "failure"] | None
    failed_phase: Phase | None
    exit_status: int | None
    signal: int | None
    error: str | None
    last_words: str | None
    log_sha256: str | None
