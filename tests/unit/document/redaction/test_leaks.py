"""Secrets are found again in files that are stored already."""

from envkb.document.redaction import Leak, find_leaks
from envkb.document.redaction.spans import Kind
from planted_secrets import RANDOM


def test_a_leak_is_named_with_its_kind_and_place() -> None:
    text = f'{{\n  "a": "x",\n  "log": "b\\nhf_{RANDOM} at /home/grace/x"\n}}\n'

    assert find_leaks(text) == [
        Leak(Kind.TOKEN, 3, 14),
        Leak(Kind.HOME, 3, text.split("\n")[2].index("/home") + 1),
    ]


def test_an_address_is_no_leak_but_its_password_is() -> None:
    assert find_leaks("https://nexus.navy.example/simple") == []
    assert [leak.kind for leak in find_leaks("https://a:b@nexus.navy.example/simple")] == [Kind.CREDENTIAL]


def test_a_leak_does_not_show_the_secret() -> None:
    assert RANDOM not in repr(find_leaks("hf_" + RANDOM))
