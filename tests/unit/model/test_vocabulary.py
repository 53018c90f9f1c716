import re
from collections import Counter

from envkb.model.vocabulary import is_identity, term_for, terms


def test_no_fact_has_two_terms() -> None:
    counted = Counter((term.subject, term.name) for term in terms())

    assert [key for key, count in counted.items() if count > 1] == []


def test_every_term_says_what_it_means_in_a_sentence() -> None:
    for term in terms():
        assert re.fullmatch(r"[a-z][a-z0-9_]*", term.name), term
        assert term.meaning.endswith("."), term


def test_a_star_stands_for_one_part_of_a_subject() -> None:
    term = term_for("storage/cache-uv", "file_system")

    assert term is not None
    assert term.subject == "storage/*"
    assert term_for("storage", "file_system") is None
    assert term_for("storage/a/b", "file_system") is None


def test_models_make_another_host_and_temperatures_do_not() -> None:
    assert is_identity("cpu", "model")
    assert is_identity("memory", "total_bytes")
    assert is_identity("host", "layers")
    assert not is_identity("thermal/0", "temperature_c")
    assert not is_identity("storage/environment", "free_bytes")
    assert not is_identity("cpu", "current_mhz")
    assert not is_identity("nobody", "knows")
