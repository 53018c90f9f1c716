import subprocess
import sys
from pathlib import Path

import pytest

from envkb.bench.worker.memory import forget_own_peak, high_water_kib, host_memory, mapped_files_kib, own_peak


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


@pytest.mark.parametrize(("text", "kib"), [("VmHWM:\t 9 kB\nRssFile:\t   77 kB\n", 77), ("VmHWM:\t 9 kB\n", None)])
def test_mapped_files_are_told_apart_where_the_kernel_does(text: str, kib: int | None) -> None:
    assert mapped_files_kib(text) == kib


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells mapped files apart")
def test_what_is_mapped_from_files_is_no_memory_of_a_benchmark(tmp_path: Path) -> None:
    size = 64 * 2**20
    (tmp_path / "big").write_bytes(bytes(size))
    code = (
        "import mmap, pathlib, sys\n"
        "from envkb.bench.worker.memory import own_peak\n"
        "with open(sys.argv[1], 'rb') as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:\n"
        "    sum(mapped[::4096])\n"
        "    print(*own_peak())"
    )
    args = [sys.executable, "-c", code, str(tmp_path / "big")]
    done = subprocess.run(args, capture_output=True, text=True, check=True)
    peak, _, instrument = done.stdout.partition(" ")
    assert "less RssFile" in instrument
    assert int(peak) < size


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
