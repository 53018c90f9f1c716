from pathlib import Path

import pytest

from envkb.errors import UsageError
from envkb.managers import clear_cache, make_cache


def test_one_managers_cache_is_emptied_and_the_others_stay(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    make_cache(cache)
    for name in ("uv", "pip"):
        (cache / name / "wheels").mkdir(parents=True)
    clear_cache(cache, "uv")
    clear_cache(cache, "uv")
    assert sorted(path.name for path in cache.iterdir()) == ["envkb-cache", "pip"]


def test_a_cache_can_be_taken_up_again(tmp_path: Path) -> None:
    make_cache(tmp_path / "cache")
    (tmp_path / "cache" / "uv").mkdir()
    make_cache(tmp_path / "cache")
    assert (tmp_path / "cache" / "uv").is_dir()


def test_a_cache_of_somebody_elses_is_never_touched(tmp_path: Path) -> None:
    (tmp_path / "uv").mkdir()
    with pytest.raises(UsageError, match="is no cache of kb's"):
        clear_cache(tmp_path, "uv")
    with pytest.raises(UsageError, match="not a cache of kb's"):
        make_cache(tmp_path)
    assert (tmp_path / "uv").is_dir()
