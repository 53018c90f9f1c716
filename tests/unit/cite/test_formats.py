"""Every format is read back by its own reader and held against its own schema."""

import html
import json
import re
import string
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import rispy
import yaml
from hypothesis import given
from hypothesis import strategies as st
from markdown import markdown as to_html
from pybtex.database import parse_string

from citations import HOSTILE, make_citation, make_name
from envkb.cite.citation import Citation, Standing, Successor
from envkb.cite.formats import FORMATS
from envkb.cite.plain import plain
from envkb.errors import ToolMissingError

SCHEMAS = Path(__file__).parent / "schemas"
TEXTS = [name for name in FORMATS if name not in ("bibtex", "biblatex", "ris", "csl-json", "cff", "datacite")]
SUPERSEDED = Standing("superseded", (Successor("KB-2026-S8YHC-EXB0NW", "2" * 64, "a digit } was missing"),))
BARE = make_citation(authors=(), url=None)
FULL = make_citation(
    authors=(
        make_name("Lovelace, Ada", family="Lovelace", given="Ada", orcid="0000-0002-1825-0097", affiliation="A & B"),
        make_name("{Evil} and Mallory \\x"),
    ),
    quotes=("matmul: median duration 2.4 ms, min-max 2.3 to 2.6 ms, n = 7",),
    standing=SUPERSEDED,
)


def titled(title: str) -> Citation:
    return make_citation(title=title, authors=(make_name(title),), publisher=title)


