import hashlib
import html
import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from envkb.document.codec import encode_record
from envkb.document.identity import digest_of, record_id
from envkb.knowledge.folder import KnowledgeBase
from envkb.publish.collection import read_collection
from envkb.publish.judged import read_judged
from envkb.publish.render.entry import Collection
from envkb.publish.render.explorer import explorer_data
from envkb.publish.render.pages import other_files, record_pages
from envkb.publish.render.summary import summarise
from envkb.publish.render.text import visible
from factory import make_edge_case, make_link, make_record, make_retraction
from hostile import ATTACK, make_hostile
from sample_judged import write_judged
from sample_records import EVALUATED, LOG, make_base, make_collection, sample_records

TAGS = set(
    "a article aside b blockquote button circle code dd del desc details div dl dt em h1 h2 h3 h4 h5 h6 header hr i li "
    "figcaption figure line path polygon polyline nav noscript ol p pre rect script section span strong summary svg "
    "table tbody td text th thead time title tr ul".split()
)
ATTRIBUTES = set(
    "aria-current aria-hidden aria-label class cx cy d data-kb-alpha data-kb-beta data-kb-until points text-anchor "
    "data-kb-base data-kb-collect data-kb-collection data-kb-copy data-kb-evaluated "
    "data-kb-explorer data-kb-filter data-kb-folds data-kb-label data-kb-root datetime hidden height href id open r "
    "rel role scope src tabindex title type viewbox width x x1 x2 y y1 y2".split()
)


VOID = frozenset({"hr", "line", "circle", "rect", "path", "polygon", "polyline"})
"""Elements without a content, as our pages spell them."""


