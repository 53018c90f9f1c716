import html

import pytest

from envkb.publish.render.notes import render_note

TICK = "&#96;"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("# Title", "<h3>Title</h3>"),
        ("###### deep", "<h6>deep</h6>"),
        ("**bold** and *it*", "<p><strong>bold</strong> and <em>it</em></p>"),
        ("a [link](https://lab.example/x)", '<a href="https://lab.example/x" rel="noopener noreferrer nofollow">'),
        (
            "![plot](https://lab.example/p.png)",
            '<a href="https://lab.example/p.png" rel="noopener noreferrer nofollow">plot',
        ),
        ("```\n{{ x }}\n```", "<pre><code>&#123;&#123; x &#125;&#125;&#10;</code></pre>"),
        ("| a |\n|---|\n| 1 |", "<table>"),
        ("\u202eright to left", "⟨U+202E⟩right to left"),
    ],
)
def test_a_note_is_markdown_below_the_headings_of_the_page(text: str, shown: str) -> None:
    assert shown in render_note(text)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](javascript:alert(1))",
        "[x](javascript:alert(1))",
        "[x](../../../etc/passwd)",
        "[x](//evil.example)",
        "[x](data:text/html,boo)",
        "<a href='https://lab.example' onclick='x' style='y' id='z'>x</a>",
        "<iframe src=https://evil.example></iframe>",
        "<div class=kb><style>*{}</style></div>",
        "<svg onload=alert(1)>",
    ],
)
def test_a_note_runs_nothing_loads_nothing_and_leads_nowhere_within_the_site(text: str) -> None:
    shown = render_note(text)
    for part in (
        "<script",
        "<img",
        "<iframe",
        "<style",
        "<svg",
        "<div",
        "javascript:",
        "onerror",
        "onclick",
        "style=",
        "id=",
    ):
        assert part not in shown.lower()
    assert 'href="' not in shown or 'href="https://lab.example"' in shown


def test_a_note_has_no_line_that_markdown_could_take_for_its_own() -> None:
    assert not set("\n`{}") & set(render_note("a\n\n    `code` {{ x }}\n\n* b\n* c\n"))


@pytest.mark.parametrize(
    "text",
    ["[" * 50_000, "<![CDATA[" * 5000, "word " * 100_000, "\n".join("    " * level + "* x" for level in range(300))],
    ids=["brackets", "sections", "length", "depth"],
)
def test_a_note_that_markdown_would_choke_on_is_shown_as_it_is(text: str) -> None:
    assert html.unescape(render_note(text)) == f'<p class="kb-pre">{text}</p>'
