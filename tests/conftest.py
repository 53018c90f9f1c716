"""What holds for all tests."""

from hypothesis import settings

# How long an example takes says nothing on a machine that does other work, too.
settings.register_profile("steady", deadline=None)
settings.load_profile("steady")
