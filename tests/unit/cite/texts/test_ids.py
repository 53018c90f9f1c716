import pytest
from hypothesis import given
from hypothesis import strategies as st

from envkb.cite.texts.ids import Mention, Passage, find_mentions

FIRST, SECOND = "KB-2026-WERC8-GMRZGT", "KB-2026-S8YHC-EXB0NW"


def found(text: str) -> list[Mention]:
    return find_mentions([Passage(None, text)])


@pytest.mark.parametrize(
    "written",
    [
        FIRST,
        "kb-2026-werc8-gmrzgt",
        r"\cite{KB-2026-WERC8-GMRZGT}",
        r"\autocite[p.~3]{other, KB-2026-WERC8-GMRZGT}",
        "[@KB-2026-WERC8-GMRZGT]",
        "https://lab.example/kb/records/KB-2026-WERC8-GMRZGT/",
        "KB\u20112026\u2011WERC8\u2011GMRZGT",
        "KB\u20132026\u2014WERC8\u2212GMRZGT",
        r"KB\-2026\-WERC8\-GMRZGT",
        "KB{-}2026{-}WERC8{-}GMRZGT",
        r"KB\nobreakdash-2026\nobreakdash-WERC8\nobreakdash-GMRZGT",
        "KB-2026-\n    WERC8-GMRZGT",
        r"KB-2026-\allowbreak WERC8-\allowbreak{}GMRZGT",
        r"KB\mbox{-}2026\mbox{-}WERC8\mbox{-}GMRZGT",
        "KB--2026--WERC8--GMRZGT",
        "KB-20\u00ad26-WE\u200bRC8-GMRZGT.",
        "KB-2O26-WERC8-GMRZGT",
    ],
)
def test_an_id_is_found_however_it_is_written(written: str) -> None:
    assert found(f"see {written}, and so on") == [Mention("line 1", FIRST, None)]


def test_ids_come_once_each_in_the_order_of_their_mention() -> None:
    text = f"one\n{SECOND} {FIRST}\n{SECOND}\n"
    assert found(text) == [Mention("line 2", SECOND, None), Mention("line 2", FIRST, None)]


@pytest.mark.parametrize("written", ["KB-2026-WERC8-GMRZGX", "KB-2026-WERC8-GMRZG", "KB-2026-WERC88-GMRZGT"])
def test_what_only_looks_like_an_id_is_reported_and_not_overlooked(written: str) -> None:
    (mention,) = found(f"\n\nsee {written}.")
    assert (mention.place, mention.text) == ("line 3", written)
    assert mention.problem


@pytest.mark.parametrize("text", ["", "KB-2026", "SKB-2026-WERC8-GMRZGT", "KB5034441", "KB - 2026 - WERC8"])
def test_other_things_are_no_ids(text: str) -> None:
    assert found(text) == []


@given(st.text())
def test_no_text_makes_it_fail(text: str) -> None:
    assert found(text) == [] or "KB" in text.upper()
