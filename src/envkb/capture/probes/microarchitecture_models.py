"""Which core a CPU's numbers or names stand for; a table of facts, for what flags alone cannot tell."""

from typing import NamedTuple


class Core(NamedTuple):
    """What a model number says of a CPU.

    Attributes:
        codename: The maker's name of the product line.
        target: The microarchitecture, as archspec spells it where it has it, else as compilers do.
    """

    codename: str
    target: str


# Family 6, by model. Where a model was reused, the stepping decides (see `_STEPPINGS`).
_INTEL = {
    (15, 22): Core("Merom", "core2"),
    (23, 29): Core("Penryn", "core2"),
    (26, 30, 31, 46): Core("Nehalem", "nehalem"),
    (37, 44, 47): Core("Westmere", "westmere"),
    (42, 45): Core("Sandy Bridge", "sandybridge"),
    (58, 62): Core("Ivy Bridge", "ivybridge"),
    (60, 63, 69, 70): Core("Haswell", "haswell"),
    (61, 71, 79, 86): Core("Broadwell", "broadwell"),
    (78, 94): Core("Skylake", "skylake"),
    (85,): Core("Skylake-SP", "skylake_avx512"),
    (142, 158): Core("Kaby Lake", "skylake"),
    (165, 166): Core("Comet Lake", "skylake"),
    (102,): Core("Cannon Lake", "cannonlake"),
    (125, 126): Core("Ice Lake", "icelake_client"),
    (106, 108): Core("Ice Lake-SP", "icelake"),
    (140, 141): Core("Tiger Lake", "icelake"),
    (167,): Core("Rocket Lake", "rocketlake"),
    (143,): Core("Sapphire Rapids", "sapphirerapids"),
    (207,): Core("Emerald Rapids", "sapphirerapids"),
    (173, 174): Core("Granite Rapids", "sapphirerapids"),
    (175,): Core("Sierra Forest", "sierraforest"),
    (182,): Core("Grand Ridge", "grandridge"),
    (221,): Core("Clearwater Forest", "clearwaterforest"),
    (151, 154): Core("Alder Lake", "alderlake"),
    (183, 186, 191): Core("Raptor Lake", "alderlake"),
    (190,): Core("Alder Lake-N", "alderlake"),
    (170, 172): Core("Meteor Lake", "alderlake"),
    (181, 197): Core("Arrow Lake", "arrowlake"),
    (198,): Core("Arrow Lake-S", "arrowlake_s"),
    (189,): Core("Lunar Lake", "arrowlake_s"),
    (204,): Core("Panther Lake", "arrowlake_s"),
    (28, 38, 39, 53, 54): Core("Bonnell", "bonnell"),
    (55, 74, 77, 90, 93): Core("Silvermont", "silvermont"),
    (76, 117): Core("Airmont", "airmont"),
    (92, 95): Core("Goldmont", "goldmont"),
    (122,): Core("Goldmont Plus", "goldmont_plus"),
    (134, 150, 156): Core("Tremont", "tremont"),
    (87,): Core("Knights Landing", "mic_knl"),
    (133,): Core("Knights Mill", "mic_knl"),
}
# (model, first stepping) of silicon that kept the number of the one before.
_STEPPINGS = {
    85: ((10, Core("Cooper Lake", "cascadelake")), (5, Core("Cascade Lake", "cascadelake"))),
    142: ((10, Core("Coffee Lake", "skylake")),),
    158: ((10, Core("Coffee Lake", "skylake")),),
}

