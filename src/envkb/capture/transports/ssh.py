"""Collects on another machine, through the system's `ssh`.

Nothing is installed there: the collector is piped to a Python, and the snapshot comes back on standard output.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from envkb.capture.collect.main import BEGIN, END
from envkb.capture.collected import Collected, from_collector
from envkb.capture.payload import assemble
from envkb.errors import InvalidDataError, ToolFailedError, ToolMissingError, UsageError
from envkb.process import Completed, Runner, run

CONNECT_TIMEOUT_S = 10
TIMEOUT_S = 120.0
_SSH_FAILED = 255
_HINT = "give the machine as ssh://user@machine or ssh://user@machine:port"
# A name that starts with a dash would be read as an option by somebody on the way.
_ADDRESS = re.compile(
    r"ssh://(?:(?P<user>[A-Za-z0-9_][A-Za-z0-9._-]*)(?P<password>:[^@/]*)?@)?"
    r"(?:(?P<host>[A-Za-z0-9_][A-Za-z0-9._-]*)|\[(?P<ipv6>[0-9A-Fa-f:.]+(?:%[A-Za-z0-9]+)?)\])"
    r"(?::(?P<port>[0-9]{1,5}))?/?"
)
_LAST_PORT = 65535
_PYTHONS = "python3 python3.14 python3.13 python3.12 python3.11 python3.10 python3.9 python3.8 python"
# Quoted so that every login shell (fish and csh too) hands it to `sh` as it is. The first Python that is new enough
# runs what comes on standard input; else the last one found does, and says that it is too old.
_REMOTE = (
    f"sh -c 'for p in {_PYTHONS}; do "
    'command -v "$p" >/dev/null 2>&1 || continue; found=$p; '
    '"$p" -c "import sys; sys.exit(sys.version_info < (3, 8))" >/dev/null 2>&1 </dev/null && exec "$p" -E -s -S -; '
    'done; [ -n "$found" ] && exec "$found" -E -s -S -; echo kb-no-python; exit 127\''
)
_NO_PYTHON = b"kb-no-python"
# What ssh says, and what a person can do about it.
_ADVICE = (
    ("permission denied", "kb cannot type passwords: set up a key or an agent, and try `ssh {host} true`"),
    ("host key verification failed", "connect once by hand to accept the machine's key: `ssh {host} true`"),
    ("could not resolve hostname", "check the spelling, or give the machine's address"),
    ("connection refused", "check the port, and that an SSH server runs there"),
    ("timed out", "check that the machine is on and reachable from here"),
    ("no route to host", "check that the machine is on and reachable from here"),
)


@dataclass(frozen=True, slots=True)
class Address:
    """Where an SSH server listens.

    Attributes:
        host: Name, alias of the user's ssh configuration, or address.
        user: Login name; None for what ssh is configured with.
        port: TCP port; None for what ssh is configured with.
    """

    host: str
    user: str | None = None
    port: int | None = None


def parse_address(text: str) -> Address:
    """Read `ssh://[user@]machine[:port]`.

    Raises:
        UsageError: It is something else, or could be mistaken for an option.
    """
    found = _ADDRESS.fullmatch(text)
    if found is None:
        raise UsageError(f"{text!r} is no address of a machine", hint=_HINT)
    if found["password"]:
        raise UsageError("a password does not belong into an address", hint="set up a key or an agent for ssh")
    port = int(found["port"]) if found["port"] else None
    if port is not None and not 0 < port <= _LAST_PORT:
        raise UsageError(f"there is no port {port}", hint=_HINT)
    return Address(found["host"] or found["ipv6"], found["user"], port)


def collect_over_ssh(address: str, target: str = "", *, runner: Runner = run) -> Collected:
    """Read another machine and one environment on it.

    Args:
        address: `ssh://[user@]machine[:port]`.
        target: Path or name of the environment there; empty for the one active there.
        runner: What starts `ssh`.

    Raises:
        UsageError: The address is none.
        ToolMissingError: There is no `ssh` here, or no Python 3.8 or later there.
        ToolFailedError: The machine cannot be reached, or what came back is no snapshot.
    """
    where = parse_address(address)
    done = runner(_command(where), stdin=assemble({"target": target}).encode(), timeout_s=TIMEOUT_S)
    document = _document(done, where.host)
    try:
        return from_collector(document)
    except InvalidDataError as error:
        raise ToolFailedError(f"{where.host} sent something that is no snapshot", hint=error.message) from error


def _command(where: Address) -> list[str]:
    options = ["-T", "-x", "-a", "-o", "BatchMode=yes", "-o", f"ConnectTimeout={CONNECT_TIMEOUT_S}"]
    if where.port is not None:
        options += ["-p", str(where.port)]
    if where.user is not None:
        options += ["-l", where.user]
    return ["ssh", *options, "--", where.host, _REMOTE]


def _document(done: Completed, host: str) -> dict[str, Any]:
    if done.timed_out:
        raise ToolFailedError(f"{host} did not answer within {TIMEOUT_S:g} s", hint="try `ssh` by hand")
    answer = done.stdout.decode("utf-8", "replace").rpartition(BEGIN)[2].partition(END)
    if answer[1]:
        return _parsed(answer[0], host)
    if _NO_PYTHON in done.stdout:
        raise ToolMissingError(f"{host} has no Python", hint="install Python 3.8 or later there")
    said = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2].strip()
    if done.exit_code == _SSH_FAILED:
        raise ToolFailedError(f"cannot reach {host}: {said or 'ssh gives no reason'}", hint=_advice(said, host))
    if not done.exit_code:
        hint = "what its login shell runs may end too early: see what `ssh` says there by hand"
        raise ToolFailedError(f"{host} answered, but not with a snapshot", hint=hint)
    raise ToolFailedError(
        f"the collector failed on {host}: {said or f'exit code {done.exit_code}'}",
        hint="its Python may be broken: try `python3 -c 'import json'` there",
    )


def _parsed(text: str, host: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ToolFailedError(f"{host} sent something that is no snapshot", hint=f"it is no JSON: {error}") from error
    if not isinstance(document, dict):
        raise ToolFailedError(f"{host} sent something that is no snapshot", hint="try `ssh` by hand")
    if "error" in document:
        raise ToolMissingError(f"{host}: {document['error']}", hint="kb needs Python 3.8 or later there")
    return document


def _advice(said: str, host: str) -> str:
    lowered = said.lower()
    return next((advice.format(host=host) for sign, advice in _ADVICE if sign in lowered), "try `ssh` by hand")
