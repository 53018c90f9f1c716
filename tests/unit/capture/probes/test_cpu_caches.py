from envkb.capture.probes import cpu_caches
from host_probing import APPLE_M4_SYSCTL, BIG_LITTLE_LSCPU, seen

KIB = 1024


def test_instances_are_told_apart_from_their_sum() -> None:
    told = seen({"lscpu": BIG_LITTLE_LSCPU}, cpu_caches.probe).values("cpu")

    assert (told["l1d_bytes"], told["l1d_instances"], told["l1d_instance_bytes"]) == (384 * KIB, 8, 48 * KIB)
    assert (told["l3_bytes"], told["l3_instances"]) == (3 << 20, 1)


def test_an_old_lscpu_tells_one_cache_and_nothing_of_all() -> None:
    told = seen({"lscpu": "L1d cache:   32K\nL3 cache:  16384K\n"}, cpu_caches.probe).values("cpu")

    assert told == {"l1d_instance_bytes": 32 * KIB, "l3_instance_bytes": 16 << 20}


def test_a_middle_aged_lscpu_tells_the_sum_and_nothing_of_one() -> None:
    told = seen({"lscpu": "L1d cache:   192 KiB\n"}, cpu_caches.probe).values("cpu")

    assert told == {"l1d_bytes": 192 * KIB}


def test_caches_are_counted_from_the_kernels_table_without_lscpu() -> None:
    def row(level: str, kind: str, size: str, shared: str) -> dict[str, str]:
        return {"level": level, "type": kind, "size": size, "shared_cpu_list": shared}

    table = {
        "cpus": [{"cpu": number, "max_khz": "4000000"} for number in range(8)],
        "caches": {
            "0": [row("1", "Data", "32K", "0-1"), row("2", "Unified", "1M", "0-1"), row("3", "Unified", "32M", "0-7")]
        },
    }

    told = seen({"kb:cpu-topology": table}, cpu_caches.probe).values("cpu")

    assert (told["l1d_bytes"], told["l1d_instances"]) == (128 * KIB, 4)
    assert (told["l2_bytes"], told["l3_bytes"]) == (4 << 20, 32 << 20)


def test_an_apple_chip_has_caches_of_two_sizes() -> None:
    told = seen({"sysctl hw": APPLE_M4_SYSCTL}, cpu_caches.probe).values("cpu")

    assert told["l1d_bytes"] == 4 * 128 * KIB + 6 * 64 * KIB
    assert (told["l2_bytes"], told["l2_instances"]) == ((16 << 20) + (4 << 20), 2)
    assert told["cache_line_bytes"] == 128


def test_an_intel_mac_tells_how_many_threads_share_a_cache() -> None:
    shared = "hw.ncpu: 8\nhw.cacheconfig: 8 2 2 8 0\n"
    sysctl = shared + "hw.l1dcachesize: 32768\nhw.l2cachesize: 262144\nhw.l3cachesize: 8388608\n"

    told = seen({"sysctl hw": sysctl}, cpu_caches.probe).values("cpu")

    assert (told["l1d_bytes"], told["l2_bytes"], told["l3_bytes"]) == (4 * 32 * KIB, 1 << 20, 8 << 20)


def test_rubbish_in_the_table_is_passed_over() -> None:
    for caches in (None, [], {"0": None}, {"0": [1, {}, {"level": "9", "type": "Data", "size": "1K"}]}):
        assert not seen({"kb:cpu-topology": {"cpus": [], "caches": caches}}, cpu_caches.probe).values("cpu")
