from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envkb.errors import InvalidDataError, UsageError
from envkb.knowledge.settings import parse_settings, set_host_label
from envkb.model.record import Author

PI = "00112233445566778899"
MINI = "aabbccddeeff00112233"
FULL = f"""
id = "lab"
title = "Our machines"
base_url = "https://lab.example/kb/"

[[authors]]
name = "Ada Example"
orcid = "0000-0002-1825-0097"

[hosts] # by key
{PI} = "pi5" # on the shelf

[edge_cases]
site-proxy = "The proxy breaks large downloads"

[thresholds]
clock_ahead_minutes = 10
"""


def test_every_setting_is_read() -> None:
    settings = parse_settings(FULL.encode(), "kb/kb.toml")
    assert settings.id == "lab"
    assert settings.base_url == "https://lab.example/kb/"
    assert settings.authors[0].declared() == Author(
        name="Ada Example", email=None, orcid="0000-0002-1825-0097", affiliation=None
    )
    assert settings.hosts == {PI: "pi5"}
    assert settings.edge_cases == {"site-proxy": "The proxy breaks large downloads"}
    assert settings.thresholds.clock_ahead_minutes == 10


def test_id_and_title_are_enough() -> None:
    settings = parse_settings(b'id = "a"\ntitle = "A"\n', "kb/kb.toml")
    assert settings.base_url is None
    assert settings.thresholds.clock_ahead_minutes == 5


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ('id = "a"', "kb/kb.toml: title: missing", "add a line"),
        ('id = "a"\ntitle = "A"\nbase_ulr = "x"', "kb/kb.toml: base_ulr: unknown key", "did you mean base_url?"),
        ('id = "a"\ntitle = "A"\n[thresholds]\nzzz = 1', "thresholds/zzz: unknown key", "clock_ahead_minutes"),
        ('id = "A b"\ntitle = "A"', "kb/kb.toml: id: ", "'A b'"),
        ('id = "a"\ntitle = 3', "kb/kb.toml: title: ", "3"),
        ('id = "a"\ntitle = "A"\nauthors = [{name = "B", orcid = "0000-0002-1825-0096"}]', "typing error", "authors"),
        ('id = "a"\ntitle = "A"\n[hosts]\npi5 = "pi5"', "kb/kb.toml: hosts/pi5: ", "'pi5'"),
        ('id = "a"\ntitle = "A"\nbase_url = "lab"', "kb/kb.toml: base_url: ", "'lab'"),
        ('id = "a"\nid = "b"', "kb/kb.toml: no TOML: ", ""),
        ("id =", "kb/kb.toml: no TOML: ", ""),
    ],
)
def test_a_wrong_setting_is_named_with_its_mend(text: str, message: str, hint: str) -> None:
    with pytest.raises(InvalidDataError) as caught:
        parse_settings(text.encode(), "kb/kb.toml")
    assert message in caught.value.message
    assert hint in caught.value.hint or hint in caught.value.message


def test_bytes_that_are_no_text_are_named() -> None:
    with pytest.raises(InvalidDataError, match="not UTF-8"):
        parse_settings(b"id = '\xff'", "kb/kb.toml")


def test_keys_joined_by_one_label_are_one_host() -> None:
    text = f'id = "a"\ntitle = "A"\n[hosts]\n{PI} = "pi5"\n{MINI} = "pi5"\n'
    settings = parse_settings(text.encode(), "kb/kb.toml")
    assert settings.host_identity(PI, None) == PI
    assert settings.host_identity(MINI, "other") == PI
    assert settings.host_identity(None, "pi5") == PI


def test_a_host_unknown_to_the_settings_is_its_key_else_its_label() -> None:
    settings = parse_settings(FULL.encode(), "kb/kb.toml")
    assert settings.host_identity(MINI, "pi5") == MINI
    assert settings.host_identity(None, "box") == "box"
    assert settings.host_identity(None, None) is None


@pytest.mark.parametrize(
    ("key", "label", "old", "new"),
    [
        (PI, "pi-lab", f'{PI} = "pi5" # on the shelf', f'{PI} = "pi-lab" # on the shelf'),
        (MINI, "mini", "[hosts] # by key\n", f'[hosts] # by key\n{MINI} = "mini"\n'),
    ],
)
def test_setting_a_label_changes_one_line(key: str, label: str, old: str, new: str) -> None:
    settings = parse_settings(FULL.encode(), "kb/kb.toml")
    assert set_host_label(FULL, settings, key, label) == FULL.replace(old, new)


@pytest.mark.parametrize("end", ["", "\n", "\n[hosts]", "\n[hosts]\n", "\n[hosts]\r\n# none yet\r\n"])
def test_the_first_label_finds_its_place(end: str) -> None:
    text = f'id = "a"\ntitle = "A"{end}'
    changed = set_host_label(text, parse_settings(text.encode(), "kb/kb.toml"), PI, "pi5")
    assert parse_settings(changed.encode(), "kb/kb.toml").hosts == {PI: "pi5"}


@pytest.mark.parametrize("label", ["", "a b", "../x", "-x", "a\nb", "x" * 64])
def test_a_label_that_cannot_name_a_page_is_refused(label: str) -> None:
    settings = parse_settings(FULL.encode(), "kb/kb.toml")
    with pytest.raises(UsageError, match="cannot be a host label"):
        set_host_label(FULL, settings, PI, label)


def test_a_label_that_another_host_bears_is_refused_with_the_way_to_join_them() -> None:
    settings = parse_settings(FULL.encode(), "kb/kb.toml")
    with pytest.raises(UsageError, match="another host is called pi5") as caught:
        set_host_label(FULL, settings, MINI, "pi5")
    assert f'{MINI} = "pi5"' in caught.value.hint


def test_hosts_spelt_in_one_line_are_left_to_the_person() -> None:
    text = f'id = "a"\ntitle = "A"\nhosts = {{{PI} = "pi5"}}\n'
    settings = parse_settings(text.encode(), "kb/kb.toml")
    with pytest.raises(UsageError, match="unusual way") as caught:
        set_host_label(text, settings, MINI, "mini")
    assert f'{MINI} = "mini"' in caught.value.hint


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=200))
def test_no_text_makes_the_reader_fail_in_another_way(text: str) -> None:
    with suppress(InvalidDataError):
        parse_settings(text.encode(), "kb/kb.toml")
