from pathlib import Path

import pytest

from envkb.bench.worker.memory import forget_own_peak, high_water_kib, host_memory, own_peak


def test_the_peak_is_at_least_what_was_held() -> None:
    held = bytearray(8 * 2**20)
    peak = own_peak()
    assert peak is not None
    assert peak[0] >= len(held)


def test_what_was_held_before_can_be_forgotten() -> None:
    held = bytearray(256 * 2**20)
    before = own_peak()
    del held
    if not forget_own_peak():
        pytest.skip("this kernel forgets no peak")
    after = own_peak(anew=True)
    assert before is not None
    assert after is not None
    assert after[0] < before[0] - 200 * 2**20
    assert after[1].endswith("since the check")


@pytest.mark.parametrize(
    ("text", "kib"), [("Name:\tx\nVmHWM:\t   12345 kB\nVmRSS:\t 1 kB\n", 12345), ("Name:\tx\n", None), ("", None)]
)
def test_the_high_water_mark_is_read(text: str, kib: int | None) -> None:
    assert high_water_kib(text) == kib


def test_memory_is_what_is_installed(tmp_path: Path) -> None:
    installed = host_memory(tmp_path)
    assert installed is not None
    assert installed > 2**20


@pytest.mark.parametrize("path", ["sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory/memory.limit_in_bytes"])
@pytest.mark.parametrize(("text", "limited"), [("1048576\n", True), ("max\n", False), ("9223372036854771712\n", False)])
def test_a_container_may_have_less(tmp_path: Path, path: str, text: str, limited: bool) -> None:  # noqa: FBT001
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text(text)
    assert (host_memory(tmp_path) == 2**20) is limited
