"""Environment variables that matter, and the values of this machine that must never be stored."""

from __future__ import annotations

import getpass
import os
import re
import socket
from typing import Any, Iterator

from envkb.capture.collect.commands import output_of
from envkb.capture.collect.host import machine_id
from envkb.capture.collect.machine import Machine
from envkb.capture.collect.wsl import windows_users

NAMES = frozenset(
    (
        "LD_LIBRARY_PATH",
        "LD_PRELOAD",
        "DYLD_LIBRARY_PATH",
        "DYLD_FALLBACK_LIBRARY_PATH",
        "DYLD_INSERT_LIBRARIES",
        "VIRTUAL_ENV",
        "TMPDIR",
        "LC_ALL",
        "LC_CTYPE",
        "LANG",
        "CC",
        "CXX",
        "CFLAGS",
        "CXXFLAGS",
        "LDFLAGS",
        "CMAKE_ARGS",
        "MAX_JOBS",
        "GOMP_CPU_AFFINITY",
        "VECLIB_MAXIMUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "NUMEXPR_MAX_THREADS",
        "MALLOC_ARENA_MAX",
        "MALLOC_CONF",
        "DISPLAY",
        "WSLENV",
        "GIT_LFS_SKIP_SMUDGE",
    )
)
STARTS = (
    "CUDA_",
    "CUDNN_",
    "CUBLAS_",
    "NVIDIA_",
    "NVCC_",
    "PYTHON",
    "PIP_",
    "UV_",
    "CONDA_",
    "MAMBA_",
    "PIXI_",
    "RATTLER_",
    "POETRY_",
    "PYENV_",
    "OMP_",
    "MKL_",
    "OPENBLAS_",
    "BLIS_",
    "KMP_",
    "ONEDNN_",
    "DNNL_",
    "NCCL_",
    "GLOO_",
    "TORCH",
    "PYTORCH_",
    "TRITON_",
    "ATEN_",
    "JAX_",
    "XLA_",
    "TF_CPP_MIN_",
    "TF_ENABLE_ONEDNN_OPTS",
    "TF_FORCE_GPU_ALLOW_GROWTH",
    "TF_GPU_",
    "TF_NUM_",
    "TF_USE_",
    "TF_XLA_FLAGS",
    "HSA_",
    "HIP_",
    "ROCR_",
    "ROCM_",
    "GPU_",
    "MIOPEN_",
    "AMD_",
    "SYCL_",
    "ONEAPI_",
    "ZE_",
    "HF_HUB_",
    "TRANSFORMERS_",
    "TOKENIZERS_",
    "ACCELERATE_",
)
SECRET_NAME = re.compile(
    r"PASSWORD|PASSWD|SECRET|CREDENTIAL|APIKEY|TOKENS?(?:_|$)|(?:^|_)(?:KEYS?|PASS|PWD|AUTH)(?:_|$)", re.IGNORECASE
)
# Shell bookkeeping whose names look secret and whose values are folders.
NO_SECRETS = frozenset(("PWD", "OLDPWD"))
LEAST_SECRET = 4
LOCAL_IPV4 = re.compile(r"\|-- (\d+\.\d+\.\d+\.\d+)\n\s+/32 host LOCAL")


def variables(machine: Machine) -> dict[str, str]:
    """Return the variables that matter to an ML environment; those with secret-looking names stay out."""
    return {
        name: value
        for name, value in machine.environ.items()
        if (name in NAMES or name.startswith(STARTS)) and not is_secret(name)
    }


def is_secret(name: str) -> bool:
    """Tell whether a variable's name says that its value is a secret."""
    return name not in NO_SECRETS and SECRET_NAME.search(name) is not None


def machine_values(machine: Machine) -> dict[str, Any]:
    """Return the values of this machine that redaction looks for; they must never be stored."""
    windows = windows_users(machine)
    users = [machine.environ.get(name, "") for name in ("USER", "LOGNAME", "SUDO_USER")]
    homes = [machine.home, os.path.realpath(machine.home) if machine.home else "", *_account("pw_dir")]
    homes += [place + name for name in windows for place in ("/mnt/c/Users/", "C:\\Users\\")]
    macs = [machine.peek(path) for path in machine.glob("/sys/class/net/*/address")]
    secrets = {name: value for name, value in machine.environ.items() if is_secret(name) and len(value) >= LEAST_SECRET}
    return {
        "users": _distinct([*users, *_login(), *_account("pw_name"), *_full_names(), *windows]),
        "hosts": _distinct(_hosts(machine)),
        "homes": _distinct(home for home in homes if home not in ("/", "")),
        "ips": _distinct(_addresses(machine)),
        "macs": _distinct(mac for mac in macs if mac.strip("0:")),
        "ids": _distinct(_ids(machine)),
        "secret_variables": secrets,
    }


def _distinct(values: Any) -> list[str]:  # noqa: ANN401
    return [value for value in dict.fromkeys(values) if value]


def _login() -> list[str]:
    try:
        return [getpass.getuser()]
    except (OSError, KeyError, ImportError):
        return []


def _account(field: str) -> list[str]:
    try:
        import pwd  # noqa: PLC0415 - a container's user may have no entry, a minimal Python no such module

        return [str(getattr(pwd.getpwuid(os.getuid()), field))]
    except (ImportError, KeyError):
        return []


def _full_names() -> list[str]:
    # The field also holds rooms and telephone numbers, after commas.
    return [name.strip() for gecos in _account("pw_gecos") for name in gecos.split(",")[:1]]


def _hosts(machine: Machine) -> Iterator[str]:
    # Never ask DNS: it can take seconds, and tells outsiders that we run.
    names = {socket.gethostname(), os.uname().nodename, machine.peek("/etc/hostname")}
    if machine.system == "Darwin":
        names |= {output_of(machine, f"scutil --get {name}").strip() for name in ("ComputerName", "LocalHostName")}
    for name in sorted(names - {""}):
        yield name
        yield name.partition(".")[0]
    for line in machine.peek("/etc/hosts").splitlines():
        aliases = line.partition("#")[0].split()[1:]
        if names.intersection(aliases):
            yield from (alias for alias in aliases if not alias.startswith("localhost"))


def _addresses(machine: Machine) -> Iterator[str]:
    for address in LOCAL_IPV4.findall(machine.peek("/proc/net/fib_trie")):
        if not address.startswith("127."):
            yield address
    for line in machine.peek("/proc/net/if_inet6").splitlines():
        digits = line.split()[0]
        if digits.strip("0") != "1":
            yield socket.inet_ntop(socket.AF_INET6, bytes.fromhex(digits))


def _ids(machine: Machine) -> Iterator[str]:
    yield machine_id(machine)
    for name in ("product_uuid", "product_serial", "board_serial", "chassis_serial"):
        value = machine.peek(f"/sys/class/dmi/id/{name}")
        # Makers fill these with phrases ("To be filled by O.E.M."); a serial has no blanks.
        if (
            value
            and " " not in value
            and len(value) > LEAST_SECRET
            and value.lower() not in ("default", "string", "none")
        ):
            yield value
    yield machine.peek("/proc/device-tree/serial-number")
    yield machine.peek("/proc/sys/kernel/random/boot_id")
