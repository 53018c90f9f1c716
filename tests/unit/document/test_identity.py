import hashlib
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envkb.document.identity import ALPHABET, check_symbol, digest_of, normalise_id, record_id
from envkb.errors import UsageError

DIGESTS = st.binary(min_size=32, max_size=32).map(bytes.hex)
YEARS = st.integers(0, 9999)


@pytest.mark.parametrize(
    ("data", "year", "expected"),
    [
        (b"", 2026, "KB-2026-WERC8-GMRZGT"),
        (b"{}\n", 2026, "KB-2026-S8YHC-EXB0NW"),
    ],
)
def test_the_published_vectors_hold(data: bytes, year: int, expected: str) -> None:
    assert digest_of(data) == hashlib.sha256(data).hexdigest()
    assert record_id(digest_of(data), year) == expected


@given(DIGESTS, YEARS)
def test_an_id_says_the_year_and_the_first_fifty_bits(digest: str, year: int) -> None:
    name = record_id(digest, year)
    symbols = name[8:13] + name[14:19]
    assert name[3:7] == f"{year:04d}"
    assert (
        sum(ALPHABET.index(symbol) << 5 * (9 - place) for place, symbol in enumerate(symbols)) == int(digest, 16) >> 206
    )


@given(DIGESTS, YEARS)
def test_an_id_is_read_in_every_spelling(digest: str, year: int) -> None:
    name = record_id(digest, year)
    spoken = name.replace("1", "I").replace("0", "O")
    for text in (name, name.lower(), f" {name}\n", spoken, spoken.lower(), name.replace("1", "L")):
        assert normalise_id(text) == name


@given(DIGESTS, YEARS)
def test_every_wrong_symbol_is_caught(digest: str, year: int) -> None:
    name = record_id(digest, year)
    for place in _symbol_places(name):
        allowed = "0123456789" if place < 7 else ALPHABET
        for symbol in allowed.replace(name[place], ""):
            with pytest.raises(UsageError, match="typing error"):
                normalise_id(name[:place] + symbol + name[place + 1 :])


@given(DIGESTS, YEARS)
def test_every_swap_of_two_symbols_is_caught(digest: str, year: int) -> None:
    name = record_id(digest, year)
    for left, right in combinations(_symbol_places(name), 2):
        symbols = list(name)
        symbols[left], symbols[right] = symbols[right], symbols[left]
        swapped = "".join(symbols)
        if swapped != name:
            with pytest.raises(UsageError):
                normalise_id(swapped)


def _symbol_places(name: str) -> list[int]:
    return [place for place in range(3, len(name)) if name[place] != "-"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "KB-2026",
        "KB-2026-WERC8-GMRZG",
        "KB-2026-WERC8-GMRZGTT",
        "KB-2026-WERC8GMRZGT",
        "KB-2026-WERCU-GMRZGT",
        "KB-٢٠٢٦-WERC8-GMRZGT",
        "KB-2026-WERC8-GMRZGT/../../x",
        "KB-2026-WERC8-GMRZGT\0",
        "ＫＢ-2026-WERC8-GMRZGT",  # noqa: RUF001 - look-alikes are the point
    ],
)
def test_what_is_no_id_is_said_to_be_none(text: str) -> None:
    with pytest.raises(UsageError, match="is not a record id"):
        normalise_id(text)


@given(st.text(max_size=40))
def test_any_text_is_an_id_or_a_usage_error(text: str) -> None:
    try:
        name = normalise_id(text)
    except UsageError:
        return
    assert normalise_id(name) == name


@given(st.text(ALPHABET, min_size=14, max_size=14), st.integers(0, 13), st.sampled_from(ALPHABET))
def test_the_check_symbol_tells_one_changed_symbol(symbols: str, place: int, other: str) -> None:
    changed = symbols[:place] + other + symbols[place + 1 :]
    assert (check_symbol(changed) == check_symbol(symbols)) == (changed == symbols)
