"""The program `kb`, also run as `python -m envkb`."""

import atexit
import gc


def main() -> int:
    """Run one command as a process of its own."""
    # Modules that load make objects and no garbage: looking for it then, and again at exit, is a tenth of a command.
    gc.set_threshold(100_000)
    atexit.register(gc.freeze)
    from envkb.cli import main as run  # noqa: PLC0415 - see above

    return run()


if __name__ == "__main__":
    raise SystemExit(main())
