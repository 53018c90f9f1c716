"""What a command imports is most of its time; time is not tested, what is imported is."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from envkb.cli import main

PROGRAM = """
import json, sys
from envkb.cli import main
code = main(sys.argv[1:])
sys.stderr.write(json.dumps(sorted(sys.modules)))
sys.exit(code)
"""
HEAVY = {"asyncio", "concurrent.futures", "logging", "mkdocs", "multiprocessing", "numpy", "packaging", "torch", "yaml"}
NOT_FOR_A_RECORD = {
    *("configparser", "rich", "sqlite3", "statistics", "xml"),
    "envkb.capture.probes.nvidia_table",
    "envkb.capture.transports.ssh",
    "envkb.cli.documents",
    "envkb.experiment.stated_install",
    "envkb.knowledge.bundle",
    "envkb.knowledge.index",
    "envkb.knowledge.query",
    "envkb.managers",
    "envkb.model.vocabulary.system",
}
NOT_FOR_READING = {"envkb.bench", "envkb.capture.probes.registry", "envkb.cli.documents", "envkb.managers"}


@pytest.fixture
def base(tmp_path: Path) -> Path:
    assert main(["init", str(tmp_path / "base")]) == 0
    return tmp_path / "base"


def imported(home: Path, *arguments: str) -> set[str]:
    quiet = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "COVERAGE_", "COV_"))}
    quiet.update(HOME=str(home), PIP_CONFIG_FILE=os.devnull)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, check=False, env=quiet, cwd=home
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_a_record_imports_nothing_that_it_does_not_need(base: Path, more: tuple[str, ...]) -> None:
    found = imported(base, "record", "--no-input", "--python", sys.executable, "--root", str(base), *more)
    assert not found & (HEAVY | NOT_FOR_A_RECORD)


@pytest.mark.parametrize("words", [("list",), ("search", "torch")])
def test_commands_that_read_import_no_probe_and_no_model_of_json(base: Path, words: tuple[str, ...]) -> None:
    found = imported(base, *words, "--root", str(base))
    assert not found & (HEAVY | NOT_FOR_READING)
