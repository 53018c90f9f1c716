import pytest

from envkb.document.decision_text import options_of, section_of, title_of


@pytest.mark.parametrize(
    ("markdown", "title"),
    [
        ("# Use uv\n", "Use uv"),
        ("text\n\n#   Use uv  ##\n", "Use uv"),
        ("Use uv\n======\n", "Use uv"),
        ("<!-- # Not this -->\n# Use uv", "Use uv"),
        ("<!--\n# Not this\n-->\n# Use uv", "Use uv"),
        ("```\n# Not this\n```\n# Use uv", "Use uv"),
        ("~~~~\n# Not this\n~~~\n~~~~\n# Use uv", "Use uv"),
        ("## Not this\n# Use `uv` *now*", "Use `uv` *now*"),
        ("# Verwende uv für CUDA", "Verwende uv für CUDA"),
        ("#hashtag\n", None),
        ("#\n", None),
        ("## Only below\n", None),
        ("", None),
    ],
)
def test_the_title_is_the_first_level_one_heading_outside_comments_and_code(markdown: str, title: str | None) -> None:
    assert title_of(markdown) == title


@pytest.mark.parametrize(
    ("markdown", "options"),
    [
        ("## Considered Options\n\n* uv\n* conda\n\n## Outcome\n\n* not this\n", ("uv", "conda")),
        ("## Options\n\n1. uv\n2. conda\n", ("uv", "conda")),
        ("## Alternatives considered\n\n### uv\n\n* good: fast\n\n### conda\n", ("good: fast",)),
        ("## Options\n\n### uv\n\ntext\n\n### conda\n", ("uv", "conda")),
        ("## Options\n\n<!-- * uv -->\n", ()),
        ("## Context\n\n* uv\n", ()),
        ("## Considered options\n\n* …\n", ()),
        ("## Considered options\n\n* {title of option 1}\n* ...\n* uv …\n", ("uv …",)),
    ],
)
def test_options_are_the_items_below_their_heading(markdown: str, options: tuple[str, ...]) -> None:
    assert options_of(markdown) == options


def test_a_section_ends_where_one_of_its_level_begins_and_keeps_its_code() -> None:
    markdown = "## Decision outcome\n\nuv\n\n```sh\n# no heading\n```\n\n### Consequences\n\nfine\n\n## More\n\nno\n"
    assert section_of(markdown, "outcome") == "uv\n\n```sh\n# no heading\n```\n\n### Consequences\n\nfine"
    assert section_of(markdown, "context|problem") is None
