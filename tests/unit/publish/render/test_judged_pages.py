"""Pages of risks and decisions: each number can be traced to records on its page, and computed again from them."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from scipy.special import betaincinv

from envkb.knowledge.folder import KnowledgeBase
from envkb.publish.collection import read_collection
from envkb.publish.judged import read_judged
from envkb.publish.render.pages import other_files
from envkb.publish.render.prose import leads_among, without_title
from factory import make_bytes, make_host
from sample_judged import RISKS, write_judged
from sample_records import EVALUATED, make_base

ID = re.compile(r"records/(KB-[0-9A-Z-]+)/index\.html")


def rendered(base: KnowledgeBase) -> dict[str, str]:
    judged = read_judged(base, EVALUATED)
    found = {}
    for path, content in other_files(read_collection(base, EVALUATED), judged, base.attachment):
        if isinstance(content, bytes) and path.endswith((".md", ".html", ".json")):
            found[path] = content.decode()
    return found


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base")
    make_base(folder)
    write_judged(folder)
    return folder


@pytest.fixture(scope="module")
def pages(root: Path) -> dict[str, str]:
    return rendered(KnowledgeBase.open(root))


def record(root: Path, name: str) -> dict[str, Any]:
    tree: dict[str, Any] = json.loads((root / f"kb/records/{name[3:7]}/{name}.json").read_bytes())
    return tree


def section(page: str, anchor: str) -> str:
    return page.split(f'<h2 id="{anchor}">', 1)[1].split("<h2 ", 1)[0]


def test_the_likelihood_on_a_page_comes_out_again_from_the_files_of_its_records(
    pages: dict[str, str], root: Path
) -> None:
    page = pages["risks/cuda-not-seen/index.md"]
    rows = re.findall(r'<tr>\s*<th scope="row">(.*?)</tr>', section(page, "evidence"), re.DOTALL)
    assert len(rows) == 4
    alpha, beta = 0.3 * 4, 0.7 * 4
    for row in rows:
        records = [record(root, name) for name in ID.findall(row)]
        events = [any(case["severity"] in ("blocker", "major") for case in each["edge_cases"]) for each in records]
        days = [(each["observed"] or {"start": each["created"]})["start"][:10] for each in records]
        weight = 2 ** (-(EVALUATED - date.fromisoformat(max(days))).days / 365)
        share = sum(events) / len(events)
        alpha, beta = alpha + weight * share, beta + weight * (1 - share)
    told = {name: float(value) for name, value in re.findall(r'data-kb-(alpha|beta)="([0-9.]+)"', page)}
    assert told == pytest.approx({"alpha": alpha, "beta": beta}, rel=1e-12)
    likelihood = section(page, "likelihood")
    assert f"{alpha / (alpha + beta):.0%}".replace("%", " %") in likelihood
    low, high = betaincinv(alpha, beta, 0.05), betaincinv(alpha, beta, 0.95)
    assert f"{low:.0%} to {high:.0%}".replace("%", " %") in likelihood


def test_a_history_names_the_records_that_moved_the_level(pages: dict[str, str], root: Path) -> None:
    history = section(pages["risks/cuda-not-seen/index.md"], "history")
    (day, name) = re.findall(
        r"On ([0-9-]+) it moved from medium to high because of\s*<a [^>]*><code>(KB-[^<]+)", history
    )[0]
    assert record(root, name)["created"][:10] == day


def test_a_judged_risk_is_hollow_and_has_no_computed_number(pages: dict[str, str]) -> None:
    page = pages["risks/team-adoption/index.md"]
    assert "Judged, not computed" in page
    assert "data-kb-alpha" not in page
    assert re.search(r'kb-pin kb-hollow" href="../risks/team-adoption/', pages["risks/index.md"])


def test_the_matrix_of_one_host_counts_its_records_alone(pages: dict[str, str]) -> None:
    page = pages["risks/by/host-pi5/index.md"]
    assert "from 1 record of pi5 alone" in page
    assert "from 5 records" in pages["risks/index.md"]


def test_an_overdue_review_is_told_and_dates_are_marked_for_the_browser(pages: dict[str, str]) -> None:
    page = pages["risks/experiments-fail/index.md"]
    assert "review overdue since 2026-01-01" in page
    assert '<time datetime="2026-01-01" data-kb-until>' in page


def test_the_counts_of_an_assumption_come_out_again_from_its_records(pages: dict[str, str], root: Path) -> None:
    page = pages["decisions/uv-for-cpu/index.md"]
    part = page.split('id="assumption-it-works"', 1)[1].split("</article>", 1)[0]
    outcomes = [record(root, name)["outcome"] for name in ID.findall(part)]
    assert f"{outcomes.count('success')} of {len(outcomes)} succeeded" in part
    assert "violated" in part


def test_a_violated_and_a_superseded_decision_have_banners(pages: dict[str, str]) -> None:
    assert 'kb-banner-violated" role="note"' in pages["decisions/uv-for-cpu/index.md"]
    old = pages["decisions/which-manager/index.md"]
    assert "Superseded by: uv for CPU-only environments" in old
    assert '<a href="../../decisions/uv-for-cpu/index.html">' in old


def test_texts_link_to_each_others_pages_and_nowhere_else(pages: dict[str, str]) -> None:
    assert 'href="../../decisions/which-manager/index.html"' in pages["risks/cuda-not-seen/index.md"]
    page = pages["decisions/uv-for-cpu/index.md"]
    assert 'href="../../risks/cuda-not-seen/index.html"' in page
    assert "javascript:" not in page
    assert "<script" not in page


def test_the_graph_has_every_link_in_words(pages: dict[str, str]) -> None:
    page = pages["decisions/index.md"]
    assert "<li>uv-for-cpu supersedes which-manager</li>" in page
    assert page.count("<circle class=") == 3


def test_programs_get_the_same_judgement(pages: dict[str, str]) -> None:
    risks = {each["id"]: each for each in json.loads(pages["api/v1/risks.json"])["risks"]}
    assert len(risks["cuda-not-seen"]["records_for"]) == 4
    assert risks["team-adoption"]["posterior"] is None
    decisions = {each["id"]: each for each in json.loads(pages["api/v1/decisions.json"])["decisions"]}
    assert decisions["uv-for-cpu"]["state"] == "violated"


def test_private_records_count_nothing_and_are_named_nowhere(tmp_path: Path) -> None:
    base = make_base(tmp_path)
    write_judged(tmp_path)
    hidden = base.add(make_bytes(99, host=make_host(label="secret-lab"), outcome="failure"), {}, private=True)
    for path, text in rendered(base).items():
        assert hidden.id not in text, path
        assert "secret-lab" not in text, path


HOSTILE = '"><script>attacked()</script> {{ 7*7 }} `|` \u202e'


def test_hostile_risks_and_decisions_are_inert(tmp_path: Path) -> None:
    base = make_base(tmp_path)
    write_judged(tmp_path)
    text = RISKS["cuda-not-seen"]
    for key in ("statement", "category", "owner", "impact_reason", "mitigation"):
        text = re.sub(rf"(?m)^{key}: .*$", lambda _, key=key: f"{key}: {json.dumps(HOSTILE + key)}", text)
    (tmp_path / "kb/risks/hostile.md").write_text(f"{text}\n{HOSTILE}\n", "utf-8")
    decision = f"---\nstatus: draft\ntags: [{json.dumps(HOSTILE)}]\n---\n# {HOSTILE}\n\n{HOSTILE}\n"
    (tmp_path / "kb/decisions/0009-hostile.md").write_text(decision, "utf-8")
    found = rendered(base)
    for path in ("risks/index.md", "risks/hostile/index.md", "decisions/index.md", "decisions/hostile/index.md"):
        body = found[path].split("---\n\n", 1)[1]
        assert "<script" not in body, path
        assert "{{" not in body, path
        assert "\u202e" not in body, path


@pytest.mark.parametrize(
    ("address", "leads"),
    [
        ("0001-one.md", "../../decisions/one/index.html"),
        ("../decisions/0001-one.md#why", "../../decisions/one/index.html"),
        ("../risks/gone.md", None),
        ("bad.md", "../../risks/bad/index.html"),
        ("../records/2026/KB-2026-WERC8-GMRZGT.json", "../../records/KB-2026-WERC8-GMRZGT/index.html"),
        ("image.png", None),
        ("", None),
    ],
)
def test_where_relative_links_lead(address: str, leads: str | None) -> None:
    assert leads_among([("one", "0001-one")], ["bad"], ["KB-2026-WERC8-GMRZGT"])(address) == leads


@pytest.mark.parametrize(
    ("text", "title", "rest"),
    [
        ("# One\n\nText\n", "One", "\nText\n"),
        ("\n\n# One #\nText", "One", "Text"),
        ("# Two\nText", "One", "# Two\nText"),
        ("Text\n# One\n", "One", "Text\n# One\n"),
    ],
)
def test_a_page_says_its_title_once(text: str, title: str, rest: str) -> None:
    assert without_title(text, title) == rest
