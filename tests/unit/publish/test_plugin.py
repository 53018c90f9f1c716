from datetime import date
from pathlib import Path

import pytest
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from pathspec.gitignore import GitIgnoreSpec

from envkb.publish.plugin import EnvkbPlugin
from envkb.publish.site import RENDERED
from sample_records import make_base


class FakeServer:
    """Remembers what it was asked to watch."""

    def __init__(self) -> None:
        self.watched: list[str] = []

    def watch(self, path: str) -> None:
        self.watched.append(path)


def configured(root: Path) -> MkDocsConfig:
    return MkDocsConfig(config_file_path=str(root / "mkdocs.yml"))


def test_pages_are_written_before_the_builder_looks_for_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1763856000")
    make_base(tmp_path)
    EnvkbPlugin().on_pre_build(config=configured(tmp_path))
    figures = (tmp_path / "docs/kb/fragments/figures.html").read_text("utf-8")
    assert date.fromtimestamp(1763856000).isoformat() in figures  # noqa: DTZ012 - at noon of that day


def test_pages_that_were_just_written_are_not_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(RENDERED, "1")
    make_base(tmp_path)
    EnvkbPlugin().on_pre_build(config=configured(tmp_path))
    assert not (tmp_path / "docs").exists()


def test_a_folder_that_is_no_knowledge_base_stops_the_build_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(PluginError, match=r"is no knowledge base.*kb init"):
        EnvkbPlugin().on_pre_build(config=configured(tmp_path))


def test_a_server_watches_the_records(tmp_path: Path) -> None:
    server = FakeServer()
    EnvkbPlugin().on_serve(server, config=configured(tmp_path), builder=None)  # type: ignore[arg-type] # a fake
    assert server.watched == [str(tmp_path / "kb")]


def test_single_pages_stay_out_of_the_navigation_whatever_the_settings_say(tmp_path: Path) -> None:
    config = configured(tmp_path)
    config.not_in_nav = GitIgnoreSpec.from_lines(["/private/"])
    spec = EnvkbPlugin().on_config(config).not_in_nav
    assert spec is not None
    assert spec.match_file("kb/risks/cuda-not-seen/index.md")
    assert spec.match_file("kb/risks/by/host-pi5/index.md")
    assert spec.match_file("private/index.md")
    assert not spec.match_file("kb/risks/index.md")
