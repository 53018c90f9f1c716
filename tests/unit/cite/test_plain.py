import pytest

from envkb.cite.plain import plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  two\n\n lines\tand a tab ", "two lines and a tab"),
        ("\u202egnp.exe", "<U+202E>gnp.exe"),
        ("\x1b[31mred\x00", "<U+001B>[31mred<U+0000>"),
        ("family \U0001f468\u200d\U0001f469", "family \U0001f468\u200d\U0001f469"),
        ("half \ud800", "half <U+D800>"),
    ],
)
def test_what_acts_on_a_program_is_shown_and_nothing_else_changes(text: str, expected: str) -> None:
    assert plain(text) == expected
