import threading

import pytest

from envkb.capture.collect.crew import Crew
from envkb.capture.collect.rows import Job, Row, make_row


def reading(name: str) -> Job:
    return Job(name, lambda: make_row(name, text=name.upper()))


def test_rows_come_in_the_order_of_the_jobs() -> None:
    names = [f"source-{number}" for number in range(40)]
    assert [row["text"] for row in Crew(map(reading, names)).rows()] == [name.upper() for name in names]


def test_no_jobs_give_no_rows() -> None:
    assert Crew([]).rows() == []


@pytest.mark.parametrize("threads", [1, 4])
def test_reads_that_hang_cost_only_themselves(threads: int) -> None:
    never = threading.Event()

    def hang() -> Row:
        never.wait(30)
        return make_row("late", text="too late")

    hanging = [Job(f"hung-{number}", hang, timeout_s=0.05) for number in range(5)]
    rows = Crew([*hanging, reading("a"), reading("b")]).rows(threads)
    never.set()
    assert [row["status"] for row in rows] == ["timeout"] * 5 + ["ok"] * 2
    assert rows[0]["reason"] == "no answer within 0.05 s"


def test_a_read_that_breaks_tells_how() -> None:
    def broken() -> Row:
        raise RuntimeError("the disk is on fire")

    row, other = Crew([Job("broken", broken), reading("a")]).rows()
    assert (row["status"], row["reason"]) == ("failed", "RuntimeError: the disk is on fire")
    assert other["status"] == "ok"
