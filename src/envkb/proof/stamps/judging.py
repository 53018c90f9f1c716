"""Judges the time-stamps of a knowledge base."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Final, Literal

from envkb.errors import InvalidDataError, KbError, ToolMissingError, VerificationError
from envkb.process import Runner, run
from envkb.proof.stamps.folder import Stamp, read_stamps, trusted_roots
from envkb.proof.stamps.sidecar import Subject
from envkb.proof.stamps.token import Token, check_token, read_token, valid_until


class StampVerdict(StrEnum):
    """What became of one time-stamp; each has its own meaning."""

    GOOD = "good"
    OTHER_DATA = "other_data"
    UNTRUSTED = "untrusted"
    MANGLED = "mangled"
    DAMAGED = "damaged"
    NOT_CHECKED = "not_checked"


_STATUS: Final[Mapping[StampVerdict, Literal["PASS", "ABSENT"]]] = {
    StampVerdict.GOOD: "PASS",
    StampVerdict.NOT_CHECKED: "ABSENT",
}


@dataclass(frozen=True, slots=True)
class JudgedStamp:
    """What can be said of one time-stamp.

    Attributes:
        path: The token's file, relative to the root.
        verdict: What became of it.
        says: What was found, one line.
        next_step: What to do about it; null where there is nothing to do.
        subject: What it stamps; null where that cannot be read.
        authority: Address that was asked; null where that cannot be read.
        time: When the authority saw it, in UTC; null unless the stamp is good.
        root: Name of the trusted root that vouches for it; null unless the stamp is good.
        sidecar_sha256: Digest of its sidecar, for the log; null where there is none.
    """

    path: PurePosixPath
    verdict: StampVerdict
    says: str
    next_step: str | None
    subject: Subject | None
    authority: str | None
    time: datetime | None
    root: str | None
    sidecar_sha256: str | None

    @property
    def status(self) -> Literal["PASS", "FAIL", "ABSENT"]:
        """What a layer of verification makes of it: only what nobody could check is absent."""
        return _STATUS.get(self.verdict, "FAIL")

    def covers(self, digest: str, index: int | None) -> bool:
        """Return whether it is about a file, sound or not.

        Args:
            digest: SHA-256 of the file.
            index: Number of the file's leaf in the log; null where it has none.
        """
        if self.subject is None:
            return False
        if self.subject.size is None:
            return self.subject.sha256 == digest
        return index is not None and index < self.subject.size


def judge_stamps(root: Path, checkpoints: Mapping[int, str], *, runner: Runner = run) -> Iterator[JudgedStamp]:
    """Judge every time-stamp of a knowledge base.

    Args:
        root: The root of the knowledge base.
        checkpoints: SHA-256 of each checkpoint of its log that can be relied on, by its number of leaves.
        runner: Starts `openssl` where the library is not there or cannot read a token.

    Raises:
        KbError: A folder cannot be read.
    """
    roots = trusted_roots(root)
    for stamp in read_stamps(root):
        yield _judge(stamp, roots, checkpoints, runner)


def _judge(stamp: Stamp, roots: list[Path], checkpoints: Mapping[int, str], runner: Runner) -> JudgedStamp:
    sidecar = stamp.sidecar
    if stamp.problem is not None or sidecar is None:
        return _failed(stamp, StampVerdict.DAMAGED, stamp.problem or InvalidDataError("the sidecar is missing"))
    try:
        token, vouching = _vouched(stamp.data, sidecar.subject, roots, checkpoints, runner)
    except KbError as error:
        kinds = (kind for kind in _VERDICTS if isinstance(error, kind))
        return _failed(stamp, _VERDICTS[next(kinds, KbError)], error)
    until = valid_until(token)
    says = (
        f"existed at {token.time:%Y-%m-%dT%H:%M:%SZ}, says an authority under {vouching.name} ({sidecar.authority})"
        f"{f', whose certificate is valid until {until:%Y-%m-%d}' if until else ''}"
    )
    return JudgedStamp(
        path=stamp.path,
        verdict=StampVerdict.GOOD,
        says=says,
        next_step=None,
        subject=sidecar.subject,
        authority=sidecar.authority,
        time=token.time,
        root=vouching.name,
        sidecar_sha256=stamp.sidecar_sha256,
    )


class _OtherDataError(VerificationError):
    pass


_VERDICTS: Final[Mapping[type[KbError], StampVerdict]] = {
    _OtherDataError: StampVerdict.OTHER_DATA,
    VerificationError: StampVerdict.UNTRUSTED,
    ToolMissingError: StampVerdict.NOT_CHECKED,
    KbError: StampVerdict.MANGLED,
}
"""The most particular first."""


def _vouched(
    data: bytes, subject: Subject, roots: list[Path], checkpoints: Mapping[int, str], runner: Runner
) -> tuple[Token, Path]:
    if subject.size is not None and checkpoints.get(subject.size) != subject.sha256:
        raise _OtherDataError(
            f"it stamps another checkpoint of {subject.size} leaves than the log has",
            hint="`kb log check` tells whether the log was changed",
        )
    token = read_token(data, runner=runner)
    if token.imprint != subject.sha256:
        raise _OtherDataError("the token is about other data", hint="stamp again")
    return token, check_token(token, roots, runner=runner)


def _failed(stamp: Stamp, verdict: StampVerdict, error: KbError) -> JudgedStamp:
    return JudgedStamp(
        path=stamp.path,
        verdict=verdict,
        says=error.message,
        next_step=error.hint or None,
        subject=stamp.sidecar.subject if stamp.sidecar else None,
        authority=stamp.sidecar.authority if stamp.sidecar else None,
        time=None,
        root=None,
        sidecar_sha256=stamp.sidecar_sha256,
    )


def earliest(stamps: Iterable[JudgedStamp], digest: str, index: int | None) -> JudgedStamp | None:
    """Return the good stamp that shows the earliest time for a file; null where none does."""
    good = [(stamp.time, stamp.path, stamp) for stamp in stamps if stamp.time and stamp.covers(digest, index)]
    return min(good)[2] if good else None
