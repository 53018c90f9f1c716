from datetime import date
from pathlib import Path

from decision_files import OPTIONS, decision_text, write_decision
from envkb.knowledge.decisions import edits
from envkb.knowledge.decisions.files import read_decisions
from envkb.knowledge.decisions.numbers import later_duplicates, next_number, renumber

DAY = date(2026, 11, 22)


def test_the_next_number_is_above_all_that_are_there_readable_or_not(tmp_path: Path) -> None:
    assert next_number(read_decisions(tmp_path)) == 1
    write_decision(tmp_path, "0003-use-uv")
    write_decision(tmp_path, "0009-broken", status="agreed")
    assert next_number(read_decisions(tmp_path)) == 10


def test_the_later_one_of_two_moves_by_date_then_by_slug(tmp_path: Path) -> None:
    write_decision(tmp_path, "0001-use-uv", date="2026-11-01")
    write_decision(tmp_path, "0001-use-conda", date="2026-11-02")
    write_decision(tmp_path, "0002-a", date="2026-11-01")
    write_decision(tmp_path, "0002-b", date="2026-11-01")
    write_decision(tmp_path, "0002-0", date=None)
    assert [file.slug for file in later_duplicates(read_decisions(tmp_path))] == ["use-conda", "b", "0"]


def test_renumbering_moves_the_file_and_its_links_and_accepted_text_stays_held(tmp_path: Path) -> None:
    write_decision(tmp_path, "0001-use-uv", date="2026-11-01")
    later = write_decision(tmp_path, "0001-use-conda", date="2026-11-02")
    body = f"{OPTIONS}\nSee [conda](0001-use-conda.md), 20001-use-conda.md and [uv](0001-use-uv.md).\n"
    linking = tmp_path / "kb/decisions/0002-both.md"
    linking.write_text(decision_text("Both", body=body), "utf-8")
    before = edits.accept(tmp_path, read_decisions(tmp_path).find("both"), deciders=(), day=DAY)
    (moved,) = renumber(tmp_path, read_decisions(tmp_path))
    assert (moved.was, str(moved.file.path)) == (1, "kb/decisions/0003-use-conda.md")
    assert moved.rewritten == ("kb/decisions/0002-both.md",)
    assert not later.exists()
    shelf = read_decisions(tmp_path)
    assert [(file.number, file.slug) for file in shelf.files] == [(1, "use-uv"), (2, "both"), (3, "use-conda")]
    both = shelf.find("both")
    assert "[conda](0003-use-conda.md), 20001-use-conda.md and [uv](0001-use-uv.md)" in both.page.body
    assert both.decision.accepted_sha256 == both.text_sha256 != before.text_sha256
    assert renumber(tmp_path, shelf) == []


def test_renumbering_hides_no_edit_of_accepted_text(tmp_path: Path) -> None:
    write_decision(tmp_path, "0001-use-uv", date="2026-11-01")
    write_decision(tmp_path, "0001-use-conda", date="2026-11-02")
    path = tmp_path / "kb/decisions/0002-both.md"
    path.write_text(decision_text("Both", body=f"{OPTIONS}\n0001-use-conda.md\n"), "utf-8")
    accepted = edits.accept(tmp_path, read_decisions(tmp_path).find("both"), deciders=(), day=DAY)
    path.write_bytes(accepted.data.replace(b"* conda", b"* pixi"))
    renumber(tmp_path, read_decisions(tmp_path))
    both = read_decisions(tmp_path).find("both")
    assert both.decision.accepted_sha256 == accepted.text_sha256 != both.text_sha256


def test_three_decisions_with_one_number_get_three(tmp_path: Path) -> None:
    for slug in ("a", "b", "c"):
        write_decision(tmp_path, f"0001-{slug}")
    assert [moved.file.path.name for moved in renumber(tmp_path, read_decisions(tmp_path))] == [
        "0002-b.md",
        "0003-c.md",
    ]
