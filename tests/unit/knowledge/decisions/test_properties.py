"""Whatever a decision's text is: what may change leaves its digest alone, and nothing else does."""

import json
from pathlib import PurePosixPath

from hypothesis import assume, given
from hypothesis import strategies as st

from envkb.document.front_matter import set_line
from envkb.errors import InvalidDataError
from envkb.knowledge.decisions.files import DecisionFile, parse_decision

PATH = PurePosixPath("kb/decisions/0001-use-uv.md")
SLUGS = st.lists(st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8})?", fullmatch=True), max_size=3, unique=True)
WAIVER = st.fixed_dictionaries(
    {
        "assumption": st.just("a"),
        "name": st.sampled_from(["Ada Example", "名前: #1"]),
        "reason": st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20),
        "until": st.just("2027-01-31"),
    }
)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(["accepted", "deprecated", "superseded"]),
        "supersedes": SLUGS,
        "superseded_by": SLUGS,
        "relates_to": SLUGS,
        "waivers": st.lists(WAIVER, max_size=2),
        "accepted_sha256": st.sampled_from(["00" * 32, "ab" * 32]),
    },
)


@st.composite
def decisions(draw: st.DrawFn) -> DecisionFile:
    """Draw a decision as somebody may have written it."""
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    keys = {
        "status": draw(st.sampled_from(["accepted", "'accepted'", "accepted   # since May"])),
        "date": "2026-11-22",
        "assumptions": '[{id: a, statement: "uv works"}]',
        "relates_to": draw(st.sampled_from(["[]", "[use-pip]", f"{newline}  - use-pip{newline}  - use-conda"])),
    }
    order = draw(st.permutations(list(keys)))
    between = draw(st.sampled_from(["", f"# a comment{newline}", newline]))
    front = between.join(f"{key}: {keys[key]}{newline}" for key in order)
    body = draw(st.text(st.characters(exclude_categories=["C"]), max_size=40))
    return parse_decision(f"---{newline}{front}---{newline}# Use uv{newline}{body}".encode(), PATH)


@given(decisions(), CHANGES)
def test_status_links_and_waivers_leave_the_digest_alone(file: DecisionFile, changes: dict[str, object]) -> None:
    data = file.data
    for key, value in changes.items():
        data = set_line(data, key, json.loads(json.dumps(value)), where=str(PATH))
    changed = parse_decision(data, PATH)
    assert changed.text_sha256 == file.text_sha256
    told = changed.decision.model_dump(mode="json")
    assert {key: told[key] for key in changes} == changes
    assert changed.page.body == file.page.body


@given(decisions(), st.data())
def test_every_other_byte_that_changes_changes_the_digest(file: DecisionFile, data: st.DataObject) -> None:
    body = file.data.rindex(b"# Use uv")
    place = data.draw(st.integers(body, len(file.data) - 1))
    byte = data.draw(st.integers(0, 255))
    assume(file.data[place] != byte)
    try:
        changed = parse_decision(file.data[:place] + bytes([byte]) + file.data[place + 1 :], PATH)
    except InvalidDataError:
        return  # no UTF-8, or no title: it is refused altogether
    assert changed.text_sha256 != file.text_sha256
