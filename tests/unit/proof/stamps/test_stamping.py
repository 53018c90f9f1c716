import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

pytest.importorskip("rfc3161_client", reason="the extra `stamp` is not installed")

from authority import Authority, needs_openssl, serve
from envkb.document.codec import encode_record
from envkb.document.identity import digest_of
from envkb.errors import InvalidDataError, KbError, ToolFailedError, UsageError, VerificationError
from envkb.knowledge.creation import create_knowledge_base
from envkb.knowledge.folder import KnowledgeBase, StoredRecord
from envkb.proof.beside import Beside
from envkb.proof.log.sealing import begin_log, close, seal
from envkb.proof.stamps.authority import ask
from envkb.proof.stamps.folder import ROOTS, STAMPS, finish_stamps
from envkb.proof.stamps.judging import JudgedStamp, StampVerdict
from envkb.proof.stamps.sidecar import Subject, parse_sidecar
from envkb.proof.stamps.stamping import newest_checkpoint, stamp, this_record
from envkb.proof.stamps.token import Token, check_token, read_token
from factory import make_record

pytestmark = [pytest.mark.real, needs_openssl]

NOW = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)
URL = "https://tsa.example/tsr"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "plain")


@pytest.fixture(scope="module")
def chained(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "chained", chain=True)


@pytest.fixture
def base(tmp_path: Path, authority: Authority) -> KnowledgeBase:
    create_knowledge_base(tmp_path / "base")
    base = KnowledgeBase.open(tmp_path / "base")
    base.add(encode_record(make_record()), {})
    trust(base, authority)
    return base


@pytest.fixture
def record(base: KnowledgeBase) -> StoredRecord:
    return next(base.records())


def trust(base: KnowledgeBase, authority: Authority) -> None:
    folder = base.root / ROOTS
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(authority.root, folder / f"{authority.folder.name}.pem")


def stamp_record(base: KnowledgeBase, record: StoredRecord, authority: Authority) -> JudgedStamp:
    return stamp(base, *this_record(record), URL, NOW, post=authority.post)


def sidecar_of(base: KnowledgeBase) -> Path:
    (path,) = (base.root / STAMPS).glob("*.json")
    return path


def only(base: KnowledgeBase, record: StoredRecord) -> JudgedStamp:
    (found,) = Beside.of(base).stamps(record.digest)
    return found


def test_a_record_without_a_stamp_has_none(base: KnowledgeBase, record: StoredRecord) -> None:
    beside = Beside.of(base)

    assert beside.stamps(record.digest) == ()
    assert beside.times(record).stamped_said is None


@pytest.mark.parametrize("kind", ["authority", "chained"])
def test_an_authority_stamps_a_record(
    kind: str, base: KnowledgeBase, record: StoredRecord, request: pytest.FixtureRequest
) -> None:
    authority: Authority = request.getfixturevalue(kind)
    trust(base, authority)

    made = stamp_record(base, record, authority)

    found = only(base, record)
    assert (found.verdict, found.status) == (StampVerdict.GOOD, "PASS")
    assert (found.time, found.root) == (made.time, f"{authority.folder.name}.pem")
    assert URL in found.says
    token = base.root / found.path
    done = subprocess.run(
        ["openssl", "ts", "-verify", "-in", token, "-data", base.root / record.path, "-CAfile", authority.root],
        check=False,
        capture_output=True,
    )
    assert b"Verification: OK" in done.stdout


def test_a_token_with_its_chain_in_openssls_order_is_put_to_openssl(chained: Authority) -> None:
    token = ask(URL, b"record", post=chained.post)

    assert token.response is None, "the library has learnt to read it: the detour can go"
    assert token.imprint == digest_of(b"record")
    assert check_token(token, [chained.root]) == chained.root


def test_a_checkpoint_stamps_all_records_before_it(
    base: KnowledgeBase, record: StoredRecord, authority: Authority
) -> None:
    begin_log(base, "lab.example/kb/log", None)
    seal(base)
    close(base, now=NOW, key=None)
    later = base.read(base.add(encode_record(make_record(2)), {}).id)

    stamp(base, *newest_checkpoint(base), URL, NOW, post=authority.post)

    assert only(base, record).verdict is StampVerdict.GOOD
    assert Beside.of(base).stamps(later.digest) == ()
    times = Beside.of(base).times(record)
    assert times.claimed == "2026-11-22T10:00:00Z"
    assert times.logged is not None
    assert times.stamped is not None
    assert times.stamped_said is not None
    moment = Beside.of(base).proven(record.digest)
    assert moment is not None
    assert moment.basis == "stamped"


def test_the_log_takes_the_digest_of_the_sidecar(
    base: KnowledgeBase, record: StoredRecord, authority: Authority
) -> None:
    made = stamp_record(base, record, authority)
    begin_log(base, "lab.example/kb/log", None)
    seal(base)
    close(base, now=NOW, key=None)

    sidecar = sidecar_of(base)
    assert made.sidecar_sha256 == digest_of(sidecar.read_bytes()) == sidecar.stem
    assert Beside.of(base).logged(sidecar.stem)


