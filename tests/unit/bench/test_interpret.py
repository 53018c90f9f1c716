import pytest

from bench_documents import as_document, make_failed, make_row, make_series
from envkb.bench.interpret import bounded, interpret
from envkb.model.edge_case import Phase
from envkb.model.value import Origin


def test_a_result_becomes_a_measurement() -> None:
    (measurement,) = interpret([as_document(make_row())]).measurements
    assert measurement.id == "torch.matmul"
    assert measurement.benchmark.name == "matmul"
    assert (measurement.quantity, measurement.unit, measurement.better) == ("duration", "s", "lower")
    assert measurement.samples == (0.1, 0.3, 0.2)
    assert measurement.starts_s == (0.0, 1.0, 2.0)
    assert (measurement.loops, measurement.warmups, measurement.discarded) == (4, 2, 0)
    assert measurement.verified is True
    assert measurement.orders == ()
    assert measurement.origin is Origin.CAPTURED


def test_every_quantity_is_a_measurement_of_its_own() -> None:
    series = [make_series("duration", "s", [0.1]), make_series("peak_memory", "B", [4096.0])]
    found = interpret([as_document(make_row(series=series, starts_s=[0.0]))]).measurements
    assert [measurement.id for measurement in found] == ["torch.matmul", "torch.matmul.peak_memory"]
    assert found[1].starts_s == ()
    assert found[1].loops is None


def test_rounds_are_joined_in_the_order_of_the_schedule() -> None:
    second, first = make_row(samples=[3.0, 4.0], order=5), make_row(samples=[1.0, 2.0], order=0)
    (measurement,) = interpret([as_document(second), as_document(first)]).measurements
    assert measurement.samples == (1.0, 2.0, 3.0, 4.0)
    assert measurement.orders == (0, 0, 5, 5)
    assert measurement.warmups == 4


def test_rounds_of_different_loops_have_no_number_of_them() -> None:
    rows = [make_row(order=0, loops=4), make_row(order=1, loops=8)]
    (measurement,) = interpret([as_document(*rows)]).measurements
    assert measurement.loops is None


def test_the_control_is_a_measurement_of_its_own() -> None:
    rows = [make_row(order=0), make_row(order=1, role="control")]
    found = interpret([as_document(*rows)]).measurements
    assert [(measurement.id, measurement.role) for measurement in found] == [
        ("torch.matmul", "subject"),
        ("torch.matmul.control", "control"),
    ]


def test_other_parameters_are_another_benchmark_with_another_id() -> None:
    rows = [make_row(), make_row(parameters=[{"name": "n", "value": 16}])]
    found = interpret([as_document(*rows)]).measurements
    assert [measurement.id for measurement in found] == ["torch.matmul", "torch.matmul.2"]
    assert found[0].benchmark != found[1].benchmark


def test_one_unchecked_round_leaves_the_whole_unchecked() -> None:
    rows = [make_row(order=0), make_row(order=1, verified=None)]
    (measurement,) = interpret([as_document(*rows)]).measurements
    assert measurement.verified is None


def test_a_benchmark_that_fails_costs_no_other() -> None:
    found = interpret([as_document(make_failed("conv2d"), make_row())])
    assert [measurement.id for measurement in found.measurements] == ["torch.matmul"]
    assert [trouble.case for trouble in found.troubles] == ["conv2d"]


@pytest.mark.parametrize("kind", ["wrong-result", "not-a-number"])
def test_a_wrong_result_is_an_edge_case_and_never_a_time(kind: str) -> None:
    found = interpret([as_document(make_failed(kind=kind, message="the largest error is 1"))])
    assert found.measurements == ()
    (edge_case,) = found.edge_cases
    assert edge_case.class_ == "other"
    assert edge_case.phase is Phase.BENCHMARK
    assert kind in edge_case.symptom


def test_what_goes_wrong_in_every_round_is_one_edge_case() -> None:
    found = interpret([as_document(make_failed()), as_document(make_failed())])
    assert len(found.troubles) == 2
    assert len(found.edge_cases) == 1


def test_an_imported_document_says_so_and_names_its_attachment() -> None:
    found = interpret([as_document(make_row(), make_failed("lstm"))], origin=Origin.IMPORTED, raw_sha256="ab" * 32)
    assert {measurement.origin for measurement in found.measurements} == {Origin.IMPORTED}
    assert {edge_case.origin for edge_case in found.edge_cases} == {Origin.IMPORTED}
    assert found.measurements[0].raw_sha256 == "ab" * 32


@pytest.mark.parametrize(
    ("sample", "loops", "kept"),
    [
        (0.006725104999986797, 4, 0.0067251),
        (19.123456789, 1, 19.1235),
        (1.23456789e-7, 1, 1.23e-7),
        (1.23456789e-7, 1000, 1.23457e-7),
        (259584000.0, None, 259584000.0),
        (0.0, 1, 0.0),
    ],
)
def test_samples_have_six_digits_and_none_beyond_the_clock(sample: float, loops: int | None, kept: float) -> None:
    assert bounded(sample, loops) == kept


def test_circumstances_of_one_process_are_stated_with_its_duration() -> None:
    row = make_row(series=[make_series("duration", "s", [0.1]), make_series("peak_memory", "B", [8.0])], starts_s=[0.0])
    duration, memory = interpret([as_document(row)]).measurements
    assert (len(duration.conditions), memory.conditions) == (1, ())
