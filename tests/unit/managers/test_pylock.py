import pytest

from envkb.errors import InvalidDataError
from envkb.managers.pylock import hashed_requirements, read_pylock

LOCK = """\
lock-version = "1.0"
created-by = "uv"

[[packages]]
name = "numpy"
version = "2.2.0"
sdist = { url = "https://files.example/numpy.tar.gz", size = 9000, hashes = { sha256 = "5d" } }
wheels = [{ url = "https://files.example/numpy.whl", size = 1639, hashes = { sha256 = "c2" } }]

[[packages]]
name = "cryptography"
version = "44.0.0"
wheels = [
    { url = "https://files.example/c-2_17.whl", size = 4137, hashes = { sha256 = "83" } },
    { url = "https://files.example/c-2_28.whl", size = 4155, hashes = { sha256 = "f5" } },
]

[[packages]]
name = "torch"
version = "2.13.0+cpu"
wheels = [{ url = "file:///home/ada/torch.whl", hashes = { sha256 = "67" } }]

[[packages]]
name = "old"
version = "0.1"
sdist = { url = "https://files.example/old.tar.gz", size = 12, hashes = { sha256 = "01" } }
"""


def test_packages_are_read_with_what_the_lock_says_of_their_archives() -> None:
    rows = {package.name: package for package in read_pylock(LOCK)}
    assert list(rows) == ["cryptography", "numpy", "old", "torch"]
    numpy = rows["numpy"]
    assert (numpy.url, numpy.size_bytes, numpy.sha256) == ("https://files.example/numpy.whl", 1639, "c2")
    assert rows["old"].url == "https://files.example/old.tar.gz"


def test_of_several_wheels_that_fit_the_largest_is_counted_and_none_is_named() -> None:
    package = read_pylock(LOCK)[0]
    assert (package.url, package.size_bytes, package.sha256) == (None, 4155, None)


def test_a_size_that_is_not_said_is_unknown_not_zero() -> None:
    assert read_pylock(LOCK)[-1].size_bytes is None


def test_a_package_from_a_source_tree_has_no_version() -> None:
    (package,) = read_pylock('lock-version = "1.0"\n[[packages]]\nname = "mine"\ndirectory = { path = "." }\n')
    assert (package.version, package.size_bytes) == (None, None)


def test_a_lock_becomes_requirements_with_all_its_digests() -> None:
    assert hashed_requirements(LOCK).splitlines() == [
        "numpy==2.2.0 --hash=sha256:c2",
        "cryptography==44.0.0 --hash=sha256:83 --hash=sha256:f5",
        "torch==2.13.0+cpu --hash=sha256:67",
        "old==0.1 --hash=sha256:01",
    ]


@pytest.mark.parametrize(
    "package", ['name = "mine"', 'name = "mine"\nversion = "1"\nwheels = [{ url = "https://files.example/mine.whl" }]']
)
def test_a_package_without_a_digest_cannot_be_required_by_one(package: str) -> None:
    with pytest.raises(InvalidDataError, match="mine has no version with a SHA-256"):
        hashed_requirements(f'lock-version = "1.0"\n[[packages]]\n{package}\n')


@pytest.mark.parametrize("text", ["", "[packages]", "lock-version = ", 'lock-version = "1.0"\npackages = [{}]'])
def test_what_is_no_lock_is_an_error(text: str) -> None:
    with pytest.raises(InvalidDataError, match=r"not a pylock\.toml"):
        read_pylock(text)
