"""The collector under a real aarch64 Python: Debian's, run by qemu. `aarch64_root.sh` unpacks it."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from envkb.capture.collect.main import BEGIN, END
from envkb.capture.payload import assemble
from envkb.capture.snapshot import Snapshot, from_document

ROOT = Path(os.environ.get("KB_AARCH64_ROOT") or Path(__file__).parents[2] / ".kb" / "aarch64-root")
PYTHON = next(iter(sorted(ROOT.glob("usr/bin/python3.[0-9]*"))), None)
QEMU = shutil.which("qemu-aarch64-static")

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(QEMU is None, reason="no qemu-aarch64-static (qemu-user-static) here"),
    pytest.mark.skipif(PYTHON is None, reason="no aarch64 Python: run tests/real/aarch64_root.sh"),
]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("aarch64")
    # The kernel here starts no aarch64 program by itself; the target is a script that has qemu do it.
    target = folder / "python3"
    target.write_text(f'#!/bin/sh\nexec "{QEMU}" -L "{ROOT}" "{PYTHON}" "$@"\n')
    target.chmod(0o755)
    python = [str(QEMU), "-L", str(ROOT), str(PYTHON), "-E", "-s", "-S", "-"]
    payload = assemble({"target": str(target), "cwd": str(folder)})
    done = subprocess.run(python, input=payload.encode(), capture_output=True, check=False, timeout=120)
    _, mark, rest = done.stdout.decode().partition(BEGIN)
    assert mark, done.stderr.decode()
    document: dict[str, Any] = json.loads(rest.partition(END)[0])
    return from_document(document)


def test_the_machine_calls_itself_aarch64(snapshot: Snapshot) -> None:
    assert snapshot.json("kb:uname")["machine"] == "aarch64"


def test_the_interpreter_is_an_aarch64_build(snapshot: Snapshot) -> None:
    interpreter = snapshot.json("kb:environment")["interpreter"]
    assert interpreter["platform"] == "linux-aarch64"
    assert interpreter["multiarch"] == "aarch64-linux-gnu"
    assert interpreter["pointer_bits"] == 64
    assert interpreter["version"].startswith("3.")


def test_every_source_has_a_status(snapshot: Snapshot) -> None:
    known = {"ok", "absent", "denied", "timeout", "failed", "not_applicable"}
    assert {source.status for source in snapshot.sources.values()} <= known
    assert len(snapshot.sources) > 80
    broken = [source for source in snapshot.sources.values() if "Error:" in source.reason]
    assert broken == []


def test_files_of_the_kernel_are_read(snapshot: Snapshot) -> None:
    assert "MemTotal" in (snapshot.text("/proc/meminfo") or "")
    assert snapshot.text("/proc/cpuinfo")
