"""A stand-in for accelerators, to be run in front of the joined worker under a real torch that has none.

Tensors that are sent to it stay on the host, and what torch asks of the driver is answered here. So every line that is
for a device runs, and the order in which it waits, looks at the clock and works can be read from the log. What a real
device would answer, or how fast, it cannot tell.
"""

from pathlib import Path
from typing import Final

MOST_CLOCKS: Final = 4000
"""Events that the log keeps."""

_PREAMBLE: Final = """
import atexit, json, os, time, types
import torch

BACKEND = {backend!r}
MEMORY = {memory}
LOG = []


def note(event):
    if len(LOG) < {most}:
        LOG.append(event)


def tell():
    with open({log!r}, "w") as file:
        json.dump(LOG, file)


atexit.register(tell)

clock = time.perf_counter
time.perf_counter = lambda: (note("clock"), clock())[1]


def host(thing):
    if isinstance(thing, str) and thing.split(":")[0] == BACKEND:
        return "cpu"
    return torch.device("cpu") if isinstance(thing, torch.device) and thing.type == BACKEND else thing


send = torch.Tensor.to
torch.Tensor.to = lambda self, *args, **more: send(
    self, *map(host, args), **{{name: host(thing) for name, thing in more.items()}}
)
torch.Tensor.pin_memory = lambda self, *_: (note("pin"), self)[1]
copy = torch.Tensor.copy_
torch.Tensor.copy_ = lambda self, *args, **more: (note("work"), copy(self, *args, **more))[1]
mm = torch.mm
torch.mm = lambda *args, **more: (note("work"), mm(*args, **more))[1]


def backend(**parts):
    names = types.SimpleNamespace(
        is_available=lambda: True,
        synchronize=lambda device=None: note("wait"),
        reset_peak_memory_stats=lambda device=None: note("reset"),
        max_memory_allocated=lambda device=None: 123456,
    )
    names.__dict__.update(parts)
    return names


if BACKEND == "cuda":
    properties = types.SimpleNamespace(
        name="a stand-in", total_memory=MEMORY, major=8, minor=9, uuid="00000000-0000-0000-0000-000000000000"
    )
    for name, part in vars(backend(get_device_properties=lambda device: properties)).items():
        setattr(torch.cuda, name, part)
elif BACKEND == "mps":
    torch.backends.mps.is_available = lambda: True
    for name, part in dict(
        synchronize=lambda: note("wait"),
        empty_cache=lambda: note("reset"),
        driver_allocated_memory=lambda: 123456,
        recommended_max_memory=lambda: MEMORY,
    ).items():
        setattr(torch.mps, name, part)
else:
    properties = types.SimpleNamespace(name="a stand-in", total_memory=MEMORY)
    for name, part in vars(
        backend(get_device_properties=lambda device: properties, get_device_name=lambda device: properties.name)
    ).items():
        setattr(torch.xpu, name, part)
{spoil}
"""


def preamble(backend: str, log: Path, memory: int = 2**30, spoil: str = "") -> str:
    """Return the text that makes torch take its host for a device.

    Args:
        backend: `cuda`, `mps` or `xpu`.
        log: Where the events go at the end, as JSON: `wait`, `reset`, `clock`, `work`, `pin`.
        memory: Bytes of memory that it says to have.
        spoil: Further statements.
    """
    return _PREAMBLE.format(backend=backend, log=str(log), memory=memory, most=MOST_CLOCKS, spoil=spoil)
