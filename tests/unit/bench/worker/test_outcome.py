import json

from bench_documents import make_document, make_listed, make_row
from envkb.bench.worker.outcome import Ended, document_of, printed_document


def test_the_document_is_found_among_other_words() -> None:
    text = "warning: {x}\n" + json.dumps(make_document()) + "\n{not json\n"
    assert printed_document(text.encode()) == make_document()


def test_other_json_beside_the_document_does_not_hide_it() -> None:
    text = json.dumps(make_document()) + '\n{"event": "goodbye"}\n' + '{"a":' * 100_000 + "\n"
    assert printed_document(text.encode()) == make_document()


def test_nan_is_no_document() -> None:
    text = json.dumps(make_document(make_row(samples=[float("nan")])))
    assert printed_document(text.encode()) is None


def test_a_list_that_fails_is_a_problem_of_the_suite() -> None:
    document = document_of(Ended(b"", b"no\nway", 2, timed_out=False, timeout_s=9), "torch")
    assert document["results"] == []
    (problem,) = document["problems"]
    assert (problem["suite"], problem["kind"], problem["message"]) == ("torch", "crash", "no\nway".splitlines()[-1])
    assert (problem["exit_status"], problem["signal"]) == (2, None)


def test_a_benchmark_that_fails_keeps_its_name_and_its_place() -> None:
    ended = Ended(b"", b"", -9, timed_out=True, timeout_s=9)
    document = document_of(ended, "torch", make_listed("lstm"), order=4, role="control")
    (row,) = document["results"]
    assert (row["case"], row["order"], row["role"]) == ("lstm", 4, "control")
    assert row["problem"]["kind"] == "hang"


def test_long_last_words_are_cut_at_their_beginning() -> None:
    ended = Ended(b"", b"x" * 100_000 + b"\nthe end", 1, timed_out=False, timeout_s=9)
    (problem,) = document_of(ended, "torch")["problems"]
    assert problem["traceback"].endswith("the end")
    assert len(problem["traceback"]) <= 4000
