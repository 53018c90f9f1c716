from pathlib import Path, PurePosixPath

import pytest

from decision_files import OPTIONS, decision_text, make_decision, write_decision
from envkb.errors import InvalidDataError, UsageError
from envkb.knowledge.decisions.files import parse_decision, read_decisions

PATH = PurePosixPath("kb/decisions/0001-use-uv.md")
CHECK = {"kind": "edge", "class": "wsl-libcuda", "where": "manager = uv", "expect": "absent"}


def test_a_decision_is_its_front_matter_its_title_and_the_name_of_its_file() -> None:
    file = make_decision("0007-use-uv-for-wheels", "Use uv for wheels", status="accepted")
    assert (file.slug, file.number, file.handle, file.title) == ("use-uv-for-wheels", 7, "0007", "Use uv for wheels")
    assert file.decision.status == "accepted"


def test_a_title_of_the_front_matter_stands_before_a_heading() -> None:
    data = decision_text("ADR 1").replace("status:", 'title: "Use uv"\nstatus:').encode()
    assert parse_decision(data, PATH).title == "Use uv"


@pytest.mark.parametrize(
    ("front", "told", "hint"),
    [
        ({"stauts": "draft"}, "stauts: unknown key", "did you mean status?"),
        ({"status": "agreed"}, "status", "agreed"),
        ({"date": "2026-02-30"}, "there is no such day", "2026-02-30"),
        ({"date": "yesterday"}, "date", "yesterday"),
        ({"deciders": "Ada"}, "deciders: must be a list", "Ada"),
        ({"evidence": [{"id": "KB-1", "digest": "00" * 32}]}, "evidence.0.id", "KB-1"),
        (
            {"assumptions": [{"id": "a", "statement": "s", "check": CHECK | {"clas": "x"}}]},
            "clas: unknown key",
            "did you mean class?",
        ),
        ({"assumptions": [{"id": "a", "statement": "s", "check": {"kind": "egde"}}]}, "check", ""),
        (
            {"assumptions": [{"id": "a", "statement": "s"}, {"id": "a", "statement": "t"}]},
            "two assumptions have the id a",
            "",
        ),
        (
            {"waivers": [{"assumption": "b", "name": "Ada", "reason": "r", "until": "2026-12-01"}]},
            "a waiver names the assumption b, which there is not",
            "",
        ),
        ({"waivers": [{"assumption": "b", "name": "Ada", "reason": "r"}]}, "until: missing", ""),
    ],
)
def test_a_mistake_in_the_front_matter_is_told_with_its_place(front: dict[str, object], told: str, hint: str) -> None:
    with pytest.raises(InvalidDataError) as caught:
        make_decision(**front)
    assert told in caught.value.message
    assert str(PATH) in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize("bounds", [{}, {"within": 0.05, "at_most": 1.1}])
def test_a_ratio_has_exactly_one_bound(bounds: dict[str, float]) -> None:
    check = {"kind": "ratio", "benchmark": "torch/matmul", "baseline": "manager = conda", "candidate": "manager = uv"}
    with pytest.raises(InvalidDataError, match="exactly one of within, at_most and at_least"):
        make_decision(assumptions=[{"id": "a", "statement": "s", "check": check | bounds}])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("status: &a draft\ndate: *a", "anchors and aliases"),
        ("status: !!str draft", "tags"),
        ("status: draft\nstatus: accepted", "the key status comes twice"),
        ("status: [draft", "line"),
        ("- draft", "no mapping"),
    ],
)
def test_yaml_that_hides_something_is_refused(text: str, told: str) -> None:
    with pytest.raises(InvalidDataError, match=told):
        parse_decision(f"---\n{text}\n---\n# Title\n".encode(), PATH)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"---\nstatus: draft\n---\n# F\xfcr uv\n", "not UTF-8"),
        (b"# Title\n", "no front matter"),
        (b"---\nstatus: draft\n---\ntext\n", "it has no title"),
        (b"", "no front matter"),
    ],
)
def test_what_is_no_decision_is_refused(data: bytes, told: str) -> None:
    with pytest.raises(InvalidDataError, match=told):
        parse_decision(data, PATH)


def test_a_file_that_cannot_be_read_does_not_hide_the_others(tmp_path: Path) -> None:
    write_decision(tmp_path, "0001-use-uv")
    write_decision(tmp_path, "Use-Conda")
    write_decision(tmp_path, "0003-broken", status="agreed")
    (tmp_path / "kb/decisions/README.md").write_text("# Decisions\n", "utf-8")
    (tmp_path / "kb/decisions/0004-link.md").symlink_to("0001-use-uv.md")
    shelf = read_decisions(tmp_path)
    assert [file.slug for file in shelf.files] == ["use-uv"]
    told = {problem.path.rpartition("/")[2]: problem.message for problem in shelf.problems}
    assert told.keys() == {"Use-Conda.md", "0003-broken.md", "0004-link.md"}
    assert told["Use-Conda.md"] == "no name of a decision"
    for name in ("broken", "0003-broken", "0003", "3"):
        with pytest.raises(InvalidDataError, match="status"):
            shelf.find(name)


def test_no_folder_is_no_decisions(tmp_path: Path) -> None:
    assert read_decisions(tmp_path).files == ()


@pytest.mark.parametrize("name", ["use-uv", "1", "0001", "0001-use-uv", "kb/decisions/0001-use-uv.md"])
def test_a_decision_is_found_by_slug_number_and_file(tmp_path: Path, name: str) -> None:
    write_decision(tmp_path, "0001-use-uv")
    assert read_decisions(tmp_path).find(name).slug == "use-uv"


def test_a_name_that_nothing_has_is_told_with_the_nearest(tmp_path: Path) -> None:
    write_decision(tmp_path, "0001-use-uv")
    write_decision(tmp_path, "0001-use-conda")
    shelf = read_decisions(tmp_path)
    with pytest.raises(UsageError) as caught:
        shelf.find("use-uf")
    assert caught.value.hint == "did you mean use-uv?"
    with pytest.raises(UsageError, match="1 is use-conda and use-uv"):
        shelf.find("1")


def test_the_digest_covers_all_but_status_links_waivers_and_itself() -> None:
    file = make_decision(assumptions=[{"id": "a", "statement": "s"}])
    waiver = {"assumption": "a", "name": "Ada", "reason": "r", "until": "2027-01-01"}
    mutable = {
        "status": "superseded",
        "superseded_by": ["use-conda"],
        "relates_to": ["use-pip"],
        "waivers": [waiver],
        "accepted_sha256": "00" * 32,
    }
    other = make_decision(assumptions=[{"id": "a", "statement": "s"}], **mutable)
    assert other.text_sha256 == file.text_sha256
    assert make_decision(assumptions=[{"id": "a", "statement": "t"}]).text_sha256 != file.text_sha256
    body = parse_decision(decision_text(body=OPTIONS + "\n").encode(), PATH)
    assert body.text_sha256 != make_decision().text_sha256


def test_a_waiver_of_nothing_is_to_be_mended_in_the_file(tmp_path: Path) -> None:
    waiver = {"assumption": "gone", "name": "Ada", "reason": "busy", "until": "2026-12-31"}
    write_decision(tmp_path, "0001-use-uv", waivers=[waiver])
    (problem,) = read_decisions(tmp_path).problems
    assert (problem.message, problem.hint) == (
        "a waiver names the assumption gone, which there is not",
        "mend it in the file",
    )
