"""Citations, and titles that try to be more than text."""

from typing import Any, Final

from envkb.cite.citation import Citation, Name

HOSTILE: Final = (
    '"><script>alert(1)</script><img src=x onerror=alert(2)>',
    "} , author={Evil, Mallory}, title={\\input{/etc/passwd}",
    "@misc{evil, title={x}}\\end{document}%",
    "100 % of $5 & #1_a ^ ~ {x} \\y `z` 'q' ''r'' --- ??` ,, <<a>> |b|",
    "ER  - TY  - JOUR",
    "title: [a, b] # &anchor *alias !!python/object:os.system {{ 7*7 }}",
    "- no: yes",
    "2026-11-22",
    "**bold** [link](javascript:alert(3)) ![i](x) `code` ~~s~~ ==m== &lt;b&gt; &amp;copy; <!-- --> |",
    "R&D of vector<int>, a < b && c > d",
    "Müller\u2019s \u201eÜberblick\u201c \u2013 漢字 \U0001f9ea naïve ﬁ א",
    "=cmd|' /C calc'!A0",
)
"""One-line titles; every format gives each back as it is."""


def make_name(text: str = "Ada Example", **changes: Any) -> Name:
    """Return an author with no more than a name."""
    return Name(**(dict.fromkeys(Name.__dataclass_fields__) | {"text": text} | changes))


def make_citation(number: int = 1, **changes: Any) -> Citation:
    """Return the citation of a published record; another number is another record."""
    ids = ("KB-2026-WERC8-GMRZGT", "KB-2026-S8YHC-EXB0NW")
    fields: dict[str, Any] = {
        "id": ids[number - 1],
        "digest": f"{number:064x}",
        "title": "torch 2.13.0 on a Raspberry Pi 5",
        "authors": (make_name(),),
        "created": "2026-11-22T10:00:00Z",
        "logged": None,
        "url": f"https://lab.example/kb/records/{ids[number - 1]}/",
        "file": f"kb/records/2026/{ids[number - 1]}.json",
        "publisher": "Sample",
    }
    return Citation(**(fields | changes))
