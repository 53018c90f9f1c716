"""What holds for all tests."""

import os

from hypothesis import settings

# How long an example takes says nothing on a machine that does other work, too.
settings.register_profile("steady", deadline=None)
# A gate that lets the same change through today and not tomorrow tells nothing of the change: there, examples are the
# same each time. New ones are sought while working (`KB_EXAMPLES=search` seeks for longer).
settings.register_profile("gate", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("KB_EXAMPLES", "steady"))
