import pytest

from envkb.assess.claims import claim_of
from envkb.assess.comparison import compare
from envkb.assess.verdicts import Options
from envkb.model.record import Claim
from envkb.publish.render.comparison_section import comparison_section
from experiments import interleaved_run, side
from factory import make_distribution, make_environment


@pytest.fixture
def claim() -> Claim:
    pip, uv = interleaved_run(1.3)
    environment = make_environment(make_distribution("pip", "26.0"), manager="uv")
    sides = side(pip), side(uv.model_copy(update={"environment": environment}))
    return claim_of(compare([sides], Options(allowed=frozenset({"packages", "python"}))))


def test_a_claim_shows_its_numbers_its_picture_and_its_records(claim: Claim) -> None:
    shown = comparison_section(claim, set())
    assert shown is not None
    (contrast,) = shown.contrasts
    (line,) = contrast.lines
    assert contrast.title == "uv against pip: 1 slower"
    assert (line.name, line.verdict, line.badge) == ("numpy/matmul", "slower", "bad")
    assert line.ratio.startswith("1.3")
    assert "kb-intervals-margin" in contrast.picture
    assert {each.name for each in contrast.packages} >= {"pip"}
    assert all(label != "packages" for label, _ in contrast.notes)


def test_only_records_that_have_a_page_are_linked(claim: Claim) -> None:
    first = comparison_section(claim, set())
    assert first is not None
    ((name, known),) = first.contrasts[0].baseline.records
    assert not known
    again = comparison_section(claim, {name})
    assert again is not None
    assert again.contrasts[0].baseline.records == ((name, True),)


def test_a_comparison_of_another_method_or_form_is_shown_as_it_is_stored(claim: Claim) -> None:
    assert comparison_section(None, set()) is None
    assert comparison_section(claim.model_copy(update={"method": "own.method"}), set()) is None
    assert comparison_section(claim.model_copy(update={"result": {"contrasts": "none"}}), set()) is None
