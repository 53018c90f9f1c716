"""Heads the joined text.

It must run under any Python from 2.7 on, so that an old one gives one clear answer instead of a syntax error.
"""

import sys

# `python -` looks for modules in the working directory first; a json.py that lies there is not ours.
sys.path[:] = [path for path in sys.path if path]
if sys.version_info < (3, 8):  # noqa: UP036 - that is what this file is for
    sys.stderr.write("Python %d.%d.%d is too old: Python 3.8 or later is needed\n" % sys.version_info[:3])  # noqa: UP031 - Python 2 knows nothing newer
    sys.exit(3)
