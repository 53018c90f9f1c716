import pytest

from envkb.capture.probes.wording import colon_pairs, first_line, meaningful, shell_pairs


@pytest.mark.parametrize(
    "text",
    ["", " \n", "-", "N/A", "unknown", "To be filled by O.E.M.", "Not Specified", "Default string", "None", "\0", None],
)
def test_placeholders_say_nothing(text: str | None) -> None:
    assert meaningful(text) is None


@pytest.mark.parametrize(
    ("text", "told"), [("NVIDIA Jetson\0", "NVIDIA Jetson"), (" MS-7D25 \n", "MS-7D25"), ("Dell  Inc.", "Dell Inc.")]
)
def test_padding_goes_and_words_stay(text: str, told: str) -> None:
    assert meaningful(text) == told


def test_pairs_keep_empty_values_and_pass_over_other_lines() -> None:
    assert list(colon_pairs("a : 1\nno pair\nb:\n: c\nd: e: f\n")) == [("a", "1"), ("b", ""), ("d", "e: f")]


def test_shell_pairs_lose_quotes_and_comments() -> None:
    text = "# comment=1\nNAME=\"Debian GNU/Linux\"\nID=debian\nEMPTY=\nVERSION='12'\nno pair\n"

    assert shell_pairs(text) == {"NAME": "Debian GNU/Linux", "ID": "debian", "EMPTY": "", "VERSION": "12"}


def test_the_first_line_that_says_something_is_taken() -> None:
    assert first_line("\n  \nn/a\ngcc 12\nmore") == "gcc 12"
    assert first_line("\n") is None
    assert first_line(None) is None