class Reader(HTMLParser):
    """Collects what a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def everything(collection: Collection, root: Path) -> dict[str, bytes]:
    """Return every file by its path."""
    files = {}
    judged = read_judged(KnowledgeBase.open(root), collection.evaluated)
    for path, content in other_files(collection, judged, KnowledgeBase(root).attachment):
        if isinstance(content, bytes):
            files[path] = content
        else:
            files[path] = content.read_bytes() if isinstance(content, Path) else b"".join(content)
    return files | {page.path: page.source() for page in record_pages(collection)}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base")
    make_base(folder, make_record(77, title="Slower", edge_cases=(make_edge_case("local-class"),)))
    write_judged(folder)
    return folder


@pytest.fixture(scope="module")
def files(root: Path) -> dict[str, bytes]:
    return everything(read_collection(KnowledgeBase.open(root), EVALUATED), root)


def page_of(files: dict[str, bytes], title: str) -> str:
    """Return the source of the page of the record with this title."""
    pages = (data.decode() for path, data in files.items() if path.startswith("records/KB-"))
    return next(page for page in pages if f"<h1>{title}" in page)


def test_equal_knowledge_gives_equal_bytes(files: dict[str, bytes], root: Path) -> None:
    assert everything(read_collection(KnowledgeBase.open(root), EVALUATED), root) == files


def test_every_page_is_one_html_block_without_empty_lines(files: dict[str, bytes]) -> None:
    for path, data in files.items():
        if path.endswith(".md"):
            body = data.decode().split("---\n\n", 1)[1].rstrip("\n")
            assert body.startswith("<div class="), path
            assert body.endswith("</div>"), path
            assert not re.search(r"\n\s*\n|\n[ \t]", body), path


def test_every_page_is_made_of_known_elements_rightly_closed(files: dict[str, bytes], tmp_path: Path) -> None:
    hostile = [make_hostile(sample_records()[0]), make_hostile(sample_records()[0], names=False)]
    attacked = everything(make_collection(tmp_path, *hostile), tmp_path)
    for path, data in [*files.items(), *attacked.items()]:
        if path.endswith((".md", ".html")):
            reader = Reader(data.decode().split("---\n\n", 1)[-1])
            assert reader.open == [], path
            assert reader.tags <= TAGS, path
            assert reader.attributes <= ATTRIBUTES, path


def test_the_page_of_a_record_shows_every_text_in_it(tmp_path: Path) -> None:
    hostile = make_hostile(sample_records()[0])
    pages = everything(make_collection(tmp_path, hostile), tmp_path)
    shown = html.unescape(page_of(pages, "&quot;&gt;&lt;script"))
    texts = set(re.findall(r"#\d+#", hostile.model_dump_json(by_alias=True)))
    assert {text for text in texts if text not in shown} == set()
    assert visible(ATTACK) in shown


def test_the_api_holds_byte_copies_of_the_records_and_attachments(files: dict[str, bytes], root: Path) -> None:
    index = json.loads(files["api/v1/index.json"])
    assert len(index["records"]) == 9
    for row in index["records"]:
        data = files[f"api/v1/{row['path']}"]
        assert hashlib.sha256(data).hexdigest() == row["digest"]
        assert (root / f"kb/records/2026/{row['id']}.json").read_bytes() == data
    assert files[f"api/v1/attachments/{hashlib.sha256(LOG).hexdigest()}.txt"] == LOG
    assert json.loads(files["api/v1/schema/record.json"])["$schema"].startswith("https://json-schema.org/")


def test_all_records_are_lines_of_json(files: dict[str, bytes]) -> None:
    lines = [json.loads(line) for line in files["api/v1/records.ndjson"].splitlines()]
    assert [line["id"] for line in lines] == [row["id"] for row in json.loads(files["api/v1/index.json"])["records"]]
    assert all(line["record"]["schema"] == "envkb.record/1" for line in lines)


def test_a_superseded_record_leads_to_the_one_that_replaces_it(files: dict[str, bytes]) -> None:
    page = page_of(files, "First try")
    assert "Superseded: a later record replaces this one." in page
    assert "This record is amended by <a" in page
    assert "Second try, numbers corrected</a>" in page
    assert "a digit was missing" in page
    assert "This record amends <a" in page_of(files, "Second try")


def test_a_retracted_record_says_why(files: dict[str, bytes]) -> None:
    assert "Retracted: this record counts for nothing. Reason: because" in page_of(files, "Measured on the wrong")


def test_every_version_of_a_retracted_record_leads_to_the_retraction(tmp_path: Path) -> None:
    old = make_record(50, title="first version")
    new = make_record(51, title="second version", links=(make_link("amends", encode_record(old)),))
    taken_back = make_retraction(encode_record(new), 52, title="taken back")
    pages = everything(make_collection(tmp_path, old, new, taken_back), tmp_path)
    name = record_id(digest_of(encode_record(taken_back)), 2026)
    assert f'records/{name}/index.html">{name}</a>' in page_of(pages, "first version")


def test_heads_of_a_fork_lead_to_each_other_and_the_old_record_to_both(tmp_path: Path) -> None:
    old = make_record(50, title="begun together")
    link = make_link("amends", encode_record(old), reason="a digit was missing")
    hers, his = make_record(51, title="hers", links=(link,)), make_record(52, title="his", links=(link,))
    pages = everything(make_collection(tmp_path, old, hers, his), tmp_path)
    names = [record_id(digest_of(encode_record(record)), 2026) for record in (hers, his)]
    page = page_of(pages, "hers</h1>")
    assert "Fork: more than one record claims to be the latest" in page
    assert f'records/{names[1]}/index.html">{names[1]}</a>' in page
    banner = page_of(pages, "begun together").split('role="note">')[1].split("</div>")[0]
    assert all(name in banner for name in names)
    assert "Superseded" in banner


def test_what_was_not_said_is_said_to_be_so(files: dict[str, bytes]) -> None:
    page = page_of(files, "First try")
    assert "[author not stated]" in page
    assert "unpublished" in page


def test_every_record_can_be_verified_and_cited(files: dict[str, bytes]) -> None:
    row = json.loads(files["api/v1/index.json"])["records"][0]
    page = html.unescape(files[f"records/{row['id']}/index.md"].decode())
    assert f"echo '{row['digest']}  {row['id']}.json' | sha256sum --check" in page
    assert f"{row['title']}. {row['id']}. sha256:{row['digest']}. Created 2026-11-2" in page
    assert f'href="../../api/v1/records/{row["id"]}.json"' in page


def test_records_are_chained_from_the_newest_to_the_oldest(files: dict[str, bytes]) -> None:
    ids = [row["id"] for row in json.loads(files["api/v1/index.json"])["records"]]
    for newer, older in pairwise(ids):
        assert f'rel="next" href="../../records/{older}/index.html"' in files[f"records/{newer}/index.md"].decode()
        assert f'rel="prev" href="../../records/{newer}/index.html"' in files[f"records/{older}/index.md"].decode()


def test_figures_are_counted_from_what_counts(files: dict[str, bytes]) -> None:
    text = re.sub(r"<[^>]+>", " ", files["fragments/figures.html"].decode())
    assert re.search(r"records\s+9\s+hosts\s+4\s+environments\s+\d\s+edge cases\s+7 ", text)
    assert "Evaluated on  2026-11-23  from 6 records that count." in text
    assert "Retracted" not in text


def test_an_edge_case_has_a_page_with_its_symptoms_that_the_search_finds(files: dict[str, bytes]) -> None:
    page = files["edge-cases/wsl-libcuda/index.md"].decode()
    assert "exclude: true" not in page
    assert page.count("cannot open shared object file") == 2
    assert "What helped" in page
    assert "A class of this knowledge base." in files["edge-cases/index.md"].decode()
    assert "exclude: true" in page_of(files, "First try")


def test_an_edge_case_of_a_record_that_does_not_count_is_not_listed(tmp_path: Path) -> None:
    collection = make_collection(tmp_path)
    retracted = next(entry for entry in collection.entries if entry.standing == "retracted")
    assert retracted.row.edges == ()
    assert {entry.standing for entry in collection.entries} == {"current", "superseded", "retracted", "retraction"}


def test_a_host_has_a_page_with_its_records(files: dict[str, bytes]) -> None:
    page = files["hosts/wsl4070/index.md"].decode()
    assert page.count('class="kb-row"') == 2
    assert "AMD Ryzen 9 7950X 16-Core Processor" in page
    assert "a4b1c2d3e4f5a6b7c8d9" in page


def test_the_columns_of_the_explorer_hold_each_value_once(tmp_path: Path) -> None:
    collection = make_collection(tmp_path)
    rows = [summarise(entry, entry.read(), collection.host_of(entry)) for entry in collection.entries]
    script = explorer_data(rows).decode()
    assert script.startswith("window.kbRecords={")
    columns = json.loads(script.removeprefix("window.kbRecords=").removesuffix(";\n"))
    assert {len(column) for name, column in columns.items() if isinstance(column, list)} == {8}
    assert {len(column["rows"]) for column in columns.values() if isinstance(column, dict)} == {8}
    assert columns["gpu"]["values"] == ["", "Apple M4", "NVIDIA GeForce RTX 4070"]
    assert columns["tag"]["rows"][0] == [columns["tag"]["values"].index(tag) for tag in ("conda", "cuda", "rtx4070")]


def test_a_record_that_nobody_signed_says_so(files: dict[str, bytes]) -> None:
    page = page_of(files, "Slower")
    for words in ("unsigned", "by nobody", "not logged", "not stamped"):
        assert words in page
