"""What an index can do wrong, met by `kb run` with the real uv and pip: each is a record, and none costs another."""

import io
import json
import os
import random
import tarfile
from dataclasses import dataclass
from pathlib import Path
from platform import machine
from typing import Any

import pytest

from envkb.document.codec import decode_record
from envkb.managers import MANAGERS, look_for
from envkb.managers.job import release
from envkb.model.record import Record
from envkb.process import run
from failing_index import failing_index
from manager_jobs import make_wheel
from planted import every_byte
from run_lab import Lab

NAMES = ("uv", "pip")
TOOLS = {name: look_for(MANAGERS[name], run, os.environ) for name in NAMES}

pytestmark = [
    pytest.mark.real,
    *(pytest.mark.skipif(found.tool is None, reason=str(found.reason)) for found in TOOLS.values()),
]

OLD_PIP = TOOLS["pip"].tool is not None and release(TOOLS["pip"].required().version) < (25, 1)
NETWORK = ("no-network", "network", "download")
HASH = ("hash-mismatch", "hash-mismatch", "download")
NO_WHEEL = ("no-matching-wheel", "no-matching-wheel", "resolve")
DAMAGED = ("damaged-archive", "other", "install")
EXPECTED = {
    "nowhere": (NO_WHEEL, NO_WHEEL),
    "good==9": (NO_WHEEL, NO_WHEEL),
    "needy good==2.0": (("resolver-conflict", "resolver-conflict", "resolve"),) * 2,
    "modern==1.0": (("python-version-unsupported", "python-version-unsupported", "resolve"),) * 2,
    "wrong-hash": (HASH, HASH),
    # Before 25.1 pip took what it had for the whole, and then it was not what the index had promised.
    "broken-off": (NETWORK, HASH if OLD_PIP else NETWORK),
    "damaged": (DAMAGED, DAMAGED),
    "forbidden": (NETWORK, NETWORK),
    # pip sees files that do not fit as if they were not there.
    "foreign": (("wrong-platform", "no-matching-wheel", "resolve"), NO_WHEEL),
    "newer-glibc": (("glibc-too-old", "glibc-too-old", "resolve"), NO_WHEEL),
    "unbuildable": (("build-failed", "build-from-source-failure", "install"),) * 2,
}
"""Kind, class of edge case and phase of what uv and pip fail with, by what is asked for."""

