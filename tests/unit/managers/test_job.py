from pathlib import Path

import pytest

from envkb.errors import UsageError
from envkb.managers import Sources
from envkb.managers.job import release
from envkb.managers.platforms import this_platform
from manager_jobs import make_job


def test_all_names_without_an_address_are_told_at_once() -> None:
    sources = Sources(indexes={"mirror": "https://mirror.example/simple"})
    assert sources.index_addresses(["mirror", "https://x.example"]) == (
        "https://mirror.example/simple",
        "https://x.example",
    )
    with pytest.raises(UsageError, match="'one', 'two'"):
        sources.index_addresses(["one", "mirror", "two"])


def test_conda_tools_know_channels_by_name() -> None:
    assert Sources(channels={"mine": "file:///c"}).channel_addresses(["mine", "conda-forge"]) == (
        "file:///c",
        "conda-forge",
    )


def test_every_manager_has_a_cache_of_its_own_and_the_flags_meant_for_it() -> None:
    job = make_job("uv", "numpy", flags={"uv": ["--no-build"], "pip": ["--pre"]})
    assert (job.own_cache, job.flags, job.interpreter) == (
        Path("/lab/cache/uv"),
        ("--no-build",),
        "/lab/env/bin/python",
    )


@pytest.mark.parametrize(("platform", "foreign"), [(None, None), ("linux-64", None), ("osx-arm64", "osx-arm64")])
def test_only_another_platform_is_foreign(platform: str | None, foreign: str | None) -> None:
    assert make_job("uv", "numpy", platform=platform).foreign == foreign


def test_the_machine_has_a_platform_in_condas_words() -> None:
    system, _, processor = this_platform().partition("-")
    assert system in {"linux", "osx", "win"}
    assert processor


@pytest.mark.parametrize(
    ("version", "numbers"), [("26.3", (26, 3)), ("0.13.9", (0, 13)), ("2.0.0rc1", (2, 0)), ("x", ())]
)
def test_versions_compare_by_their_first_two_numbers(version: str, numbers: tuple[int, ...]) -> None:
    assert release(version) == numbers
