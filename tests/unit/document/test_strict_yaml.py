import pytest

from envkb.document.strict_yaml import load
from envkb.errors import InvalidDataError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("False", False),
        ("no", "no"),
        ("on", "on"),
        ("y", "y"),
        ("17", 17),
        ("-3", -3),
        ("017", "017"),
        ("0x1F", "0x1F"),
        ("0o17", "0o17"),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("12:30:45", "12:30:45"),
        ("0.5", 0.5),
        ("1e3", 1000.0),
        ("2.10", 2.1),
        ("'2.10'", "2.10"),
        (".5", ".5"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("2026-11-22", "2026-11-22"),
        ("2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z"),
        ('"true"', "true"),
        ("'1'", "1"),
        ("1.2.3", "1.2.3"),
        ("99999999999999999999", "99999999999999999999"),
        ("=", "="),
        ("a  # comment", "a"),
        ("[1, no, {a: 2}]", [1, "no", {"a": 2}]),
        ("|\n  one\n  2", "one\n2"),
        (">\n  one\n  two\n", "one two\n"),
    ],
)
def test_every_plain_word_means_what_it_looks_like(text: str, value: object) -> None:
    assert load(f"key: {text}", "a.md").values == {"key": value}


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("a: &x 1", 1, "anchors"),
        ("a: 1\nb: *x", 2, "anchors"),
        ("a: &x [1]\nb: *x", 1, "anchors"),
        ("&x a: 1", 1, "anchors"),
        ("a: !!str 1", 1, "tags"),
        ("a: !!python/object/apply:os.system [ls]", 1, "tags"),
        ("a: !mine {b: 1}", 1, "tags"),
        ("a: 1\nb: 2\na: 3", 3, "comes twice"),
        ("a:\n  b: 1\n  b: 2", 3, "comes twice"),
        ("a: {b: 1, b: 2}", 1, "comes twice"),
        ("'a': 1\na: 2", 2, "comes twice"),
        ("{a: 1}", 1, "first column"),
        ("  a: 1", 1, "first column"),
        ("- 1", 1, "no mapping"),
        ("word", 1, "no mapping"),
        ("? [a]\n: 1", 1, "a key is a list"),
        ("? a\n: 1", 1, "first column"),
        ("a: 1\n...\nb: 2", 2, ""),
        ("a: 1\n--- # more\nb: 2", 2, "second document"),
        ("a: b: c", 1, "mapping values"),
        ("a: 'x", 1, ""),
        ("a: @x", 1, ""),
        ("a: 1e999", 1, "too large"),
        ("a: " + "[" * 40, 1, "nested deeper"),
        ("a: x\u2028b: 1", 1, "U+2028"),
        ("a: x\x85b: 1", 1, "U+0085"),
        ("a: x\rb: 1", 1, "U+000D"),
        ("a: \x00", None, "control characters"),
    ],
)
def test_what_hides_or_has_two_meanings_is_refused_with_its_line(text: str, line: int | None, word: str) -> None:
    with pytest.raises(InvalidDataError) as caught:
        load(text, "kb/risks/a.md")
    assert caught.value.message.startswith("kb/risks/a.md: " if line is None else f"kb/risks/a.md: line {line}")
    assert word in caught.value.message
    assert "\n" not in caught.value.message


def test_a_merge_key_is_a_key_like_any_other() -> None:
    assert load("<<: {a: 1}", "a.md").values == {"<<": {"a": 1}}


@pytest.mark.parametrize("text", ["", "\n", "# nothing yet\n"])
def test_no_keys_are_an_empty_mapping(text: str) -> None:
    assert load(text, "a.md").values == {}


def test_an_alias_bomb_is_refused_at_its_first_anchor() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "\n".join(
        f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    with pytest.raises(InvalidDataError, match="line 1"):
        load(bomb, "a.md")
