"""A small knowledge base with records as they come from real machines, for looking at pages and testing them."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from envkb.document.codec import encode_record
from envkb.knowledge.folder import KnowledgeBase
from envkb.model.edge_case import Phase, Severity
from envkb.model.environment import ManagerEvidence, NativeLibrary, Setting
from envkb.model.fact import Fact, Status
from envkb.model.finding import Finding
from envkb.model.measurement import Benchmark, Condition, Parameter
from envkb.model.record import Note, Observed, Record, Redaction
from envkb.model.value import Origin
from envkb.publish.collection import read_collection
from envkb.publish.render.entry import Collection
from factory import (
    make_attachment,
    make_author,
    make_distribution,
    make_edge_case,
    make_environment,
    make_fact,
    make_host,
    make_install,
    make_link,
    make_measurement,
    make_missing,
    make_record,
    make_retraction,
)

EVALUATED = date(2026, 11, 23)
NOTE = """# What I did

* installed with `uv`
* ran *matmul* three times

```sh
uv run bench.py
```
"""
LOG = b"Resolved 62 packages\nDownloaded torch\nInstalled 62 packages\n"

KEYS = {"wsl4070": "a4b1c2d3e4f5a6b7c8d9", "mini-m4": "00aa11bb22cc33dd44ee", "pi5": "5ca1ab1e5ca1ab1e5ca1"}


def facts_of(tree: Mapping[str, Mapping[str, Any]], source: str = "/proc/cpuinfo") -> list[Fact]:
    """Return facts that were read, by subject and name."""
    return [
        make_fact(subject, name, value, source=source) for subject, own in tree.items() for name, value in own.items()
    ]


WSL = {
    "os": {
        "id": "ubuntu",
        "name": "Ubuntu",
        "pretty_name": "Ubuntu 24.04.1 LTS",
        "kernel": "Linux",
        "kernel_release": "5.15.167.4-microsoft-standard-WSL2",
        "libc": "glibc",
        "libc_version": "2.39",
        "uptime_s": 93784.2,
    },
    "cpu": {
        "model": "AMD Ryzen 9 7950X 16-Core Processor",
        "vendor": "AuthenticAMD",
        "architecture": "x86_64",
        "cores": 16,
        "threads": 32,
        "sockets": 1,
        "max_mhz": 5881.0,
        "l3_bytes": 64 * 2**20,
        "microcode": "0xffffffff",
    },
    "mitigation": {"spectre_v1": "Mitigation: usercopy barriers", "vulnerable": 0},
    "memory": {"total_bytes": 33_541_287_936, "available_bytes": 29_881_221_120, "swap_total_bytes": 8_589_934_592},
    "host": {
        "layers": ["wsl2", "virtual environment"],
        "virtual": True,
        "effective_cpus": 24.0,
        "effective_memory_bytes": 25_276_063_744,
    },
    "wsl": {
        "version": 2,
        "windows_version": "10.0.26100",
        "memory_limit_bytes": 25_769_803_776,
        "workdir_on_windows": False,
    },
    "gpu": {"count": 1},
    "gpu/0": {
        "vendor": "NVIDIA",
        "name": "NVIDIA GeForce RTX 4070",
        "memory_bytes": 12_878_610_432,
        "compute_capability": "8.9",
        "power_limit_w": 200.0,
        "power_draw_w": 11.42,
        "temperature_c": 38,
        "clock_graphics_mhz": 210,
        "max_clock_graphics_mhz": 3105,
        "pcie_gen_max": 4,
        "persistence_mode": "disabled",
    },
    "nvidia": {
        "driver_version": "566.36",
        "cuda_driver_version": "12.7",
        "libcuda_paths": ["/usr/lib/wsl/lib/libcuda.so.1"],
    },
    "cuda/packages": {"cuda_runtime_versions": ["12.6.77"], "cudnn_versions": ["9.10.2.21"]},
    "torch": {"version": "2.13.0+cu126", "cuda_build": "12.6"},
    "storage/cache-uv": {"file_system": "ext4", "free_bytes": 812_345_678_900, "device_kind": "virtual"},
    "storage/environment": {"file_system": "ext4", "free_bytes": 812_345_678_900, "device_kind": "virtual"},
    "manager/uv": {"version": "0.13.9"},
}

MINI = {
    "board": {"model": "Mac mini (2024)", "model_identifier": "Mac16,10"},
    "cpu": {
        "model": "Apple M4",
        "architecture": "arm64",
        "cores": 10,
        "threads": 10,
        "performance_cores": 4,
        "efficiency_cores": 6,
    },
    "memory": {"total_bytes": 17_179_869_184},
    "gpu/0": {"vendor": "Apple", "name": "Apple M4", "cores": 10, "metal": "Metal 3"},
    "os": {"pretty_name": "macOS 15.1.1", "kernel_release": "24.1.0"},
}

PI = {
    "board": {"model": "Raspberry Pi 5 Model B Rev 1.0", "revision_code": "d04170"},
    "cpu": {"model": "Cortex-A76", "architecture": "aarch64", "cores": 4, "threads": 4, "max_mhz": 2400.0},
    "memory": {"total_bytes": 8_453_619_712},
    "os": {
        "pretty_name": "Debian GNU/Linux 12 (bookworm)",
        "kernel_release": "6.6.51+rpt-rpi-2712",
        "libc": "glibc",
        "libc_version": "2.36",
    },
    "thermal/0": {"kind": "cpu", "temperature_c": 61.2},
    "power": {"throttled": False, "throttled_since_boot": True, "throttled_since_boot_by": ["heat"]},
}

WHEELS = (
    "filelock 3.25.1", "fsspec 2026.9.0", "jinja2 3.1.6", "markupsafe 3.0.4", "mpmath 1.3.0", "networkx 3.6",
    "numpy 2.4.0", "nvidia-cublas-cu12 12.6.4.1", "nvidia-cuda-cupti-cu12 12.6.80", "nvidia-cuda-nvrtc-cu12 12.6.77",
    "nvidia-cuda-runtime-cu12 12.6.77", "nvidia-cudnn-cu12 9.10.2.21", "nvidia-cufft-cu12 11.3.0.4",
    "nvidia-cufile-cu12 1.11.1.6", "nvidia-curand-cu12 10.3.7.77", "nvidia-cusolver-cu12 11.7.1.2",
    "nvidia-cusparse-cu12 12.5.4.2", "nvidia-cusparselt-cu12 0.7.1", "nvidia-nccl-cu12 2.27.5",
    "nvidia-nvjitlink-cu12 12.6.85", "nvidia-nvtx-cu12 12.6.77", "packaging 26.3", "pillow 12.1.0", "pyyaml 6.0.3",
    "regex 2026.9.1", "requests 2.34.2", "safetensors 0.7.2", "setuptools 81.0.0", "sympy 1.14.0", "tokenizers 0.23.1",
    "torch 2.13.0+cu126", "torchvision 0.28.0+cu126", "tqdm 4.68.0", "transformers 5.6.1", "triton 3.7.0",
    "typing-extensions 4.16.0", "urllib3 2.8.0",
)  # fmt: skip


def wsl_environment(**changes: Any) -> Any:
    """Return an environment made by uv with torch for CUDA."""
    wheels = [wheel.split() for wheel in WHEELS]
    rows = [
        make_distribution(
            name,
            version,
            requested=name in {"torch", "torchvision", "transformers"},
            origin_detail="pytorch/cu126" if "+cu126" in version else "default",
            wheel_tags=("cp313-cp313-manylinux_2_28_x86_64",) if name in {"torch", "numpy"} else ("py3-none-any",),
            size_bytes=1_604_838_123 if name == "torch" else 40_000 + 977 * sum(map(ord, name)),
        )
        for name, version in wheels
    ]
    libraries = tuple(
        NativeLibrary(
            name=name,
            path=f"<prefix>/lib/python3.13/site-packages/{where}/{name}",
            provider=provider,
            loaded=None,
            sha256=None,
        )
        for name, where, provider in (
            ("libcudnn.so.9", "nvidia/cudnn/lib", "nvidia-cudnn-cu12 9.10.2.21"),
            ("libgomp.so.1", "torch/lib", "torch 2.13.0+cu126"),
        )
    )
    settings = (
        Setting(tool="uv", name="cache-dir", value="<home>/.cache/uv", source="<home>/.config/uv/uv.toml"),
        Setting(tool="environment", name="CUDA_VISIBLE_DEVICES", value="0", source="CUDA_VISIBLE_DEVICES"),
    )
    return make_environment(*rows, native_libraries=libraries, settings=settings, **changes)


def sample_records() -> list[Record]:
    """Return the sample records that stand alone."""
    flags = tuple("aes avx avx2 avx512f bmi1 bmi2 fma mmx pclmulqdq sse sse2 sse4_1 sse4_2 vaes xsave".split())
    conflict = Fact(
        subject="cpu",
        name="microarchitecture",
        value=[{"source": "archspec", "value": "zen4"}, {"source": "lscpu", "value": "icelake"}],
        status=Status.CONFLICT,
        source=None,
        reason=None,
    )
    wsl = make_record(
        11,
        title="torch 2.13.0 (CUDA 12.6) with uv on an RTX 4070 under WSL2",
        summary="A fresh uv environment with torch, torchvision and transformers. The GPU is used after adding the "
        "folder of WSL's libcuda to the linker's path; matmul in bfloat16 reaches what the card is sold for.",
        created="2026-11-20T14:03:11Z",
        observed=Observed(start="2026-11-20T13:40Z", end="2026-11-20T14:02Z", precision="minute"),
        tags=("cuda", "rtx4070", "wsl2"),
        host=make_host(key=KEYS["wsl4070"], label="wsl4070", cpu_flags=flags),
        facts=(
            *facts_of(WSL),
            conflict,
            make_missing("cpu", "governor", Status.NOT_APPLICABLE, "the kernel has no cpufreq"),
            make_missing("gpu/0", "ecc_mode", Status.NOT_APPLICABLE, "N/A"),
            make_missing("gpu/0", "throttle_reasons", Status.DENIED, "Insufficient Permissions"),
            make_missing("torch", "cuda_available", Status.NOT_READ, "only an import of torch would tell"),
            make_missing("power", "supply", Status.TIMEOUT, "no answer within 2 s"),
        ),
        environment=wsl_environment(),
        install=make_install(
            commands=("uv venv --python 3.13", "uv pip install torch torchvision transformers --torch-backend cu126"),
            cache="cold",
            cache_seen="cold",
            origin=Origin.CAPTURED,
        ),
        measurements=(
            make_measurement(
                "matmul-bf16",
                benchmark=Benchmark(
                    suite="torch-basic",
                    name="matmul",
                    version="3",
                    parameters=(Parameter(name="dtype", value="bfloat16"), Parameter(name="n", value=4096)),
                ),
                unit="s",
                samples=(0.002413, 0.002398, 0.002441, 0.002402, 0.002399, 0.002610, 0.002405),
                conditions=(
                    Condition(name="gpu_temperature_c", when="after", value=61, source="nvml"),
                    Condition(name="load_1min", when="before", value=0.42, source="/proc/loadavg"),
                ),
                loops=100,
                warmups=5,
                verified=True,
                instrument="time.perf_counter",
                origin=Origin.CAPTURED,
            ),
            make_measurement("install.wall", unit="s", samples=(74.2,), origin=Origin.CAPTURED),
            make_measurement("tokens", quantity="rate", unit="tokens/s", better="higher", samples=(61.2, 63.9)),
        ),
        edge_cases=(
            make_edge_case(link="https://issues.example/wsl/4412"),
            make_edge_case(
                "slow",
                severity=Severity.NOTE,
                symptom="first import takes 9 s",
                workaround=None,
                worked=None,
                package=None,
            ),
        ),
        findings=(
            Finding(
                origin=Origin.CAPTURED,
                rule="cuda-driver",
                status="ok",
                class_name=None,
                severity=None,
                message="The driver (12.7) is new enough for the runtime (12.6).",
                evidence=("nvidia cuda_driver_version 12.7",),
            ),
            Finding(
                origin=Origin.CAPTURED,
                rule="openmp",
                status="problem",
                class_name="openmp-duplicate",
                severity=Severity.MINOR,
                message="Two OpenMP runtimes lie in this environment.",
                evidence=("libgomp.so.1", "libiomp5.so"),
            ),
        ),
        notes=(Note(title="notes.md", text=NOTE),),
        attachments=(make_attachment(LOG),),
        redactions=(Redaction(kind="home", count=12), Redaction(kind="user", count=4)),
    )
    mini = make_record(
        12,
        title="torch 2.13.0 with Metal on a Mac mini M4",
        created="2026-11-18T09:12:45Z",
        tags=("apple", "mps"),
        host=make_host(key=KEYS["mini-m4"], label="mini-m4", cpu_flags=()),
        facts=tuple(facts_of(MINI, "system_profiler")),
        outcome="partial",
        edge_cases=(
            make_edge_case(
                "mps-unsupported-op",
                severity=Severity.MAJOR,
                phase=Phase.RUN,
                worked=False,
                symptom="NotImplementedError: The operator 'aten::linalg_eigh' is not implemented for the MPS device.",
                workaround="PYTORCH_ENABLE_MPS_FALLBACK=1",
            ),
        ),
    )
    pi = make_record(
        13,
        title="torch CPU wheel on a Raspberry Pi 5: illegal instruction",
        created="2026-11-12T20:55:00Z",
        outcome="failure",
        host=make_host(key=KEYS["pi5"], label="pi5"),
        facts=tuple(facts_of(PI)),
        edge_cases=(
            make_edge_case(
                "arm-illegal-instruction",
                severity=Severity.BLOCKER,
                symptom="Illegal instruction (core dumped)",
                worked=None,
            ),
        ),
    )
    conda = make_record(
        14,
        title="pytorch from conda-forge on the same RTX 4070",
        created="2026-11-21T08:00:00Z",
        tags=("conda", "cuda", "rtx4070"),
        host=make_host(key=KEYS["wsl4070"], label="wsl4070", cpu_flags=flags),
        facts=tuple(facts_of(WSL)),
        environment=make_environment(
            make_distribution(
                "pytorch",
                "2.13.0",
                kind="conda",
                installer="conda",
                origin="conda",
                origin_detail="conda-forge/linux-64",
                conda_build="cuda126_py313h8c2f_300",
                wheel_tags=(),
                content_sha256=None,
            ),
            make_distribution("numpy", "2.4.0", installer="pip"),
            manager="conda",
            prefix_kind="conda",
            evidence=(
                ManagerEvidence(manager="conda", trace="conda create -n ml pytorch", source="conda-meta/history"),
            ),
        ),
        edge_cases=(
            make_edge_case("mixed-conda-pip", severity=Severity.MINOR, symptom="numpy of pip lies over numpy of conda"),
            make_edge_case(),
        ),
    )
    return [wsl, mini, pi, conda]


def make_base(folder: Path, *more: Record, title: str = "Sample") -> KnowledgeBase:
    """Write a knowledge base: four records, an amended one and a retracted one, and what is added."""
    old = make_record(15, title="First try, with an error in it", created="2026-11-01T10:00:00Z", authors=())
    new = make_record(
        16,
        title="Second try, numbers corrected",
        created="2026-11-02T10:00:00Z",
        links=(make_link("amends", encode_record(old), reason="a digit was missing"),),
        authors=(make_author(), make_author("Grace Sample")),
    )
    wrong = make_record(17, title="Measured on the wrong machine", created="2026-11-03T10:00:00Z")
    retraction = make_retraction(encode_record(wrong), 18, created="2026-11-04T10:00:00Z")
    base = empty_base(folder, title)
    for record in (*sample_records(), old, new, wrong, retraction, *more):
        base.add(encode_record(record), {item.sha256: LOG for item in record.attachments})
    return base


def empty_base(folder: Path, title: str = "Sample") -> KnowledgeBase:
    """Write a knowledge base without records."""
    labels = "".join(f'{key} = "{label}"\n' for label, key in KEYS.items())
    (folder / "kb").mkdir(parents=True, exist_ok=True)
    (folder / "kb/kb.toml").write_text(f'id = "sample"\ntitle = "{title}"\n[hosts]\n{labels}')
    return KnowledgeBase.open(folder)


def make_collection(folder: Path, *more: Record) -> Collection:
    """Return the sample knowledge base as rendering is given it."""
    return read_collection(make_base(folder, *more), EVALUATED)
