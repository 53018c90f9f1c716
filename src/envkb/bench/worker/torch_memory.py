"""What the memory can do: elementwise work, and copies between host and device."""

from __future__ import annotations

from typing import Any

from envkb.bench.worker.case import Case, Work
from envkb.bench.worker.checks import demand
from envkb.bench.worker.torch_setup import SEED, Setup

_SPOTS = 1024
_FLOAT_BYTES = 4


def memory_cases(setup: Setup) -> list[Case]:
    """Return the benchmarks of memory; the host has nothing to copy to."""
    numbers = setup.sizes.elementwise
    parameters = {"n": numbers, "dtype": "float32", "bytes_moved": 3 * _FLOAT_BYTES * numbers}
    cases = [setup.case("elementwise", "float32", parameters, lambda: _add(setup))]
    if setup.device.backend != "cpu":
        cases.append(_copy(setup, "host-to-device", pinned=False))
        cases.append(_copy(setup, "device-to-host", pinned=False))
        if setup.device.name == "cuda":
            cases.append(_copy(setup, "host-to-device", pinned=True))
    return cases


def _add(setup: Setup) -> Work:
    left, right = (setup.normal(setup.sizes.elementwise, seed=SEED + part) for part in range(2))
    out = setup.torch.empty_like(left)

    def check(result: Any) -> bool:  # noqa: ANN401
        setup.demand_finite(result)
        step = max(1, left.numel() // _SPOTS)
        return setup.agree(result[::step], setup.precise(left[::step]) + setup.precise(right[::step]), "float32")

    return setup.work(lambda: setup.torch.add(left, right, out=out), check)


def _copy(setup: Setup, direction: str, *, pinned: bool) -> Case:
    detail = "pinned" if pinned else "pageable"
    parameters = {"bytes_moved": setup.sizes.copy, "host_memory": detail}
    return setup.case(direction, detail, parameters, lambda: _copying(setup, direction, pinned=pinned))


def _copying(setup: Setup, direction: str, *, pinned: bool) -> Work:
    torch = setup.torch
    host = torch.arange(setup.sizes.copy // _FLOAT_BYTES, dtype=torch.int32)
    if pinned:
        host = host.pin_memory()
    there = host.to(setup.device.name)
    source, target = (
        (host, torch.zeros_like(there)) if direction == "host-to-device" else (there, torch.zeros_like(host))
    )

    def run() -> Any:  # noqa: ANN401
        return target.copy_(source, non_blocking=pinned)

    def check(_: Any) -> bool:  # noqa: ANN401
        # What an earlier copy brought must not be taken for what this one did.
        target.zero_()
        run()
        setup.device.synchronize()
        return demand("what arrived is not what was sent", holds=bool(torch.equal(target.cpu(), host)))

    return setup.work(run, check)
