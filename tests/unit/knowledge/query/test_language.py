import pytest

from envkb.knowledge.query.language import names_field
from envkb.knowledge.query.parser import parse_query


@pytest.mark.parametrize("text", ["state = fork", "title ~ x and not (tag = a or state != current)", "state is known"])
def test_a_query_that_asks_for_a_field_names_it(text: str) -> None:
    assert names_field(parse_query(text), "state")


@pytest.mark.parametrize("text", ["title ~ state", 'tag = "state = fork"', "package torch"])
def test_a_word_in_a_value_names_no_field(text: str) -> None:
    assert not names_field(parse_query(text), "state")
