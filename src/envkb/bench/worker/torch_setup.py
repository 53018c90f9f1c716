"""What all benchmarks of torch share: sizes, numbers to work on, references to compare with."""

from __future__ import annotations

from typing import Any, Callable, NamedTuple

from envkb.bench.worker.case import Case, Row, Work, WrongResultError, condition, looped
from envkb.bench.worker.checks import demand_finite, demand_small
from envkb.bench.worker.request import FULL, Request
from envkb.bench.worker.torch_device import TorchDevice

VERSION = "1"
SEED = 0
_GIB = 2**30
# The largest error, as a share of the largest number, of sums of thousands of products. Wide enough for any order of
# adding, narrow enough for a kernel that computes something else.
_LARGEST_ERROR = {
    "float64": 1e-9,
    "float32": 1e-3,
    "tf32": 1e-2,
    "float16": 2e-2,
    "bfloat16": 5e-2,
    "int8": 0.0,
}


class Sizes(NamedTuple):
    """How large the work is.

    Attributes:
        matmul: Rows and columns.
        conv2d: Images, channels, pixels of a side.
        attention: Sequences, heads, length, width of a head.
        layer_norm: Rows, columns.
        elementwise: Numbers.
        lstm: Length, sequences, width.
        optimizer: Parameters.
        transformer: Layers, width, heads, vocabulary, sequences, length.
        copy: Bytes.
    """

    matmul: int
    conv2d: tuple[int, int, int]
    attention: tuple[int, int, int, int]
    layer_norm: tuple[int, int]
    elementwise: int
    lstm: tuple[int, int, int]
    optimizer: int
    transformer: tuple[int, int, int, int, int, int]
    copy: int


SMALL = Sizes(
    matmul=1024,
    conv2d=(4, 64, 56),
    attention=(2, 8, 256, 64),
    layer_norm=(2048, 1024),
    elementwise=2**22,
    lstm=(32, 8, 256),
    optimizer=2**21,
    transformer=(2, 256, 4, 2048, 4, 64),
    copy=2**24,
)
MEDIUM = Sizes(
    matmul=2048,
    conv2d=(16, 64, 56),
    attention=(4, 16, 1024, 64),
    layer_norm=(8192, 2048),
    elementwise=2**24,
    lstm=(64, 32, 512),
    optimizer=2**24,
    transformer=(4, 512, 8, 8192, 8, 128),
    copy=2**26,
)
LARGE = Sizes(
    matmul=8192,
    conv2d=(64, 128, 112),
    # Where no fused kernel is, all scores are held at once: 2 GiB in float32, which Metal still can address.
    attention=(8, 16, 2048, 64),
    layer_norm=(16384, 8192),
    elementwise=2**27,
    lstm=(128, 64, 1024),
    optimizer=2**26,
    transformer=(8, 1024, 16, 32768, 8, 512),
    copy=2**28,
)


def sizes_for(device: TorchDevice, *, full: bool) -> Sizes:
    """Return how large the work is on a device: what it has of memory decides, never what is free just now."""
    memory = device.memory() or 0
    if device.backend == "cpu":
        return MEDIUM if full and memory >= 4 * _GIB else SMALL
    if memory >= 10 * _GIB:
        return LARGE
    return MEDIUM if memory >= 3 * _GIB else SMALL


class Setup:
    """One backend, ready to be measured.

    Attributes:
        torch: The imported module.
        device: The backend.
        sizes: How large the work is.
        full: Whether there is time for more.
    """

    def __init__(self, torch: Any, device: TorchDevice, request: Request) -> None:  # noqa: ANN401
        self.torch = torch
        self.device = device
        self.full = request.level == FULL
        self.sizes = sizes_for(device, full=self.full)
        self._threads = request.threads

    @property
    def dtype(self) -> str:
        """The type of numbers that models use on this backend."""
        return "float32" if self.device.backend == "cpu" else "float16"

    def case(self, name: str, detail: str, parameters: Row, prepare: Callable[[], Work]) -> Case:
        """Return a benchmark of this backend.

        Args:
            name: What is timed.
            detail: What tells it from others of this name; may be empty.
            parameters: Sizes and types; the backend, the seed and the threads are added.
            prepare: Makes the work ready.
        """
        common = {"backend": self.device.backend, "seed": SEED, "threads": self._threads or "default"}

        def prepared() -> Work:
            self.set_precision(tf32=False)
            return prepare()

        return Case(
            suite="torch",
            key="-".join(part for part in (name, self.device.backend, detail) if part),
            name=name,
            version=VERSION,
            parameters={**parameters, **common},
            prepare=prepared,
            device=self.device,
        )

    def set_precision(self, *, tf32: bool) -> None:
        """Say whether float32 may be shortened on the way into a product; libraries differ in their defaults."""
        if hasattr(self.torch, "set_float32_matmul_precision"):
            self.torch.set_float32_matmul_precision("high" if tf32 else "highest")
        self.torch.backends.cudnn.allow_tf32 = tf32

    def normal(self, *shape: int, dtype: str = "float32", seed: int = SEED) -> Any:  # noqa: ANN401
        """Return the same normal numbers on every machine: made on the host, then sent to the device."""
        generator = self.torch.Generator().manual_seed(seed)
        return self.torch.randn(*shape, generator=generator).to(self.kind(dtype)).to(self.device.name)

    def kind(self, dtype: str) -> Any:  # noqa: ANN401
        """Return torch's own type of numbers."""
        return self.torch.float32 if dtype == "tf32" else getattr(self.torch, dtype)

    def precise(self, tensor: Any) -> Any:  # noqa: ANN401
        """Return a tensor on the host, in float64, where references are computed."""
        return tensor.detach().cpu().double()

    def agree(self, actual: Any, expected: Any, dtype: str) -> bool:  # noqa: ANN401
        """Return true where a result is as its reference says, but for what its type of numbers cannot tell.

        Compared by torch on the host: as lists of Python, the gradients of a large model would fill its memory.

        Raises:
            NotANumberError: A result is NaN or infinite.
            WrongResultError: An error is too large.
        """
        told, meant = self.precise(actual), self.precise(expected)
        self.demand_finite(told)
        if told.shape != meant.shape:
            raise WrongResultError(f"the result has the shape {tuple(told.shape)}, its reference {tuple(meant.shape)}")
        scale = float(meant.abs().max()) or 1.0
        return demand_small(float((told - meant).abs().max()) / scale, _LARGEST_ERROR[dtype])

    def demand_finite(self, tensor: Any) -> None:  # noqa: ANN401
        """Demand that every number of a tensor is finite."""
        if tensor.is_floating_point():
            demand_finite(holds=bool(self.torch.isfinite(tensor).all().item()))

    def work(self, run: Callable[[], Any], check: Callable[[Any], bool | None]) -> Work:
        """Return the work of a function on this backend."""
        return looped(run, check, self.device.synchronize, conditions=self.conditions)

    def conditions(self) -> list[Row]:
        """Return how many threads torch uses, and on which device it works."""
        rows = [condition("threads", self.torch.get_num_threads(), "torch.get_num_threads")]
        model = self.device.model()
        return [*rows, condition("device_name", model, "torch")] if model else rows
