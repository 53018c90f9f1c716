"""One small record for each form that people write them in."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envkb.exchange.adr.reading import read_adr
from envkb.exchange.adr.supersession import Link

BY = "superseded_by"
OF = "supersedes"

# Text, status, date, deciders.
FIELDS = {
    "adr-tools": (
        "# 3. Wheels\n\nDate: 2016-02-12\n\n## Status\n\nAccepted\n\n## Context\n",
        "accepted",
        "2016-02-12",
        (),
    ),
    "status at the end": ("# W\n\n## Decision\n\nWe will.\n\n## Status\n\nRejected\n", "rejected", None, ()),
    "MADR 2": (
        "# W\n\n* Status: proposed\n* Deciders: Ada, Bob\n* Date: 2020-01-02\n",
        "proposed",
        "2020-01-02",
        ("Ada", "Bob"),
    ),
    "MADR 3": (
        "---\nstatus: accepted\ndate: 2022-10-09\ndeciders: Ada\n---\n# W\n",
        "accepted",
        "2022-10-09",
        ("Ada",),
    ),
    "MADR 4": (
        '---\nstatus: "rejected"\ndate: 2024-09-17\ndecision-makers: [Ada, Bob]\n---\n# W\n',
        "rejected",
        "2024-09-17",
        ("Ada", "Bob"),
    ),
    "MADR 4 template": (
        "---\nstatus: {proposed | rejected | superseded by ADR-1}\ndate: {YYYY-MM-DD}\ndeciders: {names}\n---\n# {t}\n",
        None,
        None,
        (),
    ),
    "bold lines": (
        "# W\n\n**Status:** Accepted  \n**Date:** 2026-04-19  \n\n**Context:** x\n",
        "accepted",
        "2026-04-19",
        (),
    ),
    "bold without a colon": ("# W\n\n**Status** Accepted\n", "accepted", None, ()),
    "bold value": ("# W\n\n- Status: **Deprecated**\n", "deprecated", None, ()),
    "quoted block": ("# W\n\n> Status: Accepted\n> Date: 2026-08-14\n", "accepted", "2026-08-14", ()),
    "one line": ("# W\n\nDate: 2026-09-21 · Status: accepted\n", "accepted", "2026-09-21", ()),
    "one line with a point": ("# W\n\nData: 2026-10-10. Stato: accettata da tutti.\n", "accepted", "2026-10-10", ()),
    "table of fields": (
        "# W\n\n| Field | Value |\n|---|---|\n| Status | Accepted |\n| Decided on | 2026-09-05 |\n| Decider | Ada |\n",
        "accepted",
        "2026-09-05",
        ("Ada",),
    ),
    "table without a head": ("# W\n\n|||\n|--|--|\n| Status | accepted |\n", "accepted", None, ()),
    "table of columns": (
        "# W\n\n| Status | Date | Deciders |\n|---|---|---|\n| Accepted | 2020-02-01 | Ada, Bob |\n",
        "accepted",
        "2020-02-01",
        ("Ada", "Bob"),
    ),
    "section of fields": (
        "# W\n\n## Metadata\n\n- Status: Draft\n- Date: 2020-02-03\n\n## Context\n",
        "draft",
        "2020-02-03",
        (),
    ),
    "status in a heading": ("# W\n\n## Status: ✅ Accepted\n", "accepted", None, ()),
    "numbered sections": ("# W\n\n## 1. Status\n\nAccepted\n\n## 2. Context\n", "accepted", None, ()),
    "pictures": ("# W\n\n## 📌 Status\n\n🟢 Accepted\n\n## 📅 Date\n\n15 January 2024\n", "accepted", "2024-01-15", ()),
    "badge": ("# W\n\n![Status](https://img.example/badge/status-on_hold-orange)\n", "proposed", None, ()),
    "ticked list": ("# W\n\n## Status\n\n- [ ] Proposed\n- [x] Accepted\n- [ ] Deprecated\n", "accepted", None, ()),
    "unticked list": ("# W\n\n## Status\n\n- [ ] Proposed\n- [ ] Accepted\n", None, None, ()),
    "marked choice": ("# W\n\n## Status\n\nProposed | **Accepted** | Rejected\n", "accepted", None, ()),
    "underlined headings": ("W\n=\n\nStatus\n------\n\nAccepted\n\nContext\n-------\n", "accepted", None, ()),
    "all headings of level one": ("# W\n\n# Status\n\nRejected\n\n# Context\n", "rejected", None, ()),
    "rules around fields": (
        "# W\n---\nstatus: accepted\ndate: 2020-01-01\n---\n\n## C\n",
        "accepted",
        "2020-01-01",
        (),
    ),
    "TOML": ('+++\ntitle = "W"\ndate = 2020-01-02\nstatus = "accepted"\n+++\n', "accepted", "2020-01-02", ()),
    "broken YAML": ("---\ntitle: ADR: a colon too many\nstatus: accepted\n---\n# W\n", "accepted", None, ()),
    "German": (
        "# W\n\n- Status: Angenommen\n- Datum: 07.03.2024\n- Entscheider: Ada\n",
        "accepted",
        "2024-03-07",
        ("Ada",),
    ),
    "French": (
        "# W\n\n* Statut : accepté\n* Date : 3 février 2021\n* Décideurs : Ada\n",
        "accepted",
        "2021-02-03",
        ("Ada",),
    ),
    "Spanish": ("# W\n\n## Estado\n\nRechazado\n\n## Fecha\n\n12 de marzo de 2023\n", "rejected", "2023-03-12", ()),
    "Portuguese": ("# W\n\nData: 2019-03-07\n\n## Status\n\nAceito\n", "accepted", "2019-03-07", ()),
    "Italian": ("# W\n\nStato: proposta\nData: 3 maggio 2020\n", "proposed", "2020-05-03", ()),
    "Dutch": ("# W\n\nStatus: Geaccepteerd\nDatum: 3 mei 2020\n", "accepted", "2020-05-03", ()),
    "Polish": ("# W\n\n## Status\n\nZaakceptowany\n", "accepted", None, ()),
    "Russian": ("# W\n\n**Статус:** Принято\n**Дата:** 7 марта 2024\n", "accepted", "2024-03-07", ()),
    "Ukrainian": ("# W\n\n**Статус:** Прийнято\n", "accepted", None, ()),
    "Japanese": (
        "# W\n\n- ステータス: 承認\n- 日付: 2026年9月7日\n- 決定者: 田中\n",
        "accepted",
        "2026-09-07",
        ("田中",),
    ),
    "Chinese": ("# W\n\n- 状态：已接受\n- 日期：2026-07-14\n", "accepted", "2026-07-14", ()),
    "Chinese draft": ("# W\n\n## 状态\n\n草案\n", "draft", None, ()),
    "Korean": ("# W\n\n- 상태: 승인됨\n- 날짜: 2024년 3월 5일\n", "accepted", "2024-03-05", ()),
    "Vietnamese": ("# W\n\n- **Trạng thái:** Đã chấp nhận\n- **Ngày:** 2026-10-07\n", "accepted", "2026-10-07", ()),
    "two languages": ("# W\n\n- ステータス (Status): Accepted\n", "accepted", None, ()),
    "fields above the title": (
        "<!-- * status: {proposed | accepted} -->\n* status: accepted\n* date: 2023-09-01\n* deciders: Ada\n---\n# W\n",
        "accepted",
        "2023-09-01",
        ("Ada",),
    ),
    "handles in brackets": ("# W\n\n* Status: accepted\n* Deciders: [@ada @bob]\n", "accepted", None, ("@ada @bob",)),
    "without accents": ("# W\n\n- Statut : approuve\n- Decideurs : Ada\n", "accepted", None, ("Ada",)),
    "nothing stated": ("# W\n\n## Context\n\nStatus codes matter: 404 is one.\n", None, None, ()),
    "negated": ("# W\n\nStatus: not accepted\n", None, None, ()),
    "not yet": ("# W\n\nStatus: not yet accepted\n", "proposed", None, ()),
    "in code": ("# W\n\n```yaml\nstatus: accepted\n```\n\n<!-- Status: accepted -->\n", None, None, ()),
    "a date that could be two": ("# W\n\nDate: 05/02/2018\n", None, None, ()),
    "a date that can be one": ("# W\n\nDate: 28/03/2018\n", None, "2018-03-28", ()),
    "a day that is none": ("# W\n\nDate: 2018-02-30\n", None, None, ()),
}

LINKS = {
    "adr-tools": (
        "# 3. W\n\n## Status\n\nSuperseded by [5. V](0005-v.md)\n\nAmends [2. U](0002-u.md)\n",
        [Link(BY, "0005-v.md", partial=False)],
    ),
    "both of adr-tools": (
        "# 3. W\n\n## Status\n\nAccepted\n\nSupersedes [1. A](0001-a.md)\n\nSupersedes [2. B](0002-b.md)\n",
        [Link(OF, "0001-a.md", partial=False), Link(OF, "0002-b.md", partial=False)],
    ),
    "misspelt": ("# W\n\n## Status\n\nSuperceded by [ADR-5](0005-v.md)\n", [Link(BY, "0005-v.md", partial=False)]),
    "broken line": ("# W\n\n## Status\n\nSuperseded by\n[V](0005-v.md).\n", [Link(BY, "0005-v.md", partial=False)]),
    "log4brains": (
        "# W\n\n- Status: superseded by [20201103-v](20201103-v.md)\n",
        [Link(BY, "20201103-v.md", partial=False)],
    ),
    "list of links": (
        "# W\n\n## Links\n\n- Supersedes [U](0002-u.md)\n- Refines [T](0001-t.md)\n",
        [Link(OF, "0002-u.md", partial=False)],
    ),
    "front matter": (
        "---\nstatus: superseded\nsupersedes: [ADR-028, 12]\nsuperseded_by: ADR-103\n---\n# W\n",
        [Link(OF, "ADR-028", partial=False), Link(OF, "12", partial=False), Link(BY, "ADR-103", partial=False)],
    ),
    "status in front matter": (
        "---\nstatus: superseded by [ADR-5](0005-v.md)\n---\n# W\n",
        [Link(BY, "0005-v.md", partial=False)],
    ),
    "empty ones": (
        "---\nsupersedes: []\nsuperseded-by: ~\n---\n# W\n\n**Supersedes:** none\n**Superseded by:** —\n",
        [],
    ),
    "partly": (
        "# W\n\n- **Supersedes:** ADR-033 (partial), ADR-034\n",
        [Link(OF, "ADR-033", partial=True), Link(OF, "ADR-034", partial=True)],
    ),
    "some aspects": (
        "# W\n\nNote: this ADR supersedes some aspects of [ADR-15](adr-015.md) and [ADR-16](adr-016.md).\n",
        [Link(OF, "adr-015.md", partial=True), Link(OF, "adr-016.md", partial=True)],
    ),
    "block above the title": (
        "> **Superseded by [ADR-7](0007-v.md):** see there\n\n# W\n",
        [Link(BY, "0007-v.md", partial=False)],
    ),
    "nested list": (
        "# W\n\n- Superseded by:\n  - [V](0003-v.md)\n  - ADR-4\n- Date: 2020-02-02\n",
        [Link(BY, "0003-v.md", partial=False), Link(BY, "ADR-4", partial=False)],
    ),
    "section": (
        "# W\n\n## Supersedes\n\n- [U](0001-u.md)\n- ADR-2\n",
        [Link(OF, "0001-u.md", partial=False), Link(OF, "ADR-2", partial=False)],
    ),
    "reference link": (
        "# W\n\n## Status\n\nSuperseded by [V][v]\n\n[v]: 0005-v.md\n",
        [Link(BY, "0005-v.md", partial=False)],
    ),
    "wiki link": ("# W\n\nSuperseded by: [[0005-v]]\n", [Link(BY, "0005-v", partial=False)]),
    "behind the status": (
        "# W\n\nStatus: Accepted. Supersedes [U](0001-u.md).\n",
        [Link(OF, "0001-u.md", partial=False)],
    ),
    "bold, behind the status": (
        "# W\n\n- **Status:** Accepted (2026-07-13). **Supersedes [U](0004-u.md)** (all of it)\n",
        [Link(OF, "0004-u.md", partial=False)],
    ),
    "bare number": ("# W\n\nStatus: Obsolete. Replaced by 0005.\n", [Link(BY, "0005", partial=False)]),
    "German": ("# W\n\nStatus: **Ersetzt durch ADR 0026** (Entscheid)\n", [Link(BY, "ADR 0026", partial=False)]),
    "German, active": (
        "# W\n\n## Status\n\nAkzeptiert, ersetzt [U](0002-u.md)\n",
        [Link(OF, "0002-u.md", partial=False)],
    ),
    "French": ("# W\n\n* Statut : remplacé par [V](0012-v.md)\n", [Link(BY, "0012-v.md", partial=False)]),
    "Spanish": ("# W\n\n- **Estado:** Reemplazado por ADR-0010\n", [Link(BY, "ADR-0010", partial=False)]),
    "Russian": ("# W\n\n## Статус\n\nЗаменено на [V](0012-v.md)\n", [Link(BY, "0012-v.md", partial=False)]),
    "Japanese": ("# W\n\n## ステータス\n\nADR-0010 により置き換え\n", [Link(BY, "ADR-0010", partial=False)]),
    "Chinese": ("# W\n\n## 状态\n\n已被 [V](0007-v.md) 取代\n", [Link(BY, "0007-v.md", partial=False)]),
    "Korean": ("# W\n\n## 상태\n\nADR-0007로 대체됨\n", [Link(BY, "ADR-0007", partial=False)]),
    "prose about another": (
        "# W\n\n## Context\n\nOne change of topology\nsupersedes ADR 0026, and replaces 2 services.\n",
        [],
    ),
    "prose about a value": (
        "# W\n\n## Decision\n\n- It supersedes the value stored.\n- Replaces the old service.\n",
        [],
    ),
    "a template's choice": ("# W\n\n* Status: [accepted | superseded by [ADR-0005](0005-example.md)]\n", []),
    "a template's example": (
        "# W\n\n## Status\n\n[Akzeptiert | Ersetzt]\n\nFalls sie ersetzt wird, Beispiel: `ADR-0012`.\n",
        [],
    ),
    "in a comment": ("# W\n\n## Links\n\n* [Type] [ADR] <!-- Superseded by [ADR-0005](0005-example.md) -->\n", []),
}


@pytest.mark.parametrize(("text", "status", "day", "deciders"), FIELDS.values(), ids=FIELDS)
def test_fields_are_read_in_every_form(
    text: str, status: str | None, day: str | None, deciders: tuple[str, ...]
) -> None:
    adr = read_adr(text)
    assert (adr.status, adr.date, adr.deciders) == (status, date.fromisoformat(day) if day else None, deciders)


@pytest.mark.parametrize(("text", "links"), LINKS.values(), ids=LINKS)
def test_supersession_is_read_in_every_form(text: str, links: list[Link]) -> None:
    assert list(read_adr(text).links) == links


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("---\ntitle: From here\n---\n# Not from here\n", "From here"),
        ("---\ntitle: ''\n---\n# 5. As *written* #\n", "5. As *written*"),
        ("<!-- # not this -->\n<!--\n# nor this\n-->\n```\n# code\n```\n# Title\n", "Title"),
        ("Under\nlines\n=====\n", "Under lines"),
        ("\ufeff# Behind a mark\r\n", "Behind a mark"),
        ("<h1 align='center'>In HTML</h1>\n", "In HTML"),
        ("<!-- never closed\n# Title\n", "Title"),
        ("## Only a second level\n", None),
        ("#hashtag\n\n    # code\n", None),
        ("", None),
    ],
)
def test_the_title_is_the_front_matters_else_the_first_heading_verbatim(text: str, title: str | None) -> None:
    assert read_adr(text).title == title


def test_the_words_of_status_and_date_are_kept_as_they_stand() -> None:
    adr = read_adr("# W\n\n* Status: ✅ Accepted (lazy consensus) & done\n* Date: YYYY-MM-DD\n")
    assert (adr.status_text, adr.date_text, adr.date) == ("✅ Accepted (lazy consensus) & done", "YYYY-MM-DD", None)


def test_neighbours_tell_which_number_is_the_day() -> None:
    text = "# W\n\nDate: 05/02/2018\n"
    assert read_adr(text, day_first=True).date == date(2018, 2, 5)
    assert read_adr(text, day_first=False).date == date(2018, 5, 2)


PIECES = st.sampled_from(
    [
        "# ",
        "## Status",
        "\n",
        "\r\n",
        "---\n",
        "| ",
        "[a](",
        "](b.md)",
        "<!--",
        "-->",
        "```",
        "Superseded by ",
        "ADR-",
        "0005",
        "**",
        ": ",
        "status",
        "{",
        "}",
        "\ufeff",
        "被",
        "取代",
    ]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=40).map("".join))
def test_no_text_at_all_is_too_odd_to_be_read(text: str) -> None:
    assert text.startswith(read_adr(text).front)


@pytest.mark.parametrize(
    "piece", ["[", "[[", "(", "Superseded by ", "**", "> ", "- ", "|", "a:", "<!--", "![", "1", " "]
)
def test_long_runs_of_one_thing_are_read_in_passing(piece: str) -> None:
    assert read_adr("# W\n\n## Status\n\n" + piece * 3000).title == "W"
