"""What the documentation prints must be what the code does."""

import contextlib
import io
import re
import runpy
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from markdown.extensions.toc import slugify

from envkb.cli import COMMANDS, main
from envkb.document.identity import digest_of, record_id
from envkb.experiment.stated_document import interpret, parse_stated_document
from envkb.knowledge.creation import create_knowledge_base
from envkb.knowledge.folder import KnowledgeBase
from envkb.knowledge.query.parser import parse_query
from envkb.knowledge.settings import parse_settings
from envkb.model.edge_case import EDGE_CASE_CLASSES
from envkb.publish.render.edge_case_classes import MEANINGS
from factory import make_bytes

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(page for page in DOCS.rglob("*.md") if page.relative_to(DOCS).parts[0] != "kb")]

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())


def _fences(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)


def _reference(name: str) -> Path:
    return DOCS / "reference" / name


def test_the_reference_is_what_the_code_says() -> None:
    fresh = runpy.run_path(str(DOCS / "generate"))["pages"]()
    # Where a help text breaks its lines is not for the reference to say.
    stale = [page.name for page, text in fresh.items() if page.read_text("utf-8").split() != text.split()]
    assert not stale, "run `python docs/generate`"


def test_every_edge_case_class_has_a_meaning() -> None:
    assert set(MEANINGS) == set(EDGE_CASE_CLASSES)


def _commands(page: Path) -> Iterator[str]:
    """Yield every command line of kb that a page shows as code, without what stands in quotes."""
    text = page.read_text("utf-8").replace("\\\n", " ")
    shown = [line for block in _fences(page, "(?:console|sh)") for line in block.replace("\\\n", " ").splitlines()]
    shown = [line.removeprefix("$ ") for line in shown if line.startswith("$ ")]
    shown += re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text)
    for line in shown:
        if line.startswith("kb ") and line != "kb itself":  # what a record says of its environment
            yield re.sub(r"'[^']*'|#.*", "", line)


@cache
def _help(*command: str) -> str:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        main([*command, "--help"])
    return printed.getvalue()


@every_page
def test_commands_and_options_that_a_page_shows_exist(page: Path) -> None:
    for line in _commands(page):
        command, *words = line.partition(" -- ")[0].split()[1:]  # what follows is another program's
        if command == "--help":
            continue
        assert command in COMMANDS, line
        below = words[:1] if hasattr(import_module(f"envkb.cli.{command}_command"), "group") else []
        for word in words:
            if word.startswith("--"):
                assert re.search(rf"(^|\s){word}(\s|$)", _help(command, *below)), line


@cache
def _anchors(page: Path) -> frozenset[str]:
    return frozenset(
        slugify(heading, "-") for heading in re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    )


@every_page
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        file, _, anchor = target.partition("#")
        place = (page.parent / file).resolve() if file else page
        if target.startswith("https://") or place.is_relative_to(DOCS / "kb"):
            continue
        assert place.exists(), target
        if anchor and not anchor.startswith("envkb."):  # those are made from the docstrings
            assert anchor in _anchors(place), target


@every_page
def test_queries_that_a_page_shows_are_understood(page: Path) -> None:
    for block in _fences(page, "query"):
        for line in block.splitlines():
            parse_query(line)


@every_page
def test_toml_that_a_page_shows_is_toml(page: Path) -> None:
    for block in _fences(page, "toml"):
        tomllib.loads(block)


@every_page
def test_programs_that_a_page_shows_are_python(page: Path) -> None:
    for block in _fences(page, "python"):
        compile(block, page.name, "exec")


def test_the_example_of_kb_toml_is_one() -> None:
    (example,) = _fences(_reference("kb-toml.md"), "toml")
    parse_settings(example.encode(), "kb.toml")


def test_the_example_of_a_stated_document_is_one() -> None:
    (example,) = _fences(_reference("from-file.md"), "toml")
    document = parse_stated_document(example, "example.toml")
    stated = interpret(document, now=datetime(2026, 12, 1, tzinfo=UTC), zone=UTC, classes=EDGE_CASE_CLASSES)
    assert stated.edge_cases[0].worked is True
    assert stated.install is not None
    assert stated.install.manager == "uv"


def test_the_plain_program_computes_digest_and_id(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (program,) = _fences(_reference("record.md"), "python")
    data = make_bytes()
    file = tmp_path / "record.json"
    file.write_bytes(data)
    monkeypatch.setattr(sys, "argv", ["program", str(file)])
    exec(compile(program, "record.md", "exec"), {})
    assert capsys.readouterr().out == f"{record_id(digest_of(data), 2026)}\nsha256:{digest_of(data)}\n"


def test_the_ids_that_the_record_format_gives_are_right() -> None:
    text = _reference("record.md").read_text("utf-8")
    for data in (b"", b"{}\n"):
        assert f"`{record_id(digest_of(data), 2026)}`" in text


def test_the_examples_of_the_python_api_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    create_knowledge_base(tmp_path / "my-kb")
    stored = KnowledgeBase.open(tmp_path / "my-kb").add(make_bytes(), {})
    monkeypatch.chdir(tmp_path)
    *examples, managers = _fences(_reference("python-api.md"), "python")
    assert "PackageManagerAdapter" in managers  # needs a manager, and has tests of its own
    for example in examples:
        exec(compile(example, "python-api.md", "exec"), {})
    printed = capsys.readouterr().out
    assert "memory total_bytes 16720306176" in printed
    assert f"{stored.id} {stored.digest} torch 2.13.0 on a Raspberry Pi 5" in printed
