import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envkb.errors import InvalidDataError
from envkb.managers.pip_report import lock_of_report, read_report
from envkb.managers.pylock import hashed_requirements, read_pylock
from manager_jobs import make_report


def test_a_report_is_a_lock_of_its_packages_by_canonical_name() -> None:
    lock = lock_of_report(make_report(("scipy", "1.18.0", "b1"), ("PyYAML", "6.0.2", "a1")))
    assert lock.format == "pylock.toml"
    assert [(row.name, row.version, row.url, row.sha256) for row in read_pylock(lock.text)] == [
        ("pyyaml", "6.0.2", "https://files.example/PyYAML-6.0.2.whl", "a1"),
        ("scipy", "1.18.0", "https://files.example/scipy-1.18.0.whl", "b1"),
    ]
    assert hashed_requirements(lock.text) == "pyyaml==6.0.2 --hash=sha256:a1\nscipy==1.18.0 --hash=sha256:b1\n"


@pytest.mark.parametrize(
    ("direct", "suffix", "kind"),
    [(False, ".whl", "wheels"), (False, ".tar.gz", "sdist"), (True, ".whl", "archive"), (True, ".tar.gz", "archive")],
)
def test_a_lock_says_what_kind_of_archive_it_is(*, direct: bool, suffix: str, kind: str) -> None:
    lock = lock_of_report(make_report(("mine", "1.0", "a1"), direct=direct, suffix=suffix))
    (package,) = tomllib.loads(lock.text)["packages"]
    assert set(package) == {"name", "version", kind}


def test_a_lock_says_who_wrote_it() -> None:
    head = tomllib.loads(lock_of_report(make_report(("mine", "1.0", "a1"))).text)
    assert (head["lock-version"], head["created-by"]) == ("1.0", "kb")


def test_nothing_installed_is_a_lock_of_nothing() -> None:
    assert read_pylock(lock_of_report(make_report()).text) == ()


def test_a_report_without_digests_is_no_lock() -> None:
    with pytest.raises(InvalidDataError, match="pip reports no digest of mine"):
        lock_of_report(make_report(("mine", "1.0", None), ("numpy", "2.2.0", "a1")))


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1))
def test_whatever_a_version_is_the_lock_can_be_read(version: str) -> None:
    text = make_report(("mine", version, "a1"))
    assert read_pylock(lock_of_report(text).text) == read_report(text)
