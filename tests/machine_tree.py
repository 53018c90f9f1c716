"""A made-up machine: a file tree in a temporary folder, with programs of its own on PATH."""

from collections.abc import Mapping
from pathlib import Path

from envkb.capture.collect.machine import Machine


class MachineTree:
    """Builds the tree and the machine that reads it."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "root"
        self.bin = folder / "bin"
        self.project = folder / "project"
        for path in (self.root, self.bin, self.project):
            path.mkdir()
        # Fakes are shell scripts; the shell's own tools are found there too.
        self.environ: dict[str, str] = {"PATH": f"{self.bin}:/usr/bin:/bin", "HOME": "/home/ada"}

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Put files into the tree, by their path on the machine."""
        for path, content in files.items():
            place = self.root / path.lstrip("/")
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content.encode() if isinstance(content, str) else content)

    def program(self, name: str, script: str, interpreter: str = "/bin/sh") -> Path:
        """Put a program on PATH."""
        path = self.bin / name
        path.write_text(f"#!{interpreter}\n{script}\n")
        path.chmod(0o755)
        return path

    def machine(self, system: str = "Linux", **environ: str) -> Machine:
        """Return the machine, with more environment variables if wanted."""
        return Machine(str(self.root), {**self.environ, **environ}, system, str(self.project))
