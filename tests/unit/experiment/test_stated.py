import pytest

from envkb.errors import UsageError
from envkb.experiment.stated import edge_case, parse_author, parse_metric, parse_outcome, split_edge_case
from envkb.model.edge_case import EDGE_CASE_CLASSES, EdgeCase, Phase, Severity


def parse_edge_case(text: str, classes: tuple[str, ...] = EDGE_CASE_CLASSES) -> EdgeCase:
    return edge_case(split_edge_case(text), classes)


@pytest.mark.parametrize(
    ("text", "samples", "unit", "better", "quantity"),
    [
        ("matmul=12.1,12.3,12.2 ms;better=lower", (12.1, 12.3, 12.2), "ms", "lower", "duration"),
        ("matmul = 12.1, 12.3 ms ; better = lower", (12.1, 12.3), "ms", "lower", "duration"),
        ("tokens=31.5 tok/s;better=higher", (31.5,), "tok/s", "higher", "value"),
        ("env size=1.5e9 B", (1.5e9,), "B", None, "size"),
        ("loss=0.25", (0.25,), None, None, "value"),
        ("delta=-3", (-3.0,), None, None, "value"),
        ("temp=55 °C", (55.0,), "°C", None, "temperature"),
    ],
)
def test_a_metric_keeps_every_sample_and_guesses_no_direction(
    text: str, samples: tuple[float, ...], unit: str | None, better: str | None, quantity: str
) -> None:
    measurement = parse_metric(text)
    assert measurement.samples == samples
    assert (measurement.unit, measurement.better, measurement.quantity) == (unit, better, quantity)


def test_a_metric_is_cited_by_a_plain_id_and_keeps_its_name() -> None:
    measurement = parse_metric("MatMul 4096=1 s")
    assert (measurement.id, measurement.benchmark.name) == ("matmul-4096", "MatMul 4096")


@pytest.mark.parametrize(
    "text",
    [
        "matmul",
        "=1",
        "matmul=",
        "matmul=fast",
        "matmul=1,nan",
        "matmul=1e400",
        "m=1;better=bigger",
        "m=1;colour=red",
        "***=1",
    ],
)
def test_a_metric_that_cannot_be_read_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError):
        parse_metric(text)


def test_an_edge_case_keeps_a_semicolon_of_its_symptom() -> None:
    edge = parse_edge_case(
        "class=wsl-libcuda;symptom=CUDA error; libcuda.so: cannot open;severity=major;"
        "workaround=export LD_LIBRARY_PATH=/usr/lib/wsl/lib;worked=yes;phase=import;link=https://tracker.example/1"
    )
    assert edge.class_ == "wsl-libcuda"
    assert edge.symptom == "CUDA error; libcuda.so: cannot open"
    assert (edge.severity, edge.phase, edge.worked) == (Severity.MAJOR, Phase.IMPORT, True)
    assert edge.workaround == "export LD_LIBRARY_PATH=/usr/lib/wsl/lib"


def test_what_nobody_said_of_an_edge_case_stays_unknown() -> None:
    edge = parse_edge_case("symptom=slow import")
    assert edge.class_ == "other"
    assert (edge.severity, edge.phase, edge.worked, edge.workaround, edge.link) == (None, None, None, None, None)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("class=wsl-libcud;symptom=x", "wsl-libcuda"),
        ("class=other", "symptom"),
        ("symptom=x;severity=terrible", "blocker"),
        ("symptom=x;worked=maybe", "yes or no"),
        ("symptom=x;phase=lunch", "resolve"),
        ("nonsense", "class"),
    ],
)
def test_a_wrong_edge_case_says_what_would_be_right(text: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_edge_case(text)
    assert hint in caught.value.hint


def test_a_class_of_the_knowledge_base_is_known() -> None:
    assert parse_edge_case("class=our-proxy;symptom=x", ("our-proxy",)).class_ == "our-proxy"


def test_an_author_may_have_an_address_and_an_orcid() -> None:
    author = parse_author("Ada Lovelace <ada@lab.example> (0000-0002-1825-0097)")
    assert (author.name, author.email, author.orcid) == ("Ada Lovelace", "ada@lab.example", "0000-0002-1825-0097")
    assert parse_author("Ada").email is None
    with pytest.raises(UsageError):
        parse_author("<ada@lab.example>")


def test_an_outcome_is_one_of_three() -> None:
    assert parse_outcome(" Success ") == "success"
    with pytest.raises(UsageError):
        parse_outcome("ok")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("class=slow;symptom=x;severty=major", "severity"),
        ("class=slow;symptom=x; work around=y;workarond=z", "workaround"),
        ("symptom=x;pakage=torch", "package"),
    ],
)
def test_a_mistyped_key_of_an_edge_case_is_refused_with_the_nearest(text: str, key: str) -> None:
    with pytest.raises(UsageError) as raised:
        split_edge_case(text)
    assert f"did you mean {key}?" in raised.value.hint


def test_a_symptom_may_hold_assignments_that_are_no_keys() -> None:
    text = "class=slow;symptom=ld: error; LD_LIBRARY_PATH=/opt; rank=0; foo = bar;severity=minor"
    assert split_edge_case(text)["symptom"] == "ld: error; LD_LIBRARY_PATH=/opt; rank=0; foo = bar"
