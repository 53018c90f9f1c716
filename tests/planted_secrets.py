"""Secrets to plant: what stands in a text, and the parts of it that may not stay.

Tokens are put together here, so that no scanner of this repository takes them for real ones.
"""

from base64 import b64encode
from typing import NamedTuple

from envkb.document.redaction import MachineValues

RANDOM = "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1eF3hI5kL7n"
HEX = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c"
KEY_LINES = "\n".join(("MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDx" + RANDOM, RANDOM + "x1Y2z3=="))
PEM = f"-----BEGIN PRIVATE KEY-----\n{KEY_LINES}\n-----END PRIVATE KEY-----"
SECRET = "correct-Horse/battery+staple"

MACHINE = MachineValues(
    users=("adalovelace", "pi"),
    hosts=("analytical.engine.example", "vm"),
    homes=("/home/adalovelace", "/var/lib/people/ada", "/lab", "C:\\Users\\Ada Lovelace"),
    prefixes=("/home/adalovelace/proj/.venv", "/opt/envs/torch29"),
    ips=("10.20.30.40", "2001:db8::1234:5678"),
    macs=("52:54:00:ab:cd:ef",),
    ids=("4f680a6b0c2d4e0fa1b2c3d4e5f60718", "PF3ABCDE"),
    secrets={"HF_TOKEN": SECRET, "DB_PASSWORD": "hunter2", "DEPLOY_KEY": PEM, "PIN_SECRET": "73914628"},
)


class Plant(NamedTuple):
    """A text and what of it must be gone when it is clean."""

    kind: str
    text: str
    gone: tuple[str, ...]


def _known(kind: str, text: str, *gone: str) -> Plant:
    return Plant(kind, text, gone)


KNOWN = (
    _known("prefix", "/home/adalovelace/proj/.venv/bin/python", "adalovelace", ".venv"),
    _known("prefix", "prefix=/opt/envs/torch29", "/opt/envs/torch29"),
    _known("home", "/home/adalovelace/.cache/uv", "adalovelace"),
    _known("home", "see /var/lib/people/ada/x", "/people/ada"),
    _known("home", "/lab/.cache/pip", "/lab"),
    _known("home", "-I/lab/include -L/lab/lib", "/lab"),
    _known("home", r"C:\Users\Ada Lovelace\AppData", "Lovelace"),
    _known("home", r"C:\\Users\\Ada Lovelace\\AppData", "Lovelace"),
    _known("home", "/mnt/c/Users/Ada Lovelace/AppData", "Lovelace"),
    _known("home", "c:/users/ada lovelace/appdata", "lovelace"),
    _known("home", r"\\wsl.localhost\Ubuntu\home\adalovelace\x", "adalovelace"),
    _known("home", "path=%2Fhome%2Fadalovelace%2Fx", "adalovelace"),
    _known("home", "path=%2Fvar%2Flib%2Fpeople%2Fada", "people"),
    _known("user", "run by AdaLovelace today", "AdaLovelace"),
    _known("user", "adalovelace_env", "adalovelace"),
    _known("user", "USER=pi", "=pi"),
    _known("user", "pi@somewhere", "pi@"),
    _known("user", "drwxr-xr-x 5 pi pi 4096 Jan  1 00:00 x", " pi"),
    _known("user", "uid=1000(pi) gid=1000(pi) groups=1000(pi),27(sudo)", "(pi)"),
    _known("host", "on analytical.engine.example: ok", "analytical", "engine"),
    _known("host", "ANALYTICAL is up", "ANALYTICAL"),
    _known("host", "hostname: vm", ": vm"),
    _known("host", "http://vm:8080/x", "vm"),
    _known("host", "Linux vm 6.8.0-45-generic #45-Ubuntu SMP", "vm"),
    _known("ip", "reached 10.20.30.40 at once", "10.20.30.40"),
    _known("ip", "reached 2001:DB8::1234:5678", "1234:5678"),
    _known("mac", "enx525400abcdef: up", "525400abcdef"),
    _known("mac", "52-54-00-AB-CD-EF", "AB-CD"),
    _known("uuid", "id 4f680a6b0c2d4e0fa1b2c3d4e5f60718", "4f680a6b"),
    _known("uuid", "id 4F680A6B-0C2D-4E0F-A1B2-C3D4E5F60718", "4F680A6B"),
    _known("serial", "board PF3ABCDE", "PF3ABCDE"),
    _known("secret", f"x{SECRET}y", SECRET),
    _known("secret", "said hunter2.", "hunter2"),
    _known("secret", "code 73914628!", "73914628"),
    _known("secret", "q=correct-Horse%2Fbattery%2Bstaple", "battery"),
    _known("secret", SECRET.encode().hex(), SECRET.encode().hex()),
    _known("secret", b64encode(f"ada:{SECRET}".encode()).decode(), b64encode(f"ada:{SECRET}".encode()).decode()[8:30]),
    _known("secret", b64encode(f"x{SECRET}".encode()).decode(), b64encode(f"x{SECRET}".encode()).decode()[8:30]),
    _known("secret", b64encode(SECRET.encode()).decode(), b64encode(SECRET.encode()).decode()[:30]),
    _known("secret", KEY_LINES, "MIIEvQIBADAN"),
    _known("secret", b64encode(b"/home/adalovelace").decode(), "Fsb3ZlbGFj"),
)
"""Values of the machine."""

