"""What a reader wants to know first of a record: machine, accelerators, system, Python, frameworks."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from envkb.model.environment import Distribution, Environment
from envkb.model.record import Record
from envkb.publish.render.facts import FactSheet

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
    counts = " / ".join([*([f"{cores} cores"] if cores else []), *([f"{threads} threads"] if threads else [])])
    memory = sheet.text("memory", "total_bytes")
    return Card(
        "Processor",
        sheet.text("cpu", "model"),
        _present(
            sheet.text("board", "model"),
            counts,
            " · ".join(_present(sheet.text("cpu", "architecture"), sheet.text("cpu", "microarchitecture"))),
            f"{memory} memory" if memory else "",
        ),
    )


def accelerator(sheet: FactSheet) -> Card:
    """Return the card of the GPUs, equal ones counted."""
    subjects = sheet.subjects("gpu")
    names = Counter(name for subject in subjects if (name := sheet.text(subject, "name", "model")))
    first = subjects[0] if subjects else ""
    memory = sheet.text(first, "memory_bytes")
    driver, cuda = sheet.text("nvidia", "driver_version"), sheet.text("nvidia", "cuda_driver_version", "cuda_version")
    capability = sheet.text(first, "compute_capability")
    limit = sheet.text(first, "power_limit_w")
    return Card(
        "Accelerator",
        ", ".join(f"{count} \u00d7 {name}" if count > 1 else name for name, count in names.items()),
        _present(
            " · ".join(_present(memory, f"sm {capability}" if capability else "", f"limit {limit}" if limit else "")),
            f"driver {driver}" if driver else "",
            f"CUDA up to {cuda}" if cuda else "",
        ),
    )


def system(sheet: FactSheet) -> Card:
    """Return the card of the operating system and the layers around it."""
    kernel = sheet.text("os", "kernel", "kernel_release", "kernel_version")
    libc = " ".join(_present(sheet.text("os", "libc", "libc_name"), sheet.text("os", "libc_version")))
    layers = sheet.text("layers", "chain", "names") or sheet.text("os", "layers")
    return Card(
        "System",
        sheet.text("os", "pretty_name", "distribution", "name"),
        _present(f"kernel {kernel}" if kernel else "", libc, layers),
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


def _present(*texts: str) -> tuple[str, ...]:
    return tuple(text for text in texts if text)
