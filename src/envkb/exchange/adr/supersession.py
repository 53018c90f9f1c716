"""Which records replace which, as a text says it in words."""

import re
from collections.abc import Iterator, Mapping
from typing import Final, Literal, NamedTuple

from envkb.exchange.adr.markdown import LONGEST
from envkb.exchange.adr.targets import read_list

Direction = Literal["supersedes", "superseded_by"]

_BY: Final = r"""
    super[sc]e+ded[\s_-]*by; replaced\s+by; obsoleted\s+by; overridden\s+by; deprecated\s+by
    ersetzt\s+(durch|von); abgelöst\s+(durch|von); überholt\s+durch; remplacée?s?\s+par; supplantée?\s+par
    (reemplazad|sustituid|superad|supersedid)[oa]\s+por; substitu[ií]d[oa]\s+(por|pel[oa])
    (sostituit|superat|rimpiazzat)[oa]\s+(da|dal|dalla|dall['’]); vervangen\s+door; zastąpion[aey]\s+przez
    nahrazen[oaý]?(\s+rozhodnutím)?; erstattet\s+a[vf]; ersatt\s+av; (được|bị|đã)\s+thay\s+thế\s+bởi
    замен[её]н[аоы]?(\s+(на|решением|записью))?; замещ[её]н[аоы]?; замінено(\s+на)?
"""
_OTHERS: Final = r"""
    super[sc]e+des?\b; replaces; obsoletes; overrides; ersetzt; löst; (annule\s+et\s+)?remplace
    (reemplaza|sustituye)(\s+a)?\b; substitui\b; sostituisce; vervangt; zastępuje; nahrazuje; erstatter
    ersätter; korvaa; thay\s+thế(\s+cho)?; заменяет; замещает; замінює; (取代|替代|代替|替换|替換|废止|廢止)了?
"""


def _alternatives(words: str) -> str:
    return "|".join(word.strip().replace("(", "(?:") for word in re.split(r"[;\n]", words) if word.strip())


_PHRASE: Final = re.compile(
    rf"(?<![^\W\d_])(?:(?P<superseded_by>{_alternatives(_BY)})|(?P<supersedes>{_alternatives(_OTHERS)}))",
    re.IGNORECASE,
)
_FILLERS: Final = (
    "some parts? aspects? portions? sections? of the in partially partly entirely fully decisions? records? teile von"
    " der die das la le les el los o a os as il lo l['’] del dell['’] decisión decisão decisione décision entscheidung"
    " решение решением"
)
_BEFORE_TARGET: Final = re.compile(
    rf"(?:\s|[*_:：\"'“„(>-]|(?:{'|'.join(_FILLERS.split())})(?![^\W\d_]))*", re.IGNORECASE
)
_PARTLY: Final = re.compile(
    r"partial|in part\b|partly|some (?:aspects|parts)|portions?\b|aspects of|parts of|teilweise|partiellement|en partie"
    r"|parcial|parzial|frazionat|deels|częściowo|частично|частково|部分|一部|일부",
    re.IGNORECASE,
)
# Languages that put the record before the verb.
_CJK_CODE: Final = r"(?P<{0}>\[[^\]]*\]\([^)\s]+\)|[\w./-]+\.md|(?i:adr)[\s_-]*\d+(?:-[\w-]+)?|\d{{3,5}})"
_CJK: Final = re.compile(
    rf"被\s*{_CJK_CODE.format('zh_by')}\s*所?(?:取代|替代|替换|替換|代替)"
    rf"|{_CJK_CODE.format('ja_by')}\s*(?:に(?:よって|より)?|で)\s*(?:置き換え|置換|差し替え|代替|上書き|更新)"
    rf"|{_CJK_CODE.format('ja_of')}\s*を\s*(?:置き換え|置換|差し替え|代替|上書き)"
    rf"|{_CJK_CODE.format('ko_by')}\s*(?:으로|로|에 의해|에의해)\s*대체"
    rf"|{_CJK_CODE.format('ko_of')}\s*(?:을|를)\s*대체"
)
_THIS: Final = r"(?:this|the|diese[rs]?|cette|ce|esta|este|questa|questo)"
_RECORD: Final = r"(?:adr|decision|record|document|entscheidung|décision|decisión|decisão|decisione)"
_IS: Final = r"(?:has been|have been|is|was|wurde|wird|ist|est|a été|ha sido|es|foi|é|è stata|è stato)"
# What may stand before "superseded by" where a sentence says it of the record that it stands in.
_OPENING: Final = re.compile(
    r"[\s>*_`~\-+•(\[⚠️✅❌🔁♻️:!]*(?:\d+[.)]\s+)?(?:(?:note|notice|hinweis|nota|remarque|status)\W+)?"
    rf"(?:{_THIS}\s+{_RECORD}\s+)?(?:{_IS}\s+)?(?:now\s+)?(?:(?:partially|partly|teilweise)\s+)?",
    re.IGNORECASE,
)


class Link(NamedTuple):
    """One side of a supersession.

    Attributes:
        direction: Whether the record supersedes the other or is superseded by it.
        target: The other record, as it is written: a file, a number, an identifier.
        partial: Whether only a part of a decision is meant.
    """

    direction: Direction
    target: str
    partial: bool


def links_anywhere(text: str, addresses: Mapping[str, str]) -> list[Link]:
    """Return the supersessions in a text that speaks of nothing else, such as that of a status."""
    text = text[:LONGEST]
    return [*_in_words(text, addresses, anywhere=True), *_before_the_verb(text)]


def links_at_start(text: str, addresses: Mapping[str, str]) -> list[Link]:
    """Return the supersessions with which a paragraph or list item begins: "This decision supersedes …"."""
    return list(_in_words(text[:LONGEST], addresses, anywhere=False))


def mentions_part(text: str) -> bool:
    """Say whether a text speaks of a part of a decision."""
    return _PARTLY.search(text) is not None


def _in_words(text: str, addresses: Mapping[str, str], *, anywhere: bool) -> Iterator[Link]:
    position = 0
    while phrase := _PHRASE.search(text, position):
        position = phrase.end()
        opening = _OPENING.match(text)
        at_start = opening is not None and opening.end() >= phrase.start()
        if not at_start and not anywhere:
            return
        before = _BEFORE_TARGET.match(text, position)
        found = read_list(text, before.end() if before else position, addresses)
        sentence = re.split(r"[.。\n](?:\s|$)", text[: phrase.start()])[-1] + text[phrase.start() : found.end + 40]
        yield from (Link(_direction(phrase), target, mentions_part(sentence)) for target in found.targets)
        position = max(position, found.end)


def _direction(phrase: re.Match[str]) -> Direction:
    return "superseded_by" if phrase["superseded_by"] else "supersedes"


def _before_the_verb(text: str) -> Iterator[Link]:
    for match in _CJK.finditer(text):
        name = match.lastgroup or ""
        written = match[name]
        target = re.sub(r"^\[[^\]]*\]\(([^)]*)\)$", r"\1", written)
        yield Link("superseded_by" if name.endswith("_by") else "supersedes", target, mentions_part(text))