BACKEND = """
def build_wheel(*args, **more):
    raise RuntimeError("the compiler is not here")
build_sdist = prepare_metadata_for_build_wheel = build_wheel
def get_requires_for_build_wheel(settings=None):
    return []
"""
PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "unbuildable"
version = "1.0"
"""


@dataclass(frozen=True)
class Lap:
    """One run over all faults: its records by manager and request, and where it happened."""

    records: dict[tuple[str, str], Record]
    texts: dict[tuple[str, str], str]
    root: Path
    address: str
    lab: Lab


def make_sdist(folder: Path) -> None:
    with tarfile.open(folder / "unbuildable-1.0.tar.gz", "w:gz") as archive:
        files = {
            "pyproject.toml": PROJECT,
            "backend.py": BACKEND,
            "PKG-INFO": "Metadata-Version: 2.1\nName: unbuildable\nVersion: 1.0\n",
        }
        for name, text in files.items():
            info = tarfile.TarInfo(f"unbuildable-1.0/{name}")
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archives")
    payload = random.Random(1).randbytes(200_000)
    for name in ("good", "broken_off", "forbidden", "wrong_hash"):
        make_wheel(folder, name, payload=payload)
    half = make_wheel(folder, "damaged", payload=payload)
    half.write_bytes(half.read_bytes()[:100_000])
    make_wheel(folder, "good", "2.0")
    make_wheel(folder, "needy", requires=["good<2"])
    make_wheel(folder, "modern", python=">=3.99")
    make_wheel(folder, "foreign", tag="py3-none-win_amd64")
    make_wheel(folder, "newer_glibc", tag=f"py3-none-manylinux_2_99_{machine()}")
    make_sdist(folder)
    return folder


def plan_of(address: str) -> str:
    """Return a plan that asks for everything that fails, and in the middle for something that does not."""
    wanted = [*EXPECTED]
    wanted.insert(len(wanted) // 2, "good==1.0")
    head = 'managers = ["uv", "pip"]\nrounds = 1\ncaches = ["cold"]\nbytecode = ["default"]\n'
    head += f'[[indexes]]\nname = "local"\nurl = "{address}"\n'
    return head + "".join(
        f'[[requests]]\nname = "r{number}"\nrequirements = {json.dumps(text.split())}\nindexes = ["local"]\n'
        for number, text in enumerate(wanted)
    )


def lap(root: Path, archives: Path) -> Lap:
    lab = Lab(root)
    lab.environ |= {"UV_HTTP_RETRIES": "0", "PIP_RETRIES": "0", "PIP_CONFIG_FILE": os.devnull}
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_EXTRA_INDEX_URL", "UV_INDEX"):
        lab.environ.pop(name, None)
    with failing_index(archives) as address:
        lab.plan.write_text(plan_of(address))
        process = lab.start(str(lab.plan), "--bench=none")
        out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    told: dict[str, Any] = json.loads(out)
    records, texts = {}, {}
    for row in told["records"]:
        text = (lab.base / row["path"]).read_text()
        record = decode_record(text.encode())
        assert record.install is not None
        assert record.install.request is not None
        key = (str(record.install.manager), " ".join(record.install.request.requirements))
        records[key], texts[key] = record, text
    return Lap(records, texts, root, address, lab)


@pytest.fixture(scope="module")
def laps(archives: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Lap, Lap]:
    """Two runs in two places, with two addresses."""
    return lap(tmp_path_factory.mktemp("one"), archives), lap(tmp_path_factory.mktemp("another") / "deeper", archives)


@pytest.mark.parametrize("manager", NAMES)
@pytest.mark.parametrize("wanted", EXPECTED)
def test_a_fault_of_an_index_is_a_record_in_the_managers_own_words(
    laps: tuple[Lap, Lap], wanted: str, manager: str
) -> None:
    one, other = laps
    kind, edge_class, phase = EXPECTED[wanted][NAMES.index(manager)]
    record = one.records[manager, wanted]
    install = record.install
    assert record.outcome == "failure"
    assert install is not None
    assert (install.error, install.failed_phase) == (kind, phase), install.last_words
    assert install.exit_status not in (0, None)
    assert install.signal is None
    assert install.last_words
    assert install.log_sha256 in {file.sha256 for file in record.attachments if file.role == "log"}
    (edge,) = record.edge_cases
    assert (edge.class_, edge.phase, edge.severity) == (edge_class, phase, "blocker")
    assert edge.symptom.removeprefix(f"{kind}: ").splitlines()[0][:20] in install.last_words.replace("\n", " ")
    again = other.records[manager, wanted].edge_cases[0]
    assert edge.fingerprint
    assert (again.fingerprint, again.class_) == (edge.fingerprint, edge.class_), install.last_words


@pytest.mark.parametrize("manager", NAMES)
def test_faults_cost_no_other_request(laps: tuple[Lap, Lap], manager: str) -> None:
    for one in laps:
        record = one.records[manager, "good==1.0"]
        assert (record.outcome, record.edge_cases) == ("success", ()), record.install
        assert {"install.wall", "import.first"} <= {row.id for row in record.measurements}
        assert len(one.records) == len(NAMES) * (len(EXPECTED) + 1)


def test_nothing_is_left_and_no_record_holds_the_address(laps: tuple[Lap, Lap]) -> None:
    for one in laps:
        stored = every_byte(one.lab.base / "kb" / "records") + every_byte(one.lab.base / "kb" / "attachments")
        assert one.address.encode() not in stored
        assert b"/files/forbidden" not in stored
        assert (one.lab.left_over(), one.lab.waiting(), list(one.lab.working())) == ([], [], [])


def test_two_faults_have_two_fingerprints(laps: tuple[Lap, Lap]) -> None:
    faults = ("good==9", "needy good==2.0", "modern==1.0", "wrong-hash", "broken-off", "damaged", "forbidden")
    marks = {laps[0].records["uv", name].edge_cases[0].fingerprint for name in faults}
    assert len(marks) == len(faults)
