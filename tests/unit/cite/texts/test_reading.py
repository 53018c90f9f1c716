import pytest

from envkb.cite.texts.ids import find_mentions
from envkb.cite.texts.reading import read_passages
from envkb.errors import InvalidDataError

TEXT = "see\r\nKB\u20132026-WERC8-GMRZGT"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_text_is_read_in_the_encodings_that_editors_write(encoding: str) -> None:
    (mention,) = find_mentions(read_passages(TEXT.encode(encoding)))
    assert (mention.text, mention.place) == ("KB-2026-WERC8-GMRZGT", "line 2")


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00", b"\x7fELF\x00"])
def test_what_is_no_text_is_refused_with_what_to_do(data: bytes) -> None:
    with pytest.raises(InvalidDataError, match="neither text") as caught:
        read_passages(data)
    assert "save it as .docx" in caught.value.hint
