"""What holds for all tests."""

import os
import signal
from contextlib import suppress

from hypothesis import settings

# How long an example takes says nothing on a machine that does other work, too.
settings.register_profile("steady", deadline=None)
# A gate that lets the same change through today and not tomorrow tells nothing of the change: there, examples are the
# same each time. New ones are sought while working (`KB_EXAMPLES=search` seeks for longer).
settings.register_profile("gate", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("KB_EXAMPLES", "steady"))

# A shell lets what it starts in the background ignore Ctrl-C, and every program inherits that; runs are stopped by it.
with suppress(ValueError):  # only the main thread may
    signal.signal(signal.SIGINT, signal.default_int_handler)