def one_line(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return texts.map(plain).filter(bool)


titles = one_line(st.text(min_size=1, max_size=60) | st.sampled_from(HOSTILE))
punctuation = one_line(st.text(alphabet="ab1 " + string.punctuation, min_size=1) | st.sampled_from(HOSTILE))

_LATEX = {
    r"\textbackslash": "\\",
    r"\textbraceleft": "{",
    r"\textbraceright": "}",
    r"\textasciitilde": "~",
    r"\textasciicircum": "^",
    r"\textasciigrave": "`",
    r"\textless": "<",
    r"\textgreater": ">",
    r"\textbar": "|",
}


def printed_by_latex(text: str) -> str:
    """Return what LaTeX prints; fails on anything that is not a known sequence."""
    bare = re.sub(r"(\\[a-z]+)\{\}", lambda found: f"\0{ord(_LATEX[found[1]])}\0", text)
    bare = re.sub(r"\\([#$%&_])", lambda found: f"\0{ord(found[1])}\0", bare)
    assert not re.search(r"[\\#$%&_^~`<>|]|--|''|,,", bare), bare
    bare = bare.replace("{}", "")
    assert "{" not in bare.removeprefix("{")
    return re.sub("\0(\\d+)\0", lambda found: chr(int(found[1])), bare.removeprefix("{").removesuffix("}"))


@given(title=titles)
@pytest.mark.parametrize("name", ["bibtex", "biblatex"])
def test_pybtex_reads_back_what_was_cited(name: str, title: str) -> None:
    database = parse_string(FORMATS[name]([titled(title)]), "bibtex")
    (key,) = database.entries
    assert key == "KB-2026-WERC8-GMRZGT"
    entry = database.entries[key]
    assert printed_by_latex(entry.fields["title"]) == title
    (author,) = entry.persons["author"]
    assert printed_by_latex(" ".join(author.last_names)) == title
    assert not author.first_names
    assert entry.fields["note"] == f"sha256:{1:064x}"
    assert set(entry.fields) <= {"title", "year", "month", "date", "howpublished", "number", "publisher", "url", "note"}


def test_names_that_are_taken_apart_stay_apart_in_bibtex() -> None:
    entry = parse_string(FORMATS["bibtex"]([FULL]), "bibtex").entries["KB-2026-WERC8-GMRZGT"]
    first, second = entry.persons["author"]
    assert (first.last_names, first.first_names) == (["{Lovelace}"], ["{Ada}"])
    assert printed_by_latex(" ".join(second.last_names)) == "{Evil} and Mallory \\x"
    assert (entry.fields["year"], entry.fields["month"]) == ("2026", "November")
    assert "KB-2026-S8YHC-EXB0NW" in entry.fields["note"]
    assert "min-max 2.3 to 2.6 ms" in entry.fields["note"]


def test_a_record_without_author_and_address_is_an_entry_without_them() -> None:
    entry = parse_string(FORMATS["biblatex"]([BARE]), "bibtex").entries["KB-2026-WERC8-GMRZGT"]
    assert "author" not in entry.persons
    assert "url" not in entry.fields
    assert entry.type == "dataset"


@given(title=titles)
def test_rispy_reads_back_what_was_cited(title: str) -> None:
    first, second = rispy.loads(FORMATS["ris"]([titled(title), make_citation(2)]))
    assert first["type_of_reference"] == "DATA"
    assert (first["title"], first["authors"], first["publisher"]) == (title, [title], title)
    assert first["id"] == "KB-2026-WERC8-GMRZGT"
    assert first["notes"] == [f"sha256:{1:064x}"]
    assert second["id"] == "KB-2026-S8YHC-EXB0NW"


def validated(name: str, schema: str, tree: Any) -> None:
    rules = json.loads((SCHEMAS / schema).read_text("utf-8"))
    checker = jsonschema.validators.validator_for(rules)
    errors = [error.message for error in checker(rules, format_checker=checker.FORMAT_CHECKER).iter_errors(tree)]
    assert not errors, name


@given(title=titles)
def test_csl_json_fits_its_schema_and_says_what_was_cited(title: str) -> None:
    items = json.loads(FORMATS["csl-json"]([titled(title), FULL, BARE]))
    validated("csl-json", "csl-data.json", items)
    assert items[0]["title"] == items[0]["author"][0]["literal"] == title
    assert items[1]["author"][0] == {"family": "Lovelace", "given": "Ada"}
    assert items[1]["issued"] == {"date-parts": [[2026, 11, 22]]}


@given(title=titles)
def test_a_citation_file_fits_its_schema_and_says_what_was_cited(title: str) -> None:
    one, many = FORMATS["cff"]([titled(title)]), FORMATS["cff"]([titled(title), FULL, BARE])
    for text in (one, many):
        validated("cff", "cff.json", yaml.safe_load(text))
    assert yaml.safe_load(one)["title"] == title
    tree = yaml.safe_load(many)
    assert tree["title"] == title
    assert [work["number"] for work in tree["references"]] == [FULL.id, FULL.id, BARE.id]
    assert tree["references"][1]["authors"][0]["orcid"] == "https://orcid.org/0000-0002-1825-0097"


def test_a_citation_file_of_a_superseded_record_warns_first() -> None:
    tree = yaml.safe_load(FORMATS["cff"]([FULL]))
    assert tree["message"].startswith("Warning: superseded by KB-2026-S8YHC-EXB0NW, sha256:2222")
    assert tree["abstract"].startswith("matmul: median")


@given(title=titles)
def test_datacite_fits_its_schema_and_says_what_was_cited(title: str) -> None:
    one = json.loads(FORMATS["datacite"]([titled(title)]))
    validated("datacite", "datacite-4.5.json", one)
    assert one["titles"] == [{"title": title}]
    for work in json.loads(FORMATS["datacite"]([FULL, BARE])):
        validated("datacite", "datacite-4.5.json", work)


class Page(HTMLParser):
    """What a browser would show and do."""

    def __init__(self, text: str) -> None:
        """Read a page."""
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.tags: list[str] = []
        self.feed(text)
        self.close()

    def handle_data(self, data: str) -> None:
        """Keep text."""
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep tags."""
        self.tags.append(tag)
        assert not any((value or "").startswith("javascript") for _, value in attrs)

    def handle_comment(self, data: str) -> None:
        """Keep comments."""
        self.tags.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


@given(title=punctuation)
def test_markdown_shows_the_title_and_nothing_else(title: str) -> None:
    extensions = ["tables", "attr_list", "admonition", "def_list", "footnotes", "abbr"]
    page = Page(to_html(FORMATS["markdown"]([titled(title)]), extensions=extensions))
    assert set(page.tags) <= {"p", "em", "a", "code"}
    assert page.tags.count("a") == 1
    assert page.text.count(title) >= 3


@pytest.mark.parametrize("title", HOSTILE)
@pytest.mark.parametrize("name", ["apa", "ieee", "iso690"])
def test_a_style_shows_the_title_and_no_markup(name: str, title: str) -> None:
    page = Page(FORMATS[name]([titled(title)]))
    assert page.tags == []
    assert title in page.text
    assert page.text.rstrip().endswith(f"[KB-2026-WERC8-GMRZGT, sha256:{1:064x}, not logged]")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("apa", "Ada Example. (2026). torch 2.13.0 on a Raspberry Pi 5 [Dataset]. Sample. https://lab.example/kb/"),
        ("ieee", "[1] Ada Example, “torch 2.13.0 on a Raspberry Pi 5”. Sample, Nov. 22, 2026. [Online]. Available: "),
        ("iso690", "ADA EXAMPLE, 2026. torch 2.13.0 on a Raspberry Pi 5. Online. 22 November 2026. Sample. "),
    ],
)
def test_a_style_writes_as_it_should(name: str, expected: str) -> None:
    assert FORMATS[name]([make_citation()]).startswith(expected)


@pytest.mark.parametrize("name", ["apa", "ieee", "iso690"])
def test_a_style_says_where_no_author_is_stated(name: str) -> None:
    text = FORMATS[name]([BARE, make_citation(2)])
    assert "[author not stated]" in text.lower()
    assert text.count("torch 2.13.0 on a Raspberry Pi 5") == 2


@pytest.mark.parametrize("name", TEXTS)
def test_every_text_carries_digest_warning_successor_and_quote(name: str) -> None:
    text = html.unescape(FORMATS[name]([FULL]))
    for part in (FULL.id, FULL.digest, "superseded by KB-2026-S8YHC-EXB0NW", "2" * 64, "min-max 2.3 to 2.6 ms"):
        assert part in text
    assert "not logged" in text.lower()


def test_only_the_styles_need_an_extra_and_say_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "citeproc", None)
    for name in FORMATS:
        if name in ("apa", "ieee", "iso690"):
            with pytest.raises(ToolMissingError) as caught:
                FORMATS[name]([FULL])
            assert "envkb[cite]" in caught.value.hint
        else:
            assert FULL.id in FORMATS[name]([FULL])


def test_the_long_form_says_how_to_verify_with_what_a_system_has() -> None:
    text = FORMATS["long"]([make_citation()])
    for tool in ("sha256sum", "shasum -a 256", "Get-FileHash"):
        assert tool in text
    assert "Date claimed:  2026-11-22T10:00:00Z" in text
    assert "Date logged:   not logged" in text


@pytest.mark.parametrize("name", FORMATS)
def test_several_records_make_one_bibliography(name: str) -> None:
    text = FORMATS[name]([make_citation(), make_citation(2)])
    assert all(each in text for each in ("KB-2026-WERC8-GMRZGT", "KB-2026-S8YHC-EXB0NW"))
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
