"""The decision records of real projects, read where they are."""

from collections import Counter
from pathlib import Path

import pytest

from corpus import FOLDER, Item, corpus_items
from envkb.exchange.adr.importing import import_adrs
from envkb.exchange.adr.reading import ForeignAdr, read_adr
from envkb.exchange.adr.text import original_bytes
from envkb.knowledge.creation import create_knowledge_base
from envkb.knowledge.decisions.files import read_decisions

ITEMS = corpus_items("adr")
EXPECTED = {"title": 0.95, "status": 0.98, "date": 1.0, "supersedes": 1.0, "superseded_by": 1.0}

pytestmark = pytest.mark.skipif(not ITEMS, reason="the corpus is not here")


def values_of(adr: ForeignAdr) -> dict[str, object]:
    return {
        "title": adr.title,
        "status": adr.status_text,
        "date": adr.date_text,
        "supersedes": list(adr.supersedes),
        "superseded_by": list(adr.superseded_by),
    }


def test_nearly_every_expected_value_of_every_real_record_is_read() -> None:
    right: Counter[str] = Counter()
    for item in ITEMS:
        values = values_of(read_adr(item.text))
        right.update(name for name in EXPECTED if values[name] == item.truth[name])
    shares = {name: right[name] / len(ITEMS) for name in EXPECTED}
    assert all(shares[name] >= EXPECTED[name] for name in EXPECTED), shares
    assert sum(shares.values()) / len(shares) >= 0.99


@pytest.mark.parametrize("item", [item for item in ITEMS if "status_word" in item.truth], ids=lambda item: item.file)
def test_what_a_status_means_is_read_where_its_words_are_decorated(item: Item) -> None:
    assert read_adr(item.text).status == item.truth["status_word"]


def test_a_status_that_is_stated_and_no_choice_is_understood() -> None:
    stated = [item for item in ITEMS if item.truth["status"] and "|" not in item.truth["status"]]
    assert [item.file for item in stated if read_adr(item.text).status is None] == []


def test_every_real_record_comes_in_and_its_bytes_come_out_again(tmp_path: Path) -> None:
    create_knowledge_base(tmp_path)
    folder = FOLDER / "adr"
    result = import_adrs(tmp_path, folder)
    assert (len(result.decisions), result.refused, result.skipped) == (len(ITEMS), (), ())
    shelf = read_decisions(tmp_path)
    assert shelf.problems == ()
    assert len(shelf.files) == len(ITEMS)
    for each in result.decisions:
        assert original_bytes((tmp_path / each.file.path).read_bytes(), "it") == (folder / each.source).read_bytes()
    assert not any(each.new for each in import_adrs(tmp_path, folder).decisions)
