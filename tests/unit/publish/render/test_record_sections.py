import hashlib

import pytest

from envkb.model.edge_case import EDGE_CASE_CLASSES, Severity
from envkb.model.record import Observed
from envkb.publish.render.edge_case_classes import MEANINGS, class_slug
from envkb.publish.render.record_sections import attachment_file, edge_cases, observed, web_address
from factory import make_attachment, make_edge_case


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://lab.example/a?b=c#d", "https://lab.example/a?b=c#d"),
        ("HTTP://lab.example", "HTTP://lab.example"),
        ("javascript:alert(1)", ""),
        ("https://lab.example/ onclick=x", ""),
        ("ftp://lab.example", ""),
        ("see the wiki", ""),
        (None, ""),
    ],
)
def test_only_an_address_of_the_web_becomes_a_link(text: str | None, address: str) -> None:
    assert web_address(text) == address


def test_the_worst_edge_case_comes_first() -> None:
    cases = [make_edge_case(severity=severity) for severity in (Severity.NOTE, None, Severity.BLOCKER)]
    assert [view.value.severity for view in edge_cases(cases)] == [Severity.BLOCKER, Severity.NOTE, None]


@pytest.mark.parametrize(
    ("media_type", "ending"),
    [("application/json", "json"), ("text/html", "txt"), ("text/plain", "txt"), ("image/svg+xml", "bin"), ("x", "bin")],
)
def test_no_attachment_is_served_as_a_page(media_type: str, ending: str) -> None:
    item = make_attachment(b"<script>", media_type=media_type)
    assert attachment_file(item) == f"{hashlib.sha256(b'<script>').hexdigest()}.{ending}"


def test_a_time_is_told_as_precisely_as_it_was_given() -> None:
    assert observed(Observed(start="2026-11", end=None, precision="month")) == "2026-11"
    assert observed(Observed(start="2026-11-20T13:40Z", end="2026-11-20T14:02Z", precision="minute")) == (
        "2026-11-20 13:40 to 2026-11-20 14:02"
    )
    assert observed(None) == ""


def test_every_class_of_our_own_has_a_meaning_and_an_address_of_its_own() -> None:
    assert set(MEANINGS) == set(EDGE_CASE_CLASSES)
    assert all(class_slug(name) == name for name in EDGE_CASE_CLASSES)


def test_a_class_with_an_odd_name_gets_an_address_that_is_safe() -> None:
    assert class_slug("../../etc") != class_slug("../etc")
    assert class_slug("../../etc").startswith("class-")
