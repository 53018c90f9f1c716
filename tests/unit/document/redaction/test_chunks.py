"""Many texts are cleaned as one, and come apart as they were."""

from envkb.document.redaction.chunks import Labelled, clean_together


def test_texts_come_back_one_by_one_and_are_cleaned_in_one_go() -> None:
    seen: list[str] = []

    def clean(text: str) -> str:
        seen.append(text)
        return text.upper()

    chunks = [Labelled("", "a\nb"), Labelled("notes", ""), Labelled("", "two\x00parts"), Labelled("", "c")]

    assert clean_together(chunks, clean) == ["A\nB", "", "TWO\x00PARTS", "C"]
    assert len(seen) == 2


def test_nothing_to_clean_gives_nothing() -> None:
    assert clean_together([], str.upper) == []


def test_a_telling_label_is_searched_with_its_text_and_left_out_of_the_result() -> None:
    seen: list[str] = []

    def clean(text: str) -> str:
        seen.append(text)
        return text.replace("corgi", "<host-1>")

    assert clean_together([Labelled("hostname", "corgi"), Labelled("title", "corgi")], clean) == ["<host-1>"] * 2
    assert '"hostname": "corgi"' in seen[0]
    assert "title" not in seen[0]


def test_a_text_whose_label_was_cleaned_away_is_cleaned_without_it() -> None:
    def clean(text: str) -> str:
        return "gone" if "hostname" in text else text.upper()

    assert clean_together([Labelled("hostname", "corgi")], clean) == ["CORGI"]


def test_texts_are_cleaned_apart_where_something_reaches_across() -> None:
    def clean(text: str) -> str:
        return "joined" if "\x00" in text else text.upper()

    assert clean_together([Labelled("", "a"), Labelled("", "b")], clean) == ["A", "B"]
