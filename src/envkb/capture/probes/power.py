"""What feeds the machine, how warm it is, and what holds it back for either reason."""

import re
from collections.abc import Mapping

from envkb.capture.probes.board_raspberry import decode_throttled
from envkb.capture.probes.observations import Observations
from envkb.capture.probes.precedence import see_first
from envkb.capture.probes.quantities import whole
from envkb.capture.probes.wording import first_line
from envkb.capture.snapshot import Snapshot
from envkb.model.fact import Status

_SUPPLIES = "/sys/class/power_supply/"
_ZONES = "/sys/class/thermal/thermal_zone"
_LIMITS = "/sys/class/powercap/"
_THROTTLED = "vcgencmd get_throttled"
_BATTERY = "pmset -g batt"
_THERM = "pmset -g therm"
_PROFILE = "/sys/firmware/acpi/platform_profile"
_MILLI, _MICRO = 1000, 1_000_000
# Sensors that are not wired report one of these.
_PLAUSIBLE_C = (-40.0, 150.0)


def probe(snapshot: Snapshot, notes: Observations) -> None:
    """Note source of power, battery, temperatures, power limits and throttling."""
    _supplies(snapshot, notes)
    _of_macos(snapshot, notes)
    _temperatures(snapshot, notes)
    _limits(snapshot, notes)
    _raspberry(snapshot, notes)
    profile = first_line(snapshot.text(_PROFILE))
    notes.see("power", "platform_profile", profile, _PROFILE)


def _supplies(snapshot: Snapshot, notes: Observations) -> None:
    supplies: dict[str, dict[str, str]] = {}
    for source in snapshot.matching(_SUPPLIES):
        name, _, field = source.id[len(_SUPPLIES) :].rpartition("/")
        supplies.setdefault(name, {})[field] = source.text.strip()
    # Mice and headsets have batteries too; only a battery that can discharge the machine has a status and a capacity.
    batteries = {name: told for name, told in supplies.items() if _is_battery(name, told)}
    mains = {name: told for name, told in supplies.items() if told.get("type") in ("Mains", "USB")}
    online = any(told.get("online") == "1" for told in mains.values())
    where = _SUPPLIES.rstrip("/")
    notes.see("power", "batteries", len(batteries) if supplies else None, where)
    for name, told in sorted(batteries.items())[:1]:
        notes.see("power", "battery_percent", whole(told.get("capacity")), f"{_SUPPLIES}{name}/capacity")
        notes.see("power", "battery_status", told.get("status"), f"{_SUPPLIES}{name}/status")
    if batteries:
        discharging = any(told.get("status") == "Discharging" for told in batteries.values())
        notes.see("power", "source", "battery" if discharging and not online else "mains", where)
    elif online:
        notes.see("power", "source", "mains", where)
    elif not any(snapshot.matching("pmset")):
        notes.miss("power", "source", Status.ABSENT, "the kernel lists no battery and no power supply", where)


def _is_battery(name: str, told: Mapping[str, str]) -> bool:
    peripheral = name.startswith(("hid", "wacom", "ps-controller", "sony_controller"))
    return told.get("type") == "Battery" and not peripheral and "capacity" in told


def _of_macos(snapshot: Snapshot, notes: Observations) -> None:
    text = snapshot.text(_BATTERY) or ""
    drawing = re.search(r"drawing from '(AC|Battery|UPS)", text)
    if drawing:
        kind = {"AC": "mains", "Battery": "battery", "UPS": "ups"}[drawing[1]]
        see_first(notes, "power", "source", (kind, _BATTERY))
    charge = re.search(r"(\d{1,3})%;\s*([a-zA-Z ]+);", text)
    if charge:
        see_first(notes, "power", "battery_percent", (int(charge[1]), _BATTERY))
        see_first(notes, "power", "battery_status", (charge[2].strip(), _BATTERY))
    limit = re.search(r"CPU_Speed_Limit\s*=\s*(\d{1,3})", snapshot.text(_THERM) or "")
    notes.see("power", "cpu_speed_limit_percent", int(limit[1]) if limit else None, _THERM)


def _temperatures(snapshot: Snapshot, notes: Observations) -> None:
    zones: dict[str, dict[str, tuple[str, str]]] = {}
    for source in snapshot.matching(_ZONES):
        number, _, field = source.id[len(_ZONES) :].partition("/")
        if number.isdecimal():
            zones.setdefault(number, {})[field] = (source.text.strip(), source.id)
    for number, told in zones.items():
        kind = told.get("type")
        if kind is not None:
            notes.see(f"thermal/{number}", "kind", kind[0], kind[1])
        temperature = told.get("temp")
        milli = whole(temperature[0]) if temperature else None
        if temperature and milli is not None and _PLAUSIBLE_C[0] < milli / _MILLI < _PLAUSIBLE_C[1] and milli:
            notes.see(f"thermal/{number}", "temperature_c", milli / _MILLI, temperature[1])
    notes.see("thermal", "zones", len(zones) or None, _ZONES.rpartition("/")[0])
    notes.miss("thermal", "zones", Status.ABSENT, "the system shows no temperature", _ZONES.rpartition("/")[0])


def _limits(snapshot: Snapshot, notes: Observations) -> None:
    for source in snapshot.matching(_LIMITS):
        found = re.fullmatch(r"intel-rapl:(\d{1,3})/constraint_([01])_power_limit_uw", source.id[len(_LIMITS) :])
        micro = whole(source.text)
        if found and micro:
            name = "long_term_limit_w" if found[2] == "0" else "short_term_limit_w"
            notes.see(f"power/package-{found[1]}", name, micro / _MICRO, source.id)


def _raspberry(snapshot: Snapshot, notes: Observations) -> None:
    throttling = decode_throttled(snapshot.text(_THROTTLED) or "")
    if throttling is None:
        return
    notes.see("power", "throttled_bits", f"{throttling.bits:#x}", _THROTTLED)
    notes.see("power", "throttled", bool(throttling.now), _THROTTLED)
    notes.see("power", "throttled_by", [*throttling.now], _THROTTLED)
    notes.see("power", "throttled_since_boot", bool(throttling.since_boot), _THROTTLED)
    notes.see("power", "throttled_since_boot_by", [*throttling.since_boot], _THROTTLED)
