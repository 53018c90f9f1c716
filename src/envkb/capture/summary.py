"""A machine and an environment in three lines for a person."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from pydantic import JsonValue

from envkb.model.environment import Environment
from envkb.model.fact import Fact, Status

_FRAMEWORKS: Final = ("torch", "jax", "tensorflow", "mlx", "onnxruntime")
_GIB: Final = 1 << 30


class _Facts:
    """Facts by subject and name; of a conflict the value that was told first, marked as doubtful."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._facts = {(fact.subject, fact.name): fact for fact in facts}

    def value(self, subject: str, name: str) -> JsonValue:
        fact = self._facts.get((subject, name))
        if fact is not None and fact.status is Status.CONFLICT and isinstance(fact.value, list) and fact.value:
            first = fact.value[0]
            return first.get("value") if isinstance(first, dict) else None
        return fact.value if fact is not None and fact.status is Status.OK else None

    def text(self, subject: str, name: str) -> str | None:
        value = self.value(subject, name)
        if value is None or isinstance(value, dict | list):
            return None
        fact = self._facts[subject, name]
        return f"{value} (sources disagree)" if fact.status is Status.CONFLICT else str(value)

    def number(self, subject: str, name: str) -> float | None:
        value = self.value(subject, name)
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None

    def reason(self, subject: str, name: str) -> str:
        """Return why there is no value."""
        fact = self._facts.get((subject, name))
        return "not read" if fact is None else fact.reason or fact.status.value

    def status(self, subject: str, name: str) -> Status | None:
        fact = self._facts.get((subject, name))
        return None if fact is None else fact.status

    def numbered(self, kind: str) -> list[str]:
        """Return the subjects `KIND/0`, `KIND/1` … in their order."""
        tails = {subject.partition("/")[2] for subject, _ in self._facts if subject.startswith(f"{kind}/")}
        return [f"{kind}/{tail}" for tail in sorted((tail for tail in tails if tail.isdecimal()), key=int)]


def machine_lines(facts: Iterable[Fact], environment: Environment | None) -> tuple[str, str, str]:
    """Return host, accelerators and environment in one line each; what is not known is said, with its reason.

    Args:
        facts: The facts of host and environment; none of the host where it was not read.
        environment: The environment; None where none was read.
    """
    known = _Facts(facts)
    return (
        ", ".join(_host(known)),
        ", ".join(_accelerators(known)),
        ", ".join(_environment(known, environment)),
    )


def _host(known: _Facts) -> Iterator[str]:
    model, cpu = known.text("board", "model"), known.text("cpu", "model")
    # The board of a virtual machine is made up.
    if model and model != cpu and known.value("host", "virtual") is not True:
        yield model
    yield cpu or f"CPU not known ({known.reason('cpu', 'model')})"
    cores, threads = known.number("cpu", "cores"), known.number("cpu", "threads")
    if cores:
        yield _counted(cores, "core")
    if threads and threads != cores:
        yield _counted(threads, "thread")
    memory = known.number("memory", "total_bytes")
    yield f"{_gib(memory)} memory" if memory else f"memory not known ({known.reason('memory', 'total_bytes')})"
    yield from _limits(known, threads, memory)
    layers = known.value("host", "layers")
    if isinstance(layers, list) and layers:
        yield f"inside {' > '.join(str(layer) for layer in layers)}"
    system = known.text("os", "pretty_name") or known.text("os", "name")
    yield system or f"system not known ({known.reason('os', 'pretty_name')})"


def _limits(known: _Facts, threads: float | None, memory: float | None) -> Iterator[str]:
    """Yield what a container or a control group takes away."""
    cpus, usable = known.number("host", "effective_cpus"), known.number("host", "effective_memory_bytes")
    if cpus and threads and cpus < threads:
        yield f"{cpus:g} CPUs usable"
    if usable and memory and usable < memory:
        yield f"{_gib(usable)} usable"


def _accelerators(known: _Facts) -> Iterator[str]:
    gpus = Counter(_gpu(known, subject) for subject in known.numbered("gpu"))
    yield from (f"{count} x {name}" if count > 1 else name for name, count in gpus.items())
    if not gpus:
        absent = known.status("gpu", "count") is Status.ABSENT
        yield "no GPU found" if absent else f"GPUs not known ({known.reason('gpu', 'count')})"
    driver, cuda = known.text("nvidia", "driver_version"), known.text("nvidia", "cuda_driver_version")
    if driver:
        yield f"NVIDIA driver {driver}"
    if cuda:
        yield f"CUDA up to {cuda}"
    if known.status("nvidia", "driver_state") in (Status.DENIED, Status.TIMEOUT, Status.FAILED):
        yield f"NVIDIA driver does not answer ({known.reason('nvidia', 'driver_state')})"


def _gpu(known: _Facts, subject: str) -> str:
    name = known.text(subject, "name") or f"GPU of unknown model ({known.reason(subject, 'name')})"
    memory, cores = known.number(subject, "memory_bytes"), known.number(subject, "cores")
    if memory:
        return f"{name} with {_gib(memory)}"
    return f"{name} with {_counted(cores, 'core')}" if cores else name


def _environment(known: _Facts, environment: Environment | None) -> Iterator[str]:
    if environment is None:
        yield "no environment was read"
        return
    if environment.python_version is None:
        yield f"Python did not start ({known.reason('python', 'version')})"
        return
    implementation = environment.python_implementation or "Python"
    name = "Python" if implementation == "CPython" else implementation
    yield f"{name} {environment.python_version} {_prefix(environment)}"
    distributions = [row for row in environment.distributions if row.kind == "python"]
    yield _counted(len(distributions), "distribution")
    if packages := len(environment.distributions) - len(distributions):
        yield _counted(packages, "conda package")
    if broken := sum(row.problem is not None for row in environment.distributions):
        yield f"{broken} with a problem"
    versions = {row.name: row.version or "of unknown version" for row in distributions}
    found = next((f"{name} {versions[name]}" for name in _FRAMEWORKS if name in versions), None)
    yield found or f"none of {', '.join(_FRAMEWORKS)}"


def _prefix(environment: Environment) -> str:
    kind = environment.prefix_kind or "prefix of unknown kind"
    if environment.manager is None:
        return f"{kind}, maker not known"
    # A plain venv is no package manager's work, only its content is.
    made = any(trace.manager == environment.manager and trace.source != "INSTALLER" for trace in environment.evidence)
    return f"{kind} {'made' if made else 'filled'} by {environment.manager}"


def _counted(number: float, word: str) -> str:
    return f"{number:g} {word}{'' if number == 1 else 's'}"


def _gib(size_bytes: float) -> str:
    return f"{size_bytes / _GIB:.1f} GiB"
