"""What surrounds one `kb record`: reading what was said and typed, other machines, and drafts."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from envkb.capture.collected import Collected
from envkb.capture.snapshot import Snapshot, Source, from_document
from envkb.document.redaction import MachineValues
from envkb.errors import InvalidDataError, KbError, UsageError
from envkb.experiment.record import Recorded, gate_for
from envkb.experiment.stated import StatedFile
from envkb.experiment.stated_document import StatedDocument, StatedNote, parse_stated_document
from envkb.knowledge.layout import MAX_ATTACHMENT_BYTES
from envkb.process import end_running, run

_MAX_TEXT_BYTES = 1024 * 1024
_IMPORT_TIMEOUT_S = 120.0
_SHORTER = "keep the part that matters, and say in a note where the rest lies"


def read_document(path: Path) -> StatedDocument:
    """Read the file of `--from`; the files it attaches lie relative to it.

    Raises:
        UsageError: There is no such file.
        InvalidDataError: It cannot be read.
    """
    document = parse_stated_document(_text(path), path.name)
    places = tuple(str(path.parent / Path(name).expanduser()) for name in document.attach)
    return document.model_copy(update={"attach": places})


def read_note(path: Path) -> StatedNote:
    """Read a note; its title is the file's name.

    Raises:
        UsageError: There is no such file.
        InvalidDataError: It is too long or not UTF-8.
    """
    return StatedNote(title=path.name, text=_text(path))


def read_files(paths: Sequence[str]) -> tuple[StatedFile, ...]:
    """Read the files to attach.

    Raises:
        UsageError: One is missing, or no regular file.
        InvalidDataError: One is too large.
    """
    return tuple(StatedFile(Path(path).name, _bytes(Path(path), MAX_ATTACHMENT_BYTES)) for path in paths)


def read_host_snapshot(path: Path) -> Snapshot:
    """Read the snapshot of `--host-facts FILE`.

    Raises:
        UsageError: There is no such file.
        InvalidDataError: It is no snapshot.
    """
    try:
        return from_document(json.loads(_bytes(path, MAX_ATTACHMENT_BYTES)))
    except (ValueError, RecursionError) as error:
        raise InvalidDataError(f"{path} is no snapshot: {error}", hint="one lies beside every record") from error


def _text(path: Path) -> str:
    try:
        return _bytes(path, _MAX_TEXT_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidDataError(f"{path}: byte {error.start} is not UTF-8", hint="save the file as UTF-8") from error


def _bytes(path: Path, limit: int) -> bytes:
    # A pipe or a device would be read for ever.
    if not path.is_file():
        raise UsageError(f"{path} is not there, or is no file", hint="give the path of a regular file")
    if path.stat().st_size > limit:
        raise InvalidDataError(f"{path} has {path.stat().st_size} bytes; at most {limit} are taken", hint=_SHORTER)
    try:
        return path.read_bytes()
    except OSError as error:
        raise KbError(f"{path} cannot be read: {error.strerror}") from error


def keep_draft(document: StatedDocument, machine: MachineValues, root: Path) -> Path:
    """Write what a person said into a draft, cleaned and readable to its owner alone, and return its path.

    Raises:
        KbError: No place takes it.
    """
    from envkb.knowledge.drafts import save_draft  # noqa: PLC0415 - only where something went wrong

    # Whoever goes on does so from elsewhere; under the home folder, whose name is cleaned away, `~` says where.
    document = document.model_copy(update={"attach": tuple(map(_lasting, document.attach))})
    tree = gate_for(machine).tree(document.model_dump(mode="json", exclude_defaults=True))
    return save_draft(root, (json.dumps(tree, indent=2, ensure_ascii=False) + "\n").encode("utf-8", "replace"))


def _lasting(path: str) -> str:
    place = Path(path).absolute()
    return f"~/{place.relative_to(Path.home())}" if place.is_relative_to(Path.home()) else str(place)


def with_torch_import(collected: Collected) -> Collected:
    """Ask the target interpreter to import torch, and add what it says to the snapshot.

    A torch that cannot be imported, crashes or hangs is an answer, too.
    """
    target = collected.snapshot.json("kb:target")
    python = target.get("python") if isinstance(target, dict) else None
    if not python:
        return collected
    from importlib.resources import files  # noqa: PLC0415 - only for `--import torch`

    program = (files("envkb.capture") / "torch_import.py").read_bytes()
    done = run([python, "-I", "-"], stdin=program, timeout_s=_IMPORT_TIMEOUT_S)
    if done.timed_out:
        source = Source("kb:import", "timeout", reason=f"no answer within {_IMPORT_TIMEOUT_S:g} s")
    elif done.exit_code:
        last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        source = Source("kb:import", "failed", reason=f"exit code {done.exit_code}: {last}", exit_code=done.exit_code)
    else:
        source = Source("kb:import", text=done.stdout.decode("utf-8", "replace"))
    sources = {**collected.snapshot.sources, source.id: source._replace(duration_ms=done.duration_s * 1000)}
    return collected._replace(snapshot=Snapshot(sources))


class Elsewhere(NamedTuple):
    """What became of one other machine.

    Attributes:
        address: As given.
        recorded: Its record; None where there is none.
        error: Why there is none; None where there is one.
    """

    address: str
    recorded: Recorded | None
    error: KbError | None


def record_elsewhere(
    addresses: Sequence[str], target: str, record_one: Callable[[Collected], Recorded]
) -> list[Elsewhere]:
    """Read several machines side by side and record each; one that fails leaves the others alone.

    Args:
        addresses: `ssh://user@machine[:port]`.
        target: The environment there.
        record_one: Records one collection; called one after the other.
    """
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - most records are of this machine

    from envkb.capture.transports.ssh import collect_over_ssh  # noqa: PLC0415 - likewise

    with ThreadPoolExecutor(max_workers=len(addresses)) as pool:
        pending = [pool.submit(collect_over_ssh, address, target) for address in addresses]
        results = []
        for address, future in zip(addresses, pending, strict=True):
            try:
                results.append(Elsewhere(address, record_one(future.result()), None))
            except KbError as error:
                results.append(Elsewhere(address, None, error))
            except BaseException:
                # Ctrl-C reaches this thread alone; the pool would wait for machines that may never answer.
                pool.shutdown(wait=False, cancel_futures=True)
                end_running()
                raise
    return results
