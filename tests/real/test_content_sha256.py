"""One wheel, installed by real pip and real uv: the same content digest."""

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from envkb.capture.transports.local import collect_local

UV = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(UV is None, reason="no uv here"),
    pytest.mark.skipif(
        subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, check=False).returncode != 0,
        reason="no pip here",
    ),
]

FILES = {
    "demo/__init__.py": "VALUE = 1\n",
    "demo/with, comma.txt": "data\n",
    "demo/_native.so": "not really\n",
    "demo-1.0.data/scripts/demo-script": "#!python\nprint('hi')\n",
    "demo-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n",
    "demo-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: by-hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    "demo-1.0.dist-info/entry_points.txt": "[console_scripts]\ndemo = demo:main\n",
}


def make_wheel(folder: Path) -> Path:
    wheel = folder / "demo-1.0-py3-none-any.whl"
    record = "demo-1.0.dist-info/RECORD"
    lines = []
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in FILES.items():
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            lines.append(f"{json.dumps(name) if ',' in name else name},sha256={digest},{len(text)}")
            archive.writestr(name, text)
        archive.writestr(record, "\n".join([*lines, f"{record},,", ""]))
    return wheel


def installed(prefix: Path) -> dict[str, Any]:
    rows = collect_local(str(prefix)).snapshot.json("kb:environment")["distributions"]
    return next(row for row in rows if row["name"] == "demo")


def test_pip_and_uv_give_one_digest(tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path)
    by_pip, by_uv = tmp_path / "pip", tmp_path / "uv"
    for prefix in (by_pip, by_uv):
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", prefix], check=True)
    pip = [sys.executable, "-m", "pip", "--python", by_pip, "install", "--quiet", "--no-index", "--compile", wheel]
    subprocess.run(pip, check=True)
    uv = [
        str(UV),
        "pip",
        "install",
        "--quiet",
        "--offline",
        "--no-index",
        "--compile-bytecode",
        "--python",
        by_uv,
        wheel,
    ]
    subprocess.run(uv, check=True)
    first, second = installed(by_pip), installed(by_uv)
    assert (first["installer"], second["installer"]) == ("pip", "uv")
    assert first["content_sha256"] == second["content_sha256"]
    assert first["direct_url"]["url"].endswith(wheel.name)
    assert first["native_libraries"] == 1
