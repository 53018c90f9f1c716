"""Runs host probes over texts, and small texts of machines that nobody has to own."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from envkb.capture.probes.observations import Observations
from envkb.capture.snapshot import Snapshot, Source
from envkb.model.fact import Fact

Probe = Callable[[Snapshot, Observations], None]


class Seen:
    """The facts that probes noted, by subject and name."""

    def __init__(self, facts: tuple[Fact, ...]) -> None:
        self.facts = {(fact.subject, fact.name): fact for fact in facts}

    def value(self, subject: str, name: str) -> Any:
        """Return a fact's value; None where there is no such fact or it has none."""
        fact = self.facts.get((subject, name))
        return fact.value if fact is not None else None

    def values(self, subject: str) -> dict[str, Any]:
        """Return all values of a subject by name, without the facts that have none."""
        told = {name: fact.value for (owner, name), fact in self.facts.items() if owner == subject}
        return {name: value for name, value in told.items() if value is not None}

    def why(self, subject: str, name: str) -> tuple[str, str | None]:
        """Return status and reason of a fact."""
        fact = self.facts[subject, name]
        return fact.status.value, fact.reason


def seen(texts: Mapping[str, Any], *probes: Probe, broken: tuple[Source, ...] = ()) -> Seen:
    """Run probes over texts; a value that is no text stands for its JSON."""
    plain = {name: text if isinstance(text, str) else json.dumps(text) for name, text in texts.items()}
    sources = {**Snapshot.of(plain).sources, **{source.id: source for source in broken}}
    notes = Observations()
    for probe in probes:
        probe(Snapshot(sources), notes)
    return Seen(notes.facts())


def absent(*source_ids: str) -> tuple[Source, ...]:
    """Return sources that were looked for and are not there."""
    return tuple(Source(name, status="absent") for name in source_ids)


SAPPHIRE_RAPIDS_FLAGS = (
    "fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush mmx fxsr sse sse2 ss ht "
    "syscall nx pdpe1gb rdtscp lm pni pclmulqdq ssse3 fma cx16 pcid sse4_1 sse4_2 x2apic movbe popcnt aes xsave "
    "avx f16c rdrand hypervisor lahf_lm abm 3dnowprefetch fsgsbase bmi1 hle avx2 smep bmi2 erms invpcid rtm "
    "avx512f avx512dq rdseed adx smap avx512ifma clflushopt clwb avx512cd sha_ni avx512bw avx512vl xsaveopt "
    "xsavec xgetbv1 xsaves avx_vnni avx512_bf16 avx512vbmi umip avx512_vbmi2 gfni vaes vpclmulqdq avx512_vnni "
    "avx512_bitalg avx512_vpopcntdq rdpid cldemote movdiri movdir64b amx_bf16 avx512_fp16 amx_tile amx_int8"
)

RASPBERRY_PI_5_CPUINFO = (
    "".join(
        f"""processor\t: {number}
BogoMIPS\t: 108.00
Features\t: fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc dcpop asimddp
CPU implementer\t: 0x41
CPU architecture: 8
CPU variant\t: 0x4
CPU part\t: 0xd0b
CPU revision\t: 1

"""
        for number in range(4)
    )
    + "Revision\t: d04170\nSerial\t\t: 0000000000000000\nModel\t\t: Raspberry Pi 5 Model B Rev 1.0\n"
)

# A Rockchip RK3588 board: two kinds of core, described one after the other.
BIG_LITTLE_LSCPU = """Architecture:             aarch64
  CPU op-mode(s):         32-bit, 64-bit
  Byte Order:             Little Endian
CPU(s):                   8
  On-line CPU(s) list:    0-7
Vendor ID:                ARM
  Model name:             Cortex-A55
    Model:                0
    Thread(s) per core:   1
    Core(s) per socket:   4
    Socket(s):            1
    Stepping:             r2p0
    CPU(s) scaling MHz:   100%
    CPU max MHz:          1800.0000
    CPU min MHz:          408.0000
    BogoMIPS:             48.00
    Flags:                fp asimd evtstrm aes asimddp
  Model name:             Cortex-A76
    Model:                0
    Thread(s) per core:   1
    Core(s) per socket:   2
    Socket(s):            2
    Stepping:             r4p0
    CPU max MHz:          2256.0000
    CPU min MHz:          408.0000
Caches (sum of all):
  L1d:                    384 KiB (8 instances)
  L1i:                    384 KiB (8 instances)
  L2:                     2.5 MiB (8 instances)
  L3:                     3 MiB (1 instance)
Vulnerabilities:
  Meltdown:               Not affected
  Spectre v1:             Mitigation; __user pointer sanitization
  Spec store bypass:      Vulnerable
"""

APPLE_M4_SYSCTL = """hw.ncpu: 10
hw.byteorder: 1234
hw.memsize: 17179869184
hw.activecpu: 10
hw.physicalcpu: 10
hw.physicalcpu_max: 10
hw.logicalcpu: 10
hw.logicalcpu_max: 10
hw.packages: 1
hw.model: Mac16,10
hw.pagesize: 16384
hw.cachelinesize: 128
hw.cpufamily: 1867590060
hw.optional.arm64: 1
hw.optional.arm.FEAT_DotProd: 1
hw.optional.arm.FEAT_BF16: 1
hw.optional.arm.FEAT_SME2: 1
hw.optional.arm.FEAT_SPECRES: 0
hw.perflevel0.physicalcpu: 4
hw.perflevel0.physicalcpu_max: 4
hw.perflevel0.l1icachesize: 196608
hw.perflevel0.l1dcachesize: 131072
hw.perflevel0.l2cachesize: 16777216
hw.perflevel0.cpusperl2: 4
hw.perflevel0.name: Performance
hw.perflevel1.physicalcpu: 6
hw.perflevel1.physicalcpu_max: 6
hw.perflevel1.l1icachesize: 131072
hw.perflevel1.l1dcachesize: 65536
hw.perflevel1.l2cachesize: 4194304
hw.perflevel1.cpusperl2: 6
machdep.cpu.brand_string: Apple M4
machdep.cpu.core_count: 10
machdep.cpu.thread_count: 10
kern.osproductversion: 15.3.1
kern.osversion: 24D70
kern.hv_vmm_present: 0
vm.swapusage: total = 2048.00M  used = 1024.00M  free = 1024.00M  (encrypted)
"""


def x86_cpuinfo(
    *,
    vendor: str = "GenuineIntel",
    family: int = 6,
    model: int = 143,
    name: str = "Intel(R) Xeon(R) Platinum 8480+",
    flags: str = SAPPHIRE_RAPIDS_FLAGS,
    stepping: int = 8,
    sockets: int = 1,
    cores: int = 2,
    threads_per_core: int = 1,
) -> str:
    """Return `/proc/cpuinfo` of a machine with so many sockets, cores each, and threads each."""
    places = [(socket, core) for _ in range(threads_per_core) for socket in range(sockets) for core in range(cores)]
    return "".join(
        f"""processor\t: {number}
vendor_id\t: {vendor}
cpu family\t: {family}
model\t\t: {model}
model name\t: {name}
stepping\t: {stepping}
microcode\t: 0x2b000603
cpu MHz\t\t: 2{number:03d}.000
physical id\t: {socket}
siblings\t: {cores * threads_per_core}
core id\t\t: {core}
cpu cores\t: {cores}
flags\t\t: {flags}
bogomips\t: 4000.00
clflush size\t: 64
cache_alignment\t: 64
address sizes\t: 46 bits physical, 57 bits virtual
power management:

"""
        for number, (socket, core) in enumerate(places)
    )
