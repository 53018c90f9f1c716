import pytest

from envkb.cite.measurements import quote_measurement
from envkb.errors import UsageError
from envkb.model.measurement import Benchmark, Condition, Parameter
from envkb.model.value import Origin
from factory import make_measurement, make_record

MATMUL = make_measurement(
    "matmul-bf16",
    origin=Origin.CAPTURED,
    unit="ms",
    samples=(2.413, 2.398, 2.61),
    benchmark=Benchmark(
        suite="torch-basic",
        name="matmul",
        version="3",
        parameters=(Parameter(name="dtype", value="bfloat16"), Parameter(name="n", value=4096)),
    ),
    conditions=(
        Condition(name="gpu_temperature_c", when="after", value=61, source="nvml"),
        Condition(name="throttled", when=None, value=None, source="nvml"),
    ),
    verified=True,
)
WALL = make_measurement("install.wall", unit="s", samples=(74.25,), better=None)
BYTES = make_measurement("traffic", quantity="bytes_received", unit="B", samples=(2147483648.0, 2147483649.0))


def quote(name: str) -> str:
    return quote_measurement(make_record(measurements=(MATMUL, WALL, BYTES)), name)


def test_a_value_is_quoted_with_unit_interval_and_conditions() -> None:
    assert quote("matmul-bf16") == (
        "matmul-bf16: median duration 2.413 ms, min-max 2.398 to 2.61 ms, n = 3 (benchmark torch-basic/matmul 3; "
        "dtype bfloat16; n 4096; lower is better; gpu_temperature_c after 61; throttled not known; result checked)"
    )


def test_a_single_sample_has_no_interval_and_says_who_stated_it() -> None:
    assert quote("install.wall") == (
        "install.wall: duration 74.25 s, n = 1 (metric install.wall; stated, not measured by kb)"
    )


def test_large_whole_numbers_are_written_out() -> None:
    assert "min-max 2147483648 to 2147483649 B" in quote("traffic")


def test_a_measurement_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(UsageError, match="no measurement 'matmul'") as caught:
        quote("matmul")
    assert caught.value.hint == "its measurements: matmul-bf16, install.wall, traffic"