BY_FORM = (
    _known("home", "/home/grace/x", "grace"),
    _known("home", "LD_LIBRARY_PATH=/usr/lib:/home/grace.h/lib", "grace"),
    _known("home", "/Users/grace/Library/Caches", "grace"),
    _known("home", r"D:\Users\grace\x", "grace"),
    _known("home", r"C:\\Users\\Grace Hopper\\AppData", "Grace", "Hopper"),
    _known("home", "/mnt/c/Users/grace/x", "grace"),
    _known("home", r"C:\Documents and Settings\grace\x", "grace"),
    _known("home", "file:///home/grace/wheels", "grace"),
    _known("home", "/export/home/grace/x", "grace"),
    _known("home", "'/home/grace'", "grace"),
    _known("email", "by G. H. <grace.hopper+x@navy.example>", "grace", "navy"),
    _known("email", "grace@mail.navy.example.com wrote", "grace", "navy"),
    _known("user", "grace@cobol:~/src$ make", "grace", "cobol"),
    _known("user", "[grace@cobol src]$ make", "grace", "cobol"),
    _known("user", "ssh grace@cobol", "grace", "cobol"),
    _known("user", "ssh://grace@10.1.2.3:22", "grace", "10.1.2.3"),
    _known("user", "scp x grace@cobol:/tmp", "grace", "cobol"),
    _known("user", '"username": "grace"', "grace"),
    _known("user", "grace:x:1000:1000:Grace Hopper,,,:/home/grace:/bin/bash", "grace", "Hopper"),
    _known("host", '"hostname": "cobol"', "cobol"),
    _known("host", "Static hostname: cobol", "cobol"),
    _known("host", "<hostname>cobol</hostname>", "cobol"),
    _known("host", '"node": "cobol-2"', "cobol"),
    _known("host", "Linux cobol 6.8.0-45-generic #45-Ubuntu SMP", "cobol"),
    _known("host", "Darwin Cobol.local 23.1.0 Darwin Kernel Version 23.1.0", "Cobol"),
    _known("host", "at ip-10-1-2-3.eu-west-1.compute.internal", "10-1-2-3"),
    _known("host", "http://cobol:8888/tree", "cobol"),
    _known("host", "http://nas.lan/x", "nas"),
    _known("host", "git+https://git.navy.example/team/x.git@9f8e7d", "navy"),
    _known("host", "git@git.navy.example:team/x.git", "navy"),
    _known("ip", "inet 10.1.2.3/24 brd 10.1.2.255 scope global", "10.1.2.3", "10.1.2.255"),
    _known("ip", "http://10.1.2.3/x", "10.1.2.3"),
    _known("ip", "MASTER_ADDR=10.1.2.3", "10.1.2.3"),
    _known("ip", '"ip": "10.1.2.3"', "10.1.2.3"),
    _known("ip", "tcp://10.1.2.3:29500", "10.1.2.3"),
    _known("ip", "10.1.2.3:22", "10.1.2.3"),
    _known("ip", "root@10.1.2.3", "10.1.2.3"),
    _known("ip", "gateway 192.168.178.1", "192.168.178.1"),
    _known("ip", "it is 192.168.178.20 here", "192.168.178.20"),
    _known("ip", "inet6 fe80::5054:ff:feab:cdef/64", "5054"),
    _known("ip", "http://[2001:db8:85a3::8a2e:370:7334]:80/", "85a3"),
    _known("ip", "2001:0db8:85a3:0000:0000:8a2e:0370:7334", "85a3"),
    _known("mac", "link/ether 02:42:AC:11:00:02 brd ff:ff:ff:ff:ff:ff", "02:42:AC"),
    _known("mac", "Physical Address: 02-42-AC-11-00-02", "02-42-AC"),
    _known("uuid", "UUID: GPU-27b94a00-ed54-5c24-b1fd-1054085de32a", "27b94a00"),
    _known("uuid", "MIG-GPU-27b94a00-ed54-5c24-b1fd-1054085de32a/1/0", "27b94a00"),
    _known("uuid", "/dev/disk/by-uuid/27B94A00-ED54-5C24-B1FD-1054085DE32A", "27B94A00"),
    _known("uuid", 'UUID="1A2B-3C4D" TYPE="vfat"', "1A2B"),
    _known("uuid", "Machine ID: 4f680a6b0c2d4e0fa1b2c3d4e5f60719", "4f680a6b"),
    _known("serial", "Serial Number (system): C02XG0ABCDEF", "C02XG"),
    _known("serial", "Serial\t\t: 10000000abcdef01", "abcdef01"),
    _known("serial", "<serial>1324321002473</serial>", "1324321002473"),
    _known("serial", '"serial_number": "1324321002473"', "1324321002473"),
    _known("serial", "ID_SERIAL_SHORT=S649NX0R123456", "S649"),
    _known("serial", "/dev/disk/by-id/nvme-Vendor_SSD_S649NX0R123456", "S649"),
    _known("credential", "https://grace:hopper@files.example/x", "grace", "hopper"),
    _known("credential", "postgres://grace:h@pper@db.example:5432/x", "grace", "pper"),
    _known("credential", "https_proxy=grace:hopper@proxy.navy.example:3128", "hopper", "navy"),
    _known("index", "https://grace:hopper@nexus.navy.example/repository/pypi/simple/torch/", "hopper", "nexus", "navy"),
    _known("index", "--extra-index-url https://wheels.navy.example/stable", "navy"),
    _known("index", "https://conda.navy.example/t/tk-1234567890/team/linux-64/x-1.0-0.conda", "tk-1234567890", "navy"),
    _known("index", "find-links = file:///srv/wheels/inhouse", "inhouse"),
    _known("token", "https://conda.anaconda.example/t/ab-12345678-1234/conda-forge", "ab-12345678"),
    _known("token", "GET /t/tk-1234567890/team/linux-64/repodata.json", "tk-1234567890"),
    _known("token", "ghp_" + RANDOM, RANDOM),
    _known("token", "gho_" + RANDOM, RANDOM),
    _known("token", "ghs_" + RANDOM, RANDOM),
    _known("token", "github_pat_" + RANDOM[:22] + "_" + RANDOM, RANDOM[:22]),
    _known("token", "glpat-" + RANDOM[:20], RANDOM[:20]),
    _known("token", "AKIA" + "IOSFODNN7EXAMPLE", "IOSFODNN7"),
    _known("token", "ASIA" + "IOSFODNN7EXAMPLE", "IOSFODNN7"),
    _known("token", "AIza" + RANDOM[:35], RANDOM[:35]),
    _known("token", "ya29." + RANDOM, RANDOM),
    _known("token", "hf_" + RANDOM[:34], RANDOM[:34]),
    _known("token", "sk-" + RANDOM, RANDOM),
    _known("token", "sk-ant-api03-" + RANDOM, RANDOM),
    _known("token", "xoxb-" + "123456789012-" + RANDOM, RANDOM),
    _known("token", "pypi-" + "AgEIcHlwaS5vcmc" + RANDOM, RANDOM),
    _known("token", "npm_" + RANDOM[:36], RANDOM[:36]),
    _known("token", "dckr_pat_" + RANDOM[:27], RANDOM[:27]),
    _known("token", "eyJ" + "hbGciOiJIUzI1NiJ9." + "eyJ" + "zdWIiOiIxIn0." + RANDOM, RANDOM),
    _known("token", "https://acct.blob.example/c?sv=2024&sig=" + RANDOM + "%3D&se=1", RANDOM),
    _known("token", "https://bucket.example/x?X-Amz-Signature=" + HEX + HEX[:24], HEX),
    _known("token", "https://hooks.slack.example/services/T00000000/B00000000/" + RANDOM[:24], RANDOM[:24]),
    _known("secret", "WANDB_API_KEY=" + HEX, HEX),
    _known("token", "wandb login " + HEX, HEX),
    _known("secret", "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/" + RANDOM[:18], "wJalrXUtnFEMI", RANDOM[:18]),
    _known("secret", PEM, "MIIEvQIBADAN", RANDOM),
    _known("secret", PEM.replace("PRIVATE", "OPENSSH PRIVATE").partition("-----END")[0], "MIIEvQIBADAN", RANDOM),
    _known("secret", '{"private_key": "' + PEM.replace("\n", "\\n") + '"}', "MIIEvQIBADAN", RANDOM),
    _known("secret", "password=hopper", "hopper"),
    _known("secret", 'password: "two words"', "two words"),
    _known("secret", "mysql --password hopper -h x", "hopper"),
    _known("secret", "token: a1b2c3d4e5", "a1b2c3d4e5"),
    _known("secret", '"access_token":"a1b2c3d4e5"', "a1b2c3d4e5"),
    _known("secret", "--token a1b2c3d4e5", "a1b2c3d4e5"),
    _known("secret", "MY_SECRET=hopper", "hopper"),
    _known("secret", "export TEAM_PASSWD='a b c d'", "a b c d"),
    _known("secret", "Authorization: Bearer " + RANDOM, RANDOM),
    _known("secret", "Authorization: Basic Z3JhY2U6aG9wcGVy", "Z3JhY2U6aG9wcGVy"),
    _known("secret", "curl -H 'X-Api-Key: a1b2c3d4e5f6' x", "a1b2c3d4e5f6"),
    _known("secret", "curl -s -u grace:hopper https://x.example", "hopper"),
    _known("secret", "machine x.example login grace password hopper", "hopper"),
    _known("secret", "AccountKey=" + RANDOM + "==;EndpointSuffix=x", RANDOM),
)
"""What nobody needs to know to see that it must not stay."""

ALL = KNOWN + BY_FORM
