"""Terms of the machine as a thing one buys: maker, model, firmware."""

from typing import Final

from envkb.model.vocabulary.term import Term

TERMS: Final[tuple[Term, ...]] = (
    Term("board", "model", "str", "The machine's model, as people would call it.", identity=True),
    Term("board", "vendor", "str", "Who made the machine.", identity=True),
    Term("board", "product", "str", "Product name.", identity=True),
    Term("board", "family", "str", "Product family."),
    Term("board", "version", "str", "Version of the product; Lenovo puts the machine's name there."),
    Term("board", "sku", "str", "Order number of the configuration; the same for all of a kind."),
    Term("board", "board_vendor", "str", "Who made the main board.", identity=True),
    Term("board", "board_name", "str", "Model of the main board.", identity=True),
    Term("board", "bios_vendor", "str", "Who made the firmware."),
    Term("board", "bios_version", "str", "Version of the firmware."),
    Term("board", "bios_release", "str", "Release of the firmware."),
    Term("board", "bios_date", "str", "Date of the firmware."),
    Term("board", "firmware_version", "str", "Version of a Mac's firmware."),
    Term("board", "firmware_revision", "str", "Revision of a Raspberry Pi's firmware."),
    Term("board", "chassis", "str", "What kind of machine it is: `desktop`, `laptop`, `server`, `mini-pc` and so on."),
    Term("board", "device_tree_model", "str", "Model in the device tree.", identity=True),
    Term("board", "compatible", "list", "What the board is compatible with, the most specific first."),
    Term("board", "hardware", "str", "Hardware that the kernel names in /proc/cpuinfo."),
    Term("board", "revision_code", "str", "Revision code that the kernel names in /proc/cpuinfo."),
    Term("board", "pi_model", "str", "Raspberry Pi model, by its revision code.", identity=True),
    Term("board", "pi_revision", "str", "Revision of the Raspberry Pi's board."),
    Term("board", "pi_memory_bytes", "int", "Memory that the Raspberry Pi was made with."),
    Term("board", "pi_manufacturer", "str", "Who made the Raspberry Pi's board."),
    Term("board", "pi_processor", "str", "The Raspberry Pi's system on a chip.", identity=True),
    Term("board", "model_identifier", "str", "Apple's identifier of the model (`Mac16,10`).", identity=True),
    Term("board", "chip", "str", "Apple's name of the chip.", identity=True),
)
