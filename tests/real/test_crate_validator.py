"""The crates of `kb export` under roc-validator, the validator of the RO-Crate community.

It is large, and it fetches the JSON-LD context of RO-Crate: install it beside (`pip install roc-validator`), and name
its program by KB_ROCRATE_VALIDATOR where it is not on PATH.
"""

import os
import subprocess
from pathlib import Path
from shutil import which

import pytest

from envkb.exchange.export import export_to_file
from envkb.exchange.selection import select
from envkb.knowledge.query.parser import parse_query
from sample_records import make_base

pytestmark = [pytest.mark.real, pytest.mark.slow]


@pytest.mark.parametrize("profile", ["ro-crate-1.3", "process-run-crate-0.5"])
def test_a_crate_passes_the_validator(tmp_path: Path, profile: str) -> None:
    program = os.environ.get("KB_ROCRATE_VALIDATOR") or which("rocrate-validator")
    if not program:
        pytest.skip("needs rocrate-validator on PATH, or KB_ROCRATE_VALIDATOR")
    crate = tmp_path / "crate.zip"
    export_to_file(crate, "crate", select(make_base(tmp_path), parse_query("id ~ KB")))
    wanted = ["--no-paging", "--no-auto-profile", "--requirement-severity", "required", "--profile-identifier", profile]
    command = [program, "--no-interactive", "--disable-color", "validate", *wanted, "--verbose", crate.name]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    if "Unable to retrieve the JSON-LD context" in done.stdout:
        pytest.skip("the validator cannot fetch the context of RO-Crate here")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-500:]
