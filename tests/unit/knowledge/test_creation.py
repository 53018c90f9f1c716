import json
import subprocess
from pathlib import Path
from shutil import which

import pytest
import yaml

from envkb.document.schema import settings_schema
from envkb.errors import KbError, UsageError
from envkb.knowledge.creation import create_knowledge_base
from envkb.knowledge.folder import KnowledgeBase


def test_a_new_folder_becomes_a_knowledge_base(tmp_path: Path) -> None:
    root = tmp_path / "new/kb-of-mine"
    created = create_knowledge_base(root)
    assert all(item.made for item in created)
    assert {str(item.path) for item in created} >= {"kb/kb.toml", ".gitattributes", "mkdocs.yml", "docs/index.md"}
    assert KnowledgeBase.open(root).settings.id == "kb-of-mine"


@pytest.mark.parametrize("title", ['Quotes " and \\', "it's: a #test", "{{id}} {{title}}", "Ünï ✓", "- a"])
def test_any_title_survives_in_every_file(tmp_path: Path, title: str) -> None:
    create_knowledge_base(tmp_path, title=title, base_url="https://lab.example/kb/")
    settings = KnowledgeBase.open(tmp_path).settings
    assert settings.title == title
    assert settings.base_url == "https://lab.example/kb/"
    site = yaml.safe_load((tmp_path / "mkdocs.yml").read_text("utf-8"))
    assert site["site_name"] == title
    assert site["site_url"] == "https://lab.example/kb/"
    assert f"# {title}" in (tmp_path / "docs/index.md").read_text("utf-8").splitlines()


def test_what_is_there_is_left_alone_and_missing_lines_are_told(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*.pyc\n/.kb/\n", "utf-8")
    (tmp_path / "mkdocs.yml").write_text("site_name: Mine\n", "utf-8")
    (tmp_path / "kb/records/2026").mkdir(parents=True)
    created = {str(item.path): item for item in create_knowledge_base(tmp_path)}
    assert not created[".gitignore"].made
    assert created[".gitignore"].missing == ("/kb/private/", "/docs/kb/", "/site/")
    assert (tmp_path / ".gitignore").read_text("utf-8") == "*.pyc\n/.kb/\n"
    assert not created["mkdocs.yml"].made
    assert (tmp_path / "mkdocs.yml").read_text("utf-8") == "site_name: Mine\n"
    assert not created["kb/records/.gitkeep"].made
    assert created["kb/kb.toml"].made
    assert not any(item.made for item in create_knowledge_base(tmp_path))


def test_workflows_are_written_only_where_asked_for(tmp_path: Path) -> None:
    create_knowledge_base(tmp_path / "plain")
    assert not (tmp_path / "plain/.github").exists()
    create_knowledge_base(tmp_path / "hub", ci="github")
    for name in ("check", "publish"):
        workflow = yaml.safe_load((tmp_path / f"hub/.github/workflows/{name}.yml").read_text("utf-8"))
        assert workflow["permissions"] == {"contents": "read"}
    seal = yaml.safe_load((tmp_path / "hub/.github/workflows/seal.yml").read_text("utf-8"))
    assert seal["permissions"] == {"contents": "write"}
    assert seal["concurrency"] == {"group": "seal", "cancel-in-progress": False}
    hooks = yaml.safe_load((tmp_path / "hub/.pre-commit-config.yaml").read_text("utf-8"))
    assert hooks["repos"][0]["hooks"][0]["entry"] == "kb check"


def test_the_settings_point_an_editor_to_a_schema_that_is_there(tmp_path: Path) -> None:
    create_knowledge_base(tmp_path)
    first = (tmp_path / "kb/kb.toml").read_text("utf-8").splitlines()[0]
    schema = tmp_path / "kb" / first.removeprefix("#:schema ")
    assert json.loads(schema.read_text("utf-8")) == settings_schema()


@pytest.mark.parametrize(
    "wish", [{"title": "two\nlines"}, {"title": " "}, {"slug": "A B"}, {"title": "x", "base_url": "lab"}]
)
def test_a_wish_that_cannot_be_is_refused_before_anything_is_written(tmp_path: Path, wish: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        create_knowledge_base(tmp_path / "new", **wish)
    assert not (tmp_path / "new").exists()


def test_a_file_in_the_folders_place_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "taken").write_bytes(b"")
    with pytest.raises(KbError, match="taken"):
        create_knowledge_base(tmp_path / "taken")


@pytest.mark.real
@pytest.mark.skipif(which("git") is None, reason="git is not installed")
def test_git_with_autocrlf_leaves_records_alone_and_ignores_private_ones(tmp_path: Path) -> None:
    create_knowledge_base(tmp_path)
    for path in ("kb/records/2026/KB-x.json", "kb/private/records/2026/KB-y.json"):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_bytes(b"{\n}\n")

    def git(*args: str) -> str:
        return subprocess.run(["git", *args], cwd=tmp_path, check=True, capture_output=True, text=True).stdout

    git("init", "-q")
    git("config", "core.autocrlf", "true")
    git("add", "-A")
    assert "kb/private" not in git("ls-files")
    (tmp_path / "kb/records/2026/KB-x.json").unlink()
    git("checkout", "--", "kb/records")
    assert (tmp_path / "kb/records/2026/KB-x.json").read_bytes() == b"{\n}\n"
