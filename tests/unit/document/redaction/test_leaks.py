"""Secrets are found again in files that are stored already."""

from envkb.document.redaction import Leak, find_leaks
from envkb.document.redaction.spans import Kind
from planted_secrets import RANDOM


def test_a_leak_is_named_with_its_kind_and_place() -> None:
    text = f"one\nhf_{RANDOM} at /home/grace/x\n"

    assert find_leaks(text) == [Leak(Kind.TOKEN, 2, 1), Leak(Kind.HOME, 2, text.split("\n")[1].index("/home") + 1)]


def test_a_leak_in_json_is_named_where_its_string_stands() -> None:
    text = '{\n  "a": "a\\u0040navy.example",\n  "b": "x /home/grace", "name": "hostname", "value": "cobol"\n}\n'

    assert find_leaks(text) == [Leak(Kind.EMAIL, 2, 8), Leak(Kind.HOME, 3, 11), Leak(Kind.HOST, 3, 55)]
    assert text.split("\n")[2][54:59] == "cobol"


def test_an_address_is_no_leak_but_its_password_is() -> None:
    assert find_leaks("https://nexus.navy.example/simple") == []
    assert [leak.kind for leak in find_leaks("https://a:b@nexus.navy.example/simple")] == [Kind.CREDENTIAL]


def test_a_leak_does_not_show_the_secret() -> None:
    assert RANDOM not in repr(find_leaks("hf_" + RANDOM))
