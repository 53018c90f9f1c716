"""`kb amend` and `kb retract`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from envkb.cli import main
from envkb.document.codec import encode_record
from envkb.knowledge.folder import KnowledgeBase
from envkb.model.edge_case import Severity
from envkb.model.record import Note, Record, Redaction
from envkb.model.value import Origin
from factory import (
    make_attachment,
    make_bytes,
    make_edge_case,
    make_install,
    make_link,
    make_measurement,
    make_record,
    make_retraction,
)

Run = Callable[..., dict[str, Any]]

LOG = b"Resolved 62 packages\n"
SEEN = make_edge_case("out-of-memory", origin=Origin.CAPTURED)
OLD = encode_record(
    make_record(
        1,
        attachments=(make_attachment(LOG),),
        edge_cases=(SEEN, make_edge_case()),
        measurements=(make_measurement(), make_measurement("copy", origin=Origin.CAPTURED)),
        notes=(Note(title=None, text="first"),),
        redactions=(Redaction(kind="user", count=3),),
    )
)
RUN = make_bytes(2, install=make_install(origin=Origin.CAPTURED), host=None, facts=())


@pytest.fixture
def old(base: Path) -> str:
    return KnowledgeBase.open(base).add(OLD, {make_attachment(LOG).sha256: LOG}).id


def _read(base: Path, name: str) -> Record:
    return KnowledgeBase.open(base).read(name).record


def test_an_amendment_is_a_complete_record_that_names_the_old_one_which_stays(
    base: Path, old: str, kb_json: Run
) -> None:
    told = kb_json("amend", old.lower(), "--title", "It failed", "--outcome", "failure", "--reason", "the day after")
    jsonschema.validate(told, kb_json("schema", "amended")["json_schema"])
    new, before = _read(base, told["id"]), _read(base, old)
    assert encode_record(before) == OLD
    assert (new.title, new.outcome, new.kind) == ("It failed", "failure", "experiment")
    assert [(link.relation, link.id, link.reason) for link in new.links] == [("amends", old, "the day after")]
    assert new.salt != before.salt
    assert new.created > before.created
    for name in ("host", "facts", "environment", "install", "measurements", "attachments", "authors", "observed"):
        assert getattr(new, name) == getattr(before, name)
    assert kb_json("show", old)["state"] == "superseded"
    assert main(["check"]) == 0


def test_what_options_state_is_added_to_lists(base: Path, old: str, kb_json: Run) -> None:
    Path("more.md").write_text("second", "utf-8")
    edge = "class=slow;symptom=first import takes 40 s;severity=minor"
    told = kb_json("amend", old, "--tag", "zram", "--note", "more.md", "--edge", edge)
    new = _read(base, told["id"])
    assert new.tags == ("arm", "pi5", "zram")
    assert [note.text for note in new.notes] == ["first", "second"]
    assert [(case.class_, case.origin) for case in new.edge_cases] == [
        ("out-of-memory", Origin.CAPTURED),
        ("wsl-libcuda", Origin.STATED),
        ("slow", Origin.STATED),
    ]


def test_what_a_file_states_replaces_but_nothing_that_kb_saw_itself(base: Path, old: str, kb_json: Run) -> None:
    tree = {"summary": None, "outcome": None, "tags": [], "metrics": ["copy-2=3 s"]}
    tree["edges"] = [{"class": "wsl-libcuda", "symptom": "libcuda.so is not found", "severity": "minor"}]
    Path("new.json").write_text(json.dumps(tree), "utf-8")
    new = _read(base, kb_json("amend", old, "--from", "new.json", "--tag", "again")["id"])
    assert (new.outcome, new.tags) == (None, ("again",))
    assert [(case.class_, case.severity) for case in new.edge_cases] == [
        ("out-of-memory", Severity.MAJOR),
        ("wsl-libcuda", Severity.MINOR),
    ]
    assert [each.id for each in new.measurements] == ["copy", "copy-2"]
    assert [note.text for note in new.notes] == ["first"]


def test_what_an_amendment_says_passes_the_gate_and_adds_to_what_was_replaced_before(
    base: Path, old: str, kb_json: Run
) -> None:
    new = _read(base, kb_json("amend", old, "--summary", "by adalovelace in /home/adalovelace/lab")["id"])
    assert "adalovelace" not in encode_record(new).decode()
    counts = {each.kind: each.count for each in new.redactions}
    assert counts["user"] > 3 or counts["home"] >= 1
    assert counts["user"] >= 3


def test_private_stays_private(base: Path, kb_json: Run) -> None:
    hidden = KnowledgeBase.open(base).add(make_bytes(3), {}, private=True).id
    amended = kb_json("amend", hidden, "--title", "better")
    assert amended["private"]
    assert amended["path"].startswith("kb/private/records/")
    assert kb_json("retract", amended["id"], "--reason", "wrong machine")["private"]
    assert not list(base.glob("kb/records/*/*.json"))


def test_a_retraction_takes_back_every_version_and_can_be_taken_back(base: Path, old: str, kb_json: Run) -> None:
    new = kb_json("amend", old, "--title", "better")["id"]
    told = kb_json("retract", new, "--reason", "another machine ran it", "--author", "Ada Example")
    record = _read(base, told["id"])
    assert (record.kind, record.summary) == ("retraction", "another machine ran it")
    assert record.authors[0].name == "Ada Example"
    assert [(link.relation, link.id, link.reason) for link in record.links] == [
        ("retracts", new, "another machine ran it")
    ]
    assert [kb_json("show", name)["state"] for name in (old, new)] == ["retracted", "retracted"]
    kb_json("retract", told["id"], "--reason", "it was the right one")
    assert [kb_json("show", name)["state"] for name in (old, new)] == ["superseded", "current"]
    assert main(["check"]) == 0


def test_only_the_head_of_a_chain_is_amended_or_retracted(base: Path, old: str, kb_json: Run) -> None:
    new = kb_json("amend", old, "--title", "better")["id"]
    for command in (["amend", old, "--title", "x"], ["retract", old, "--reason", "x"]):
        error = kb_json(*command, code=2)["error"]
        assert error["message"] == f"{old} was amended already: the chain ends with {new}"
        assert error["hint"] == f"name {new}"
    retraction = kb_json("retract", new, "--reason", "wrong")["id"]
    for command in (["amend", new, "--title", "x"], ["retract", new, "--reason", "x"]):
        error = kb_json(*command, code=2)["error"]
        assert error["message"] == f"{new} was retracted already by {retraction}"
        assert f"kb retract {retraction}" in error["hint"]
    assert "is not amended" in kb_json("amend", retraction, "--title", "x", code=2)["error"]["message"]
    assert base.is_dir()


def test_a_fork_made_by_two_people_is_shown_and_one_amendment_of_both_ends_it(
    base: Path, old: str, kb_json: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    knowledge = KnowledgeBase.open(base)
    assert kb_json("show", old)["state"] == "current"
    hers, his = (
        knowledge.add(make_bytes(number, title=title, links=(make_link("amends", OLD),)), {}).id
        for number, title in ((4, "hers"), (5, "his"))
    )
    assert {row["id"]: row["fields"]["state"] for row in kb_json("list")["records"]} == {hers: "fork", his: "fork"}
    assert main(["show", hers]) == 0
    assert his in capsys.readouterr().err
    error = kb_json("amend", hers, "--title", "ours", code=2)["error"]
    assert error["hint"] == f"make one of them: kb amend {hers} --also {his}"
    assert (
        "no head of the chain"
        in kb_json("amend", hers, "--also", his, "--also", _other(base), code=2)["error"]["message"]
    )
    ours = kb_json("amend", hers, "--also", his)
    assert [link["id"] for link in ours["links"]] == [hers, his]
    assert [kb_json("show", name)["state"] for name in (hers, his, ours["id"])] == ["superseded"] * 2 + ["current"]


def _other(base: Path) -> str:
    return KnowledgeBase.open(base).add(make_bytes(6), {}).id


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["amend", "KB-2026-WERC8-GMRZGT", "--title", "x"], "there is no record KB-2026-WERC8-GMRZGT here"),
        (["amend", "../../x", "--title", "x"], "is not a record id"),
        (["amend", "OLD"], "says all of that already"),
        (["amend", "OLD", "--outcome", "good"], "outcome 'good' is not known"),
        (["amend", "OLD", "--from", "nothing.toml"], "nothing.toml is not there"),
        (["amend", "RUN", "--from", "install.toml"], "kb ran this install itself"),
        (["amend", "RUN", "--from", "label.toml"], "names no host"),
        (["retract", "OLD", "--reason", "  "], "needs a reason"),
    ],
)
def test_what_cannot_be_amended_is_told_in_one_line_and_nothing_is_written(
    base: Path, old: str, kb_json: Run, arguments: list[str], message: str
) -> None:
    run = KnowledgeBase.open(base).add(RUN, {}).id
    Path("install.toml").write_text('install = "pip install torch"\n', "utf-8")
    Path("label.toml").write_text('host_label = "pi5"\n', "utf-8")
    before = sorted(base.rglob("kb/records/*/*"))
    error = kb_json(*({"OLD": old, "RUN": run}.get(word, word) for word in arguments), code=2)["error"]
    assert message in error["message"]
    assert sorted(base.rglob("kb/records/*/*")) == before


def test_an_install_that_was_stated_can_be_stated_anew(base: Path, old: str, kb_json: Run) -> None:
    Path("new.toml").write_text('install = "pip install torch"\nhost_label = "pi5"\n', "utf-8")
    new = _read(base, kb_json("amend", old, "--from", "new.toml")["id"])
    assert new.install is not None
    assert new.install.commands == ("pip install torch",)
    assert new.host is not None
    assert new.host.label == "pi5"


def test_a_claim_keeps_what_it_rests_on(base: Path, kb_json: Run) -> None:
    knowledge = KnowledgeBase.open(base)
    source = make_bytes(7)
    knowledge.add(source, {})
    claim = {"method": "compare", "version": "1", "seed": 1, "parameters": None, "result": None}
    data = make_bytes(8, kind="claim", claim=claim, links=(make_link("based_on", source),))
    new = _read(base, kb_json("amend", knowledge.add(data, {}).id, "--title", "a clearer title")["id"])
    assert [link.relation for link in new.links] == ["amends", "based_on"]
    assert new.claim is not None


def test_amending_a_retraction_of_a_retraction_is_refused_too(base: Path, old: str, kb_json: Run) -> None:
    knowledge = KnowledgeBase.open(base)
    first = knowledge.add(encode_record(make_retraction(OLD, 9)), {}).id
    assert kb_json("retract", old, "--reason", "x", code=2)["error"]["hint"].startswith("if that was wrong")
    assert kb_json("retract", first, "--reason", "x")["links"][0]["id"] == first
