"""The tables of `docs/explanation/risk.md`, computed again from records like those they name."""

import re
from pathlib import Path

import pytest

from envkb.assess.risk.history import history_of
from envkb.assess.risk.likelihood import Likelihood
from envkb.knowledge.folder import KnowledgeBase
from risks import TODAY, assess_one, experiment, write_risk

PAGE = Path(__file__).parents[4] / "docs" / "explanation" / "risk.md"


def _tables() -> list[list[dict[str, str]]]:
    text = PAGE.read_text("utf-8").partition("## An example")[2].partition("## Its history")[0]
    found = []
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        head, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines())
        found.append([dict(zip(head, row, strict=True)) for row in rows])
    return found


def test_the_page_computes_as_kb_does(base: KnowledgeBase) -> None:
    records, clusters, sums = _tables()
    write_risk(base.root, scope="manager = uv and package torch")
    for row in records:
        data = experiment(
            int(row["record"]),
            host=row["host"],
            manager=row["manager"],
            torch=row["torch"],
            origin=row["origin"],
            failed=row["failed"] == "yes",
            created=f"{row['happened']}T10:00:00Z",
        )
        base.add(data, {})
    found = assess_one(base)

    computed = {
        f"{each.host_label}, {each.key.manager}, torch {dict(each.key.stack)['torch']}": (
            *(each.share, each.decay, each.factor, each.weight),
            *(each.weight * each.share, each.weight * (1 - each.share)),
        )
        for each in found.clusters
    }
    columns = ("share s", "decay", "factor", "weight w", "w·s", "w·(1-s)")
    told = {row["cluster"]: tuple(float(row[column]) for column in columns) for row in clusters}
    assert told == {name: pytest.approx(values, abs=5e-5) for name, values in computed.items()}

    assert found.prior is not None
    assert found.likelihood is not None
    levels = (found.prior_level, found.level)
    for row, likelihood, level in zip(sums, (found.prior, found.likelihood), levels, strict=True):
        assert [float(cell) for cell in list(row.values())[1:7]] == pytest.approx(_numbers(likelihood), abs=5e-5)
        assert row["level"] == level
    assert found.status == "insufficient evidence"
    assert f"The evidence weighs {found.weight:g}" in PAGE.read_text("utf-8")
    assert found.today == TODAY
    assert history_of(found, base.settings.thresholds)[1].level == "high"


def _numbers(likelihood: Likelihood) -> list[float]:
    return [
        *(likelihood.alpha, likelihood.beta, likelihood.probability),
        *(likelihood.low, likelihood.high, likelihood.confidence),
    ]
