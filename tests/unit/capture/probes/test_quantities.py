import pytest
from hypothesis import given
from hypothesis import strategies as st

from envkb.capture.probes.quantities import cpu_list, cpu_set, decimal, mask_cpus, size_bytes, whole


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        (" -3\n", -3),
        ("0x6000852", 0x6000852),
        ("9007199254740991", 2**53 - 1),
        ("9007199254740992", None),
        ("9223372036854771712", None),
        ("0x8000000000000007", None),
        ("", None),
        ("max", None),
        ("1.5", None),
        ("1_000", None),
        ("٣", None),
        (None, None),
    ],
)
def test_whole_numbers_are_read_or_not_at_all(text: str | None, number: int | None) -> None:
    assert whole(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1479,0000", 1479.0),
        ("2195.790", 2195.79),
        ("45%", 45.0),
        ("3720.000000MHz", 3720.0),
        ("-", None),
        (None, None),
    ],
)
def test_a_comma_of_another_locale_is_a_decimal_mark(text: str | None, number: float | None) -> None:
    assert decimal(text) == number


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("32K", 32768),
        ("32 KiB", 32768),
        ("1.5 MiB (48 instances)", 3 << 19),
        ("1,5 MiB", 3 << 19),
        ("24684084 kB", 24684084 * 1024),
        ("16 GB", 16 << 30),
        ("8GB", 8 << 30),
        ("2048.00M", 2 << 30),
        ("512", 512),
        ("12 Mbit", None),
        ("unlimited", None),
        ("", None),
        (None, None),
    ],
)
def test_sizes_count_in_powers_of_1024(text: str | None, size: int | None) -> None:
    assert size_bytes(text) == size


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("0-3,8", (0, 1, 2, 3, 8)),
        ("0,1\n", (0, 1)),
        ("6", (6,)),
        ("", None),
        ("\n", None),
        ("3-1", None),
        ("0-99999999999", None),
        ("a-b", None),
        (None, None),
    ],
)
def test_kernel_lists_are_read_or_not_at_all(text: str | None, numbers: tuple[int, ...] | None) -> None:
    assert cpu_set(text) == numbers


@pytest.mark.parametrize(
    ("text", "numbers"), [("3", (0, 1)), ("00000000,0000ff00", tuple(range(8, 16))), ("0x3", None), ("", None)]
)
def test_kernel_masks_are_read_or_not_at_all(text: str, numbers: tuple[int, ...] | None) -> None:
    assert mask_cpus(text) == numbers


@given(st.sets(st.integers(0, 2000), min_size=1))
def test_a_set_of_cpus_survives_its_short_spelling(numbers: set[int]) -> None:
    ordered = tuple(sorted(numbers))

    assert cpu_set(cpu_list(ordered)) == ordered


@given(st.text())
def test_no_text_makes_a_number_reader_raise(text: str) -> None:
    for read in (whole, decimal, size_bytes, cpu_set, mask_cpus):
        read(text)
