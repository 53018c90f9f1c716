"""Chromium without a window, for tests that look at pages as a reader does."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)


class Browser:
    """One browser window.

    Attributes:
        driver: Selenium's driver of it.
    """

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def show(self, address: str | Path, *, width: int = 1280, dark: bool = False) -> None:
        """Open a page, or a file's page, in a window of this width and with this preference of the reader."""
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
        self.driver.get(address.resolve().as_uri() if isinstance(address, Path) else address)

    def run(self, script: str, *arguments: Any) -> Any:
        """Run JavaScript in the page and return what it returns."""
        return self.driver.execute_script(script, *arguments)

    def requests(self) -> list[tuple[str, int | None]]:
        """Return address and status of everything asked for since the last call; no status where none came."""
        statuses: dict[str, int | None] = {}
        for line in self.driver.get_log("performance"):
            message = json.loads(line["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                statuses.setdefault(message["params"]["request"]["url"], None)
            if message["method"] == "Network.responseReceived":
                response = message["params"]["response"]
                statuses[response["url"]] = response["status"]
        return sorted(statuses.items())


@contextmanager
def open_browser(profile: Path) -> Iterator[Browser]:
    """Start Chromium with an empty profile, and end it; skip the test where there is none."""
    webdriver = pytest.importorskip("selenium.webdriver")
    program, chromedriver = shutil.which("chromium") or shutil.which("google-chrome"), shutil.which("chromedriver")
    if program is None or chromedriver is None:
        pytest.skip("needs chromium and chromedriver on PATH")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
    service = webdriver.chrome.service.Service(chromedriver)
    driver = webdriver.Chrome(options=options, service=service)
    # Every page meets a new reader: what an earlier one chose, such as the dark scheme, is forgotten.
    forget = "try { localStorage.clear(); } catch { /* no storage here */ }"
    driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": forget})
    try:
        yield Browser(driver)
    finally:
        driver.quit()
