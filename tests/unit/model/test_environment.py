from factory import make_distribution


def test_what_conda_lists_came_from_conda_whatever_the_wheel_inside_says() -> None:
    row = make_distribution("numpy", "2.4.6")
    assert row.model_copy(update={"installer": "pip", "conda_build": None}).installed_by == "pip"
    assert row.model_copy(update={"installer": "pip", "conda_build": "py311_0"}).installed_by == "conda"
    assert row.model_copy(update={"installer": None, "conda_build": None}).installed_by is None
