"""How `kb show` tells what speaks for a record."""

from typing import TYPE_CHECKING, Literal

from envkb.model.value import Value

if TYPE_CHECKING:
    from envkb.knowledge.folder import KnowledgeBase, StoredRecord
    from envkb.proof.beside import Beside


class ToldSignature(Value):
    """One signature of a record.

    Attributes:
        role: `author` or `witness`.
        path: The file, relative to the root.
        status: `PASS`, `FAIL`, or `ABSENT` where nothing here can check it.
        verdict: `good`, `unknown_key`, `wrong_namespace`, `expired`, `not_yet_valid`, `revoked`, `bad_signature` …
        says: What was found.
        next_step: What to do about it; null where there is nothing to do.
        signer: Who holds the key; null where `kb/trust/allowed_signers` does not say.
        fingerprint: The key's fingerprint; null where the file cannot be read.
        judged_at: The time at which the key was judged; null where it was not.
        basis: What that time rests on: `stamped`, `logged` or `claimed`.
    """

    role: Literal["author", "witness"]
    path: str
    status: Literal["PASS", "FAIL", "ABSENT"]
    verdict: str
    says: str
    next_step: str | None
    signer: str | None
    fingerprint: str | None
    judged_at: str | None
    basis: Literal["stamped", "logged", "claimed"] | None


class ToldStamp(Value):
    """One time-stamp that is about a record.

    Attributes:
        path: The token's file, relative to the root.
        status: `PASS`, `FAIL`, or `ABSENT` where nothing here can check it.
        verdict: `good`, `other_data`, `untrusted`, `mangled`, `damaged` or `not_checked`.
        says: What was found.
        next_step: What to do about it; null where there is nothing to do.
        authority: Address that was asked; null where it cannot be read.
        time: When the authority saw it; null unless the stamp is good.
        root: Name of the trusted root that vouches for it; null unless the stamp is good.
    """

    path: str
    status: Literal["PASS", "FAIL", "ABSENT"]
    verdict: str
    says: str
    next_step: str | None
    authority: str | None
    time: str | None
    root: str | None


class ToldTimes(Value):
    """Three times of a record, which are three different things.

    Attributes:
        claimed: When its author says that it was made.
        logged: When the log took it in, as a citation says it; null where it did not.
        stamped: When an outside authority attests that it existed; null where none does.
    """

    claimed: str
    logged: str | None
    stamped: str | None


class ToldProofs(Value):
    """What speaks for a record.

    Attributes:
        signatures: Its signatures, authors before witnesses; empty where it is unsigned.
        stamps: The time-stamps that are about it.
        times: Its three times.
    """

    signatures: tuple[ToldSignature, ...]
    stamps: tuple[ToldStamp, ...]
    times: ToldTimes


def tell_proofs(base: "KnowledgeBase", stored: "StoredRecord") -> ToldProofs:
    """Judge what speaks for a record.

    Raises:
        KbError: The log, a file of trust, or a folder with proofs cannot be read.
    """
    from envkb.proof.beside import Beside  # noqa: PLC0415 - only for one record

    beside = Beside.of(base)
    times = beside.times(stored)
    stamped = times.stamped.time if times.stamped else None
    return ToldProofs(
        signatures=_signatures(beside, stored),
        stamps=_stamps(beside, stored),
        times=ToldTimes(
            claimed=times.claimed,
            logged=times.logged.said if times.logged else None,
            stamped=f"{stamped:%Y-%m-%dT%H:%M:%SZ}" if stamped else None,
        ),
    )


def _signatures(beside: "Beside", stored: "StoredRecord") -> tuple[ToldSignature, ...]:
    return tuple(
        ToldSignature(
            role=each.role,
            path=str(each.path),
            status=each.status,
            verdict=each.verdict.value,
            says=each.says,
            next_step=each.next_step,
            signer=each.signer,
            fingerprint=each.fingerprint,
            judged_at=f"{each.moment.at:%Y-%m-%dT%H:%M:%SZ}" if each.moment else None,
            basis=each.moment.basis if each.moment else None,
        )
        for each in beside.signatures(stored)
    )


def _stamps(beside: "Beside", stored: "StoredRecord") -> tuple[ToldStamp, ...]:
    return tuple(
        ToldStamp(
            path=str(each.path),
            status=each.status,
            verdict=each.verdict.value,
            says=each.says,
            next_step=each.next_step,
            authority=each.authority,
            time=f"{each.time:%Y-%m-%dT%H:%M:%SZ}" if each.time else None,
            root=each.root,
        )
        for each in beside.stamps(stored.digest)
    )


def proof_lines(proofs: ToldProofs) -> list[tuple[str, str]]:
    """Return what speaks for a record as headed lines: who signed, who witnessed, and the three times."""
    lines: list[tuple[str, str]] = []
    for role, heading, nobody in (
        ("author", "signed", "unsigned: nobody's key vouches for it"),
        ("witness", "witnessed", "by nobody"),
    ):
        told = [each for each in proofs.signatures if each.role == role]
        lines += [(heading, _line(each)) for each in told] or [(heading, nobody)]
    lines.append(("claimed", f"{proofs.times.claimed}, by its author's clock"))
    lines.append(("logged", proofs.times.logged or "not logged"))
    stamps = [(each.status, each.says) for each in proofs.stamps]
    lines += [("stamped", says if status == "PASS" else f"{status}: {says}") for status, says in stamps]
    return lines if stamps else [*lines, ("stamped", "not stamped: no outside authority attests when it existed")]


def _line(each: ToldSignature) -> str:
    if each.status != "PASS":
        return f"{each.status}: {each.says}"
    when = f"valid at {each.judged_at} ({each.basis})" if each.judged_at else ""
    return f"by {each.signer or each.fingerprint}, {when}"
