"""What the tests of exhibits share."""

import pytest

from exhibits import make_full_lab
from signed_lab import Lab, make_people


@pytest.fixture(scope="session")
def full_lab(tmp_path_factory: pytest.TempPathFactory) -> tuple[Lab, str]:
    """A lab that tests only read, and the id of its record with everything."""
    return make_full_lab(tmp_path_factory.mktemp("lab"), make_people(tmp_path_factory.mktemp("people")))
