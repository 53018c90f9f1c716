from pathlib import Path

import pytest

from envkb.errors import UsageError
from envkb.managers import Job, Sources
from envkb.managers.job import release
from envkb.managers.platforms import platform_of, this_platform
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


@pytest.mark.parametrize(
    ("system", "processor", "platform"),
    [
        ("linux", "x86_64", "linux-64"),
        ("linux", "aarch64", "linux-aarch64"),
        ("darwin", "arm64", "osx-arm64"),
        ("darwin", "x86_64", "osx-64"),
        ("win32", "AMD64", "win-64"),
    ],
)
def test_a_platform_is_said_in_condas_words(system: str, processor: str, platform: str) -> None:
    assert platform_of(system, processor) == platform


def test_a_job_is_on_the_platform_of_the_machine() -> None:
    job = make_job("uv", "numpy")
    assert Job(job.tool, job.request, job.prefix, job.cache, job.scratch).platform == this_platform()


@pytest.mark.parametrize(
    ("version", "numbers"), [("26.3", (26, 3)), ("0.13.9", (0, 13)), ("2.0.0rc1", (2, 0)), ("x", ())]
)
def test_versions_compare_by_their_first_two_numbers(version: str, numbers: tuple[int, ...]) -> None:
    assert release(version) == numbers


def test_digests_are_said_in_a_file_and_then_every_archive_needs_one() -> None:
    plain = make_job("uv", "demo==1.0", "core")
    assert plain.wanted() == (("--", "demo==1.0", "core"), {})
    hashed = make_job("uv", "demo==1.0 --hash=sha256:00", "core==2")
    args, files = hashed.wanted()
    path = hashed.scratch / "requirements.txt"
    assert args == ("--require-hashes", "--requirement", str(path))
    assert files == {path: "demo==1.0 --hash=sha256:00\ncore==2\n"}
