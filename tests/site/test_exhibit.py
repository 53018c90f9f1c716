"""The page of an exhibit that checks it in a browser, opened from a folder."""

import re
from pathlib import Path
from typing import Any

import pytest

from authority import needs_openssl
from browser import Browser
from exhibits import make_full_lab, unpack
from signed_lab import make_people
from ssh_keys import needs_ssh_keygen

pytest.importorskip("rfc3161_client", reason="the extra `stamp` is not installed")
pytestmark = [pytest.mark.real, needs_ssh_keygen, needs_openssl]


@pytest.fixture(scope="session")
def exhibit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An unpacked exhibit of a logged record that rests on another."""
    lab, name = make_full_lab(tmp_path_factory.mktemp("lab"), make_people(tmp_path_factory.mktemp("people")))
    return unpack(lab.base, name, tmp_path_factory.mktemp("exhibit"))


def cells(browser: Browser, body: str) -> list[list[str]]:
    script = (
        "return [...document.querySelectorAll(arguments[0] + ' tr')].map(r => [...r.cells].map(c => c.textContent))"
    )
    found: list[list[str]] = browser.run(script, f"#{body}")
    return found


@pytest.mark.parametrize("page", ["index.html", "verify.html"])
@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_is_wider_than_its_window(exhibit: Path, browser: Browser, page: str, width: int) -> None:
    browser.show(exhibit / page, width=width)
    assert browser.run("return document.documentElement.scrollWidth") <= width


def test_it_checks_bytes_and_log_by_itself(exhibit: Path, browser: Browser) -> None:
    browser.show(exhibit / "verify.html")
    rows = cells(browser, "built-in")
    assert len(rows) == 2
    for name, bytes_told, log_told in rows:
        assert (exhibit / f"records/{name}.json").exists()
        assert bytes_told.startswith("PASS: sha256 ")
        assert log_told.startswith("PASS: entry ")
    assert [address for address, _ in browser.requests() if address.startswith("http")] == []


@pytest.mark.parametrize(
    ("pattern", "column"),
    [
        (r'(?<="bytes": ")(.)', 1),
        (r'(?<="hashes": \[")(.)', 2),
        (r'(?<="root": ")(.)', 2),
        (r'(?<="index": )([0-9])', 2),
    ],
)
def test_a_forged_page_says_so(exhibit: Path, browser: Browser, pattern: str, column: int, tmp_path: Path) -> None:
    def other(found: re.Match[str]) -> str:
        return {"0": "1", "1": "2", "e": "f"}.get(found[1], "0")

    forged = tmp_path / "verify.html"
    forged.write_text(re.sub(pattern, other, (exhibit / "verify.html").read_text("utf-8")), "utf-8")
    browser.show(forged)
    assert all(row[column].startswith("FAIL") for row in cells(browser, "built-in"))


def test_files_that_are_chosen_are_compared(exhibit: Path, browser: Browser, tmp_path: Path) -> None:
    record = next((exhibit / "records").iterdir())
    changed = tmp_path / record.name
    changed.write_bytes(record.read_bytes() + b" ")
    browser.show(exhibit / "verify.html")
    chooser: Any = browser.driver.find_element("id", "files")
    chooser.send_keys(f"{record}\n{changed}")
    rows: list[list[str]] = []
    while len(rows) < 2:
        rows = cells(browser, "chosen")
    assert rows[0][2] == f"PASS: records/{record.name}"
    assert rows[1][2].startswith("FAIL")
