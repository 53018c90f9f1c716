"""`kb compare`: ids, runs, queries; as a table, a picture, Markdown, JSON, and as a claim."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from markdown import markdown

from envkb.assess.claims import discrepancies, recompute
from envkb.assess.evidence import Evidence
from envkb.cli import main
from envkb.document.codec import encode_record
from envkb.knowledge.folder import KnowledgeBase
from experiments import interleaved_run, make_experiment, make_run, series, store
from factory import make_bytes, make_distribution, make_environment, make_host, make_retraction

Run = Callable[..., dict[str, Any]]
HOSTILE = "<script>alert(1)</script> | `x` \u202egnp.exe \x1b[31mred"


@pytest.fixture
def knowledge(base: Path) -> KnowledgeBase:
    return KnowledgeBase.open(base)


@pytest.fixture
def pair(knowledge: KnowledgeBase) -> tuple[str, str]:
    """The ids of pip and uv, of which uv takes four fifths of the time."""
    pip, uv = (store(knowledge, record) for record in interleaved_run(0.8, noise=1e-4))
    return pip, uv


def several_runs(knowledge: KnowledgeBase, arm: str, seconds: float, count: int = 3) -> None:
    for number in range(count):
        record = make_experiment(
            arm, number, run=make_run(arm, f"{arm}-{number}"), measurements=(series([seconds + number / 1e4] * 3),)
        )
        store(knowledge, record)


def test_two_arms_of_a_run_get_a_verdict(pair: tuple[str, str], kb_json: Run) -> None:
    told = kb_json("compare", *pair)
    (contrast,) = told["comparison"]["contrasts"]
    (line,) = contrast["measurements"]
    assert line["verdict"] == "faster"
    assert line["ratio"] == pytest.approx(0.8, rel=1e-3)
    assert [record["id"] for record in told["records"]] == list(pair)
    assert all(len(record["digest"]) == 64 for record in told["records"])
    assert told["claim"] is None


def test_a_run_is_compared_arm_by_arm(pair: tuple[str, str], kb_json: Run) -> None:
    (contrast,) = kb_json("compare", "run-1")["comparison"]["contrasts"]
    assert [row["id"] for side in ("baseline", "candidate") for row in contrast[side]["records"]] == list(pair)


def test_what_is_printed_is_what_the_schema_says(pair: tuple[str, str], kb_json: Run) -> None:
    schema = kb_json("schema", "compared")
    jsonschema.validate(kb_json("compare", *pair), schema["json_schema"])


def test_the_table_tells_ratio_interval_and_verdict(pair: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", *pair, "--plot"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "uv against pip: 1 faster"
    assert lines[2].split() == ["numpy/matmul", "100", "ms", "80", "ms", "0.80", "(0.80", "to", "0.80)", "faster"]
    assert lines[3].startswith("numpy/matmul  ●")
    assert "differs      manager: pip / uv (what is compared)" in lines


def test_markdown_shows_what_is_hostile_and_obeys_none_of_it(
    knowledge: KnowledgeBase, capsys: pytest.CaptureFixture[str]
) -> None:
    environment = make_environment(make_distribution(HOSTILE, HOSTILE), manager="uv")
    ids = [
        store(knowledge, record)
        for record in interleaved_run(0.8, changes={"uv": {"environment": environment, "run": make_run(HOSTILE)}})
    ]
    assert main(["compare", *ids, "--markdown"]) == 0
    printed = capsys.readouterr().out
    assert "<script>" not in markdown(printed, extensions=["tables"])
    assert main(["compare", *ids]) == 0
    assert "\x1b" not in capsys.readouterr().out


def test_sets_of_three_runs_a_side_get_a_verdict(knowledge: KnowledgeBase, kb_json: Run) -> None:
    several_runs(knowledge, "pip", 1.0)
    several_runs(knowledge, "uv", 0.5)
    told = kb_json("compare", "--where", "manager = pip", "--where", "manager = uv")
    (contrast,) = told["comparison"]["contrasts"]
    assert contrast["measurements"][0]["verdict"] == "faster"
    assert contrast["summaries"][0]["pairs"] == 1


def test_sets_of_two_runs_say_which_run_would_decide(
    knowledge: KnowledgeBase, capsys: pytest.CaptureFixture[str]
) -> None:
    several_runs(knowledge, "pip", 1.0, 2)
    several_runs(knowledge, "uv", 0.5, 2)
    assert main(["compare", "--where", "manager = pip", "--where", "manager = uv"]) == 0
    printed = capsys.readouterr().out
    assert "cannot tell not interleaved: numpy/matmul (2 runs a side" in " ".join(printed.split())
    assert "would decide kb run numpy==2.4.0 --with=pip --with=uv --bench=numpy" in printed


def test_an_undeclared_difference_needs_to_be_allowed(knowledge: KnowledgeBase, kb_json: Run) -> None:
    older = make_environment(make_distribution("numpy", "2.3.0"), make_distribution(), manager="uv")
    changes = {"uv": {"environment": older}}
    ids = [store(knowledge, record) for record in interleaved_run(0.8, changes=changes)]
    refused = kb_json("compare", *ids)["comparison"]["contrasts"][0]
    assert refused["packages"][0]["standing"] == "undeclared"
    assert refused["measurements"][0]["verdict"] == "cannot tell"
    allowed = kb_json("compare", *ids, "--allow", "numpy")["comparison"]["contrasts"][0]
    assert allowed["packages"][0]["standing"] == "allowed"
    assert allowed["measurements"][0]["verdict"] == "faster"


def test_an_allowance_for_nothing_is_told(pair: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", *pair, "--allow", "nunpy"]) == 0
    assert "kb: --allow nunpy allowed nothing" in capsys.readouterr().err


def test_a_claim_rests_on_its_records_and_can_be_computed_again(
    pair: tuple[str, str], knowledge: KnowledgeBase, kb_json: Run
) -> None:
    told = kb_json("compare", *pair, "--claim")
    stored = knowledge.read(told["claim"]["id"])
    assert stored.digest == told["claim"]["digest"]
    assert [(link.relation, link.id) for link in stored.record.links] == [("based_on", name) for name in pair]
    assert stored.record.title == "numpy==2.4.0, warm cache: uv against pip: 1 faster"
    assert stored.record.claim is not None
    held = [knowledge.read(link.id) for link in stored.record.links]
    given = [Evidence(each.id, each.digest, None, each.record) for each in held]
    assert discrepancies(stored.record.claim, recompute(stored.record.claim, given)) == ()
    assert main(["check"]) == 0


def test_a_claim_is_private_where_a_record_is(knowledge: KnowledgeBase, kb_json: Run) -> None:
    pip, uv = interleaved_run(0.8)
    ids = [store(knowledge, record, private=private) for record, private in ((pip, False), (uv, True))]
    claim = kb_json("compare", *ids, "--claim")["claim"]
    assert claim["path"].startswith("kb/private/")
    assert main(["check"]) == 0


def test_a_control_in_a_record_beside_is_used_and_linked(knowledge: KnowledgeBase, kb_json: Run) -> None:
    pip, uv = interleaved_run(0.8)
    witness = store(knowledge, pip.model_copy(update={"run": make_run("conda")}))
    bare = pip.model_copy(update={"measurements": pip.measurements[:1], "salt": "0" * 32})
    ids = [store(knowledge, bare), store(knowledge, uv)]
    told = kb_json("compare", *ids, "--claim")
    assert told["comparison"]["contrasts"][0]["measurements"][0]["verdict"] == "faster"
    assert [row["id"] for row in told["comparison"]["witnesses"]] == [witness]
    links = knowledge.read(told["claim"]["id"]).record.links
    assert [link.id for link in links] == [*ids, witness]


def test_hosts_that_were_joined_are_one(knowledge: KnowledgeBase, kb_json: Run) -> None:
    for arm, seconds in (("pip", 1.0), ("uv", 0.5)):
        for number in range(3):
            host = make_host(key=f"{number % 2:020d}")
            record = make_experiment(
                arm,
                number,
                run=make_run(arm, f"{arm}-{number}"),
                host=host,
                measurements=(series([seconds + number / 1e4] * 3),),
            )
            store(knowledge, record)
    sides = ("--where", "manager = pip", "--where", "manager = uv")
    lines = kb_json("compare", *sides)["comparison"]["contrasts"][0]["measurements"]
    assert [line["verdict"] for line in lines] == ["cannot tell"] * 2
    with (knowledge.root / "kb" / "kb.toml").open("a") as settings:
        settings.write("".join(f'\n{number:020d} = "pi5"' for number in range(2)))
    (line,) = kb_json("compare", *sides)["comparison"]["contrasts"][0]["measurements"]
    assert line["verdict"] == "faster"


def test_a_retracted_record_is_named(pair: tuple[str, str], knowledge: KnowledgeBase, capsys: Any) -> None:
    knowledge.add(encode_record(make_retraction(knowledge.read(pair[0]).data)), {})
    assert main(["compare", *pair]) == 0
    assert f"kb: {pair[0]} is retracted" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "name records or runs, or give two queries"),
        (["{pip}"], "one record has nothing to be compared with"),
        (["{pip}", "{pip}"], "{pip} would be compared with itself"),
        (["{pip}", "run-1"], "{pip} would be compared with itself"),
        (["{pip}", "nonsense"], "'nonsense' is not a record id"),
        (["{pip}", "KB-2026-WERC8-GMRZGT"], "there is no record KB-2026-WERC8-GMRZGT here"),
        (["{pip}", "--where", "manager = uv"], "name records or runs, or give two queries"),
        (["--where", "manager = uv"], "one query has nothing to be compared with"),
        (["--where", "manager = uv", "--where", "manager = conda"], "no experiment answers 'manager = conda'"),
        (["--where", "manager = uv", "--where", "tag = arm"], "{uv} would be compared with itself"),
        (["--where", "manager =", "--where", "tag = arm"], "a value is missing before 'the end'"),
        (["{pip}", "{uv}", "--margin=0"], "Invalid value for '--margin'"),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(
    pair: tuple[str, str], kb_json: Run, arguments: list[str], message: str
) -> None:
    pip, uv = pair
    told = kb_json("compare", *(argument.format(pip=pip, uv=uv) for argument in arguments), code=2)
    assert message.format(pip=pip, uv=uv) in told["error"]["message"]


def test_a_claim_has_nothing_to_be_compared(pair: tuple[str, str], kb_json: Run) -> None:
    claim = kb_json("compare", *pair, "--claim")["claim"]["id"]
    told = kb_json("compare", pair[0], claim, code=2)
    assert told["error"]["message"] == f"{claim} is a claim, which has no measurements"


def test_a_run_whose_records_share_nothing_is_told(knowledge: KnowledgeBase, kb_json: Run) -> None:
    for number, arm in enumerate(("pip", "uv")):
        knowledge.add(make_bytes(number, run=make_run(arm), measurements=()), {})
    told = kb_json("compare", "run-1", code=2)
    assert told["error"]["message"] == "no two arms of run-1 share a benchmark"


@pytest.mark.usefixtures("pair")
def test_a_retracted_arm_of_a_run_is_left_out_and_named(knowledge: KnowledgeBase, capsys: Any) -> None:
    conda = store(knowledge, make_experiment("conda", 9, measurements=(series([1.0]),)))
    knowledge.add(encode_record(make_retraction(knowledge.read(conda).data)), {})
    assert main(["compare", "run-1"]) == 0
    told = capsys.readouterr()
    assert f"kb: {conda}, of that run, is retracted" in told.err
    assert told.out.startswith("uv (numpy, warm) against pip (numpy, warm): 1 faster\n")
    assert "conda" not in told.out


def test_a_claim_that_somebody_changed_fails_to_verify(
    pair: tuple[str, str], knowledge: KnowledgeBase, kb_json: Run
) -> None:
    honest = knowledge.read(kb_json("compare", *pair, "--claim")["claim"]["id"])
    forged = honest.data.replace(b'"verdict": "faster"', b'"verdict": "slower"')
    assert forged != honest.data
    name = knowledge.add(forged, {}).id
    for who, code, status in ((honest.id, 0, "PASS"), (name, 4, "FAIL")):
        (record,) = kb_json("verify", who, code=code)["records"]
        (layer,) = (row for row in record["layers"] if row["layer"] == "claim")
        assert layer["status"] == status
    assert "'slower' was claimed, 'faster' is computed" in layer["says"]
