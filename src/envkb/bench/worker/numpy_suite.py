"""The suite `numpy`: what its BLAS, LAPACK and loops do on this machine.

Results are checked against sums of the standard library, never against another call of the library that is measured.
"""

from __future__ import annotations

import importlib
import math
from pathlib import Path
from typing import Any, Callable, NamedTuple

from envkb.bench.worker.case import Case, Work, looped
from envkb.bench.worker.checks import compare, demand, demand_finite
from envkb.bench.worker.memory import host_memory
from envkb.bench.worker.request import FULL, Request

VERSION = "1"
SEED = 0
_ROOMY = 2 * 2**30
_SPOTS = 4
_LARGEST_ERROR = {"float64": 1e-10, "float32": 1e-4}


class _Sizes(NamedTuple):
    matmul: int
    svd: int
    fft: int
    sort: int
    elementwise: int


_SMALL = _Sizes(matmul=512, svd=192, fft=2**18, sort=10**6, elementwise=2**21)
_LARGE = _Sizes(matmul=2048, svd=768, fft=2**22, sort=10**7, elementwise=2**24)


def cases(request: Request) -> list[Case]:
    """Return the suite's benchmarks.

    Raises:
        ImportError: The target has no numpy, or one that cannot be loaded.
    """
    numpy: Any = importlib.import_module("numpy")
    memory = host_memory(Path("/"))
    roomy = request.level == FULL and memory is not None and memory >= _ROOMY
    sizes = _LARGE if roomy else _SMALL
    threads = request.threads or "default"

    def case(name: str, size: int, dtype: str, prepare: Callable[[Any, int, str], Work]) -> Case:
        parameters = {"n": size, "dtype": dtype, "seed": SEED, "threads": threads}
        return Case("numpy", f"{name}-{dtype}", name, VERSION, parameters, lambda: prepare(numpy, size, dtype))

    return [
        case("matmul", sizes.matmul, "float64", _matmul),
        case("matmul", sizes.matmul, "float32", _matmul),
        case("svd", sizes.svd, "float64", _svd),
        case("fft", sizes.fft, "float64", _fft),
        case("sort", sizes.sort, "float64", _sort),
        case("elementwise", sizes.elementwise, "float64", _elementwise),
    ]


def _normal(numpy: Any, dtype: str, *shapes: tuple[int, ...]) -> list[Any]:  # noqa: ANN401
    # The one generator whose numbers numpy promises never to change.
    generator = numpy.random.RandomState(SEED)
    return [generator.standard_normal(shape).astype(dtype) for shape in shapes]


def _spots(size: int) -> list[tuple[int, int]]:
    return [(size * spot // _SPOTS, size - 1 - size * spot // _SPOTS) for spot in range(_SPOTS)]


def _matmul(numpy: Any, size: int, dtype: str) -> Work:  # noqa: ANN401
    left, right = _normal(numpy, dtype, (size, size), (size, size))

    def check(product: Any) -> bool:  # noqa: ANN401
        actual = [float(product[row, column]) for row, column in _spots(size)]
        expected = [
            math.fsum(float(one) * float(other) for one, other in zip(left[row], right[:, column]))
            for row, column in _spots(size)
        ]
        demand_finite(holds=bool(numpy.isfinite(product).all()))
        return compare(actual, expected, _LARGEST_ERROR[dtype])

    return looped(lambda: left @ right, check)


def _svd(numpy: Any, size: int, dtype: str) -> Work:  # noqa: ANN401
    (matrix,) = _normal(numpy, dtype, (size, size))

    def check(result: Any) -> bool:  # noqa: ANN401
        left, values, right = result
        demand("singular values do not descend", holds=bool((values[:-1] >= values[1:]).all()))
        actual = [
            math.fsum(float(one) * float(value) * float(other) for one, value, other in zip(row, values, column))
            for row, column in ((left[spot], right[:, other]) for spot, other in _spots(size))
        ]
        return compare(actual, [float(matrix[spot]) for spot in _spots(size)], _LARGEST_ERROR[dtype])

    return looped(lambda: numpy.linalg.svd(matrix, full_matrices=False), check)


def _fft(numpy: Any, size: int, dtype: str) -> Work:  # noqa: ANN401
    (signal,) = _normal(numpy, dtype, (size,))
    numbers = signal.tolist()

    def check(spectrum: Any) -> bool:  # noqa: ANN401
        # The frequencies whose factors are 1, -1 and the imaginary unit need no sine.
        quarter, half = spectrum[size // 4], spectrum[size // 2]
        actual = [spectrum[0].real, half.real, quarter.real, quarter.imag]
        parts = [math.fsum(numbers[start::4]) for start in range(4)]
        expected = [
            parts[0] + parts[1] + parts[2] + parts[3],
            parts[0] - parts[1] + parts[2] - parts[3],
            parts[0] - parts[2],
            parts[3] - parts[1],
        ]
        energy = float((spectrum.real**2 + spectrum.imag**2).sum()) / size
        demand("energy is not preserved", holds=math.isclose(energy, math.fsum(x * x for x in numbers), rel_tol=1e-9))
        return compare([float(number) for number in actual], expected, _LARGEST_ERROR[dtype])

    return looped(lambda: numpy.fft.fft(signal), check)


def _sort(numpy: Any, size: int, dtype: str) -> Work:  # noqa: ANN401
    (numbers,) = _normal(numpy, dtype, (size,))
    total = math.fsum(numbers.tolist())

    def check(result: Any) -> bool:  # noqa: ANN401
        demand("numbers do not ascend", holds=bool((result[:-1] <= result[1:]).all()))
        return demand("numbers were lost", holds=math.fsum(result.tolist()) == total)

    return looped(lambda: numpy.sort(numbers), check)


def _elementwise(numpy: Any, size: int, dtype: str) -> Work:  # noqa: ANN401
    first, second = _normal(numpy, dtype, (size,), (size,))
    places = [size * spot // _SPOTS for spot in range(_SPOTS)]

    def check(result: Any) -> bool:  # noqa: ANN401
        expected = [math.sqrt(float(first[place]) ** 2 + float(second[place]) ** 2) for place in places]
        demand_finite(holds=bool(numpy.isfinite(result).all()))
        return compare([float(result[place]) for place in places], expected, _LARGEST_ERROR[dtype])

    return looped(lambda: numpy.sqrt(first * first + second * second), check)
