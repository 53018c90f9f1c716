"""What the tests of signatures share."""

from pathlib import Path

import pytest

from signed_lab import Lab, make_lab, make_people


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_people(tmp_path_factory.mktemp("people"))


@pytest.fixture
def lab(tmp_path: Path, keys: Path) -> Lab:
    return make_lab(tmp_path / "base", keys)
