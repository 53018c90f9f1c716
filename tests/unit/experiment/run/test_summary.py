from bench_documents import as_document, make_row
from envkb.bench.interpret import interpret
from envkb.experiment.run.summary import summary_of
from run_plans import make_failure, make_import, make_trial


def test_rounds_and_medians_are_told() -> None:
    trials = [make_trial(order=order, wall_s=1.0 + order, imports=(make_import(),)) for order in range(3)]
    assert summary_of(trials, ()) == (
        "Installed in each of 3 rounds, in turn with the other arms of its run. "
        "Median: install 2 s, first import of demo 0.5 s, together 2.5 s."
    )


def test_one_round_has_no_median() -> None:
    assert summary_of([make_trial()], ()) == "Installed once. Install 1 s."


def test_a_failure_is_told_in_one_line() -> None:
    trials = [make_trial(), make_trial(order=1, failure=make_failure())]
    assert summary_of(trials, ()) == "Failed in 1 of 2 rounds: error: the index went away. Install 1 s."


def test_an_import_that_fails_has_no_time() -> None:
    assert summary_of([make_trial(imports=(make_import(first_s=None),))], ()) == "Installed once. Install 1 s."


def test_benchmarks_are_counted_by_suite() -> None:
    measured = interpret([as_document(make_row("a"), make_row("b", role="control"))]).measurements
    assert summary_of((), measured) == "1 benchmark of torch measured inside."


def test_nothing_is_said_of_nothing() -> None:
    assert summary_of((), ()) is None
