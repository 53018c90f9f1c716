"""What looks like a secret to a careless pattern, and must stay as it is."""

import pytest

from envkb.document.redaction import Gate, MachineValues, find_leaks

MACHINE = MachineValues(
    users=("ada", "python", "pi"),
    hosts=("vm", "gpu-server", "h100"),
    homes=("/lab", "/home/ada"),
    prefixes=("/usr", "/usr/local"),
    secrets={"FLAG_KEY": "true", "PIN_SECRET": "123", "NAME_TOKEN": "python3"},
)

INNOCENT = (
    # Versions that look like addresses.
    "nvidia-cublas-cu12==12.4.5.8",
    "nvidia-curand-cu12 10.3.5.147",
    "nvidia-cuda-nvrtc-cu12 (12.6.85.1)",
    "Driver Version: 550.54.15.1",
    'version = "10.3.2.106"',
    "Microsoft Windows [Version 10.0.19045.4529]",
    "libfoo-1.2.3.4.so.1.2.3.4",
    "cudnn 8.9.7.29 of 12.1.105.0",
    "upgraded from 12.1.3.1 to 12.4.5.8",
    "/opt/cuda/12.4.5.8/lib64",
    "cuda-nvcc-12.4.131-0.tar.bz2",
    "SQL Server 10.0.1600.22",
    "opencv-python-headless==4.10.0.84",
    "wsl.exe 2.0.14.0",
    "https://docs.example/cuda/12.4.5.8/index.html",
    "listening on 0.0.0.0:8000 and 127.0.0.1:8080, http://localhost:8888/lab, [::1]:9000",
    "inet 127.0.0.1/8 scope host lo, netmask 255.255.255.0",
    # Numbers of devices, times, digests.
    "00000000:01:00.0 Off",
    "0000:3b:00.0 VGA compatible controller [0300]: NVIDIA Corporation [10de:2204] (rev a1)",
    "PCI:0:2:0",
    "12:30:45",
    "2026-03-04T12:30:45Z",
    "2024-01-02 03:04:05.678901",
    "24-01-02-03-04-05",
    "EXIF date 2024:01:02 10:11:12",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "git version 3c2b1a09f8e7d6c5b4a3928170655443322110ff",
    "repo.git@550a4f78f382b5a7f40082f1e1a2b3c4d5e6f708",
    "md5 d41d8cd98f00b204e9800998ecf8427e",
    "SHA256 Fingerprint=" + ":".join(["AB"] * 32),
    "py311h2a1b3c4_0",
    "cp311-cp311-manylinux_2_28_x86_64",
    "torch-2.9.1+cu126-cp311-cp311-manylinux_2_28_aarch64.whl",
    "KB-2026-WERC8-GMRZGT",
    "00000000-0000-0000-0000-000000000000",
    # Code.
    "std::vector<int> a::b::c",
    "at::native::add_kernel(dead::beef)",
    "x[2000::2], y[::-1], z[1::2]",
    "face::add(fade::out)",
    "out = q@k.transpose(-2, -1)",
    "@pytest.mark.parametrize",
    "x@w.weight",
    "user@1000.service loaded",
    "icon@2x.png",
    "python@3.11 pip@24.0",
    "actions/checkout@main",
    "ghcr.example/app@sha256:9f86d081884c7d659a2feaa0c55ad015",
    "flask-sqlalchemy-migrations-extra-1",
    "hf_hub_download hf_transfer npm_config_registry",
    "pypi-attestations-0.0.21",
    "task-1234567890abcdefghij",
    "tokenizer_config.json",
    "eos_token: </s>",
    "pad_token='[PAD]'",
    "max_new_tokens=128, token: 50256",
    "bos_token=<|begin_of_text|>",
    "password=None, token=${HF_TOKEN}, api_key=<YOUR_KEY>",
    "HF_TOKEN: ${{ secrets.HF_TOKEN }}",
    "sort_key=name, key=value",
    "password = getpass.getpass()",
    "--token",
    "tokens/s: 123.4",
    # Hardware and systems.
    "Intel(R) Core(TM) i7-6820HQ CPU @ 2.70GHz",
    "AMD EPYC 9654 96-Core Processor",
    "NVIDIA H100 80GB HBM3",
    "Linux version 6.8.0-45-generic (buildd@lcy02-amd64-115) (gcc-13 (Ubuntu 13.2.0) 13.2.0) #45-Ubuntu SMP",
    "Linux version 6.1.0-18-amd64 (debian-kernel@lists.debian.org) (gcc-12) #1 SMP",
    "Linux version 5.15.153.1-microsoft-standard-WSL2 (root@941d701f84f1) (gcc) #1 SMP",
    "6.6.51+rpt-rpi-2712",
    "Address sizes:                        39 bits physical, 48 bits virtual",
    "Serial ATA AHCI controller; Serial: 8250/16550 driver, 32 ports",
    "Serial Number                         : N/A",
    "console=serial0,115200 console=tty1 root=PARTLABEL=root",
    "Host: x86_64-linux-gnu",
    "bash: hostname: command not found",
    "Linux Mint 21.3, Amazon Linux 2023.4.20240416",
    "BogoMIPS: 5399.81, Features: fp asimd evtstrm aes pmull sha1 sha2 crc32",
    "user: 12.3 ms, system: 4.5 ms",
    "user\t0m1.234s",
    "uid=0(root) gid=0(root)",
    "Mounted on /home",
    "docs/home/index.md and src/users/models.py",
    "https://docs.example/home/start and https://api.example/users/octocat",
    "/home/linuxbrew/.linuxbrew/bin/brew",
    "cffi @ file:///croot/cffi_1736182485317/work",
    "idna @ file:///home/conda/feedstock_root/build_artifacts/idna_1713279365350/work",
    "/Users/Shared and C:\\Users\\Public\\Documents",
    "/home/$USER/.cache /home/<user>/x ~/x",
    "/labs /usr/bin/python3 /srv/lab/x /usr/local/lib/python3.11/dist-packages",
    "python 3.11.9 | packaged by conda-forge | (main, Apr 19 2024, 18:36:13)",
    "h100 vm pi python root",
    # Addresses that tell nothing.
    "https://github.com/astral-sh/uv/issues/1",
    "git+https://github.com/org/repo@550a4f78f382b5a7f40082f1e1a2b3c4d5e6f708#egg=x",
    "git@github.com:org/repo.git",
    "https://github.com/org/repo/releases/download/v1/x-1.0-py3-none-any.whl",
    "https://docs.example/guide/simple/index.html",
    "https://discuss.example/t/cuda-does-not-work/12345",
    "https://www.example.com/path?query=1&page=2#top",
    "Pi's π ≈ 3.14159, naïve, İstanbul, 東京",
    "<user-1> <home>/x <token-1> <host-2>:8080 <ip-1>/24 mailto:<email-1>",
    "password=<secret-1> https://<credential-1>@host.example/x user=<user-1> hostname: <host-1>",
)


@pytest.mark.parametrize("text", INNOCENT)
def test_an_innocent_text_survives_byte_for_byte(text: str) -> None:
    gate = Gate(MACHINE)

    assert gate.text(text, place="a note") == text
    assert gate.blob(text.encode(), name="a log") == text.encode()
    assert gate.counts() == ()
    gate.verify(text.encode(), name="a log")


@pytest.mark.parametrize("text", INNOCENT)
def test_an_innocent_text_is_no_leak(text: str) -> None:
    assert find_leaks(text) == []


def test_all_innocent_texts_together_survive() -> None:
    text = "\n".join(INNOCENT)

    assert Gate(MACHINE).text(text, place="a note") == text
