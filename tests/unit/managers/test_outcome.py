from envkb.managers import Package, Resolution

ELSEWHERE = Package("one", "1", url="https://files.example/one.whl", size_bytes=5)
CACHED = Package("two", "1", url="https://files.example/two.whl", size_bytes=7, cached=True)
LOCAL = Package("three", "1", url="file:///home/ada/three.whl")
UNKNOWN = Package("four", "1", url="https://files.example/four.whl", cached=False)


def test_only_what_is_elsewhere_is_received() -> None:
    assert Resolution((ELSEWHERE, CACHED, LOCAL)).download_bytes == 5
    assert Resolution((CACHED, LOCAL)).download_bytes == 0


def test_a_sum_with_an_unknown_size_in_it_is_unknown() -> None:
    assert Resolution((ELSEWHERE, UNKNOWN)).download_bytes is None
    assert Resolution((ELSEWHERE, LOCAL)).archive_bytes is None
    assert Resolution((ELSEWHERE, CACHED)).archive_bytes == 12


def test_nothing_to_install_is_nothing_to_receive() -> None:
    assert (Resolution(()).archive_bytes, Resolution(()).download_bytes) == (0, 0)
