import pytest

from envkb.capture.probes import board
from envkb.capture.probes.board_raspberry import decode_revision, decode_throttled
from host_probing import APPLE_M4_SYSCTL, RASPBERRY_PI_5_CPUINFO, absent, seen

DMI = "/sys/class/dmi/id/"


def test_a_raspberry_pi_is_decoded_from_its_revision_code() -> None:
    texts = {
        "/proc/cpuinfo": RASPBERRY_PI_5_CPUINFO,
        "/proc/device-tree/model": "Raspberry Pi 5 Model B Rev 1.0\n",
        "/proc/device-tree/compatible": "raspberrypi,5-model-b\nbrcm,bcm2712\n",
    }

    told = seen(texts, board.probe).values("board")

    assert told["model"] == "Raspberry Pi 5 Model B Rev 1.0"
    assert told["compatible"] == ["raspberrypi,5-model-b", "brcm,bcm2712"]
    assert told["pi_model"] == "Raspberry Pi 5"
    assert told["pi_memory_bytes"] == 8 << 30
    assert (told["pi_processor"], told["pi_manufacturer"], told["pi_revision"]) == ("BCM2712", "Sony UK", "1.0")


def test_serial_numbers_are_not_looked_at() -> None:
    told = seen({"/proc/cpuinfo": RASPBERRY_PI_5_CPUINFO, DMI + "product_serial": "SERIAL42\n"}, board.probe)

    assert not any(
        "SERIAL42" in str(fact.value) or "0000000000000000" in str(fact.value) for fact in told.facts.values()
    )


@pytest.mark.parametrize(
    ("code", "model", "revision", "memory", "maker", "processor"),
    [
        ("0010", "B+", "1.2", 512 << 20, "Sony UK", "BCM2835"),
        ("1000010", "B+", "1.2", 512 << 20, "Sony UK", "BCM2835"),
        ("0015", "A+", "1.1", None, "Embest", "BCM2835"),
        ("a02082", "3B", "1.2", 1 << 30, "Sony UK", "BCM2837"),
        ("a22042", "2B", "1.2", 1 << 30, "Embest", "BCM2837"),
        ("9000c1", "Zero W", "1.1", 512 << 20, "Sony UK", "BCM2835"),
        ("c03111", "4B", "1.1", 4 << 30, "Sony UK", "BCM2711"),
        ("d04180", "CM5", "1.0", 8 << 30, "Sony UK", "BCM2712"),
        ("2a01041", "2B", "1.1", 1 << 30, "Sony UK", "BCM2836"),
        ("fffff0", None, "1.0", 32 << 30, None, None),
    ],
)
def test_revision_codes_follow_the_published_layout(
    code: str, model: str | None, revision: str, memory: int | None, maker: str | None, processor: str | None
) -> None:
    told = decode_revision(code)

    assert told is not None
    assert (told.model, told.revision, told.memory_bytes) == (model, revision, memory)
    assert (told.manufacturer, told.processor) == (maker, processor)


@pytest.mark.parametrize("code", ["", "xyz", "0001", "123456789", "a0 2082"])
def test_what_is_no_revision_code_is_not_decoded(code: str) -> None:
    assert decode_revision(code) is None


def test_another_boards_revision_is_not_taken_for_a_raspberry_pis() -> None:
    told = seen({"/proc/cpuinfo": "processor : 0\n\nHardware : ODROID-XU4\nRevision : 0010\n"}, board.probe).values(
        "board"
    )

    assert told == {"hardware": "ODROID-XU4", "model": "ODROID-XU4", "revision_code": "0010"}


def test_throttle_bits_tell_now_from_since_boot() -> None:
    told = decode_throttled("throttled=0x50005\n")

    assert told is not None
    assert told.now == ("under-voltage", "throttled")
    assert told.since_boot == ("under-voltage", "throttled")
    assert decode_throttled("throttled=0x80008").now == ("soft temperature limit",)  # type: ignore[union-attr]
    assert decode_throttled("VCHI initialization failed") is None


def test_placeholders_of_firmware_are_not_facts() -> None:
    texts = {
        DMI + "sys_vendor": "To Be Filled By O.E.M.\n",
        DMI + "product_name": "System Product Name\n",
        DMI + "board_vendor": "ASUSTeK COMPUTER INC.\n",
        DMI + "board_name": "ROG STRIX Z790-E\n",
        DMI + "bios_version": "1402\n",
        DMI + "chassis_type": "3\n",
    }

    assert seen(texts, board.probe).values("board") == {
        "bios_version": "1402",
        "board_name": "ROG STRIX Z790-E",
        "board_vendor": "ASUSTeK COMPUTER INC.",
        "chassis": "desktop",
        "model": "ASUSTeK COMPUTER INC. ROG STRIX Z790-E",
    }


def test_a_thinkpad_is_called_what_people_call_it() -> None:
    texts = {
        DMI + "sys_vendor": "LENOVO\n",
        DMI + "product_name": "21HMCTO1WW\n",
        DMI + "product_version": "ThinkPad X1 Carbon Gen 11\n",
    }

    assert seen(texts, board.probe).value("board", "model") == "ThinkPad X1 Carbon Gen 11 (21HMCTO1WW)"


def test_a_mac_is_named_by_product_and_identifier() -> None:
    row = {
        "machine_name": "Mac mini",
        "machine_model": "Mac16,10",
        "chip_type": "Apple M4",
        "serial_number": "withheld",
    }
    texts = {"system_profiler -json SPHardwareDataType": {"SPHardwareDataType": [row]}, "sysctl hw": APPLE_M4_SYSCTL}

    told = seen(texts, board.probe).values("board")

    assert told == {
        "chip": "Apple M4",
        "model": "Mac mini (Mac16,10)",
        "model_identifier": "Mac16,10",
        "product": "Mac mini",
        "vendor": "Apple",
    }


def test_a_machine_without_firmware_tables_says_so() -> None:
    told = seen({}, board.probe, broken=absent(DMI + "product_name", "/proc/device-tree/model"))

    assert told.why("board", "model") == ("absent", f"there is no {DMI}product_name")
