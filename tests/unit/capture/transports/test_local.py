import json
import sys
from pathlib import Path

import pytest

from envkb.capture.transports.local import collect_local, start_collecting


def test_this_machine_and_our_own_environment_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        monkeypatch.delenv(name, raising=False)
    snapshot = collect_local().snapshot
    assert snapshot.json("kb:target")["python"] == sys.executable
    assert "envkb" in {row["name"] for row in snapshot.json("kb:environment")["distributions"]}
    assert snapshot.json("kb:uname")["system"]
    assert snapshot.source("kb:nvml") is not None


def test_a_collection_can_be_begun_early_and_fetched_late() -> None:
    pending = start_collecting(target=sys.executable)
    first, second = pending.result(), pending.result()
    assert first == second
    assert json.loads(first.snapshot.text("kb:target") or "")["kind"] == "python"


def test_nvidia_smi_speaks_where_nvml_does_not(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake = tmp_path / "nvidia-smi"
    fake.write_text("#!/bin/sh\necho '<nvidia_smi_log/>'\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    snapshot = collect_local().snapshot
    nvml = snapshot.source("kb:nvml")
    assert nvml is not None
    assert (snapshot.text("nvidia-smi -q -x") == "<nvidia_smi_log/>\n") == (nvml.status != "ok")
