import pytest

from envkb.publish.render.text import one_line, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, tab\tand\nline", "plain, tab\tand\nline"),
        ("left\u202eright", "left⟨U+202E⟩right"),
        ("\u2066isolate\u2069", "⟨U+2066⟩isolate⟨U+2069⟩"),
        ("nul\x00 escape\x1b delete\x7f", "nul⟨U+0000⟩ escape⟨U+001B⟩ delete⟨U+007F⟩"),
        ("zero\u200bwidth\ufeff", "zero⟨U+200B⟩width⟨U+FEFF⟩"),
        ("line\u2028separator\r", "line⟨U+2028⟩separator⟨U+000D⟩"),
        ("tag\U000e0041", "tag⟨U+E0041⟩"),
        ("naïve 日本語 👩\u200d💻 नमस्ते", "naïve 日本語 👩\u200d💻 नमस्ते"),
    ],
)
def test_what_cannot_be_seen_is_written_as_its_number(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_long_text_is_cut_with_an_ellipsis_and_stands_on_one_line() -> None:
    assert one_line("  two\n lines ") == "two lines"
    assert one_line("a" * 10, 5) == "aaaa…"
    assert len(one_line("word " * 100, 50)) <= 50
