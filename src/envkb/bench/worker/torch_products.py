"""Products of matrices and images."""

from __future__ import annotations

from typing import Any

from envkb.bench.worker.case import Case, Work
from envkb.bench.worker.torch_setup import SEED, Setup

_SPOTS = 8
_SMALL_INTEGERS = 8
_WINDOW = 3


def product_cases(setup: Setup) -> list[Case]:
    """Return matmul in every type that the backend has, and conv2d."""
    return [*(_matmul(setup, dtype) for dtype in setup.device.matmul_dtypes(full=setup.full)), _conv2d(setup)]


def _matmul(setup: Setup, dtype: str) -> Case:
    size = setup.sizes.matmul
    parameters = {"n": size, "dtype": dtype, "operations": 2 * size**3}
    return setup.case("matmul", dtype, parameters, lambda: _multiply(setup, size, dtype))


def _multiply(setup: Setup, size: int, dtype: str) -> Work:
    if dtype == "int8":
        left, right, multiply = _integers(setup, size, SEED), _integers(setup, size, SEED + 1), setup.torch._int_mm  # noqa: SLF001 - torch has no other
    else:
        left = setup.normal(size, size, dtype=dtype)
        right = setup.normal(size, size, dtype=dtype, seed=SEED + 1)
        multiply = setup.torch.mm
        setup.set_precision(tf32=dtype == "tf32")

    def check(product: Any) -> bool:  # noqa: ANN401
        setup.demand_finite(product)
        places = [size * spot // _SPOTS for spot in range(_SPOTS)]
        expected = setup.precise(left[places]) @ setup.precise(right[:, places])
        return setup.agree(product[places][:, places], expected, dtype)

    return setup.work(lambda: multiply(left, right), check)


def _integers(setup: Setup, size: int, seed: int) -> Any:  # noqa: ANN401
    torch = setup.torch
    generator = torch.Generator().manual_seed(seed)
    numbers = torch.randint(-_SMALL_INTEGERS, _SMALL_INTEGERS, (size, size), generator=generator, dtype=torch.int8)
    return numbers.to(setup.device.name)


def _conv2d(setup: Setup) -> Case:
    batch, channels, side = setup.sizes.conv2d
    parameters = {"batch": batch, "channels": channels, "side": side, "window": _WINDOW, "dtype": setup.dtype}
    return setup.case("conv2d", setup.dtype, parameters, lambda: _convolve(setup))


def _convolve(setup: Setup) -> Work:
    batch, channels, side = setup.sizes.conv2d
    images = setup.normal(batch, channels, side, side, dtype=setup.dtype)
    weights = setup.normal(channels, channels, _WINDOW, _WINDOW, dtype=setup.dtype, seed=SEED + 1)
    weights = weights / (channels * _WINDOW**2) ** 0.5

    def check(result: Any) -> bool:  # noqa: ANN401
        setup.demand_finite(result)
        # Pixel (row, column) of the result, which is padded by one, is the window that begins one before it.
        spots = [(batch * spot // _SPOTS, 1 + (side - 2) * spot // _SPOTS) for spot in range(_SPOTS)]
        windows = [
            setup.precise(images[image, :, at - 1 : at - 1 + _WINDOW, at - 1 : at - 1 + _WINDOW]) for image, at in spots
        ]
        expected = setup.torch.stack([(setup.precise(weights) * window).sum((1, 2, 3)) for window in windows])
        actual = setup.torch.stack([result[image, :, at, at] for image, at in spots])
        return setup.agree(actual, expected, setup.dtype)

    return setup.work(lambda: setup.torch.nn.functional.conv2d(images, weights, padding=1), check)
