from pathlib import Path

import pytest

from envkb.publish.links import check_site

PAGE = '<!doctype html><html><head><link rel="canonical" href="https://lab.example/"></head><body>{}</body></html>'


def problems(folder: Path, body: str, **files: str) -> list[str]:
    """Return what is wrong with a site that has this page in `a/index.html`, and other pages by name."""
    pages = {"a/index.html": body, "index.html": '<h1 id="top-of-all">Home</h1>', "b/index.html": "B"} | files
    for name, content in pages.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(PAGE.format(content) if name.endswith(".html") else content)
    return [str(problem) for problem in check_site(folder)]


@pytest.mark.parametrize(
    "body",
    [
        '<a href="../b/index.html">b</a>',
        '<a href="../b/">b</a>',
        "<a href=..>home</a>",
        "<a href='../index.html#top-of-all'>home</a>",
        '<a href="#here">here</a><p id=here>',
        '<a href="../b/index.html#tag=cuda&amp;q=x">a state of the page</a>',
        '<a href="https://lab.example/elsewhere">out</a> <a href="mailto:ada@lab.example">mail</a>',
        '<a href="javascript:void(0)">button</a>',
        '<!-- <a href="nowhere"> --><script>var x = \'<a href="nowhere">\';</script>',
        '<p title="a > b"><a title=\'"\' href="../b/index.html">b</a>',
        '&lt;a href="nowhere"&gt;',
        '<img src="data:image/png;base64,AA==" alt="">',
        '<a href="../b/index%2Ehtml?version=1">b</a>',
    ],
)
def test_what_works_in_a_browser_is_no_problem(tmp_path: Path, body: str) -> None:
    assert problems(tmp_path, body) == []


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ('<a href="nowhere.html">x</a>', "links to nowhere.html, which does not exist"),
        ('<a href="../../outside.html">x</a>', "links to ../../outside.html, which does not exist"),
        ('<a href="../b/index.html#gone">x</a>', "links to ../b/index.html#gone, but b/index.html has no such place"),
        ('<a href="#gone">x</a>', "links to #gone, but a/index.html has no such place"),
        ('<a href="javascript:alert(1)">x</a>', "has a link that runs javascript:alert(1)"),
        ('<img src="gone.png">', "links to gone.png, which does not exist"),
        ("<script src=gone.js></script>", "links to gone.js, which does not exist"),
        ('<img src="https://cdn.example/x.png">', "loads https://cdn.example/x.png, which is not part of the site"),
        ('<script src="//cdn.example/x.js"></script>', "loads //cdn.example/x.js, which is not part of the site"),
        ('<link rel="stylesheet" href="https://cdn.example/x.css">', "loads https://cdn.example/x.css, "),
        ('<link rel="preconnect" href="https://fonts.example">', "loads https://fonts.example, "),
        ('<img srcset="https://cdn.example/1.png 1x, b.png 2x">', "loads https://cdn.example/1.png, "),
        ('<p style="background: url(https://cdn.example/x.png)">', "loads https://cdn.example/x.png, "),
        ('<iframe src="https://evil.example"></iframe>', "loads https://evil.example, "),
    ],
)
def test_what_does_not_work_or_comes_from_elsewhere_is_named(tmp_path: Path, body: str, what: str) -> None:
    found = problems(tmp_path, body)
    assert any(problem.startswith(f"a/index.html: {what}") for problem in found)


@pytest.mark.parametrize(
    ("style", "what"),
    [
        ("@import 'https://cdn.example/x.css';", "loads https://cdn.example/x.css, which is not part of the site"),
        ("p { background: url(gone.png) }", "loads gone.png, which does not exist"),
        ("@font-face { src: url('//fonts.example/x.woff2') }", "loads //fonts.example/x.woff2, which is not part"),
    ],
)
def test_a_style_sheet_loads_from_the_site_alone(tmp_path: Path, style: str, what: str) -> None:
    found = problems(tmp_path, "", **{"assets/x.css": style})
    assert [problem.startswith(f"assets/x.css: {what}") for problem in found] == [True]


def test_a_style_sheet_may_load_its_neighbours(tmp_path: Path) -> None:
    style = "p { background: url( '../b/x.svg#part' ) } q { background: url(data:image/svg+xml,x) } /* url(gone) */"
    assert problems(tmp_path, "", **{"assets/x.css": style, "b/x.svg": "<svg/>"}) == []


@pytest.mark.parametrize("base", ["/", "/some/path"])
def test_the_page_for_what_is_not_found_links_from_the_root_of_the_site(tmp_path: Path, base: str) -> None:
    page = f'<script>{{"base": "{base}"}}</script><a href="{base.rstrip("/")}/b/index.html">b</a>'
    assert problems(tmp_path, "", **{"404.html": page}) == []


def test_a_page_that_is_expected_and_missing_is_named(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("x")
    assert [str(problem) for problem in check_site(tmp_path, ["kb/records/x/index.html"])] == [
        "kb/records/x/index.html: was not built"
    ]
