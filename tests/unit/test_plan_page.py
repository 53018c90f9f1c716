"""The hand-written page on plans says what plans hold."""

from pathlib import Path

import pytest

from envkb.experiment.run.cells import combinations
from envkb.experiment.run.plans import parse_plan
from envkb.model.plan import Plan, PlannedRequest

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "plan.md").read_text("utf-8")


def test_its_example_is_a_plan() -> None:
    plan = parse_plan(PAGE.partition('```toml title="plan.toml"\n')[2].partition("```")[0].encode(), "plan.toml")
    assert len(combinations(plan)) == 7


@pytest.mark.parametrize("model", [Plan, PlannedRequest])
def test_it_names_every_key(model: type[Plan] | type[PlannedRequest]) -> None:
    missing = [name for name, field in model.model_fields.items() if f"`{field.alias or name}`" not in PAGE]
    assert missing == []
