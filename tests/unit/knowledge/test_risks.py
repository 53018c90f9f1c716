from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from envkb.errors import InvalidDataError, UsageError
from envkb.knowledge.risks import create_risk, parse_risk, read_risks
from risks import JUDGED, RISK, write_risk


def test_a_new_risk_can_be_read_at_once(tmp_path: Path) -> None:
    path = create_risk(tmp_path, "no-gpu", 'it says: "no GPU" # really', owner="Ada", review="2027-01-01")
    (file,) = read_risks(tmp_path).files
    assert (file.slug, file.path) == ("no-gpu", path)
    assert file.risk.statement == 'it says: "no GPU" # really'
    assert file.page.body.startswith('# it says: "no GPU" # really\n')


def test_a_risk_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    path = write_risk(tmp_path, "no-gpu")
    before = path.read_bytes()
    with pytest.raises(UsageError, match="there is a risk no-gpu already"):
        create_risk(tmp_path, "no-gpu", "x", owner="Ada", review="2027-01-01")
    assert path.read_bytes() == before


@pytest.mark.parametrize("slug", ["No-GPU", "no_gpu", "-x", "x-", "a--b", "", "../x", "x" * 65, "ü"])
def test_a_slug_is_small_letters_and_digits_joined_by_hyphens(tmp_path: Path, slug: str) -> None:
    with pytest.raises(UsageError, match="no name of a risk"):
        create_risk(tmp_path, slug, "x", owner="Ada", review="2027-01-01")


@pytest.mark.parametrize("statement", ["", " ", "two\nlines"])
def test_a_statement_is_one_line(tmp_path: Path, statement: str) -> None:
    with pytest.raises(UsageError, match="statement: must be one line, and not blank"):
        create_risk(tmp_path, "no-gpu", statement, owner="Ada", review="2027-01-01")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"statment": "x"}, "statment: unknown key"),
        ({"impact": 6}, "impact: should be less than or equal to 5"),
        ({"impact": 0}, "impact: should be greater than or equal to 1"),
        ({"impact": "high"}, "impact: must be a whole number"),
        (
            {"prior": {"mean": 0, "weight": 2, "source": "x"}},
            "prior.mean: no evidence could ever change a prior of 0 or 1",
        ),
        (
            {"prior": {"mean": 1, "weight": 2, "source": "x"}},
            "prior.mean: no evidence could ever change a prior of 0 or 1",
        ),
        ({"prior": {"mean": 0.5, "weight": 0, "source": "x"}}, "prior.weight: should be greater than 0"),
        ({"prior": {"mean": 0.5, "weight": 2}}, "prior.source: missing"),
        ({"prior": None}, "prior is missing: a likelihood is computed from scope, event and prior"),
        ({"scope": None}, "scope is missing"),
        ({"scope": "manger = uv"}, "scope: query, column 1: there is no field 'manger'"),
        ({"scope": "manager = "}, "scope: "),
        ({"event": {}}, "event: name what counts"),
        ({"event": {"edge": ["x"]}}, "event.edge: unknown key"),
        ({"event": {"edges": []}}, "event.edges"),
        ({"event": {"failed": ["instal"]}}, "event.failed"),
        ({"event": {"min_severity": "major", "failed": "any"}}, "event: min_severity goes with edges"),
        (
            {"event": {"measurement": {"benchmark": "a/b", "op": "=", "value": 1, "unit": "s"}}},
            "event.measurement.op",
        ),
        (
            {"event": {"ratio": {"benchmark": "a/b", "baseline": "manger = pip", "op": ">", "value": 1}}},
            "event.ratio.baseline: query, column 1: there is no field 'manger'",
        ),
        ({"event": {"where": "outcome = "}}, "event.where: query, column"),
        ({"review": "soon"}, "review: must be a date"),
        ({"review": "2026-02-30"}, "review: must be a date"),
        ({"response": "ignore"}, "response: should be 'avoid', 'reduce', 'accept' or 'transfer'"),
        ({"basis": "judgement"}, "basis: judgement has no scope"),
        ({"judgement": JUDGED["judgement"]}, "judgement goes with basis: judgement"),
    ],
)
def test_what_is_wrong_is_told_in_one_line_with_its_place(
    tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    write_risk(tmp_path, "broken", **changes)
    write_risk(tmp_path, "whole")
    found = read_risks(tmp_path)
    assert [file.slug for file in found.files] == ["whole"]
    (problem,) = found.problems
    assert problem.message.startswith(message)
    assert (problem.level, problem.path) == ("error", "kb/risks/broken.md")
    assert problem.place is None or problem.place.startswith("line ")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"---\nstatement: \xff\n---\n", "not UTF-8"),
        (b"---\nstatement: &a x\nowner: *a\n---\n", "YAML anchors and aliases (& and *) are not read"),
        (b"---\nstatement: !!python/name:os.system x\n---\n", "YAML tags"),
        (b"---\nstatement: x\nstatement: y\n---\n", "the key statement comes twice"),
        (b"# no front matter\n", "no front matter"),
    ],
)
def test_a_file_that_is_no_front_matter_is_told_too(tmp_path: Path, data: bytes, message: str) -> None:
    write_risk(tmp_path, "broken").write_bytes(data)
    (problem,) = read_risks(tmp_path).problems
    assert problem.message.startswith(message)
    assert "\n" not in problem.message


def test_a_name_that_is_no_slug_is_told_and_a_readme_is_none(tmp_path: Path) -> None:
    write_risk(tmp_path, "My Risk")
    (tmp_path / "kb/risks/README.md").write_text("These are the risks.\n", "utf-8")
    assert [problem.message for problem in read_risks(tmp_path).problems] == ["'My Risk' is no name of a risk"]


def test_the_packages_of_the_scope_and_of_the_risk_make_stacks(tmp_path: Path) -> None:
    scope = "(package torch >= 2.13 or not package NumPy) and manager = uv"
    write_risk(tmp_path, scope=scope, packages=["Flash_Attn", "torch"])
    (file,) = read_risks(tmp_path).files
    assert file.packages() == ("flash-attn", "numpy", "torch")


def test_finding_a_risk_names_the_nearest_or_what_is_wrong_with_it(tmp_path: Path) -> None:
    write_risk(tmp_path, "cuda-not-seen")
    write_risk(tmp_path, "broken", impact=6)
    found = read_risks(tmp_path)
    assert found.find("kb/risks/cuda-not-seen.md").risk.statement == RISK["statement"]
    with pytest.raises(UsageError) as caught:
        found.find("cuda-not-sen")
    assert caught.value.hint == "did you mean cuda-not-seen?"
    with pytest.raises(InvalidDataError, match=r"kb/risks/broken.md: line \d+: impact"):
        found.find("broken")


def test_a_knowledge_base_without_risks_has_none(tmp_path: Path) -> None:
    assert read_risks(tmp_path).files == ()


def test_a_scope_may_span_lines() -> None:
    text = b"---\n" + b"\n".join(
        f"{key}: {value!r}".encode() for key, value in RISK.items() if key not in ("scope", "event", "prior")
    )
    text += b"\nscope: >\n  manager = uv\n  and outcome is known\nevent: {failed: any}\n"
    text += b"prior: {mean: 0.5, weight: 1, source: x}\n---\n"
    assert parse_risk(text, PurePosixPath("kb/risks/a.md")).scope is not None
