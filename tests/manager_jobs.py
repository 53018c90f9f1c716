"""Requests, jobs and replayed processes for the tests of managers."""

import base64
import hashlib
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from envkb.managers import Job, Tool
from envkb.model.install import FlagSet, Request
from envkb.process import Completed

VERSIONS = {
    "uv": "0.13.9",
    "pip": "26.3",
    "conda": "26.7.3",
    "mamba": "2.8.1",
    "micromamba": "2.8.1",
    "rattler": "0.28.0",
    "pixi": "0.77.0",
}
"""A version of each manager that can be used."""


def make_request(*requirements: str, flags: Mapping[str, Sequence[str]] | None = None, **changes: Any) -> Request:
    """Return a request for these requirements and nothing else."""
    nothing: dict[str, Any] = {
        "name": None,
        "constraints": (),
        "python": None,
        "indexes": (),
        "channels": (),
        "torch_backend": None,
        "platform": None,
    }
    rows = tuple(FlagSet(manager=name, flags=tuple(given)) for name, given in (flags or {}).items())
    return Request(requirements=requirements, flags=rows, **(nothing | changes))


def make_job(manager: str, *requirements: str, root: Path = Path("/lab"), **changes: Any) -> Job:
    """Return a job of a manager at a place; what is no part of a job is part of its request."""
    own = {"sources", "compile_bytecode", "base", "platform_here", "version", "prefix"}
    mine = {name: value for name, value in changes.items() if name in own}
    request = make_request(*requirements, **{name: value for name, value in changes.items() if name not in own})
    tool = Tool(manager, (f"/usr/bin/{manager}",), mine.pop("version", VERSIONS[manager]))
    platform = mine.pop("platform_here", "linux-64")
    if "base" in mine:
        mine["python"] = mine.pop("base")
    places = {"prefix": root / "env", "cache": root / "cache", "scratch": root / "scratch"}
    return Job(**({"tool": tool, "request": request, "platform": platform} | places | mine))


def ended(stdout: str = "", stderr: str = "", exit_code: int = 0, *, timed_out: bool = False) -> Completed:
    """Return a process that has ended."""
    return Completed(("program",), exit_code, stdout.encode(), stderr.encode(), 0.5, timed_out)


def make_report(*rows: tuple[str, str, str | None], direct: bool = False, suffix: str = ".whl") -> str:
    """Return what pip reports of packages: name, version and digest of each."""
    packages = [
        {
            "download_info": {
                "url": f"https://files.example/{name}-{version}{suffix}",
                "archive_info": {"hashes": {"sha256": digest} if digest else {}},
            },
            "is_direct": direct,
            "metadata": {"name": name, "version": version},
        }
        for name, version, digest in rows
    ]
    return json.dumps({"version": "1", "install": packages})


class Replay:
    """A runner that starts nothing: it gives recorded answers, and keeps what it was asked.

    Attributes:
        asked: The arguments of each process that would have been started.
        environments: Their environment variables.
    """

    def __init__(self, *answers: Completed, files: Mapping[Path, str] | None = None) -> None:
        self._answers = list(answers)
        self._files = files or {}
        self.asked: list[tuple[str, ...]] = []
        self.environments: list[dict[str, str]] = []

    def __call__(
        self,
        args: Sequence[str],
        *,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        timeout_s: float = 60.0,
    ) -> Completed:
        del stdin, cwd, timeout_s
        self.asked.append(tuple(args))
        self.environments.append(dict(env or {}))
        for path, text in self._files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


def make_wheel(
    folder: Path,
    name: str,
    version: str = "1.0",
    *,
    requires: Sequence[str] = (),
    python: str = "",
    tag: str = "py3-none-any",
    payload: bytes = b"",
) -> Path:
    """Write a wheel with one small module, and a payload if there is one, into a folder."""
    metadata = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    metadata += [f"Requires-Dist: {requirement}" for requirement in requires]
    metadata += [f"Requires-Python: {python}"] if python else []
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}/__init__.py": f"VERSION = {version!r}\n",
        f"{info}/METADATA": "\n".join(metadata) + "\n",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: by-hand\nRoot-Is-Purelib: true\nTag: {tag}\n",
    }
    contents = {path: text.encode() for path, text in files.items()}
    contents |= {f"{name}/payload.bin": payload} if payload else {}
    rows = [f"{path},sha256={_digest(content)},{len(content)}" for path, content in contents.items()]
    contents[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,\n"]).encode()
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, content in contents.items():
            archive.writestr(path, content)
    return wheel


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
