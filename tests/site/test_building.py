"""Sites as the real builder builds them."""

import shutil
from pathlib import Path

import pytest

from envkb.errors import InvalidDataError, ToolFailedError
from envkb.knowledge.creation import create_knowledge_base
from envkb.knowledge.folder import KnowledgeBase
from envkb.publish.site import build_site
from sample_records import EVALUATED, make_base

pytestmark = pytest.mark.real


@pytest.fixture
def base(tmp_path: Path) -> KnowledgeBase:
    create_knowledge_base(tmp_path, title="Sample <machines>", base_url="https://lab.example/kb/")
    (tmp_path / "kb/kb.toml").unlink()
    return make_base(tmp_path)


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_two_builds_give_the_same_bytes(base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1763856000")
    first = files(build_site(base, evaluated=EVALUATED).folder)
    shutil.rmtree(base.root / "docs/kb")
    assert files(build_site(base, evaluated=EVALUATED).folder) == first


def test_stamped_pages_are_the_pages_that_the_builder_would_have_made(
    base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1763856000")
    normal = build_site(base, evaluated=EVALUATED)
    built = files(normal.folder)
    stamped = build_site(base, evaluated=EVALUATED, stamped_above=3)
    assert files(stamped.folder) == built
    assert (stamped.pages, stamped.records) == (normal.pages, normal.records)
    assert not list((base.root / "docs/kb/records").glob("KB-2026-*"))


def test_the_permanent_address_is_in_the_map_of_the_site(base: KnowledgeBase) -> None:
    site = build_site(base, evaluated=EVALUATED).folder
    name = next(base.records()).id
    assert f"<loc>https://lab.example/kb/kb/records/{name}/index.html</loc>" in (site / "sitemap.xml").read_text(
        "utf-8"
    )


def test_a_record_is_not_in_the_index_of_the_search_but_an_edge_case_is(base: KnowledgeBase) -> None:
    index = (build_site(base, evaluated=EVALUATED).folder / "search/search_index.json").read_text("utf-8")
    assert "Illegal instruction (core dumped)" in index
    assert "kb/edge-cases/arm-illegal-instruction/index.html" in index
    assert "kb/records/KB-" not in index


def test_a_broken_link_in_a_page_of_a_person_is_named(base: KnowledgeBase) -> None:
    (base.root / "docs/index.md").write_text("# Home\n\n[gone](gone.md)\n")
    with pytest.raises(ToolFailedError, match=r"index\.md.*gone\.md"):
        build_site(base, evaluated=EVALUATED)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('<a href="gone.html">gone</a>', r"index\.html: links to gone\.html, which does not exist"),
        ("![plot](https://cdn.example/plot.png)", r"index\.html: loads https://cdn\.example/plot\.png"),
    ],
)
def test_what_the_builder_lets_pass_is_named_by_the_check(base: KnowledgeBase, text: str, what: str) -> None:
    (base.root / "docs/index.md").write_text(f"# Home\n\n{text}\n")
    with pytest.raises(InvalidDataError, match=what):
        build_site(base, evaluated=EVALUATED)


def test_a_theme_that_loads_fonts_from_elsewhere_is_named(base: KnowledgeBase) -> None:
    config = base.root / "mkdocs.yml"
    config.write_text(config.read_text("utf-8").replace("  font: false\n", ""), "utf-8")
    with pytest.raises(InvalidDataError, match=r"loads https://fonts\.g"):
        build_site(base, evaluated=EVALUATED)


def test_a_knowledge_base_without_records_has_a_site_that_says_what_to_do(tmp_path: Path) -> None:
    create_knowledge_base(tmp_path, title="Empty")
    built = build_site(KnowledgeBase.open(tmp_path), evaluated=EVALUATED)
    assert built.records == 0
    assert "<code>kb record</code> makes the first" in (built.folder / "kb/records/index.html").read_text("utf-8")
