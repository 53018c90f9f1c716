import pytest

from envkb.capture.collect.rows import UnreadableError, computed_job, decode, make_row, to_json


def test_keys_that_say_nothing_are_left_out() -> None:
    assert make_row("a", text="b", exit_code=None, full_bytes=None) == {"id": "a", "status": "ok", "text": "b"}


def test_text_within_the_limit_is_whole() -> None:
    assert decode(b"abc\0def\0", 8) == ("abc\ndef", None)


def test_text_over_the_limit_loses_its_middle() -> None:
    text, full = decode(b"a" * 50 + b"b" * 50, 20)
    assert (text, full) == ("a" * 10 + "\n[... 80 bytes left out by kb ...]\n" + "b" * 10, 100)


def test_a_computed_value_becomes_compact_json() -> None:
    assert computed_job("kb:x", lambda: {"b": 1, "a": [True]}).read()["text"] == '{"a":[true],"b":1}'


def test_a_computed_text_stays_text() -> None:
    assert computed_job("kb:x", lambda: "plain").read()["text"] == "plain"


def test_a_value_that_cannot_be_computed_says_why() -> None:
    def nothing() -> str:
        raise UnreadableError("denied", "not for you")

    row = computed_job("kb:x", nothing).read()
    assert (row["status"], row["reason"], row["text"]) == ("denied", "not for you", "")


@pytest.mark.parametrize("name", ["caf\u00e9", "file-\udcff"])
def test_every_file_name_can_be_written(name: str) -> None:
    assert to_json([name]).encode("utf-8")
