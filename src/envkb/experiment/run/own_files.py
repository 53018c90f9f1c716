"""Files with a user's own benchmarks: read when a run begins, so that all of it measures the same text."""

import ast
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Final

from envkb.bench.suites import parse_suite
from envkb.errors import UsageError
from envkb.model.plan import Plan
from envkb.model.value import Value

PREFIX: Final = "bench_"
"""What the names of functions begin with that are benchmarks."""

_MOST_BYTES: Final = 256 * 1024


class OwnFile(Value):
    """A file with benchmarks, as it was when the run began.

    Attributes:
        path: As the plan names it.
        text: All of it.
    """

    path: str
    text: str

    @property
    def name(self) -> str:
        """The file's name without folders."""
        return PurePath(self.path).name


def read_own_files(plan: Plan) -> tuple[OwnFile, ...]:
    """Return the files with benchmarks that a plan names, relative to the current folder.

    Raises:
        UsageError: One is not there, is no Python, or has no such function; or two have one name.
    """
    wanted = [(suite.file, suite.function) for suite in map(parse_suite, plan.benchmarks) if suite.file is not None]
    found: dict[str, OwnFile] = {}
    for path, function in wanted:
        own = found.setdefault(str(path), OwnFile(path=str(path), text=_read(path)))
        known = tuple(_functions(own))
        if function and function not in known:
            raise UsageError(f"{path} has no function {function}", hint=f"it has {', '.join(known) or 'none'}")
        if not known:
            raise UsageError(f"{path} has no function that begins with {PREFIX}", hint=f"write def {PREFIX}name(): …")
    names = [own.name for own in found.values()]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UsageError(f"two files are called {twice}", hint="records know them by name: rename one")
    return tuple(found.values())


def place_own_file(own: OwnFile, folder: Path) -> Path:
    """Return a path at which a file has the text that it had when the run began.

    That is the file itself as long as nobody changes it, since it may import what lies beside it; else a copy.

    Args:
        own: The file.
        folder: Where a copy goes.
    """
    original = Path(own.path).absolute()
    try:
        if original.read_bytes() == own.text.encode():
            return original
    except OSError:
        pass
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / own.name
    copy.write_bytes(own.text.encode())
    return copy


def _read(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f"--bench {path}: {reason}", hint="name a Python file with functions bench_…") from error
    if len(data) > _MOST_BYTES:
        raise UsageError(f"--bench {path}: {len(data)} bytes are too many to keep beside a record")
    try:
        text = data.decode()
        ast.parse(text)
    except (UnicodeDecodeError, SyntaxError, ValueError) as error:
        raise UsageError(f"--bench {path} is no Python: {error}") from error
    return text


def _functions(own: OwnFile) -> Iterator[str]:
    for node in ast.parse(own.text).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith(PREFIX):
            yield node.name
