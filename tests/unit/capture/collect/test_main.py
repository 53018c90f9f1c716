import json
import sys
from typing import Any

import pytest

from envkb.capture.collect.allowlist import NAMED_FILES
from envkb.capture.collect.main import BEGIN, END, Request, collect, main
from machine_tree import MachineTree

MACHINE_ID = "0123456789abcdef0123456789abcdef"


def sources(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in document["sources"]}


def test_a_machine_without_proc_or_programs_gives_a_whole_document(tree: MachineTree) -> None:
    tree.environ["PATH"] = str(tree.bin)
    document = collect(Request(), tree.machine())
    rows = sources(document)
    assert document["schema"] == "envkb.snapshot/1"
    assert {rows[path]["status"] for path in NAMED_FILES} == {"absent"}
    assert rows["lscpu"]["reason"] == "lscpu is not installed"
    assert rows["kb:machine-key"]["status"] == "absent"
    assert rows["kb:environment"]["status"] == "ok"
    assert len(rows) == len(document["sources"])
    assert json.loads(json.dumps(document)) == document


def test_files_commands_and_computed_values_stand_side_by_side(tree: MachineTree) -> None:
    tree.write({"/proc/meminfo": "MemTotal: 8 kB\n", "/etc/machine-id": MACHINE_ID})
    tree.program("lscpu", "echo 'Architecture: x86_64'")
    rows = sources(collect(Request(), tree.machine()))
    assert rows["/proc/meminfo"]["text"] == "MemTotal: 8 kB\n"
    assert rows["lscpu"]["text"] == "Architecture: x86_64\n"
    assert len(rows["kb:machine-key"]["text"]) == 20
    assert json.loads(rows["kb:target"]["text"])["python"] == sys.executable


def test_the_machine_id_is_nowhere_in_the_sources(tree: MachineTree) -> None:
    tree.write({"/etc/machine-id": MACHINE_ID})
    document = collect(Request(), tree.machine())
    assert MACHINE_ID not in json.dumps(document["sources"])
    assert MACHINE_ID in document["machine_values"]["ids"]


def test_secrets_are_in_no_source(tree: MachineTree) -> None:
    document = collect(Request(), tree.machine(HF_TOKEN="hf_planted_secret", UV_PUBLISH_PASSWORD="planted_too"))
    assert "planted" not in json.dumps(document["sources"])
    assert set(document["machine_values"]["secret_variables"]) == {"HF_TOKEN", "UV_PUBLISH_PASSWORD"}


def test_a_target_that_is_not_there_costs_only_the_environment(tree: MachineTree) -> None:
    rows = sources(collect(Request(target="/nowhere/env"), tree.machine()))
    for name in ("kb:target", "kb:environment"):
        assert (rows[name]["status"], rows[name]["reason"]) == ("failed", "no interpreter or prefix at /nowhere/env")
    assert rows["kb:uname"]["status"] == "ok"
    assert rows["kb:variables"]["status"] == "ok"


def test_a_target_that_is_no_python_is_told_beside_its_environment(tree: MachineTree) -> None:
    python = tree.program("python", "echo 'I am a snake'")
    rows = sources(collect(Request(target=str(python)), tree.machine()))
    assert rows["kb:target"]["status"] == "ok"
    assert rows["kb:environment"]["reason"] == f"{python} is not a Python interpreter"


def test_nvidia_smi_is_started_only_where_it_is_wanted(tree: MachineTree) -> None:
    tree.program("nvidia-smi", "echo '<nvidia_smi_log/>'")
    assert "nvidia-smi -q -x" not in sources(collect(Request(nvidia_smi=False), tree.machine()))
    assert sources(collect(Request(), tree.machine()))["nvidia-smi -q -x"]["text"] == "<nvidia_smi_log/>\n"


@pytest.mark.parametrize(("tools", "started"), [(True, True), (False, False)])
def test_clang_is_started_on_macos_only_with_its_tools(tree: MachineTree, *, tools: bool, started: bool) -> None:
    # Without them it is a stub that opens a window.
    if tools:
        tree.write({"/Library/Developer/CommandLineTools/usr/bin/clang": ""})
    tree.program("clang", "echo clang version 17")
    tree.program("ioreg", "exit 1")
    tree.program("mount", "exit 1")
    rows = sources(collect(Request(), tree.machine("Darwin")))
    assert ("clang --version" in rows) is started
    assert "lscpu" not in rows
    assert rows["kb:affinity"]["status"] == "ok"


def test_windows_is_asked_under_wsl_alone(tree: MachineTree) -> None:
    tree.program("cmd.exe", "echo 'Microsoft Windows [Version 10.0.26100.4061]'")
    assert "cmd.exe /c ver" not in sources(collect(Request(), tree.machine()))
    tree.write({"/proc/version": "Linux version 6.6.87.2-microsoft-standard-WSL2"})
    assert "10.0.26100" in sources(collect(Request(), tree.machine()))["cmd.exe /c ver"]["text"]


def test_the_program_prints_the_document_between_marks(capsys: pytest.CaptureFixture[str]) -> None:
    main(json.dumps({"target": "/nowhere/env"}))
    _, _, rest = capsys.readouterr().out.partition(BEGIN)
    document = json.loads(rest.partition(END)[0])
    assert sources(document)["kb:target"]["status"] == "failed"
