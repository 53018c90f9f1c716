"""A package index that serves small wheels and fails in the ways that indexes do."""

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

Answer = Callable[[BaseHTTPRequestHandler, bytes], None]


def whole(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """Send all of it."""
    _head(handler, 200, len(body))
    handler.wfile.write(body)


def broken_off(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """Go away in the middle of an archive."""
    _head(handler, 200, len(body))
    handler.wfile.write(body[: len(body) // 2])


def forbidden(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """Refuse."""
    del body
    _head(handler, 403, 0)


def silent(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """Begin an answer and say nothing more until the other side is tired of it."""
    _head(handler, 200, len(body))
    handler.wfile.flush()
    while not handler.server.shutting_down:  # type: ignore[attr-defined]
        time.sleep(0.05)


FAULTS: Final[Mapping[str, Answer]] = {
    "broken-off": broken_off,
    "forbidden": forbidden,
    "silent": silent,
}
"""What becomes of an archive, by the name of its distribution (`wrong-hash` promises another one)."""


CLAIMED_BYTES: Final[Mapping[str, int]] = {"large": 2 * 10**9, "huge": 10**15}
"""What the index says of the size of an archive, whatever is true."""


@contextmanager
def failing_index(folder: Path) -> Iterator[str]:
    """Serve a folder of archives, each as the name of its distribution says, and yield the address of the index."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = Path(self.path).name
            if Path(self.path).name in CLAIMED_BYTES:
                body = _claim(folder, name)
                _head(self, 200, len(body), "application/vnd.pypi.simple.v1+json")
                self.wfile.write(body)
                return
            if not self.path.startswith("/files/"):
                links = "".join(map(_link, _archives(folder, name))).encode()
                _head(self, 200 if links else 404, len(links), "text/html")
                self.wfile.write(links)
                return
            answer = FAULTS.get(_distribution(name), whole)
            answer(self, (folder / name).read_bytes())

        def do_HEAD(self) -> None:
            length = (folder / Path(self.path).name).stat().st_size
            _head(self, 403 if _distribution(Path(self.path).name) == "forbidden" else 200, length)

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.shutting_down = False  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/simple"
        finally:
            server.shutting_down = True  # type: ignore[attr-defined]
            server.shutdown()
            thread.join()


def _head(handler: BaseHTTPRequestHandler, status: int, length: int, kind: str = "application/octet-stream") -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(length))
    handler.end_headers()


def _distribution(file: str) -> str:
    return file.partition("-")[0].replace("_", "-")


def _archives(folder: Path, name: str) -> list[Path]:
    return sorted(path for path in folder.iterdir() if _distribution(path.name) == name)


def _claim(folder: Path, name: str) -> bytes:
    files = [
        {
            "filename": path.name,
            "url": f"/files/{path.name}",
            "size": CLAIMED_BYTES[name],
            "hashes": {"sha256": hashlib.sha256(path.read_bytes()).hexdigest()},
        }
        for path in _archives(folder, name)
    ]
    return json.dumps({"meta": {"api-version": "1.1"}, "name": name, "files": files}).encode()


def _link(path: Path) -> str:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if _distribution(path.name) == "wrong-hash":
        digest = "0" * 64
    return f'<a href="/files/{path.name}#sha256={digest}">{path.name}</a>\n'
