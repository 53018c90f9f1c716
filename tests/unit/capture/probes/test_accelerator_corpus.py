"""Real outputs of nvidia-smi and rocm-smi, scored against what a correct reading of them gives."""

from collections.abc import Iterator
from typing import Any

import pytest

from accelerator_probing import Told, probed
from corpus import Item, corpus_items

SOURCES = {
    "nvidia-smi": "nvidia-smi",
    "nvidia-smi -q -x": "nvidia-smi -q -x",
    "rocm-smi --json": "rocm-smi --showallinfo --json",
    "rocm-smi --showuse": "rocm-smi --showuse",
}
ITEMS = [item for item in corpus_items("hw") if item.truth["kind"] in SOURCES]
LEAST_RIGHT = 0.95

pytestmark = pytest.mark.skipif(not ITEMS, reason="the corpus of real machines is not beside the repository")


def _told(item: Item) -> Told:
    return probed({SOURCES[item.truth["kind"]]: item.text})


def _each(told: Told, name: str) -> list[Any]:
    return [told.value(f"gpu/{index} {name}") for index in range(told.value("gpu count") or 0)]


def _text(told: Told, key: str) -> str | None:
    value = told.value(key)
    return None if value is None else str(value)


def _mebibytes(told: Told) -> list[int | None]:
    return [None if value is None else value >> 20 for value in _each(told, "memory_bytes")]


def _modes(told: Told) -> list[str]:
    return [mode.capitalize() if mode else "N/A" for mode in _each(told, "mig_mode")]


READINGS = {
    "smi_version": lambda told: _text(told, "nvidia smi_version"),
    "driver": lambda told: _text(told, "nvidia driver_version") or _text(told, "amd driver_version"),
    "cuda": lambda told: _text(told, "nvidia cuda_driver_version"),
    "attached": lambda told: _text(told, "nvidia gpu_count"),
    "gpus": lambda told: _each(told, "name"),
    "names": lambda told: _each(told, "name"),
    "cards": lambda told: [f"card{index}" for index in range(told.value("gpu count") or 0)],
    "mem_total": lambda told: [f"{value} MiB" for value in _mebibytes(told)],
    "mem_total_mib": _mebibytes,
    "power_limit": lambda told: [f"{value:.2f} W" for value in _each(told, "power_limit_w")],
    "mig": _modes,
    "mig_devices": lambda told: sum(value or 0 for value in _each(told, "mig_device_count")),
}


def _scores(item: Item) -> Iterator[tuple[str, Any, Any]]:
    told = _told(item)
    for key, expected in item.truth.items():
        if key in READINGS and expected is not None:
            read = READINGS[key](told)
            # A text without names says how many there are.
            yield key, expected, len(read) if isinstance(expected, int) and isinstance(read, list) else read


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.file)
def test_every_real_output_parses_and_contradicts_nothing(item: Item) -> None:
    told = _told(item)
    assert told.value("gpu count")
    assert not [key for key, fact in told.items() if fact.status == "conflict"]


def test_nearly_all_truth_values_come_out_right() -> None:
    scores = [(item.file, *score) for item in ITEMS for score in _scores(item)]
    wrong = [score for score in scores if score[2] != score[3]]
    assert len(scores) > 100
    assert 1 - len(wrong) / len(scores) >= LEAST_RIGHT, wrong
    assert not wrong, wrong
