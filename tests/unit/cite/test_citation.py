from pathlib import PurePosixPath

import pytest

from envkb.cite.citation import Citation, cite_record, record_address
from envkb.document.codec import encode_record
from envkb.document.identity import digest_of, record_id
from envkb.knowledge.folder import StoredRecord
from envkb.model.settings import Settings
from factory import make_author, make_record


def cite(
    *names: str, private: bool = False, base_url: str | None = "https://lab.example/ml/", **author: str
) -> Citation:
    record = make_record(authors=tuple(make_author(name, **author) for name in names))
    data = encode_record(record)
    name = record_id(digest_of(data), 2026)
    stored = StoredRecord(name, digest_of(data), PurePosixPath(f"kb/records/2026/{name}.json"), private, data, record)
    return cite_record(stored, Settings(id="lab", title="The  lab", base_url=base_url))


@pytest.mark.parametrize(
    ("name", "family", "given"),
    [
        ("Ada Lovelace", None, None),
        ("Lovelace, Ada", "Lovelace", "Ada"),
        ("van der Berg,  Jan", "van der Berg", "Jan"),
        ("Lovelace,", None, None),
        ("One, Two, Three", None, None),
    ],
)
def test_a_name_is_taken_apart_only_where_it_says_how(name: str, family: str | None, given: str | None) -> None:
    (author,) = cite(name).authors
    assert (author.family, author.given) == (family, given)


def test_an_orcid_that_cannot_be_one_is_left_out() -> None:
    assert cite("Ada", orcid="0000-0002-1825-0097").authors[0].orcid == "0000-0002-1825-0097"
    assert cite("Ada", orcid="javascript:alert(1)").authors[0].orcid is None


def test_no_author_is_said_to_be_not_stated() -> None:
    assert cite(" ").named_authors == "[author not stated]"


def test_only_what_is_published_has_an_address() -> None:
    assert cite("Ada").url == f"https://lab.example/ml/kb/records/{cite('Ada').id}/"
    assert cite("Ada", private=True).url is None
    assert cite("Ada", base_url=None).url is None


def test_an_address_holds_nothing_that_a_format_would_take_for_its_own() -> None:
    address = record_address('https://lab.example/{a}"<b>`(c)\\', "KB-2026-WERC8-GMRZGT")
    assert address == "https://lab.example/%7Ba%7D%22%3Cb%3E%60%28c%29%5C/kb/records/KB-2026-WERC8-GMRZGT/"
