import pytest

from envkb.document.fingerprint import fingerprint


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("cannot open /home/ada/env/lib/libcudart.so.12", "cannot open /opt/env/lib/libcudart.so.13"),
        ("no route to https://pkgs.example/simple/", "no route to https://mirror.example/simple/"),
        ("crash at 0x7f3a", "Crash  at\n0x7fff"),
        ("digest 0123456789abcdef0123 differs", "digest fedcba98765432100123 differs"),
    ],
)
def test_places_numbers_and_digests_do_not_count(one: str, other: str) -> None:
    assert fingerprint(one) == fingerprint(other)


def test_words_count() -> None:
    assert fingerprint("no version of demo") != fingerprint("no version of core")
    assert len(fingerprint("")) == 16
