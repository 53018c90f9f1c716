from envkb.cite.line import citation_line
from envkb.model.record import Author

ADA = Author(name="Ada Lovelace", email=None, orcid=None, affiliation=None)
BOB = Author(name="Bob", email=None, orcid=None, affiliation=None)


def line(**changes: object) -> str:
    given: dict[str, object] = {
        "authors": (ADA, BOB),
        "title": "torch on a Pi",
        "record_id": "KB-2026-WERC8-GMRZGT",
        "digest": "0" * 64,
        "created": "2026-11-22T10:00:00Z",
        "base_url": None,
    }
    return citation_line(**{**given, **changes})  # type: ignore[arg-type]


def test_a_citation_names_author_title_id_digest_date_and_place() -> None:
    assert line() == (
        f"Ada Lovelace; Bob. torch on a Pi. KB-2026-WERC8-GMRZGT. sha256:{'0' * 64}. Created 2026-11-22. unpublished"
    )


def test_a_published_record_is_cited_with_its_permanent_address() -> None:
    assert line(base_url="https://lab.example/ml/").endswith("https://lab.example/ml/kb/records/KB-2026-WERC8-GMRZGT/")


def test_an_author_who_is_not_stated_is_said_to_be_so() -> None:
    assert line(authors=()).startswith("[author not stated]. torch on a Pi. ")


def test_a_title_that_ends_a_sentence_gets_no_second_stop() -> None:
    assert " Why? KB-" in line(title="Why?")
