import json

import pytest

from envkb.assess.claims import claim_of, discrepancies, recompute
from envkb.assess.comparison import compare
from envkb.assess.evidence import Evidence
from envkb.assess.verdicts import Options
from envkb.document.canonical import encode
from envkb.errors import InvalidDataError, UsageError
from envkb.model.record import Claim
from experiments import evidence, interleaved_run, make_run, side


@pytest.fixture
def held() -> list[Evidence]:
    pip, uv = interleaved_run(0.8)
    witness = pip.model_copy(update={"run": make_run("conda")})
    return [evidence(pip), evidence(uv), evidence(witness)]


@pytest.fixture
def claim(held: list[Evidence]) -> Claim:
    pip, uv, witness = held
    options = Options(margin=0.04, allowed=frozenset({"python"}), seed=11)
    return claim_of(compare([(side(pip.record), side(uv.record))], options, witnesses=[witness]))


def as_stored(claim: Claim) -> Claim:
    """Return a claim after it went through the bytes of a record."""
    return Claim.model_validate_json(encode(claim.model_dump(mode="json")))


def test_a_claim_names_method_version_seed_and_what_it_was_given(claim: Claim) -> None:
    assert (claim.method, claim.version, claim.seed) == ("envkb.compare", "2", 11)
    given = json.loads(json.dumps(claim.parameters))
    assert (given["margin"], given["allowed"], given["sets"]) == (0.04, ["python"], False)
    assert [row["label"] for row in given["contrasts"][0].values()] == ["pip", "uv"]
    assert [name.split()[0] for name in given["libraries"]] == ["numpy", "scipy"]


def test_a_claim_is_computed_again_from_the_records_that_it_names(claim: Claim, held: list[Evidence]) -> None:
    computed = recompute(as_stored(claim), held)
    assert discrepancies(as_stored(claim), computed) == ()
    assert computed.contrasts[0].measurements[0].verdict == "faster"


def test_the_hosts_of_that_time_are_used(claim: Claim, held: list[Evidence]) -> None:
    joined = [Evidence(each.id, each.digest, "joined since", each.record) for each in held]
    assert discrepancies(claim, recompute(claim, joined)) == ()


def test_a_number_that_was_changed_is_found(claim: Claim, held: list[Evidence]) -> None:
    result = json.loads(json.dumps(claim.result))
    result["contrasts"][0]["measurements"][0]["ratio"] *= 1 + 1e-6
    (place,) = discrepancies(claim.model_copy(update={"result": result}), recompute(claim, held))
    assert place.startswith("result/contrasts/0/measurements/0/ratio: ")


def test_a_verdict_that_was_changed_is_found(claim: Claim, held: list[Evidence]) -> None:
    result = json.loads(json.dumps(claim.result))
    result["contrasts"][0]["measurements"][0]["verdict"] = "slower"
    result["contrasts"][0]["measurements"].append({})
    assert len(discrepancies(claim.model_copy(update={"result": result}), recompute(claim, held))) == 1


def test_rounding_is_no_discrepancy(claim: Claim, held: list[Evidence]) -> None:
    result = json.loads(json.dumps(claim.result))
    result["contrasts"][0]["measurements"][0]["ratio"] *= 1 + 1e-12
    assert discrepancies(claim.model_copy(update={"result": result}), recompute(claim, held)) == ()


def test_a_record_that_is_not_given_is_named(claim: Claim, held: list[Evidence]) -> None:
    with pytest.raises(UsageError, match=held[1].id):
        recompute(claim, [held[0], held[2]])


def test_another_method_or_version_is_not_guessed(claim: Claim, held: list[Evidence]) -> None:
    with pytest.raises(UsageError, match=r"envkb\.compare 1"):
        recompute(claim.model_copy(update={"version": "1"}), held)


def test_parameters_that_cannot_be_read_are_told(claim: Claim, held: list[Evidence]) -> None:
    with pytest.raises(InvalidDataError, match="margin"):
        recompute(claim.model_copy(update={"parameters": {}}), held)
