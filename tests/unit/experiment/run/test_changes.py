import pytest

from envkb.errors import UsageError
from envkb.experiment.run.plans import with_changes
from run_plans import make_plan


def test_a_requirement_takes_the_place_of_the_old_one() -> None:
    plan = with_changes(make_plan("Torch==2.13.0", "numpy"), ["torch==2.15.0"])
    assert plan.requests[0].requirements == ("torch==2.15.0", "numpy")


@pytest.mark.parametrize(
    ("change", "words", "hint"),
    [
        ("scipy==1.0", "no scipy, but numpy", "kb run numpy scipy==1.0"),
        ("nunpy==2", "no nunpy, but numpy", "kb run numpy nunpy==2"),
        ("numpy", "just that", "leave --set out"),
        ("==2", "no requirement", "--set torch==2.15.0"),
    ],
)
def test_a_change_of_nothing_is_refused_with_what_could_be_meant(change: str, words: str, hint: str) -> None:
    with pytest.raises(UsageError, match="--set") as caught:
        with_changes(make_plan("numpy"), [change])
    assert words in caught.value.message
    assert hint in str(caught.value.hint)
