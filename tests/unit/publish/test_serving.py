import re
from pathlib import Path

import pytest

from envkb.errors import UsageError
from envkb.publish.serving import serve_site
from sample_records import empty_base


@pytest.mark.parametrize("address", ["8000", ":8000", "127.0.0.1:", "127.0.0.1:http"])
def test_what_is_no_address_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(UsageError, match=re.escape(repr(address))):
        serve_site(empty_base(tmp_path), address)


def test_a_knowledge_base_without_a_configuration_is_not_served(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"has no mkdocs\.yml"):
        serve_site(empty_base(tmp_path), "127.0.0.1:8000")
