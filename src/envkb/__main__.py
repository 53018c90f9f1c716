"""Run the command line as `python -m envkb`."""

from envkb.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
