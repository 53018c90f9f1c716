import os
from pathlib import Path

from envkb.experiment.run.gauges import Gauges, grown, received
from envkb.experiment.run.sizes import folder_bytes, measure_tree

PACKAGES = Path("env/lib/python3.12/site-packages")


def fill(root: Path, *, link: bool) -> Path:
    packages = root / PACKAGES
    (packages / "demo" / "__pycache__").mkdir(parents=True)
    (root / "cache").mkdir()
    for name in ("a.py", "b.py"):
        (root / "cache" / name).write_bytes(b"x" * 100)
        if link:
            os.link(root / "cache" / name, packages / "demo" / name)
        else:
            (packages / "demo" / name).write_bytes(b"x" * 100)
    (packages / "demo" / "__pycache__" / "a.pyc").write_bytes(b"y" * 50)
    return root / "env"


def test_copies_belong_to_the_environment_alone(tmp_path: Path) -> None:
    size = measure_tree(fill(tmp_path, link=False))
    assert (size.files, size.apparent_bytes, size.unique_bytes, size.bytecode_bytes) == (3, 250, 250, 50)
    assert size.link_mode == "copies"


def test_hard_links_are_shared_with_the_cache(tmp_path: Path) -> None:
    size = measure_tree(fill(tmp_path, link=True))
    assert (size.apparent_bytes, size.unique_bytes, size.link_mode) == (250, 50, "hard-links")


def test_names_within_the_environment_count_once_and_are_not_shared(tmp_path: Path) -> None:
    env = fill(tmp_path, link=False)
    os.link(tmp_path / PACKAGES / "demo" / "a.py", tmp_path / PACKAGES / "demo" / "c.py")
    size = measure_tree(env)
    assert (size.files, size.apparent_bytes, size.unique_bytes) == (3, 250, 250)


def test_nothing_weighs_nothing(tmp_path: Path) -> None:
    assert folder_bytes(tmp_path / "absent") == 0
    assert measure_tree(tmp_path / "absent").link_mode is None


def test_counters_of_the_network_leave_out_the_loopback(tmp_path: Path) -> None:
    text = (
        "Inter-|   Receive                            |  Transmit\n"
        " face |bytes    packets errs drop fifo frame compressed multicast|bytes\n"
        "    lo: 900 1 0 0 0 0 0 0 900 1\n  eth0: 1000 1 0 0 0 0 0 0 5 1\n wlan0:20 1 0 0 0 0 0 0 5 1\n"
    )
    assert received(text) == 1020
    assert Gauges(tmp_path).received_bytes() is None
    (tmp_path / "proc/net").mkdir(parents=True)
    (tmp_path / "proc/net/dev").write_text(text)
    (tmp_path / "proc/vmstat").write_text("nr_free_pages 1\noom_kill 3\n")
    assert (Gauges(tmp_path).received_bytes(), Gauges(tmp_path).oom_kills()) == (1020, 3)


def test_a_counter_that_began_anew_tells_nothing() -> None:
    assert (grown(5, 9), grown(9, 5), grown(None, 5)) == (4, None, None)
