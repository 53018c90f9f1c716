"""Collecting over a real SSH connection: an `sshd` of our own on loopback, with keys made for the test."""

import getpass
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from envkb.capture.transports.local import collect_local
from envkb.capture.transports.ssh import collect_over_ssh
from envkb.errors import ToolFailedError, ToolMissingError

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
TOOLS = ("ssh", "ssh-keygen")
# Where Debian's sshd, started by root, gives up its rights; made by its service otherwise.
SEPARATION = Path("/run/sshd")

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(SSHD is None or not all(map(shutil.which, TOOLS)), reason="no sshd (openssh-server) here"),
]


class Server:
    """A running sshd, and the folder of its keys."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.address = f"ssh://{getpass.getuser()}@127.0.0.1:{port}"
        self.path = folder / "path"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def configure(folder: Path, port: int) -> Path:
    for name in ("host_key", "id"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    shutil.copy(folder / "id.pub", folder / "authorized_keys")
    # What the login shell of the "other machine" finds; tests change it.
    (folder / "path").mkdir()
    config = folder / "sshd_config"
    config.write_text(
        f"ListenAddress 127.0.0.1:{port}\nHostKey {folder}/host_key\nAuthorizedKeysFile {folder}/authorized_keys\n"
        f"PidFile none\nStrictModes no\nUsePAM no\nPasswordAuthentication no\nPrintMotd no\n"
        f'ForceCommand . {folder}/profile; eval "$SSH_ORIGINAL_COMMAND"\n'
    )
    (folder / "profile").write_text("echo 'Welcome to the other machine'\n")
    # `ssh` with the test's own keys, found on PATH before the system's.
    wrapper = folder / "bin" / "ssh"
    wrapper.parent.mkdir()
    options = f"-i {folder}/id -o StrictHostKeyChecking=accept-new -o UserKnownHostsFile={folder}/known_hosts"
    wrapper.write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F none {options} "$@"\n')
    wrapper.chmod(0o755)
    return config


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder, port = tmp_path_factory.mktemp("ssh"), free_port()
    if os.geteuid() == 0:
        # Left there afterwards, as the service does: another worker's sshd may need it.
        SEPARATION.mkdir(mode=0o755, exist_ok=True)
    # In the foreground, so that it ends with the test and with nobody else.
    process = subprocess.Popen([str(SSHD), "-D", "-e", "-f", configure(folder, port)], stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield Server(folder, port)
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def server(running: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    monkeypatch.setenv("PATH", f"{running.folder}/bin:{os.environ['PATH']}")
    (running.folder / "profile").write_text("echo 'Welcome to the other machine'\n")
    return running


def test_another_machine_is_read_with_nothing_installed_there(server: Server) -> None:
    collected = collect_over_ssh(server.address, sys.executable)
    target = collected.snapshot.json("kb:target")
    assert target["python"] == sys.executable
    assert "envkb" in {row["name"] for row in collected.snapshot.json("kb:environment")["distributions"]}
    assert collected.snapshot.json("kb:uname")["system"] == os.uname().sysname
    assert getpass.getuser() in collected.machine_values.users
    assert os.environ["PATH"] not in json.dumps(collected.snapshot.text("kb:variables"))


def test_the_same_machine_has_the_same_key_however_it_is_reached(server: Server) -> None:
    local, remote = (
        collected.snapshot.source("kb:machine-key") for collected in (collect_local(), collect_over_ssh(server.address))
    )
    assert local is not None
    assert remote is not None
    assert (local.status, local.text) == (remote.status, remote.text)


def test_a_target_that_is_not_there_is_told(server: Server) -> None:
    source = collect_over_ssh(server.address, "/nowhere/env").snapshot.source("kb:target")
    assert source is not None
    assert source.reason == "no interpreter or prefix at /nowhere/env"


def test_a_machine_without_python_is_told(server: Server) -> None:
    (server.folder / "profile").write_text(f"PATH={server.path}\n")
    shell = server.path / "sh"
    shell.symlink_to("/bin/sh")
    try:
        with pytest.raises(ToolMissingError, match=r"127\.0\.0\.1 has no Python"):
            collect_over_ssh(server.address)
    finally:
        shell.unlink()


def test_an_old_python_alone_is_named(server: Server) -> None:
    old = next(iter(sorted(Path.home().glob(".pyenv/versions/3.[67].*/bin/python3"))), None)
    if old is None:
        pytest.skip("no Python 3.6 or 3.7 under ~/.pyenv/versions")
    (server.folder / "profile").write_text(f"PATH={server.path}\n")
    links = {server.path / "sh": Path("/bin/sh"), server.path / "python3": old}
    for link, place in links.items():
        link.symlink_to(place)
    try:
        with pytest.raises(ToolMissingError, match=f"Python {old.parts[-3]} is too old"):
            collect_over_ssh(server.address)
    finally:
        for link in links:
            link.unlink()


def test_a_refused_login_is_told_with_advice(server: Server) -> None:
    keys = server.folder / "authorized_keys"
    kept = keys.read_text()
    keys.write_text("")
    try:
        with pytest.raises(ToolFailedError, match="Permission denied") as caught:
            collect_over_ssh(server.address)
    finally:
        keys.write_text(kept)
    assert "key or an agent" in caught.value.hint


def test_a_machine_that_is_off_is_told(server: Server) -> None:
    assert server
    with pytest.raises(ToolFailedError, match="Connection refused"):
        collect_over_ssh(f"ssh://127.0.0.1:{free_port()}")


def test_a_changed_host_key_is_told(server: Server) -> None:
    known = server.folder / "known_hosts"
    kept = known.read_text() if known.exists() else ""
    port = server.address.rpartition(":")[2]
    other = (server.folder / "id.pub").read_text().split()[:2]
    known.write_text(f"[127.0.0.1]:{port} {' '.join(other)}\n")
    try:
        with pytest.raises(ToolFailedError, match="Host key verification failed"):
            collect_over_ssh(server.address)
    finally:
        known.write_text(kept)
