import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envkb.document.codec import encode_record
from envkb.errors import InvalidDataError, KbError, ToolMissingError, UsageError
from envkb.exchange.crate import write_crate
from envkb.exchange.export import FORMATS, choose_format, export_to_file
from envkb.exchange.selection import Selection, select
from envkb.exchange.tables import safe_cell
from envkb.knowledge.folder import KnowledgeBase
from envkb.knowledge.query.parser import parse_query
from factory import make_attachment, make_author, make_bytes, make_link, make_retraction
from hostile import make_hostile
from sample_records import LOG, make_base, sample_records

ALL = parse_query("id ~ KB")


def _written(format_name: str, selection: Selection) -> bytes:
    file = io.BytesIO()
    FORMATS[format_name](file, selection)
    return file.getvalue()


@pytest.fixture
def base(tmp_path: Path) -> KnowledgeBase:
    return make_base(tmp_path)


def _metadata(data: bytes) -> dict[str, dict[str, object]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        graph = json.loads(archive.read("ro-crate-metadata.json"))["@graph"]
    return {entity["@id"]: entity for entity in graph}


def test_a_crate_holds_the_bytes_of_records_and_attachments_and_describes_each(base: KnowledgeBase) -> None:
    data = _written("crate", select(base, ALL))
    entities = _metadata(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist()) - {"ro-crate-metadata.json"}
        for stored in base.records():
            assert archive.read(f"records/{stored.id}.json") == stored.data
            assert entities[f"records/{stored.id}.json"]["sha256"] == stored.digest
            assert entities[f"#{stored.id}"]["@type"] == "CreateAction"
    assert {part["@id"] for part in entities["./"]["hasPart"]} == names  # type: ignore[attr-defined]
    assert all(entities[name]["@type"] == "File" for name in names)
    assert entities["#licence-not-stated"]["name"] == "No licence is stated: ask the authors"


def test_every_reference_within_a_crate_leads_to_an_entity_of_it(base: KnowledgeBase) -> None:
    base.add(encode_record(make_hostile(sample_records()[0])), {make_attachment(LOG).sha256: LOG})
    entities = _metadata(_written("crate", select(base, ALL)))
    for entity in entities.values():
        for value in entity.values():
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, dict) and not each["@id"].startswith("https://w3id.org/ro/crate/"):
                    assert each["@id"] in entities


@pytest.mark.parametrize("name", ["crate", "jsonl", "csv"])
def test_equal_records_give_equal_bytes(base: KnowledgeBase, name: str) -> None:
    assert _written(name, select(base, ALL)) == _written(name, select(base, ALL))


def test_authors_are_named_by_their_orcid_and_a_licence_by_its_address(tmp_path: Path) -> None:
    base = make_base(tmp_path)
    settings = tmp_path / "kb/kb.toml"
    settings.write_text(f'license = "CC-BY-4.0"\n{settings.read_text("utf-8")}', "utf-8")
    author = make_author("Grace Hopper", orcid="0000-0002-1825-0097", affiliation="Yale")
    base.add(make_bytes(90, authors=(author,)), {})
    entities = _metadata(_written("crate", select(KnowledgeBase.open(tmp_path), ALL)))
    assert entities["https://orcid.org/0000-0002-1825-0097"]["affiliation"] == "Yale"
    assert entities["https://spdx.org/licenses/CC-BY-4.0"]["name"] == "CC-BY-4.0"


def test_a_crate_takes_along_what_its_records_link_to_and_what_corrects_them(tmp_path: Path) -> None:
    base = make_base(tmp_path)
    old = make_bytes(91, title="old")
    new = make_bytes(92, title="new", links=(make_link("amends", old),))
    again = make_bytes(93, title="again", tags=("wanted",), links=(make_link("reproduces", old),))
    wrong = make_bytes(94, title="wrong", tags=("wanted",))
    taken_back = encode_record(make_retraction(wrong, 95, title="taken back"))
    for data in (old, new, again, wrong, taken_back):
        base.add(data, {})
    selection = select(base, parse_query("tag = wanted"), relatives=True)
    assert {row.title for row in selection.rows} == {"again", "wrong"}
    assert {row.title for row in selection.relatives} == {"old", "new", "taken back"}
    assert not select(base, parse_query("tag = wanted")).relatives


def test_private_records_and_what_links_to_them_are_exported_only_where_asked_for(tmp_path: Path) -> None:
    base = make_base(tmp_path)
    hidden = make_bytes(96, title="hidden")
    name = base.add(hidden, {}, private=True).id
    for format_name in ("crate", "jsonl", "csv"):
        public = _written(format_name, select(base, ALL, relatives=True))
        assert name not in public.decode("latin-1")
        assert name in _written(format_name, select(base, ALL, private=True)).decode("latin-1")
    with pytest.raises(UsageError, match="no record answers that"):
        select(base, parse_query(f'id = "{name}"'))


