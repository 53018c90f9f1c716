import pytest

from envkb.errors import UsageError
from envkb.experiment.run.plans import with_changes
from run_plans import make_plan


def test_a_requirement_takes_the_place_of_the_old_one() -> None:
    plan = with_changes(make_plan("Torch==2.13.0", "numpy"), ["torch==2.15.0"])
    assert plan.requests[0].requirements == ("torch==2.15.0", "numpy")


@pytest.mark.parametrize("change", ["scipy==1.0", "==2", "numpy"])
def test_a_change_that_changes_nothing_is_refused(change: str) -> None:
    with pytest.raises(UsageError, match="--set"):
        with_changes(make_plan("numpy"), [change])
