"""Terms of what the folders of an environment and of the managers' caches lie on."""

from typing import Final

from envkb.model.vocabulary.term import Term

TERMS: Final[tuple[Term, ...]] = (
    Term("storage/*", "file_system", "str", "File system."),
    Term(
        "storage/*",
        "device_kind",
        "str",
        "What it lies on: `nvme`, `ssd`, `hdd`, `sd-card`, `usb`, `virtual`, `network`, `memory`, `windows-drive`, "
        "`image`.",
    ),
    Term("storage/*", "drive_model", "str", "Model of the drive."),
    Term("storage/*", "transport", "str", "How the drive is attached."),
    Term("storage/*", "block", "str", "The kernel's name of the drive."),
    Term("storage/*", "mount_point", "str", "Where it is mounted."),
    Term("storage/*", "mount_options", "list", "Mount options that change speed or what is possible."),
    Term("storage/*", "read_only", "bool", "Whether nothing can be written."),
    Term("storage/*", "total_bytes", "int", "Size of the file system."),
    Term("storage/*", "free_bytes", "int", "Space that was free when it was read."),
    Term("storage/*", "io_scheduler", "str", "What orders the requests to the drive."),
    Term("storage/*", "read_ahead_bytes", "int", "How far the kernel reads ahead."),
    Term(
        "storage/*",
        "same_file_system_as_environment",
        "bool",
        "Whether files can be linked into the environment instead of copied; if so, the environment's facts hold here.",
    ),
)
