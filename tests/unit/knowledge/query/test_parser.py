from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envkb.errors import UsageError
from envkb.knowledge.query.fields import FIELDS, KIND_MEANINGS, OPERATORS
from envkb.knowledge.query.filters import filter_query
from envkb.knowledge.query.language import EVERYTHING, And, Comparison, FactTest, Known, Not, Or, Package
from envkb.knowledge.query.parser import parse_query

UV = Comparison(FIELDS["manager"], "=", "uv")
WSL = Comparison(FIELDS["tag"], "=", "wsl")
UBUNTU = Comparison(FIELDS["os"], "~", "ubuntu")


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("manager = uv", UV),
        ("manager=uv", UV),
        ("manager = 'uv'", UV),
        ("NOT manager = uv", Not(UV)),
        ("manager != uv", Not(UV)),
        ("os !~ ubuntu", Not(UBUNTU)),
        ("manager = uv and tag = wsl or os ~ ubuntu", Or((And((UV, WSL)), UBUNTU))),
        ("manager = uv AND (tag = wsl OR os ~ ubuntu)", And((UV, Or((WSL, UBUNTU))))),
        ("not (manager = uv)", Not(UV)),
        (r'title ~ "say \"hi\" (twice)"', Comparison(FIELDS["title"], "~", 'say "hi" (twice)')),
        ("memory >= 16GiB", Comparison(FIELDS["memory"], ">=", 16 * 2.0**30)),
        ("memory < 1.5e9", Comparison(FIELDS["memory"], "<", 1.5e9)),
        ("created >= 2026-03", Comparison(FIELDS["created"], ">=", "2026-03")),
        ("python = 3.12", Comparison(FIELDS["python"], "=", "==3.12.*")),
        ("python == 3.12", Comparison(FIELDS["python"], "==", "==3.12")),
        ("python ~= 3.12.1", Comparison(FIELDS["python"], "~=", "~=3.12.1")),
        ("private = true", Comparison(FIELDS["private"], "=", 1.0)),
        ("driver is unknown", Not(Known(FIELDS["driver"]))),
        ("driver is known", Known(FIELDS["driver"])),
        ("package Torch_Vision", Package("torch-vision", "")),
        ("package torch >= 2.13", Package("torch", ">=2.13")),
        ("package torch = 2.13.0+cu126", Package("torch", "==2.13.0+cu126")),
        ("package torch != 2.13", Not(Package("torch", "==2.13.*"))),
        ("fact memory/total_bytes >= 16e9", FactTest("memory", "total_bytes", ">=", "16e9")),
        ("fact gpu/*/name !~ 4070", Not(FactTest("gpu/*", "name", "~", "4070"))),
        ("fact os/id", FactTest("os", "id", "", "")),
    ],
)
def test_a_query_means_what_it_says(text: str, query: object) -> None:
    assert parse_query(text) == query


@pytest.mark.parametrize(
    ("text", "column", "hint"),
    [
        ("", 1, "manager"),
        ("gpus ~ 4070", 1, "did you mean gpu?"),
        ("manager = uv and", 17, ""),
        ("manager uv", 9, "= != ~ !~"),
        ("manager >= uv", 9, "= != ~ !~"),
        ("manager =", 10, "quotes"),
        ("manager = uv tag = wsl", 14, "`and` or `or`"),
        ("(manager = uv", 14, "each ( needs a )"),
        ("manager = uv)", 13, ""),
        ('title ~ "open', 9, "quotes"),
        ("created > yesterday", 11, "2026-03"),
        ("memory > much", 10, "16GiB"),
        ("python > new", 10, "2.13"),
        ("private = maybe", 11, "private = true"),
        ("outcome is success", 12, "is known"),
        ("package torch ~ 2", 15, ">="),
        ("fact total_bytes > 3", 6, "subject"),
        ("and", 1, "fields"),
        ("(" * 60 + "manager = uv" + ")" * 60, 52, "simplify"),
    ],
)
def test_a_mistake_is_named_by_its_column_with_a_hint(text: str, column: int, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_query(text)
    assert caught.value.message.startswith(f"query, column {column}: ")
    assert hint in caught.value.hint


@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from([*FIELDS, *"()=~<>!\"'", "and", "or", "not", "is", "1"])).map(" ".join)
)
def test_any_text_is_a_query_or_a_usage_error(text: str) -> None:
    with suppress(UsageError):
        parse_query(text)


def test_every_field_says_what_it_is_and_how_it_compares() -> None:
    for field in FIELDS.values():
        assert field.meaning.endswith((".", "…"))
        assert OPERATORS[field.kind]
        assert KIND_MEANINGS[field.kind]


def test_filter_options_are_the_same_queries() -> None:
    query = filter_query(
        where="os ~ ubuntu",
        since="2026-01-01",
        packages=["torch>=2.13"],
        manager=["uv", "pip"],
        tag=["wsl", "x"],
        gpu=["4070"],
    )
    said = parse_query(
        "os ~ ubuntu and (manager = uv or manager = pip) and tag = wsl and tag = x and gpu ~ 4070 "
        'and created >= "2026-01-01" and package torch >= 2.13'
    )
    assert query == said


def test_no_option_is_no_condition() -> None:
    assert filter_query() == EVERYTHING


@pytest.mark.parametrize(
    "options", [{"since": "last week"}, {"packages": ["torch>>2"]}, {"packages": [">=2"]}, {"where": "x"}]
)
def test_an_option_that_cannot_be_read_is_a_usage_error(options: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        filter_query(**options)


def test_a_requirement_in_quotes_is_one() -> None:
    assert parse_query("package 'Torch>=2.12,<3'") == Package("torch", "<3,>=2.12")


@pytest.mark.parametrize("text", ["package 'torch=>2'", "package '>=2'", "package 'a b'"])
def test_what_is_neither_a_package_nor_a_requirement_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="column 9"):
        parse_query(text)
