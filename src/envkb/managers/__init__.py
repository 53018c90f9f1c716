"""Package managers behind one Protocol: what each would do, doing it, and what went wrong.

    from envkb.managers import MANAGERS, Job, look_for, perform
    from envkb.process import run

    uv = MANAGERS["uv"]
    tool = look_for(uv, run, os.environ).required()
    outcome = perform(uv.make(Job(tool, request, prefix, cache, scratch)), run, environ=os.environ)

Methods of a manager are pure: they return a `Call` with the commands and a reader of their output. Only `perform`,
`look_for` and `base_python` start processes, through the runner that they are given.
"""

from envkb.managers.adapter import PackageManagerAdapter, PytorchEnvironment
from envkb.managers.cache import clear_cache, make_cache
from envkb.managers.error_kind import ErrorKind
from envkb.managers.failure import Failure, explain
from envkb.managers.failure_texts import classify
from envkb.managers.find import Availability, base_python, look_for
from envkb.managers.job import DEFAULT, Job, Sources, Tool
from envkb.managers.outcome import Installed, LockText, Package, PhaseTime, Resolution
from envkb.managers.perform import Outcome, claim_prefix, perform
from envkb.managers.places import Places
from envkb.managers.protocol import Manager
from envkb.managers.pylock import hashed_requirements
from envkb.managers.registry import MANAGERS, manager_named
from envkb.managers.step import Answer, Call, Step
from envkb.managers.torch_backend import backend_of_cuda, backend_of_driver

__all__ = [
    "DEFAULT",
    "MANAGERS",
    "Answer",
    "Availability",
    "Call",
    "ErrorKind",
    "Failure",
    "Installed",
    "Job",
    "LockText",
    "Manager",
    "Outcome",
    "Package",
    "PackageManagerAdapter",
    "PhaseTime",
    "Places",
    "PytorchEnvironment",
    "Resolution",
    "Sources",
    "Step",
    "Tool",
    "backend_of_cuda",
    "backend_of_driver",
    "base_python",
    "claim_prefix",
    "classify",
    "clear_cache",
    "explain",
    "hashed_requirements",
    "look_for",
    "make_cache",
    "manager_named",
    "perform",
]
