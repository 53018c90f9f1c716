import pytest

from envkb.assess.compared import Compared, Comparison, Contrast, SideRecord, SideShown
from envkb.assess.comparison import METHOD, VERSION
from envkb.cite.claims import quote_claim
from envkb.errors import UsageError
from envkb.model.measurement import Benchmark
from envkb.model.record import Claim

IDS = ("KB-2026-WERC8-GMRZGT", "KB-2026-S8YHC-EXB0NW")


def row(name: str, verdict: str, **changes: object) -> Compared:
    fields: dict[str, object] = dict.fromkeys(Compared.model_fields)
    fields |= {
        "benchmark": Benchmark(suite="torch-basic", name=name, version="3", parameters=()),
        "quantity": "duration",
        "baseline": IDS[:1],
        "candidate": IDS[1:],
        "baseline_median": 1.0,
        "candidate_median": 0.8,
        "basis": "interleaved",
        "count": 6,
        "ratio": 0.8124567,
        "low": 0.79,
        "high": 0.84,
        "verdict": verdict,
        "warnings": (),
    }
    return Compared.model_validate(fields | changes)


def claim() -> Claim:
    sides = [SideShown(label=name, records=(SideRecord(id=IDS[0], host=None),)) for name in ("pip", "uv")]
    rows = (
        row("install", "faster"),
        row("matmul", "cannot tell", ratio=None, low=None, high=None, reason="a median of zero"),
    )
    contrast = Contrast(
        baseline=sides[0],
        candidate=sides[1],
        differences=(),
        packages=(),
        measurements=rows,
        left_out=(),
        summaries=(),
        decide=None,
    )
    comparison = Comparison(
        method="envkb.compare/1",
        seed=1,
        margin=0.05,
        confidence=0.95,
        resamples=9999,
        allowed=(),
        sets=False,
        contrasts=(contrast,),
        witnesses=(),
    )
    return Claim(method=METHOD, version=VERSION, seed=1, parameters=None, result=comparison.model_dump(mode="json"))


INSTALL = "install duration, uv against pip: faster (ratio 0.812457, 95 % interval 0.79 to 0.84, n = 6, interleaved)"
MATMUL = "matmul duration, uv against pip: cannot tell: a median of zero (no ratio, n = 6, interleaved)"
COMPUTED = f"computed by {METHOD} {VERSION}, seed 1, from {IDS[0]}, {IDS[1]}, with differences up to 5 % taken for none"


def test_a_comparison_is_quoted_with_verdicts_intervals_method_and_basis() -> None:
    assert quote_claim(claim(), IDS) == [INSTALL, MATMUL, COMPUTED]


def test_one_benchmark_of_a_comparison_can_be_quoted() -> None:
    assert quote_claim(claim(), IDS, ["install"]) == [INSTALL, COMPUTED]
    with pytest.raises(UsageError, match="no benchmark 'x'") as caught:
        quote_claim(claim(), IDS, ["x"])
    assert caught.value.hint == "its benchmarks: install, matmul"


@pytest.mark.parametrize(("method", "result"), [("other", {"x": 1}), ("envkb.compare", [1, {"contrasts": "?"}])])
def test_a_claim_of_another_kind_is_quoted_with_its_method_and_basis_alone(method: str, result: object) -> None:
    other = Claim.model_validate({"method": method, "version": "1", "seed": None, "parameters": None, "result": result})
    assert quote_claim(other, []) == [f"computed by {method} 1, from no record"]
