import threading

import pytest

from envkb.cli.meanwhile import Meanwhile
from envkb.errors import UsageError


def test_work_begins_at_once_and_gives_its_result_to_whoever_asks_again() -> None:
    begun, goes_on = threading.Event(), threading.Event()

    def work() -> int:
        begun.set()
        assert goes_on.wait(60)
        return 7

    meanwhile = Meanwhile(work)
    assert begun.wait(60)
    goes_on.set()
    assert (meanwhile.result(), meanwhile.result()) == (7, 7)


def test_what_work_raises_is_raised_where_its_result_is_wanted() -> None:
    def work() -> int:
        raise UsageError("no")

    meanwhile = Meanwhile(work)
    with pytest.raises(UsageError, match="no"):
        meanwhile.result()
