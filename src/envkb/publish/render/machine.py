"""What a reader wants to know first of a record: machine, accelerators, system, Python, frameworks."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from envkb.model.environment import Distribution, Environment
from envkb.model.record import Record
from envkb.publish.render.facts import FactSheet
from envkb.publish.render.quantities import size

FRAMEWORKS: Final = (
    "torch", "torchvision", "torchaudio", "pytorch", "tensorflow", "jax", "jaxlib", "mlx", "numpy", "scipy", "triton",
    "transformers", "vllm", "flash-attn", "xformers", "bitsandbytes", "onnxruntime", "onnxruntime-gpu", "scikit-learn",
    "cuda-version", "cudatoolkit", "cudnn", "nvidia-cudnn-cu11", "nvidia-cudnn-cu12", "nvidia-cudnn-cu13", "mkl",
    "openblas", "intel-openmp", "llvm-openmp",
)  # fmt: skip
"""Distributions that decide how a machine-learning environment behaves, the most telling first."""

_MOST_SHOWN: Final = 6


@dataclass(frozen=True, slots=True)
class Card:
    """One card of the glance.

    Attributes:
        title: What it is about.
        headline: The most telling value; empty where nothing is known.
        lines: What else matters.
    """

    title: str
    headline: str
    lines: tuple[str, ...]


def glance(record: Record) -> tuple[Card, ...]:
    """Return the cards of a record, only those that it has something to say about."""
    sheet = FactSheet(record.facts)
    cards = [processor(sheet), accelerator(sheet), system(sheet)]
    if record.environment is not None:
        cards += [python(record.environment), frameworks(record.environment)]
    return tuple(card for card in cards if card.headline)


def processor(sheet: FactSheet) -> Card:
    """Return the card of the CPU and memory."""
    cores, threads = sheet.text("cpu", "cores"), sheet.text("cpu", "threads")
    counts = _join(" / ", f"{cores} cores" if cores else "", f"{threads} threads" if threads else "")
    memory = sheet.text("memory", "total_bytes")
    return Card(
        "Processor",
        sheet.text("cpu", "model"),
        _present(
            sheet.text("board", "model"),
            counts,
            _join(" \u00b7 ", sheet.text("cpu", "architecture"), sheet.text("cpu", "microarchitecture")),
            f"{memory} memory" if memory else "",
            _limits(sheet),
        ),
    )


def _limits(sheet: FactSheet) -> str:
    # Only what a container or a group takes away is worth a line.
    cpus, threads = sheet.number("host", "effective_cpus"), sheet.number("cpu", "threads")
    memory, total = sheet.number("host", "effective_memory_bytes"), sheet.number("memory", "total_bytes")
    less_cpus = f"{cpus:g} CPUs" if cpus and threads and cpus < threads else ""
    less_memory = size(memory) if memory and total and memory < total else ""
    usable = _join(", ", less_cpus, less_memory)
    return f"usable here: {usable}" if usable else ""


def accelerator(sheet: FactSheet) -> Card:
    """Return the card of the GPUs, equal ones counted."""
    subjects = sheet.subjects("gpu")
    names = Counter(name for subject in subjects if (name := sheet.text(subject, "name")))
    first = subjects[0] if subjects else ""
    memory, limit = sheet.text(first, "memory_bytes"), sheet.text(first, "power_limit_w")
    capability, cores = sheet.text(first, "compute_capability"), sheet.text(first, "cores")
    driver, cuda = sheet.text("nvidia", "driver_version"), sheet.text("nvidia", "cuda_driver_version")
    return Card(
        "Accelerator",
        ", ".join(f"{count} \u00d7 {name}" if count > 1 else name for name, count in names.items()),
        _present(
            _join(" \u00b7 ", memory, f"{cores} cores" if cores else "", f"limit {limit}" if limit else ""),
            f"compute capability {capability}" if capability else "",
            sheet.text(first, "gfx_target", "metal"),
            f"driver {driver}" if driver else "",
            f"supports CUDA up to {cuda}" if cuda else "",
        ),
    )


def system(sheet: FactSheet) -> Card:
    """Return the card of the operating system and the layers around it."""
    kernel = sheet.text("os", "kernel_release")
    layers = sheet.text("host", "layers").replace(", ", " \u203a ")
    return Card(
        "System",
        sheet.text("os", "pretty_name", "name", "id"),
        _present(
            f"kernel {kernel}" if kernel else "",
            _join(" ", sheet.text("os", "libc"), sheet.text("os", "libc_version")),
            f"in {layers}" if layers else "",
        ),
    )


def python(environment: Environment) -> Card:
    """Return the card of the interpreter and its prefix."""
    version = environment.python_version
    count = len(environment.distributions)
    return Card(
        "Python",
        f"{environment.python_implementation or 'Python'} {version}" if version else "interpreter did not start",
        _present(
            f"{environment.prefix_kind or 'unknown kind'}, made by {environment.manager or 'an unknown manager'}",
            f"{count} distribution{'s' if count != 1 else ''}",
            "lock attached" if environment.lock.sha256 else "",
        ),
    )


def frameworks(environment: Environment) -> Card:
    """Return the card of the distributions that matter most."""
    shown = notable(environment.distributions)
    head, *rest = [f"{item.name} {item.version or '?'}" for item in shown] or [""]
    return Card("Frameworks", head, tuple(rest))


def notable(distributions: Sequence[Distribution]) -> list[Distribution]:
    """Return the first few distributions that decide how a machine-learning environment behaves."""
    by_name = {item.name: item for item in reversed(distributions)}
    return [by_name[name] for name in FRAMEWORKS if name in by_name][:_MOST_SHOWN]


def version_of(environment: Environment | None, *names: str) -> str:
    """Return the version of the first of these distributions that is installed, empty where none is."""
    if environment is None:
        return ""
    versions = {item.name: item.version or "" for item in environment.distributions}
    return next((versions[name] for name in names if versions.get(name)), "")


def _join(between: str, *texts: str) -> str:
    return between.join(text for text in texts if text)


def _present(*texts: str) -> tuple[str, ...]:
    return tuple(text for text in texts if text)
