"""Terms of what feeds the machine, how warm it is, and what holds it back."""

from typing import Final

from envkb.model.vocabulary.term import Term

TERMS: Final[tuple[Term, ...]] = (
    Term("power", "source", "str", "What feeds the machine: `mains`, `battery`, `ups`."),
    Term("power", "batteries", "int", "Number of batteries that can feed it."),
    Term("power", "battery_percent", "int", "Charge of the first battery."),
    Term("power", "battery_status", "str", "Whether the battery is charged or used."),
    Term(
        "power",
        "platform_profile",
        "str",
        "What the firmware favours: `performance`, `balanced`, `low-power` and so on.",
    ),
    Term("power", "cpu_speed_limit_percent", "int", "What macOS leaves of the CPU's speed for heat."),
    Term("power", "throttled", "bool", "Whether a Raspberry Pi was held back when it was read."),
    Term("power", "throttled_by", "list", "What held it back: voltage, clock, heat."),
    Term("power", "throttled_since_boot", "bool", "Whether it was held back at any time since it was started."),
    Term("power", "throttled_since_boot_by", "list", "What held it back since then."),
    Term("power", "throttled_bits", "str", "The firmware's number for all of this."),
    Term("power/*", "long_term_limit_w", "float", "Power that a package may draw for long (PL1)."),
    Term("power/*", "short_term_limit_w", "float", "Power that a package may draw for a short time (PL2)."),
    Term("thermal", "zones", "int", "Number of places whose temperature is told."),
    Term("thermal/*", "kind", "str", "What a temperature is of."),
    Term("thermal/*", "temperature_c", "float", "Temperature when it was read."),
)
