"""Whether this machine's clock can be right; the flag of a record whose `created` is in doubt."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from envkb.capture.probes.observations import Observations
from envkb.capture.snapshot import Snapshot

_SLACK_S = 300.0  # a package unpacked on another machine a moment ago


def present() -> datetime:
    """Return the present in UTC."""
    return datetime.now(UTC)


def newest_file_s() -> float:
    """Return the time of the newest file of kb itself, in seconds since 1970: no present can be before it."""
    return max(path.stat().st_mtime for path in Path(__file__).parents[1].iterdir())


def judge_clock(notes: Observations, snapshot: Snapshot, now: datetime, newest_s: float) -> None:
    """Note whether the clock is suspect, and why.

    Args:
        notes: Takes the facts.
        snapshot: Tells whether there is a hardware clock, and whether the time is synchronised.
        now: What the clock says.
        newest_s: The time of the newest file of kb.
    """
    told: Any = snapshot.json("kb:clock") or {}
    reason = None
    if now.timestamp() < newest_s - _SLACK_S:
        reason = f"it says {now:%Y-%m-%d}, which is before kb itself was installed"
    elif told.get("rtc") is False and told.get("synchronized") is False:
        reason = "there is no hardware clock, and the time is not synchronised"
    notes.see("host", "clock_suspect", reason is not None, "kb:clock")
    notes.see("host", "clock_suspect_reason", reason, "kb:clock")
