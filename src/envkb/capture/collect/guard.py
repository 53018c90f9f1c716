"""Heads the text that is piped to another machine's Python.

It must run under any Python from 2.7 on, so that an old one gives one clear answer instead of a syntax error.
"""

import sys

# `python3 -` looks for modules in the working directory first; a json.py that lies there is not ours.
sys.path[:] = [path for path in sys.path if path]
if sys.version_info < (3, 8):  # noqa: UP036 - that is what this file is for
    error = "Python %d.%d.%d is too old" % sys.version_info[:3]  # noqa: UP031 - Python 2 knows nothing newer
    sys.stdout.write(
        '\n<<<kb-snapshot<<<\n{"schema": "envkb.snapshot/1", "error": "' + error + '"}\n>>>kb-snapshot>>>\n'
    )
    sys.exit(3)
