"""The probes there are, and the one way to run them."""

from collections.abc import Callable, Sequence

from envkb.capture.probes import (
    accelerators,
    board,
    cpu,
    cpu_caches,
    cpu_clocks,
    cpu_mitigations,
    cpu_topology,
    cuda,
    cuda_packages,
    cuda_torch,
    environment,
    layers,
    memory,
    microarchitecture,
    power,
    storage,
    system,
    system_settings,
    toolchain,
)
from envkb.capture.probes.observations import Observations
from envkb.capture.snapshot import Snapshot
from envkb.model.fact import Fact, Status

Probe = Callable[[Snapshot, Observations], None]

HOST_PROBES: tuple[Probe, ...] = (
    cpu.probe,
    cpu_topology.probe,
    cpu_caches.probe,
    cpu_clocks.probe,
    cpu_mitigations.probe,
    microarchitecture.probe,
    accelerators.probe,
    cuda.probe,
    memory.probe,
    system.probe,
    system_settings.probe,
    board.probe,
    power.probe,
    storage.probe,
    toolchain.probe,
    layers.probe,
)
ENVIRONMENT_PROBES: tuple[Probe, ...] = (environment.probe, cuda_packages.probe, cuda_torch.probe)


def observe(snapshot: Snapshot, probes: Sequence[Probe]) -> tuple[Fact, ...]:
    """Run probes over a snapshot, in their order, and return the facts, sorted by subject and name.

    A probe that fails takes nothing along: what it and the others saw stays, and its failure is a fact itself
    (subject `kb`, name `probe_failed`).
    """
    notes = Observations()
    failures: list[str] = []
    for probe in probes:
        try:
            probe(snapshot, notes)
        except Exception as error:  # noqa: BLE001 - a text nobody foresaw must not cost the other facts
            failures.append(f"{probe.__module__.rpartition('.')[2]}: {type(error).__name__}: {error}")
    if failures:
        notes.miss("kb", "probe_failed", Status.FAILED, "; ".join(failures))
    return notes.facts()