def test_a_damaged_record_stops_an_export(base: KnowledgeBase, tmp_path: Path) -> None:
    path = next((tmp_path / "kb/records").glob("*/*.json"))
    path.write_bytes(path.read_bytes()[:-2])
    with pytest.raises(InvalidDataError, match="cannot be read"):
        select(base, ALL)


def test_json_lines_hold_every_record_whole(base: KnowledgeBase) -> None:
    lines = [json.loads(line) for line in _written("jsonl", select(base, ALL)).splitlines()]
    assert [line["id"] for line in lines] == sorted(stored.id for stored in base.records())
    assert all(line["record"]["schema"] == "envkb.record/1" for line in lines)


def test_a_table_has_one_line_a_record_and_the_same_cells_in_each(base: KnowledgeBase) -> None:
    base.add(encode_record(make_hostile(sample_records()[0])), {make_attachment(LOG).sha256: LOG})
    rows = list(csv.reader(io.StringIO(_written("csv", select(base, ALL)).decode(), newline="")))
    assert {len(row) for row in rows} == {len(rows[0])}
    assert len(rows) == 1 + len(list(base.records()))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_a_table_is_a_formula(base: KnowledgeBase, start: str) -> None:
    title = f"{start}cmd|' /C calc'!A0" if start.strip() else "plain"
    base.add(make_bytes(97, title=title, tags=(f"{start}SUM(1)",), summary=f"{start}1+1"), {})
    rows = list(csv.reader(io.StringIO(_written("csv", select(base, ALL)).decode(), newline="")))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert any(f"'{start}1+1" in row for row in rows)


@given(st.text())
def test_a_safe_cell_gives_the_text_back(text: str) -> None:
    cell = safe_cell(text)
    assert cell.removeprefix("'") == text


def test_parquet_keeps_types_and_what_is_not_known(base: KnowledgeBase, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    first, second = tmp_path / "a.parquet", tmp_path / "b.parquet"
    for path in (first, second):
        export_to_file(path, "parquet", select(base, ALL))
    assert first.read_bytes() == second.read_bytes()
    rows = parquet.read_table(first).to_pylist()
    assert {row["id"] for row in rows} == {stored.id for stored in base.records()}
    assert isinstance(rows[0]["tags"], list)
    assert any(row["gpus"] for row in rows)
    assert any(row["memory_bytes"] is None for row in rows)
    assert all(row["private"] is False for row in rows)


def test_parquet_without_its_extra_says_how_to_get_it(base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(ToolMissingError, match="pyarrow") as raised:
        _written("parquet", select(base, ALL))
    assert "envkb[parquet]" in raised.value.hint


@pytest.mark.parametrize(
    ("name", "output", "chosen"),
    [
        (None, "a.zip", "crate"),
        (None, "a.ndjson", "jsonl"),
        (None, "a.csv", "csv"),
        ("csv", "a.txt", "csv"),
        ("jsonl", None, "jsonl"),
    ],
)
def test_the_name_of_the_file_tells_the_format(name: str | None, output: str | None, chosen: str) -> None:
    assert choose_format(name, Path(output) if output else None) == chosen


@pytest.mark.parametrize(("name", "output"), [(None, "a.txt"), (None, None), ("xml", "a.zip")])
def test_a_format_that_is_not_known_is_a_usage_error(name: str | None, output: str | None) -> None:
    with pytest.raises(UsageError):
        choose_format(name, Path(output) if output else None)


def test_an_export_that_fails_leaves_the_older_file_alone(base: KnowledgeBase, tmp_path: Path) -> None:
    output = tmp_path / "old.zip"
    output.write_bytes(b"older")
    selection = select(base, ALL)
    (tmp_path / f"kb/attachments/{make_attachment(LOG).sha256[:2]}/{make_attachment(LOG).sha256}").unlink()
    with pytest.raises(KbError):
        export_to_file(output, "crate", selection)
    assert output.read_bytes() == b"older"
    assert not list(tmp_path.glob(".*.tmp"))
    with pytest.raises(KbError, match="no such file or folder"):
        export_to_file(tmp_path / "missing/x.csv", "csv", selection)


def test_a_crate_is_written_to_any_stream(base: KnowledgeBase) -> None:
    file = io.BytesIO()
    write_crate(file, select(base, ALL))
    assert zipfile.is_zipfile(file)
