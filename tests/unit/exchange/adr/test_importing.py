from pathlib import Path, PurePosixPath

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from envkb.errors import UsageError
from envkb.exchange.adr.importing import AdrImport, import_adrs
from envkb.exchange.adr.reading import read_adr
from envkb.exchange.adr.text import compose, original_bytes
from envkb.knowledge.creation import create_knowledge_base
from envkb.knowledge.decisions.edits import deprecate
from envkb.knowledge.decisions.files import parse_decision, read_decisions

OLD = "# 1. Old way\n\nDate: 2020-01-01\n\n## Status\n\nAccepted\n"
NEW = "# 2. New way\n\nDate: 2021-01-01\n\n## Status\n\nAccepted\n\nSupersedes [1. Old way](0001-old-way.md)\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    create_knowledge_base(tmp_path / "base")
    return tmp_path / "base"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "adr").mkdir()
    return tmp_path / "adr"


def write(folder: Path, **texts: str | bytes) -> None:
    for name, text in texts.items():
        path = folder / f"{name.replace('_', '-')}.md"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())


def stands(root: Path) -> dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]]:
    return {
        file.slug: (file.decision.status, file.decision.supersedes, file.decision.superseded_by)
        for file in read_decisions(root).files
    }


def files(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (root / "kb" / "decisions").iterdir()}


def names(result: AdrImport) -> list[str]:
    return [each.file.path.name for each in result.decisions]


def test_a_record_keeps_number_words_and_text(root: Path, folder: Path) -> None:
    write(folder, **{"0007_use_wheels": "---\nstatus: Genehmigt\n---\n# Nimm Wheels\n\nDatum: 3.4.2021\n\nText.\n"})
    (each,) = import_adrs(root, folder).decisions
    assert each.file.path == PurePosixPath("kb/decisions/0007-use-wheels.md")
    assert (each.file.title, each.file.decision.status, each.file.decision.date) == (
        "Nimm Wheels",
        "accepted",
        "2021-04-03",
    )
    assert each.file.decision.imported is not None
    assert each.file.decision.imported.status == "Genehmigt"
    assert each.file.page.body == "# Nimm Wheels\n\nDatum: 3.4.2021\n\nText.\n"
    assert each.file.decision.accepted_sha256 == each.file.text_sha256


def test_a_second_import_changes_nothing(root: Path, folder: Path) -> None:
    write(folder, **{"0001_old_way": OLD, "0002_new_way": NEW})
    assert all(each.new for each in import_adrs(root, folder).decisions)
    before = files(root)
    assert not any(each.new for each in import_adrs(root, folder).decisions)
    assert files(root) == before


def test_a_dry_run_writes_nothing(root: Path, folder: Path) -> None:
    write(folder, **{"0001_old_way": OLD})
    before = files(root)
    assert names(import_adrs(root, folder, dry_run=True)) == ["0001-old-way.md"]
    assert files(root) == before


def test_both_sides_of_a_supersession_say_so(root: Path, folder: Path) -> None:
    write(folder, **{"0001_old_way": OLD, "0002_new_way": NEW})
    import_adrs(root, folder)
    assert stands(root) == {
        "old-way": ("superseded", (), ("new-way",)),
        "new-way": ("accepted", ("old-way",), ()),
    }


def test_a_record_that_comes_later_is_joined_to_those_that_are_there(root: Path, folder: Path) -> None:
    write(folder, **{"0001_old_way": OLD})
    import_adrs(root, folder)
    write(folder, **{"0002_new_way": NEW})
    import_adrs(root, folder)
    assert stands(root)["old-way"] == ("superseded", (), ("new-way",))
    assert stands(root)["new-way"] == ("accepted", ("old-way",), ())
    old = read_decisions(root).find("old-way")
    assert old.decision.accepted_sha256 == old.text_sha256


def test_what_was_decided_here_since_stays(root: Path, folder: Path) -> None:
    write(folder, **{"0001_old_way": OLD})
    import_adrs(root, folder)
    deprecate(root, read_decisions(root).find("old-way"))
    import_adrs(root, folder)
    assert stands(root)["old-way"][0] == "deprecated"


def test_a_proposal_supersedes_nothing_yet(root: Path, folder: Path) -> None:
    write(folder, **{"0001_old_way": OLD, "0002_new_way": NEW.replace("Accepted", "Proposed")})
    import_adrs(root, folder)
    assert stands(root) == {"old-way": ("accepted", (), ()), "new-way": ("proposed", (), ())}
    assert read_decisions(root).find("old-way").decision.relates_to == ("new-way",)


def test_a_part_that_is_superseded_leaves_the_rest_in_force(root: Path, folder: Path) -> None:
    write(
        folder,
        **{"0001_old_way": OLD + "\nPartially superseded by ADR-2.\n", "0002_new_way": "# New\n\nStatus: accepted\n"},
    )
    import_adrs(root, folder)
    assert stands(root)["old-way"][0] == "accepted"
    assert read_decisions(root).find("new-way").decision.relates_to == ("old-way",)


def test_a_circle_is_broken_and_told(root: Path, folder: Path) -> None:
    write(folder, **{"0001_old_way": OLD + "\nSupersedes ADR-2\n", "0002_new_way": NEW})
    result = import_adrs(root, folder)
    assert any("supersede each other" in note for each in result.decisions for note in each.notes)
    assert [each[2] for each in stands(root).values()].count(()) == 1


