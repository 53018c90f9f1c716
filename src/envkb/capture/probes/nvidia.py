"""NVIDIA GPUs and their driver: from NVML, else `nvidia-smi`, else what the kernel tells."""

from collections.abc import Iterator, Sequence

from envkb.capture.probes import nvidia_system
from envkb.capture.probes.accelerators_device import Device
from envkb.capture.probes.accelerators_sources import runs_of
from envkb.capture.probes.jetson import note_jetson
from envkb.capture.probes.nvidia_driver import Answer
from envkb.capture.probes.nvidia_nvml import read_nvml
from envkb.capture.probes.observations import Observations
from envkb.capture.snapshot import Snapshot, Source
from envkb.model.fact import Status


def note_nvidia(snapshot: Snapshot, notes: Observations) -> list[list[Device]]:
    """Note the facts of the NVIDIA driver.

    Returns:
        The GPUs as each source tells them, a list a source, the best source first.
    """
    answers = [answer for answer in _answers(snapshot) if answer is not None]
    kernel = nvidia_system.read_kernel(snapshot)
    chip = note_jetson(snapshot, notes)
    for answer in (*answers, kernel):
        for name, value in answer.driver.items():
            # The kernel's list knows no more than the driver's; a count is told once.
            if name != "gpu_count" or notes.value("nvidia", name) is None:
                notes.see("nvidia", name, value, answer.source)
        for name, miss in answer.misses.items():
            notes.miss("nvidia", name, *miss, answer.source)
        notes.see("nvidia", "warnings", list(dict.fromkeys(answer.warnings)), answer.source)
    _note_state(snapshot, notes, answers, kernel, jetson=chip is not None)
    tellings = [answer.devices for answer in (*answers, kernel) if answer.devices]
    if chip:
        if tellings:
            chip.values.pop("name", None)  # the driver has a name of its own for it
        tellings.append([chip])
    return tellings


def _answers(snapshot: Snapshot) -> Iterator[Answer | None]:
    yield read_nvml(snapshot)
    for source in runs_of(snapshot, "nvidia-smi"):
        yield _read_smi(source)


def _read_smi(source: Source) -> Answer | None:
    answer = _read_output(source) if source.text else None
    if answer is None and source.status not in ("ok", "absent"):
        return Answer(source.id, failure=(Status(source.status), source.reason or "no answer"))
    return answer


def _read_output(source: Source) -> Answer | None:
    # Only where nvidia-smi said something; most machines have none.
    from envkb.capture.probes.nvidia_table import read_table  # noqa: PLC0415 - see above
    from envkb.capture.probes.nvidia_xml import read_xml  # noqa: PLC0415 - see above

    return read_xml(source.text, source.id) or read_table(source.text, source.id)


def _note_state(
    snapshot: Snapshot, notes: Observations, answers: Sequence[Answer], kernel: Answer, *, jetson: bool
) -> None:
    """Say in one fact whether the driver runs; where there is nothing of NVIDIA it is the only one."""
    running = next((answer for answer in answers if answer.failure is None and (answer.devices or answer.driver)), None)
    failed = next((answer for answer in answers if answer.failure is not None), None)
    evidence = nvidia_system.is_there(snapshot)
    if running:
        notes.see("nvidia", "driver_state", "running", running.source)
    elif failed and failed.failure:
        notes.miss("nvidia", "driver_state", *failed.failure, failed.source)
        for name in ("driver_version", "cuda_driver_version"):
            notes.miss("nvidia", name, *failed.failure, failed.source)
    elif kernel.driver:
        reason = "the kernel module is loaded, but nothing here could ask the driver"
        notes.miss("nvidia", "driver_state", Status.FAILED, reason, kernel.source)
        notes.miss("nvidia", "cuda_driver_version", Status.FAILED, reason, kernel.source)
    elif jetson:
        reason = "a Jetson's driver is part of its L4T release"
        notes.miss("nvidia", "driver_state", Status.NOT_APPLICABLE, reason)
    else:
        reason = (
            f"{evidence}, but no driver of NVIDIA is loaded"
            if evidence
            else "no NVIDIA device, driver or tool was found"
        )
        notes.miss("nvidia", "driver_state", Status.ABSENT, reason, "kb:drm" if evidence else None)
    if running or failed or evidence or jetson:
        nvidia_system.note_library(snapshot, notes)
