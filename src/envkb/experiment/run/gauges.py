"""Counters of the machine that are read before and after an install."""

from pathlib import Path
from typing import Final

from envkb.errors import InvalidDataError

_NETWORK: Final = Path("proc/net/dev")
_VMSTAT: Final = Path("proc/vmstat")
_LOOPBACK: Final = "lo"


class Gauges:
    """Reads the counters of one machine.

    Attributes:
        root: Its root folder; tests give a folder that looks like one.
    """

    def __init__(self, root: Path = Path("/")) -> None:
        self.root = root

    def received_bytes(self) -> int | None:
        """Return the bytes that this machine's network interfaces have received; None where they are not counted.

        The loopback is no network. What other programs receive is counted, too: nothing tells it apart.
        """
        text = self._text(_NETWORK)
        return None if text is None else received(text)

    def oom_kills(self) -> int | None:
        """Return how many processes the kernel has ended for want of memory; None where it does not count."""
        text = self._text(_VMSTAT) or ""
        rows = (line.split() for line in text.splitlines() if line.startswith("oom_kill "))
        return next((int(row[1]) for row in rows), None)

    def _text(self, path: Path) -> str | None:
        try:
            return (self.root / path).read_text("ascii", "replace")
        except OSError:
            return None


def received(text: str) -> int:
    """Return the bytes received by all interfaces but the loopback, from the text of `/proc/net/dev`.

    Raises:
        InvalidDataError: It is no such text.
    """
    try:
        rows = (line.partition(":") for line in text.splitlines() if ":" in line)
        return sum(int(counts.split()[0]) for name, _, counts in rows if name.strip() != _LOOPBACK)
    except (ValueError, IndexError) as error:
        raise InvalidDataError("the counters of the network cannot be read") from error


def grown(before: int | None, after: int | None) -> int | None:
    """Return by how much a counter grew; None where it was not read, or began anew."""
    return None if before is None or after is None or after < before else after - before
