"""Numbers of risk and decision pages that rest on measurements or on days, computed again from the records' files."""

import html
import json
import random
import re
import statistics
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from scipy.special import betaincinv

from decision_files import write_decision
from envkb.knowledge.folder import KnowledgeBase
from envkb.model.settings import Thresholds
from envkb.publish.collection import read_collection
from envkb.publish.judged import read_judged
from envkb.publish.render.pages import other_files
from experiments import interleaved_run, store
from risks import write_risk
from sample_judged import write_judged
from sample_records import EVALUATED, make_base

ID = re.compile(r"records/(KB-[0-9A-Z-]+)/index\.html")
PRIOR = {"mean": 0.3, "weight": 2, "source": "project brief"}
THRESHOLD = {"benchmark": "numpy/matmul", "op": ">", "value": 0.07, "unit": "s"}
RATIO = {"benchmark": "numpy/matmul", "baseline": "manager = pip", "op": ">", "value": 0.4}
ASSUMED = {
    "kind": "ratio",
    "benchmark": "numpy/matmul",
    "baseline": "manager = pip",
    "candidate": "manager = uv",
    "at_most": 0.8,
}


def _pages(root: Path) -> dict[str, str]:
    base = KnowledgeBase.open(root)
    judged = read_judged(base, EVALUATED)
    files = other_files(read_collection(base, EVALUATED), judged, base.attachment)
    return {path: content.decode() for path, content in files if isinstance(content, bytes) and path.endswith(".md")}


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of pip and uv measured in turns, with risks and a decision that rest on what it took."""
    root = tmp_path_factory.mktemp("measured")
    (root / "kb").mkdir()
    (root / "kb/kb.toml").write_text('id = "demo"\ntitle = "Demo"\n', "utf-8")
    base = KnowledgeBase.open(root)
    for record in interleaved_run(0.5):
        store(base, record)
    write_risk(root, "slow", scope="run is known", event={"measurement": THRESHOLD}, prior=PRIOR)
    write_risk(root, "slower", scope="manager = uv", event={"ratio": RATIO}, prior=PRIOR)
    write_risk(root, "asked", scope="run is known", event={"where": "manager = uv"}, prior=PRIOR)
    risk = {"id": "b", "statement": "It is bearable", "check": {"kind": "risk", "risk": "slower", "at_most": "high"}}
    assumed = {"id": "a", "statement": "uv takes less", "check": ASSUMED}
    write_decision(root, "0001-use-uv", date="2026-11-22", assumptions=[assumed, risk])
    return root


def _record(root: Path, name: str) -> dict[str, Any]:
    tree: dict[str, Any] = json.loads((root / f"kb/records/{name[3:7]}/{name}.json").read_bytes())
    return tree


def _samples(root: Path, name: str) -> Sequence[float]:
    held = [each for each in _record(root, name)["measurements"] if each["role"] == "subject"]
    (measurement,) = held
    samples: Sequence[float] = measurement["samples"]
    return samples


def _section(page: str, anchor: str) -> str:
    return page.split(f'<h2 id="{anchor}">', 1)[1].split("<h2 ", 1)[0]


def _columns(page: str) -> tuple[list[str], list[str]]:
    part = _section(page, "evidence")
    true = re.findall(r'data-kb-label="Came true in">(.*?)</td>', part, re.DOTALL)
    false = re.findall(r'data-kb-label="Not in">(.*?)</td>', part, re.DOTALL)
    return ID.findall("".join(true)), ID.findall("".join(false))


def test_a_threshold_was_passed_in_the_records_where_the_page_says_so(measured: Path) -> None:
    page = _pages(measured)["risks/slow/index.md"]
    true, false = _columns(page)
    assert [statistics.median(_samples(measured, name)) > 0.07 for name in (*true, *false)] == [True, False]
    assert "median duration of numpy/matmul &gt; 0.07 s" in page


def test_a_ratio_event_comes_out_again_from_both_sides(measured: Path) -> None:
    pages = _pages(measured)
    ((uv,), none) = _columns(pages["risks/slower/index.md"])
    ((pip,), _) = _columns(pages["risks/slow/index.md"])
    assert none == []
    assert statistics.median(_samples(measured, uv)) / statistics.median(_samples(measured, pip)) > 0.4


def test_an_event_by_query_is_told_on_its_page(measured: Path) -> None:
    assert "in a record with an answer to the query manager = uv." in _pages(measured)["risks/asked/index.md"]


def test_the_ratio_of_an_assumption_comes_out_again_from_its_records(measured: Path) -> None:
    page = _pages(measured)["decisions/use-uv/index.md"]
    part = page.split('id="assumption-a"', 1)[1].split("</article>", 1)[0]
    (row,) = re.findall(r"<tr><td(.*?)</tr>", part, re.DOTALL)
    pip, uv = ID.findall(row)
    rounds = [own / other for own, other in zip(_samples(measured, uv), _samples(measured, pip), strict=True)]
    assert re.search(r'data-kb-label="Ratio">([0-9.]+)<', row)[1] == f"{statistics.median(rounds):.3f}"  # type: ignore[index]
    draw = random.Random(1)
    medians = sorted(statistics.median(draw.choices(rounds, k=len(rounds))) for _ in range(4000))
    low, high = re.search(r'data-kb-label="Interval">([0-9.]+) to ([0-9.]+)<', row).groups()  # type: ignore[union-attr]
    assert (float(low), float(high)) == pytest.approx((medians[100], medians[3899]), rel=0.02)


def test_what_a_risk_contributes_leads_to_its_page(measured: Path) -> None:
    page = _pages(measured)["decisions/use-uv/index.md"]
    part = page.split('id="assumption-b"', 1)[1].split("</article>", 1)[0]
    assert 'href="../../risks/slower/index.html"' in part


def test_every_day_of_a_history_comes_out_again_from_the_records_until_then(tmp_path: Path) -> None:
    make_base(tmp_path)
    write_judged(tmp_path)
    page = _pages(tmp_path)["risks/cuda-not-seen/index.md"]
    rows = re.findall(r'<tr>\s*<th scope="row">(.*?)</tr>', _section(page, "evidence"), re.DOTALL)
    trials = [[_record(tmp_path, name) for name in ID.findall(row)] for row in rows]
    told = re.findall(r"([0-9]{4}-[0-9]{2}-[0-9]{2}): ([^,]+), ([^;<]+)", html.unescape(_section(page, "history")))
    assert len(told) > 2
    for day, probability, interval in told:
        alpha, beta = _beta(trials, date.fromisoformat(day))
        low, high = (betaincinv(alpha, beta, share) for share in (0.05, 0.95))
        assert probability == _percent(alpha / (alpha + beta)), day
        assert interval.rstrip(".") == f"{_percent(low)} to {_percent(high)}", day


def _beta(trials: Sequence[Sequence[Mapping[str, Any]]], day: date) -> tuple[float, float]:
    alpha, beta = 0.3 * 4, 0.7 * 4
    for records in trials:
        known = [each for each in records if each["created"][:10] <= day.isoformat()]
        if known:
            happened = max((each["observed"] or {"start": each["created"]})["start"][:10] for each in known)
            age = max(0, (day - date.fromisoformat(happened)).days)
            weight = 2 ** (-age / Thresholds().half_life_days)
            events = [any(case["severity"] in ("blocker", "major") for case in each["edge_cases"]) for each in known]
            share = sum(events) / len(events)
            alpha, beta = alpha + weight * share, beta + weight * (1 - share)
    return alpha, beta


def _percent(value: float) -> str:
    return "< 1 %" if round(100 * value) == 0 else f"{round(100 * value)} %"