def test_several_authorities_stamp_one_record_and_the_earliest_counts(
    base: KnowledgeBase, record: StoredRecord, authority: Authority, chained: Authority
) -> None:
    trust(base, chained)
    first = stamp_record(base, record, authority)
    stamp_record(base, record, chained)

    beside = Beside.of(base)
    assert [each.status for each in beside.stamps(record.digest)] == ["PASS", "PASS"]
    stamped = beside.times(record).stamped
    assert stamped is not None
    assert stamped.time == first.time


def test_a_checkpoint_without_a_log_is_said_to_be_missing(base: KnowledgeBase) -> None:
    with pytest.raises(UsageError, match="there is no log") as raised:
        newest_checkpoint(base)

    assert "kb log init" in raised.value.hint


@pytest.mark.slow
@pytest.mark.parametrize("chain", [False, True])
def test_a_token_holds_after_the_certificate_of_its_authority_expired(
    *, chain: bool, base: KnowledgeBase, record: StoredRecord, tmp_path: Path
) -> None:
    second = 1 / 86400
    short = Authority(tmp_path / "short", days=(-1, 3 * second), chain=chain)
    trust(base, short)
    stamp_record(base, record, short)
    time.sleep(4)

    found = only(base, record)
    assert found.verdict is StampVerdict.GOOD
    assert chain or f"whose certificate is valid until {datetime.now(UTC):%Y-%m-%d}" in found.says


@pytest.mark.parametrize("days", [(-2, -1), (1, 2)])
@pytest.mark.parametrize("chain", [False, True])
def test_a_certificate_that_was_not_valid_at_the_time_of_the_token_is_refused(
    days: tuple[float, float], *, chain: bool, base: KnowledgeBase, record: StoredRecord, tmp_path: Path
) -> None:
    late = Authority(tmp_path / "late", days=days, chain=chain)
    trust(base, late)

    with pytest.raises(VerificationError, match="no trusted authority vouches for it"):
        stamp_record(base, record, late)

    assert Beside.of(base).stamps(record.digest) == ()


def test_nothing_is_kept_of_an_authority_that_nobody_trusts(
    base: KnowledgeBase, record: StoredRecord, chained: Authority
) -> None:
    with pytest.raises(VerificationError, match="no trusted authority") as raised:
        stamp_record(base, record, chained)

    assert "kb/trust/tsa" in raised.value.hint
    assert not (base.root / "kb/log/stamps").exists()


@pytest.mark.parametrize("kind", ["authority", "chained"])
def test_a_wrong_root_fails_and_is_not_absent(
    kind: str, base: KnowledgeBase, record: StoredRecord, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    authority: Authority = request.getfixturevalue(kind)
    trust(base, authority)
    stamp_record(base, record, authority)
    for path in (base.root / ROOTS).iterdir():
        path.unlink()

    assert (only(base, record).verdict, only(base, record).status) == (StampVerdict.UNTRUSTED, "FAIL")
    trust(base, Authority(tmp_path / "other"))
    assert (only(base, record).verdict, only(base, record).status) == (StampVerdict.UNTRUSTED, "FAIL")


def replaced(base: KnowledgeBase, made: JudgedStamp, data: bytes, **changes: object) -> None:
    # What somebody would do who can write files: token, sidecar and names agree again.
    old, told = base.root / made.path, sidecar_of(base)
    sidecar = parse_sidecar(told.read_bytes()).model_copy(update={"token_sha256": digest_of(data), **changes})
    old.unlink()
    told.unlink()
    old.with_name(f"{digest_of(data)}.tsr").write_bytes(data)
    told.with_name(f"{digest_of(sidecar.encode())}.json").write_bytes(sidecar.encode())


def test_a_token_for_other_data_fails(base: KnowledgeBase, record: StoredRecord, authority: Authority) -> None:
    made = stamp_record(base, record, authority)
    replaced(base, made, ask(URL, b"another record", post=authority.post).data)

    assert (only(base, record).verdict, only(base, record).status) == (StampVerdict.OTHER_DATA, "FAIL")


def test_a_stamp_of_another_checkpoint_than_the_log_has_fails(
    base: KnowledgeBase, record: StoredRecord, authority: Authority
) -> None:
    made = stamp_record(base, record, authority)
    begin_log(base, "lab.example/kb/log", None)
    seal(base)
    close(base, now=NOW, key=None)
    subject = Subject(kind="checkpoint", sha256=record.digest, size=2)
    replaced(base, made, (base.root / made.path).read_bytes(), subject=subject)

    assert (only(base, record).verdict, only(base, record).status) == (StampVerdict.OTHER_DATA, "FAIL")


@pytest.mark.parametrize("left", [".tsr", ".json"])
def test_half_of_a_stamp_is_damaged_not_absent(
    left: str, base: KnowledgeBase, record: StoredRecord, authority: Authority
) -> None:
    stamp_record(base, record, authority)
    for path in (base.root / STAMPS).iterdir():
        if path.suffix != left:
            path.unlink()

    assert (only(base, record).verdict, only(base, record).status) == (StampVerdict.DAMAGED, "FAIL")


@pytest.mark.parametrize("kept", [0, 1])
def test_a_stamp_whose_writing_was_cut_off_is_completed_by_the_next(
    kept: int, base: KnowledgeBase, record: StoredRecord, authority: Authority
) -> None:
    made = stamp_record(base, record, authority)
    sidecar = sidecar_of(base)
    unfinished = base.root / ".kb/stamps" / sidecar.name
    assert not unfinished.exists()
    sidecar.rename(unfinished)
    if not kept:
        (base.root / made.path).unlink()  # killed before the token was there
    finish_stamps(base.root)

    assert [stamp.status for stamp in Beside.of(base).stamps(record.digest)] == ["PASS"] * kept
    assert not unfinished.exists()
    stamp_record(base, record, authority)
    assert {stamp.status for stamp in Beside.of(base).stamps(record.digest)} == {"PASS"}


def flips(data: bytes) -> Iterator[bytes]:
    for at in range(len(data)):
        for bit in range(8):
            yield data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]