# Family, first and last model.
_AMD = (
    (16, 0, 255, Core("K10", "k10")),
    (18, 0, 255, Core("Llano", "k10")),
    (20, 0, 255, Core("Bobcat", "btver1")),
    (21, 0, 1, Core("Bulldozer", "bulldozer")),
    (21, 2, 31, Core("Piledriver", "piledriver")),
    (21, 48, 63, Core("Steamroller", "steamroller")),
    (21, 96, 127, Core("Excavator", "excavator")),
    (22, 0, 255, Core("Jaguar", "btver2")),
    (23, 1, 1, Core("Zen (Naples, Summit Ridge)", "zen")),
    (23, 8, 8, Core("Zen+ (Pinnacle Ridge)", "zen")),
    (23, 17, 32, Core("Zen (Raven Ridge, Picasso)", "zen")),
    (23, 49, 49, Core("Zen 2 (Rome, Castle Peak)", "zen2")),
    (23, 71, 71, Core("Zen 2 (Renoir)", "zen2")),
    (23, 48, 191, Core("Zen 2", "zen2")),
    (24, 0, 255, Core("Dhyana", "zen")),
    (25, 1, 1, Core("Zen 3 (Milan)", "zen3")),
    (25, 0, 15, Core("Zen 3", "zen3")),
    (25, 17, 17, Core("Zen 4 (Genoa)", "zen4")),
    (25, 160, 175, Core("Zen 4c (Bergamo, Siena)", "zen4")),
    (25, 16, 31, Core("Zen 4", "zen4")),
    (25, 32, 95, Core("Zen 3", "zen3")),
    (25, 96, 127, Core("Zen 4", "zen4")),
    (25, 144, 159, Core("Zen 4 (Instinct MI300)", "zen4")),
    (26, 2, 2, Core("Zen 5 (Turin)", "zen5")),
    (26, 17, 31, Core("Zen 5c (Turin Dense)", "zen5")),
    (26, 0, 79, Core("Zen 5", "zen5")),
    (26, 96, 127, Core("Zen 5", "zen5")),
    (26, 80, 95, Core("Zen 6", "zen6")),
    (26, 128, 175, Core("Zen 6", "zen6")),
)

_S390X = {
    "2064": "z900",
    "2066": "z800",
    "2084": "z990",
    "2086": "z890",
    "2094": "z9 EC",
    "2096": "z9 BC",
    "2097": "z10 EC",
    "2098": "z10 BC",
    "2817": "z196",
    "2818": "z114",
    "2827": "zEC12",
    "2828": "zBC12",
    "2964": "z13",
    "2965": "z13s",
    "3906": "z14",
    "3907": "z14 ZR1",
    "3931": "z16",
    "3932": "z16 A02",
    "9175": "z17",
}

# Apple's number of a core generation (`hw.cpufamily`), which also virtual machines tell.
_APPLE_FAMILIES = {
    0x1B588BB3: "m1",
    0xDA33D83D: "m2",
    0xFA33415E: "m3",
    0x5F4DEA93: "m3",
    0x72015832: "m3",
    0x6F5129AC: "m4",
    0x17D5B93A: "m4",
}

_LOONGSON = (("3A6000", "la664"), ("3C6000", "la664"), ("3A5000", "la464"), ("3C5000", "la464"), ("3D5000", "la464"))


def intel_core(model: int, stepping: int) -> Core | None:
    """Return what Intel's model number of family 6 stands for, None where the table does not have it."""
    for first, core in _STEPPINGS.get(model, ()):
        if stepping >= first:
            return core
    return next((core for models, core in _INTEL.items() if model in models), None)


def amd_core(family: int, model: int) -> Core | None:
    """Return what AMD's family and model stand for, None where the table does not have them."""
    return next((core for kin, first, last, core in _AMD if kin == family and first <= model <= last), None)


def s390x_machine(machine_type: str) -> str | None:
    """Return the name of an IBM Z by its machine type (`3906`: z14)."""
    return _S390X.get(machine_type)


def apple_chip(family: int) -> str | None:
    """Return Apple's chip generation by `hw.cpufamily`, which `sysctl` prints with a sign."""
    return _APPLE_FAMILIES.get(family % 2**32)


def loongson_core(model: str) -> str | None:
    """Return the core of a Loongson processor by its name (`Loongson-3A6000`: la664)."""
    return next((core for name, core in _LOONGSON if name in model), None)
