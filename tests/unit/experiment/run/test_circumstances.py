import json

from bench_documents import as_document, make_row, make_series
from envkb.bench.document import Document, read_document
from envkb.bench.interpret import interpret
from envkb.bench.measure import collect
from envkb.bench.worker.case import condition
from envkb.experiment.run.circumstances import share_circumstances
from envkb.model.measurement import Condition, Measurement

BENCHMARKS, ROUNDS, SAMPLES = 12, 6, 5


def gauged(order: int, mhz: float = 2600.0) -> list[dict[str, object]]:
    """Return the circumstances of one process, as the worker tells them."""
    return [
        condition("cpu_frequency_mhz", mhz, "cpufreq", "before"),
        condition("load_1min", 0.1 + order, "getloadavg", "before"),
        condition("memory_available_bytes", 24_000_000_000 + order, "/proc/meminfo", "before"),
        condition("cpus", 2, "sched_getaffinity"),
        condition("cpu_others_percent", [1.5, 1.5], "/proc/stat", "during"),
        condition("cpu_steal_percent", [0.0, 0.0], "/proc/stat", "during"),
        condition("cpu_frequency_mhz", [2600.0, mhz], "cpufreq", "during"),
        condition("cpu_frequency_mhz", mhz, "cpufreq", "after"),
        condition("load_1min", 0.5 + order, "getloadavg", "after"),
        condition("threads", 2, "torch.get_num_threads"),
        condition("level", "quick", None),
    ]


def torch_suite() -> Document:
    """Return what a run with an A/A control takes of a suite in one environment."""
    parameters = [{"name": name, "value": 1024} for name in ("backend", "dtype", "n", "operations", "seed", "threads")]
    rows = []
    for order in range(BENCHMARKS * ROUNDS * 2):
        samples = [0.006725104999986797 + order / 3e6] * SAMPLES
        rows.append(
            make_row(
                f"benchmark-{order // 2 % BENCHMARKS}-cpu-float32",
                samples,
                order=order,
                role="control" if order % 2 else "subject",
                parameters=parameters,
                series=[make_series("duration", "s", samples), make_series("peak_memory", "B", [259584000.0])],
                starts_s=[round(order * 1.7 + each / 30, 6) for each in range(SAMPLES)],
                conditions=gauged(order),
            )
        )
    return as_document(*rows)


def when(measurement: Measurement, name: str) -> list[tuple[str | None, object]]:
    return seen(measurement.conditions, name)


def seen(rows: tuple[Condition, ...], name: str) -> list[tuple[str | None, object]]:
    return [(row.when, row.value) for row in rows if row.name == name]


def test_what_the_machine_was_like_before_the_first_sample_and_after_the_last_is_said_once() -> None:
    rows = [make_row(name, order=order, conditions=gauged(order)) for order, name in enumerate(("a", "b", "c"))]
    own, shared = share_circumstances(interpret([as_document(*rows)]).measurements)
    assert seen(shared, "load_1min") == [("before", 0.1), ("after", 2.5)]
    assert seen(shared, "cpus") == [(None, 2)]
    assert all(when(one, "load_1min") == [] for one in own)


def test_what_one_process_met_stays_with_its_samples() -> None:
    rows = [make_row("a", order=0, conditions=gauged(0)), make_row("b", order=1, conditions=gauged(1))]
    own, shared = share_circumstances(interpret([as_document(*rows)]).measurements)
    assert [when(one, "cpu_others_percent") for one in own] == [[("during", 1.5)]] * 2
    assert [when(one, "threads") for one in own] == [[(None, 2)]] * 2
    assert seen(shared, "threads") == []


def test_a_clock_that_changed_keeps_its_range_where_it_did() -> None:
    rows = [make_row("a", order=0, conditions=gauged(0)), make_row("b", order=1, conditions=gauged(1, 1300.0))]
    own, shared = share_circumstances(interpret([as_document(*rows)]).measurements)
    assert seen(shared, "cpu_frequency_mhz") == [("before", 2600.0), ("after", 1300.0)]
    assert [when(one, "cpu_frequency_mhz") for one in own] == [[("during", 2600.0)], [("during", [2600.0, 1300.0])]]


def test_a_clock_that_never_changed_is_one_circumstance() -> None:
    own, shared = share_circumstances(interpret([as_document(make_row(conditions=gauged(0)))]).measurements)
    assert seen(shared, "cpu_frequency_mhz") == [(None, 2600.0)]
    assert when(own[0], "cpu_frequency_mhz") == []


def test_without_benchmarks_there_is_nothing_to_share() -> None:
    assert share_circumstances(()) == ((), ())


def test_the_torch_suite_with_its_control_fits_beside_the_facts() -> None:
    held = collect([torch_suite()])
    measurements, shared = share_circumstances(held.found.measurements)
    tree = {
        "measurements": [one.model_dump(mode="json") for one in measurements],
        "run": [row.model_dump(mode="json") for row in shared],
    }
    assert len(measurements) == BENCHMARKS * 4
    assert len(json.dumps(tree, indent=2)) < 110_000
    assert len(held.raw) < 180_000


def test_raw_output_that_says_once_what_all_share_says_the_same() -> None:
    held = collect([as_document(*(make_row("a", order=order, conditions=gauged(order)) for order in (0, 1)))])
    again = interpret([read_document(held.raw)]).measurements
    for one, other in zip(held.found.measurements, again, strict=True):
        assert sorted(map(repr, one.conditions)) == sorted(map(repr, other.conditions))
        assert one.samples == other.samples