@pytest.mark.slow
def test_every_bit_of_a_token_and_of_its_sidecar_counts(
    base: KnowledgeBase, record: StoredRecord, authority: Authority
) -> None:
    stamp_record(base, record, authority)
    beside = Beside.of(base)
    for each in sorted((base.root / STAMPS).iterdir()):
        data = each.read_bytes()
        for flipped in flips(data):
            each.write_bytes(flipped)
            assert {stamp.status for stamp in Beside(base, beside.log).stamps(record.digest)} == {"FAIL"}
        each.write_bytes(data)
    assert only(base, record).status == "PASS"


def holds(data: bytes, root: Path, digest: str) -> bool:
    try:
        token = read_token(data)
        return token.imprint == digest and bool(check_token(token, [root]))
    except KbError:
        return False


@pytest.mark.slow
def test_what_is_signed_in_a_token_cannot_be_flipped_even_where_the_sidecar_is_made_anew(authority: Authority) -> None:
    token = ask(URL, b"record", post=authority.post)
    digest = digest_of(b"record")
    assert holds(token.data, authority.root, digest)

    passed = [flipped for flipped in flips(token.data) if holds(flipped, authority.root, digest)]

    # The outermost parts are signed by nobody; what they say of data, time and number is.
    assert len(passed) < len(token.data) * 8 * 0.02
    for flipped in passed:
        other = read_token(flipped)
        assert (other.imprint, other.time, other.nonce) == (token.imprint, token.time, token.nonce)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://tsa.example", "tsa.example", "http://", "http://[1"])
def test_only_addresses_of_the_web_are_asked(url: str) -> None:
    with pytest.raises(UsageError, match="no address of an authority"):
        ask(url, b"record", post=lambda *_: b"")


def test_an_authority_is_asked_over_http(authority: Authority) -> None:
    with serve(authority.answer) as url:
        token = ask(url, b"record")

    assert isinstance(token, Token)
    assert token.imprint == digest_of(b"record")


@pytest.mark.parametrize(
    ("answer", "options", "expected", "message"),
    [
        (b"<html>", {"kind": "text/html"}, ToolFailedError, "not as a time-stamp authority"),
        (b"", {"code": 404}, ToolFailedError, "answers 404"),
        (b"", {"code": 302, "to": "https://elsewhere.example/"}, ToolFailedError, "answers 302"),
        (b"x" * 300_000, {}, InvalidDataError, "an answer has at most"),
        (b"nonsense", {}, InvalidDataError, "no answer of a time-stamp authority"),
    ],
)
def test_what_is_no_stamp_is_refused_in_one_line(
    answer: bytes, options: dict[str, str], expected: type[KbError], message: str
) -> None:
    with serve(lambda _: answer, **options) as url, pytest.raises(expected, match=message) as raised:
        ask(url, b"record")

    assert "\n" not in raised.value.message
    assert raised.value.hint


def test_an_answer_to_another_question_is_refused(authority: Authority) -> None:
    other = ask(URL, b"record", post=authority.post).data

    with pytest.raises(VerificationError, match="something else than was asked"):
        ask(URL, b"record", post=lambda *_: other)


def test_without_network_it_is_said_that_nothing_is_lost() -> None:
    with pytest.raises(ToolFailedError, match="cannot be reached") as raised:
        ask("http://127.0.0.1:1/tsr", b"record")

    assert "run the same command again" in raised.value.hint