def test_what_supersedes_a_record_may_be_elsewhere(root: Path, folder: Path) -> None:
    write(folder, **{"0001_old_way": OLD + "\nSuperseded by [9. Far](0009-far.md)\n"})
    (each,) = import_adrs(root, folder).decisions
    assert each.notes == ("superseded by '0009-far.md', which is none of these files",)
    assert stands(root)["old-way"] == ("superseded", (), ())
    assert each.file.decision.imported is not None
    assert each.file.decision.imported.superseded_by == ("0009-far.md",)


def test_a_number_that_is_taken_gives_way_to_the_next(root: Path, folder: Path) -> None:
    write(folder, **{"0001_a": OLD, "0001_b": NEW, "20200925_c": "# C\n", "adr_004_d": "# D\n", "plain": "# E\n"})
    assert sorted(names(import_adrs(root, folder))) == [
        "0001-a.md",
        "0004-d.md",
        "0005-b.md",
        "0006-c.md",
        "0007-plain.md",
    ]


def test_one_name_twice_gives_two_slugs(root: Path, folder: Path) -> None:
    for part in ("web", "api"):
        (folder / part).mkdir()
        write(folder / part, **{"0001_record_decisions": f"# Record decisions of {part}\n"})
    assert names(import_adrs(root, folder)) == ["0001-record-decisions.md", "0002-record-decisions-2.md"]


def test_names_without_latin_letters_take_the_digest(root: Path, folder: Path) -> None:
    (folder / "0003-対戦モード.md").write_text("# 対戦モード\n", "utf-8")
    (each,) = import_adrs(root, folder).decisions
    assert each.file.path.name.startswith("0003-decision-")


def test_the_same_bytes_under_two_names_are_one_decision(root: Path, folder: Path) -> None:
    write(folder, **{"0001_a": OLD, "0002_b": OLD})
    first, second = import_adrs(root, folder).decisions
    assert (first.new, second.new, second.notes) == (True, False, ("the same bytes as 0001-a.md",))
    assert first.file == second.file


def test_readmes_and_templates_are_left_out(root: Path, folder: Path) -> None:
    write(folder, README="# Decisions\n", template="# {title}\n", **{"0001_a": OLD})
    result = import_adrs(root, folder)
    assert names(result) == ["0001-a.md"]
    assert sorted(map(str, result.skipped)) == ["README.md", "template.md"]


def test_a_file_that_is_not_utf8_is_refused_and_the_others_come(root: Path, folder: Path) -> None:
    write(folder, **{"0001_a": OLD, "0002_b": "# Bär\n".encode("latin-1"), "0003_c": "# C\n".encode("utf-16")})
    result = import_adrs(root, folder)
    assert names(result) == ["0001-a.md"]
    assert [(str(each.source), each.error.message) for each in result.refused] == [
        ("0002-b.md", "0002-b.md: line 1: not UTF-8"),
        ("0003-c.md", "0003-c.md: line 1: not UTF-8"),
    ]


def test_links_and_large_files_are_refused(root: Path, folder: Path) -> None:
    write(folder, **{"0001_a": OLD, "0002_b": b"# B\n" + b"x" * 1024 * 1024})
    (folder / "0003-c.md").symlink_to(folder / "0001-a.md")
    result = import_adrs(root, folder)
    assert names(result) == ["0001-a.md"]
    assert len(result.refused) == 2


def test_other_bytes_under_an_imported_name_are_another_decision(root: Path, folder: Path) -> None:
    write(folder, **{"0001_a": OLD})
    import_adrs(root, folder)
    write(folder, **{"0001_a": OLD + "\nMore.\n"})
    assert names(import_adrs(root, folder)) == ["0002-a-2.md"]


@pytest.mark.parametrize("what", ["missing", "empty", "own"])
def test_a_folder_without_records_is_told(root: Path, folder: Path, what: str) -> None:
    place = {"missing": folder / "no", "empty": folder, "own": root / "kb" / "decisions"}[what]
    with pytest.raises(UsageError):
        import_adrs(root, place)


TEXTS = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.sampled_from(
            [
                "\r\n",
                "\n",
                "\r",
                "# T\n",
                "---\n",
                "---\r\n",
                "status: accepted\n",
                "title: 'x'\n",
                "\ufeff",
                "\x00",
                "\x85",
                "\u2028",
                "\uffff",
                '"',
                "+++\n",
            ]
        ),
    ),
    max_size=12,
).map("".join)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    TEXTS,
    st.sampled_from(
        [
            "",
            "\ufeff",
            "---\n",
            "---\r\nstatus: accepted\r\n---\r\n",
            "---\nx: \uffff\x00\n---\n",
            "\ufeff---\ntitle: T\n---\n",
        ]
    ),
)
@example("\x08\r=", "")
def test_every_byte_comes_back(text: str, front: str) -> None:
    original = f"{front}{text}".encode()
    source = PurePosixPath("0001-a.md")
    data = compose(original, read_adr(original.decode()), source=source, own={"status": "accepted"})
    file = parse_decision(data, PurePosixPath("kb/decisions/0001-a.md"))
    assert original_bytes(data, "it") == original
    assert file.decision.accepted_sha256 == file.text_sha256
