import io
import zipfile
from collections.abc import Callable, Mapping

import pytest

from envkb.cite.texts import word
from envkb.cite.texts.ids import find_mentions
from envkb.cite.texts.reading import read_passages
from envkb.errors import InvalidDataError

FIRST, SECOND = "KB-2026-WERC8-GMRZGT", "KB-2026-S8YHC-EXB0NW"
MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"


def body(inner: str, *, space: str = MAIN, root: str = "document", before: str = "") -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>{before}<w:{root} xmlns:w="{space}">{inner}</w:{root}>'


def runs(*texts: str) -> str:
    return "<w:p>" + "".join(f"<w:r><w:rPr><w:b/></w:rPr><w:t>{text}</w:t></w:r>" for text in texts) + "</w:p>"


def packed(parts: Mapping[str, str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return file.getvalue()


def document(inner: str, **changes: str) -> bytes:
    return packed({"[Content_Types].xml": "<Types/>", "word/document.xml": body(inner, **changes)})


def found(data: bytes) -> list[tuple[str, str]]:
    return [(mention.text, mention.place) for mention in find_mentions(read_passages(data)) if not mention.problem]


HYPHENS = (
    "<w:p><w:r><w:t>KB</w:t><w:noBreakHyphen/><w:t>2026</w:t><w:noBreakHyphen/><w:t>WERC8-GM</w:t><w:softHyphen/>"
    "<w:t>RZGT</w:t></w:r></w:p>"
)
FIELD = (
    f'<w:p><w:r><w:instrText xml:space="preserve"> HYPERLINK "https://lab.example/kb/records/{FIRST[:9]}</w:instrText>'
    f'</w:r><w:r><w:instrText>{FIRST[9:]}/" </w:instrText></w:r><w:r><w:t>the record</w:t></w:r></w:p>'
)


@pytest.mark.parametrize(
    "paragraph",
    [
        runs(f"see {FIRST}."),
        runs("KB-20", "26-WE", "RC8-G", "MRZGT"),
        runs("KB\u20112026\u2011WERC8\u2011GMRZGT"),
        HYPHENS,
        FIELD,
        f'<w:p><w:fldSimple w:instr="CITATION {FIRST}"><w:r><w:t>(Ada)</w:t></w:r></w:fldSimple></w:p>',
        f"<w:p><w:r><w:pict>{runs('KB-2026-', 'WERC8-GMRZGT')}</w:pict></w:r></w:p>",
        f"<w:p><w:ins><w:r><w:t>{FIRST}</w:t></w:r></w:ins></w:p>",
    ],
)
@pytest.mark.parametrize("space", [MAIN, STRICT])
def test_an_id_is_found_however_word_keeps_it(paragraph: str, space: str) -> None:
    assert found(document(paragraph, space=space)) == [(FIRST, "document")]


def test_notes_comments_headers_and_targets_of_links_are_read() -> None:
    link = f'<Relationships xmlns="r"><Relationship Target="https://lab.example/{SECOND}"/></Relationships>'
    for name, place in (("footnotes", "footnotes"), ("endnotes", "endnotes"), ("header2", "header")):
        part = body(runs("KB-2026-WERC8-", "GMRZGT"), root="footnotes")
        data = packed({"word/document.xml": body(""), f"word/{name}.xml": part, "word/_rels/document.xml.rels": link})
        assert sorted(found(data)) == [(SECOND, "document"), (FIRST, place)]


def test_deleted_text_is_not_read() -> None:
    assert found(document(f"<w:p><w:del><w:r><w:delText>{FIRST}</w:delText></w:r></w:del></w:p>")) == []


def test_two_paragraphs_do_not_join_to_an_id() -> None:
    assert found(document(runs("KB-2026-WERC8") + runs("-GMRZGT"))) == []


def doctype() -> bytes:
    entities = '<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return document(runs("&b;&x;"), before=entities)


def bomb() -> bytes:
    return document(runs("a" * (word.MAX_UNPACKED + 1)))


def damaged() -> bytes:
    data = bytearray(document(runs("text " * 1000)))
    data[80:120] = b"\xff" * 40
    return bytes(data)


def crowded() -> bytes:
    return packed({"word/document.xml": body(""), **{f"word/x{number}": "" for number in range(word.MAX_PARTS)}})


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (doctype, "declares a document type"),
        (bomb, "unpacks to more than"),
        (crowded, "at most 10000"),
        (damaged, "cannot be unpacked"),
        (lambda: document("<w:p>"), "damaged: mismatched tag"),
        (lambda: document(runs("text"))[:-30], "cannot be unpacked"),
        (lambda: packed({"content.xml": "<office/>"}), "no Word file"),
    ],
)
def test_a_file_that_is_damaged_or_wants_too_much_is_refused(make: Callable[[], bytes], message: str) -> None:
    with pytest.raises(InvalidDataError, match=message):
        read_passages(make())
