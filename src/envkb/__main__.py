"""The program `kb`, also run as `python -m envkb`."""

import gc
import os
import sys
from contextlib import suppress
from typing import NoReturn


def main() -> NoReturn:
    """Run one command and end the process."""
    # Modules that load make objects and no garbage: looking for it would take a twentieth of a command's time.
    gc.set_threshold(100_000)
    from envkb.cli import main as run  # noqa: PLC0415 - see above

    code = run()
    with suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    # Another twentieth goes into taking apart, object by object, what the system takes back at once.
    os._exit(code)


if __name__ == "__main__":
    main()
