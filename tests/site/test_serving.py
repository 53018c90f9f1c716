"""The server that builds the site anew when something changes."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO
from urllib.error import URLError

import pytest

from envkb.document.codec import encode_record
from envkb.knowledge.creation import create_knowledge_base
from envkb.knowledge.folder import KnowledgeBase
from factory import make_record
from sample_records import empty_base

pytestmark = [pytest.mark.real, pytest.mark.slow]

SERVE = "import sys; from envkb.cli import main; sys.exit(main(sys.argv[1:]))"


def wait_for(condition: Callable[[], bool]) -> bool:
    """Return whether a condition comes true within a minute."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A server under way.

    Attributes:
        address: Where it answers.
    """

    def __init__(self, address: str, log: Path) -> None:
        self.address = address
        self._log = log

    @property
    def builds(self) -> int:
        """How often it has built the site."""
        return self._log.read_text("utf-8", "replace").count("Documentation built in")

    def page(self, path: str) -> str:
        """Return a page, empty where there is none."""
        try:
            with urllib.request.urlopen(f"{self.address}/{path}", timeout=5) as answer:
                return str(answer.read().decode())
        except (URLError, ConnectionError):
            return ""


@pytest.fixture
def base(tmp_path: Path) -> KnowledgeBase:
    create_knowledge_base(tmp_path, title="Served")
    (tmp_path / "kb/kb.toml").unlink()
    found = empty_base(tmp_path)
    found.add(encode_record(make_record(1, title="The first")), {})
    return found


@pytest.fixture
def server(base: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    address = f"127.0.0.1:{free_port()}"
    log = tmp_path_factory.mktemp("log") / "serve.log"
    with log.open("wb") as stream, _start(base.root, address, stream) as process:
        yield Server(f"http://{address}", log)
        os.killpg(process.pid, signal.SIGINT)
        process.wait(timeout=30)


def _start(root: Path, address: str, log: IO[bytes]) -> subprocess.Popen[bytes]:
    command = (sys.executable, "-c", SERVE, "serve", "--root", str(root), "--address", address)
    return subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)


def test_a_new_record_appears_by_itself_and_then_the_server_rests(base: KnowledgeBase, server: Server) -> None:
    assert wait_for(lambda: "The first" in server.page("kb/records/records.js"))
    stored = base.add(encode_record(make_record(2, title="The second")), {})
    assert wait_for(lambda: "The second</h1>" in server.page(f"kb/records/{stored.id}/index.html"))
    time.sleep(3)
    builds = server.builds
    time.sleep(3)
    assert server.builds == builds
    assert builds <= 4
