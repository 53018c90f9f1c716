"""Makes a new knowledge base in any folder, and leaves alone whatever is there."""

import json
import re
from dataclasses import dataclass
from importlib.resources import files
from os.path import lexists
from pathlib import Path, PurePosixPath
from typing import Final, Literal

from envkb.document.schema import settings_schema
from envkb.errors import InvalidDataError, UsageError
from envkb.knowledge.files import explain_os_errors, place_file, read_file
from envkb.knowledge.layout import ATTACHMENTS, DECISIONS, RECORDS, RISKS, SETTINGS
from envkb.knowledge.settings import parse_settings

_TEMPLATES: Final = {
    SETTINGS: "kb.toml",
    PurePosixPath(".gitattributes"): "gitattributes",
    PurePosixPath(".gitignore"): "gitignore",
    PurePosixPath("mkdocs.yml"): "mkdocs.yml",
    PurePosixPath("docs/index.md"): "index.md",
}
_GITHUB: Final = {
    PurePosixPath(".github/workflows/check.yml"): "check.yml",
    PurePosixPath(".github/workflows/publish.yml"): "publish.yml",
    PurePosixPath(".github/workflows/seal.yml"): "seal.yml",
    PurePosixPath(".pre-commit-config.yaml"): "pre-commit-config.yaml",
}
_EMPTY_FOLDERS: Final = (RECORDS, ATTACHMENTS, RISKS, DECISIONS)
_KEEP: Final = ".gitkeep"
_SCHEMA: Final = PurePosixPath("kb/schemas/kb.json")
_ADDITIVE: Final = {".gitattributes", ".gitignore"}
_MAX_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Created:
    """One file of a new knowledge base.

    Attributes:
        path: Relative to the root.
        made: Whether it was written; false where something was there, which is left as it is.
        missing: Lines that the file which was there lacks and should have.
    """

    path: PurePosixPath
    made: bool
    missing: tuple[str, ...]


def create_knowledge_base(
    root: Path,
    *,
    title: str | None = None,
    slug: str | None = None,
    base_url: str | None = None,
    ci: Literal["github"] | None = None,
) -> list[Created]:
    """Make what a knowledge base needs in a folder; never overwrite anything.

    Args:
        root: The folder; made where it is missing.
        title: Name for people; the folder's name where not given.
        slug: Short name for addresses; made from the title where not given.
        base_url: Address of the site to be; null where there is none yet.
        ci: The service to write workflows for.

    Returns:
        Each file with what became of it, in the order of their paths.

    Raises:
        UsageError: The title, slug or address cannot be used.
        KbError: The folder cannot be written.
    """
    wanted = _contents(title or root.resolve().name, slug, base_url, ci)
    with explain_os_errors(root):
        root.mkdir(parents=True, exist_ok=True)
    return [_create(root, path, data) for path, data in sorted(wanted.items())]


def _contents(title: str, slug: str | None, base_url: str | None, ci: str | None) -> dict[PurePosixPath, bytes]:
    if not title.isprintable() or not title.strip():
        raise UsageError(f"{title!r} cannot be a title", hint="use one line of letters: --title 'My machines'")
    slug = slug or re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:64].strip("-") or "kb"
    templates = _TEMPLATES | (_GITHUB if ci == "github" else {})
    contents = {path: _fill(name, title, slug, base_url) for path, name in templates.items()}
    contents |= dict.fromkeys((folder / _KEEP for folder in _EMPTY_FOLDERS), b"")
    contents[_SCHEMA] = (json.dumps(settings_schema(), indent=2) + "\n").encode()
    try:
        parse_settings(contents[SETTINGS], str(SETTINGS))
    except InvalidDataError as error:
        raise UsageError(error.message, hint=error.hint) from error
    return contents


def _fill(name: str, title: str, slug: str, base_url: str | None) -> bytes:
    text = (files("envkb.knowledge") / "templates" / name).read_text("utf-8")
    quoted = json.dumps(base_url or "https://lab.example/kb/")
    line = f"site_url: {quoted}" if name == "mkdocs.yml" else f"base_url = {quoted}"
    values = {
        # A JSON string is a string in TOML and YAML too; Markdown takes the title as it is.
        "{{title}}": title if name == "index.md" else json.dumps(title, ensure_ascii=False),
        "{{id}}": json.dumps(slug),
        "{{base_url}}": line if base_url else f"# {line}",
    }
    return re.sub(r"\{\{\w+\}\}", lambda match: values[match[0]], text).encode()


def _has_entries(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())


def _create(root: Path, path: PurePosixPath, data: bytes) -> Created:
    needed = path.name != _KEEP or not _has_entries(root / path.parent)
    if needed and not lexists(root / path):
        return Created(path, made=place_file(root, path, data), missing=())
    if path.name not in _ADDITIVE:
        return Created(path, made=False, missing=())
    present = {line.strip() for line in read_file(root, path, _MAX_BYTES).decode("utf-8", "replace").splitlines()}
    lines = [line for line in data.decode().splitlines() if line and not line.startswith("#")]
    return Created(path, made=False, missing=tuple(line for line in lines if line not in present))
