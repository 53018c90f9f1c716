import pytest

from envkb.errors import UsageError
from envkb.experiment.run.asking import plan_of
from envkb.experiment.run.cells import MAX_CELLS, combinations
from envkb.model.plan import Plan
from run_plans import make_plan


def keys(plan: Plan) -> list[str]:
    return [one.key for one in combinations(plan)]


def test_a_plan_gives_every_combination_of_its_factors() -> None:
    plan = make_plan("demo", managers=("uv",), pythons=("3.11", "3.12"), caches=("cold", "warm"), bytecode=("default",))
    assert keys(plan) == [
        f"demo/uv/{python}/{cache}/default" for python in ("3.11", "3.12") for cache in ("cold", "warm")
    ]


def test_a_manager_that_compiles_by_itself_is_measured_once() -> None:
    plan = make_plan("demo", managers=("uv", "pip"), caches=("warm",))
    assert keys(plan) == ["demo/uv/warm/default", "demo/uv/warm/parity", "demo/pip/warm/default"]


def test_an_existing_environment_is_one_combination_without_factors() -> None:
    plan = make_plan(environments=({"name": "ml", "target": "/opt/ml"},))
    (one,) = combinations(plan)
    assert (one.key, one.cell().manager, one.cell().cache, one.cell().parameters) == ("env/ml", None, None, ())


def test_what_is_excluded_is_left_out() -> None:
    plan = make_plan(
        "demo", managers=("uv", "pip"), bytecode=("default",), exclude=({"manager": "pip", "cache": "cold"},)
    )
    assert keys(plan) == ["demo/uv/cold/default", "demo/uv/warm/default", "demo/pip/warm/default"]


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        (Plan(), "no combination"),
        (make_plan("demo", managers=()), "which manager"),
        (make_plan("demo", managers=("yum",)), "no manager 'yum'"),
        (make_plan(managers=("uv",), environments=({"name": "ml", "target": "/x"},)), "uv has nothing to install"),
        (
            plan_of(
                managers=("uv",),
                requests=(
                    {"name": "a", "requirements": ("demo",), "flags": ({"manager": "pipp", "flags": ("--pre",)},)},
                ),
            ),
            "no manager 'pipp'",
        ),
        (make_plan("demo", exclude=({"manager": "uv"},)), "no combination"),
        (make_plan("demo", exclude=({},)), "names nothing"),
        (make_plan("demo", exclude=({"manager": "conda"},)), "'conda', which is not in the plan"),
        (make_plan("demo", environments=({"name": "uv", "target": "/x"},)), "'uv' is there twice"),
        (
            plan_of(
                managers=("uv",),
                requests=tuple({"name": f"r{number}", "requirements": ("demo",)} for number in range(2500)),
            ),
            f"10000 combinations; at most {MAX_CELLS}",
        ),
    ],
)
def test_a_plan_that_cannot_be_carried_out_is_refused(plan: Plan, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        combinations(plan)


def test_cold_and_warm_make_equal_environments_and_warm_ones_share_a_cache() -> None:
    plan = make_plan("demo", managers=("uv",))
    kinds = {one.kind for one in combinations(plan)}
    assert kinds == {"demo/uv/default", "demo/uv/parity"}
    assert {one.shared for one in combinations(plan)} == {"demo-uv"}


def test_a_mistyped_manager_is_told_which_was_meant() -> None:
    with pytest.raises(UsageError) as caught:
        combinations(make_plan("demo", managers=("micromanba",)))
    assert caught.value.hint.startswith("did you mean micromamba? ")
