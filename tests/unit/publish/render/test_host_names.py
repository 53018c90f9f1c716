from dataclasses import replace

from envkb.knowledge.index.rows import COLUMNS, Row
from envkb.publish.render.host_names import HostName, name_hosts

NOTHING = Row(**dict.fromkeys(COLUMNS))


def rows(*hosts: tuple[str | None, str | None]) -> list[Row]:
    return [replace(NOTHING, host=host, host_label=label) for host, label in hosts]


def test_a_host_is_called_by_its_label_else_by_a_short_form_of_what_it_is_known_by() -> None:
    names = name_hosts(rows(("a" * 20, "Pi 5"), ("facts-0123456789abcdef", None), ("bench", "bench")))
    assert names["a" * 20] == HostName("pi-5", "Pi 5")
    assert names["facts-0123456789abcdef"] == HostName("facts-0123456789abcdef", "host 01234567")
    assert names["bench"] == HostName("bench", "bench")


def test_a_label_given_later_names_all_records_of_the_host() -> None:
    assert name_hosts(rows(("a" * 20, None), ("a" * 20, "pi5")))["a" * 20].text == "pi5"


def test_two_hosts_never_share_a_page() -> None:
    names = name_hosts(rows(("a" * 20, "Pi.5"), ("b" * 20, "pi 5"), ("c" * 20, "☃"), ("d" * 20, "☂")))
    assert len({name.slug for name in names.values()}) == 4
    assert all(name.slug.replace("-", "").isalnum() for name in names.values())


def test_a_record_without_a_host_names_none() -> None:
    assert name_hosts(rows((None, None))) == {}
