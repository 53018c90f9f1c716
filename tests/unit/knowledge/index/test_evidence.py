from pathlib import Path

import pytest

from envkb.document.codec import encode_record
from envkb.knowledge.folder import KnowledgeBase
from envkb.knowledge.index.evidence import EdgeRow, FindingRow
from envkb.knowledge.index.index import open_index
from envkb.knowledge.query.parser import parse_query
from envkb.model.edge_case import Phase, Severity
from envkb.model.finding import Finding
from envkb.model.measurement import Benchmark, Parameter
from envkb.model.record import Record
from envkb.model.value import Origin
from factory import (
    make_bytes,
    make_edge_case,
    make_environment,
    make_host,
    make_install,
    make_link,
    make_measurement,
    make_retraction,
)


@pytest.fixture
def base(tmp_path: Path) -> KnowledgeBase:
    (tmp_path / "kb").mkdir()
    (tmp_path / "kb/kb.toml").write_text('id = "demo"\ntitle = "Demo"\n', "utf-8")
    return KnowledgeBase.open(tmp_path)


def _ids(base: KnowledgeBase, query: str = "kind = experiment", *, public: bool = False) -> list[str]:
    with open_index(base, public=public) as index:
        return [row.id for row in index.evidence(parse_query(query))]


def test_evidence_tells_what_went_wrong_and_where(base: KnowledgeBase) -> None:
    problem = Finding(
        origin=Origin.CAPTURED,
        rule="torch-build",
        status="problem",
        class_name="index-confusion",
        severity=Severity.MINOR,
        message="torch is built for the CPU",
        evidence=("torch/cuda_build",),
    )
    base.add(
        make_bytes(
            outcome="failure",
            edge_cases=(make_edge_case("disk-full", severity=Severity.BLOCKER, phase=Phase.INSTALL),),
            findings=(problem,),
            install=make_install(outcome="failure", failed_phase=Phase.INSTALL, cache="cold"),
        ),
        {},
    )
    with open_index(base) as index:
        (row,) = index.evidence()
    assert row.edges == (EdgeRow("disk-full", "blocker", "install"),)
    assert row.findings == (FindingRow("torch-build", "problem", "index-confusion", "minor"),)
    assert (row.install_outcome, row.failed_phase, row.cache) == ("failure", "install", "cold")
    assert row.happened == row.created


@pytest.mark.parametrize(
    ("host", "environment", "install", "expected"),
    [
        (make_host(), None, make_install(), "captured"),
        (None, make_environment(origin=Origin.IMPORTED), make_install(), "imported"),
        (None, None, make_install(), "stated"),
        (None, None, None, "stated"),
    ],
)
def test_evidence_is_as_near_as_the_nearest_of_its_sections(
    base: KnowledgeBase, host: object, environment: object, install: object, expected: str
) -> None:
    base.add(make_bytes(host=host, environment=environment, install=install, measurements=(), facts=()), {})
    with open_index(base) as index:
        assert [row.origin for row in index.evidence()] == [expected]


def test_only_heads_count_and_neither_forks_nor_what_was_retracted(base: KnowledgeBase) -> None:
    alone, amended, forked, withdrawn = (make_bytes(number) for number in range(4))
    head = base.add(alone, {})
    for data in (amended, forked, withdrawn):
        base.add(data, {})
    amending = base.add(make_bytes(10, links=(make_link("amends", amended),)), {})
    base.add(make_bytes(11, links=(make_link("amends", forked),)), {})
    base.add(make_bytes(12, links=(make_link("amends", forked),)), {})
    base.add(_encoded(make_retraction(withdrawn, 13)), {})
    assert sorted(_ids(base)) == sorted([head.id, amending.id])


def _encoded(record: Record) -> bytes:

    return encode_record(record)


def test_public_evidence_leaves_private_records_out(base: KnowledgeBase) -> None:
    public = base.add(make_bytes(1), {})
    private = base.add(make_bytes(2), {}, private=True)
    assert sorted(_ids(base)) == sorted([public.id, private.id])
    assert _ids(base, public=True) == [public.id]


def test_evidence_is_picked_by_query_again_and_again(base: KnowledgeBase) -> None:
    uv = base.add(make_bytes(1), {})
    pip = base.add(make_bytes(2, install=make_install(manager="pip")), {})
    with open_index(base) as index:
        picked = [[row.id for row in index.evidence(parse_query(f"manager = {name}"))] for name in ("uv", "pip", "x")]
    assert picked == [[uv.id], [pip.id], []]


@pytest.mark.parametrize(
    "query",
    [
        "manager = uv and outcome = success",
        "manager = uv or outcome = failure",
        "not (manager = uv or outcome = failure)",
        "manager = uv and not (outcome = failure or tag = slow) and kind = experiment",
        "manager is unknown",
        "not package torch",
    ],
)
def test_evidence_is_what_the_list_shows_of_the_query(base: KnowledgeBase, query: str) -> None:
    for number in range(12):
        environment = make_environment(manager=("uv", "pip", None)[number % 3])
        outcome = ("success", "failure", None, "partial")[number % 4]
        tags = ("slow",) if number % 5 == 0 else ()
        base.add(make_bytes(number, environment=environment, install=None, outcome=outcome, tags=tags), {})
    parsed = parse_query(query)
    with open_index(base) as index:
        expected = sorted((row.created, row.id) for row in index.rows(parsed))
        assert [(row.created, row.id) for row in index.evidence(parsed)] == expected


def test_a_measurement_tells_its_extremes_its_parameters_and_its_origin(base: KnowledgeBase) -> None:
    benchmark = Benchmark(suite="basic", name="matmul", version="1", parameters=(Parameter(name="n", value=512),))
    base.add(make_bytes(measurements=(make_measurement(benchmark=benchmark, samples=(3.0, 1.0, 2.0)),)), {})
    with open_index(base) as index:
        (row,) = index.measurements()
    assert (row.lowest, row.median, row.highest) == (1.0, 2.0, 3.0)
    assert (row.parameters, row.origin) == ('[["n", 512]]', "stated")
