"""The names that decision records give to their fields, in the languages they are written in."""

import re
from enum import Enum
from typing import Final

from envkb.exchange.adr.markdown import without_accents, without_markup


class Label(Enum):
    """A field that is read."""

    STATUS = "status"
    DATE = "date"
    DECIDERS = "deciders"
    SUPERSEDES = "supersedes"
    SUPERSEDED_BY = "superseded_by"
    METADATA = "metadata"


_NAMES: Final = {
    Label.STATUS: """
        status; state; adr status; decision status; current status; record status; status of this adr; statut
        état; etat; estado; estado atual; estado actual; situação; stato; entscheidungsstatus; zustand; toestand
        stan; stav; stádium; tila; tilstand; durum; trạng thái; stare; állapot; статус; состояние; стан; 状态
        狀態; 決策狀態; 决策状态; 当前状态; ステータス; 状態; 상태; สถานะ; الحالة; סטטוס
    """,
    Label.DATE: """
        date; decision date; date of decision; decided on; decided; date decided; adr date; accepted on
        date accepted; datum; entscheidungsdatum; beschlossen am; fecha; fecha de decisión; fecha de la decisión
        data; data da decisão; data decisione; date de décision; date de la décision; dato; päivämäärä; tarih
        ngày; dátum; дата; дата решения; дата рішення; 日期; 决策日期; 決策日期; 决定日期; 时间; 日付; 決定日
        날짜; 결정일; 일자; วันที่; التاريخ
    """,
    Label.DECIDERS: """
        deciders; decider; decision makers; decision maker; decided by; approvers; approver; approved by
        entscheider; entscheiderin; entscheider:innen; entscheider*innen; entscheidungsträger
        beteiligte entscheider; décideurs; décideur; décisionnaires; décisionnaire; decideurs; decisores
        decisor; responsables de la decisión; tomadores de decisión; decididores; tomadores de decisão; decisor
        decisori; decisore; besluitvormers; beslissers; decydenci; beslutningstakere; beslutningstagere
        beslutsfattare; päättäjät; karar vericiler; người quyết định; принявшие решение; принимающие решение
        лица, принимающие решение; ответственные за решение; 決定者; 意思決定者; 决策者; 決策者; 决策人; 结정자
        결정자; 의사결정자
    """,
    Label.SUPERSEDES: """
        supersedes; supercedes; superseedes; replaces; obsoletes; supersedes adr; supersedes adrs; ersetzt
        löst ab; remplace; annule et remplace; reemplaza; reemplaza a; sustituye; sustituye a; substitui
        sostituisce; vervangt; zastępuje; nahrazuje; erstatter; ersätter; korvaa; thay thế; thay thế cho
        заменяет; замещает; замінює; 取代; 替代; 代替; 替换; 置き換え対象; 置き換える; 대체 대상; 대체
    """,
    Label.SUPERSEDED_BY: """
        superseded by; superceded by; superseeded by; replaced by; obsoleted by; superseded by adr
        ersetzt durch; abgelöst durch; überholt durch; remplacé par; remplacée par; reemplazado por
        reemplazada por; sustituido por; sustituida por; substituído por; substituída por; substituido por
        sostituito da; sostituita da; superata da; superato da; vervangen door; zastąpiony przez
        zastąpiona przez; zastąpione przez; nahrazeno; erstattet av; erstattet af; ersatt av; korvattu
        được thay thế bởi; bị thay thế bởi; заменено; заменено на; заменён; заменен; заменена; замещено
        замінено; замінено на; 被取代; 被替代; 被取代于; 已被取代; 取代者; 後継; 置き換え先; 대체됨
    """,
    Label.METADATA: """
        metadata; meta; meta data; document control; decision metadata; adr metadata; record metadata; adr info
        document information; front matter; header; metadaten; métadonnées; metadonnées; metadatos; metadados
        metadati; información; информация; метаданные; 元数据; 元信息; 基本信息; 基本情報; メタデータ; メタ情報
        메타데이터
    """,
}


def _key(text: str) -> str:
    text = without_accents(text)
    # `supersededBy`, `superseded_by` and `Superseded-By` are one name; so is one behind a number or a picture.
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    text = re.sub(r"[\s_‐-―-]+", " ", text).casefold()
    return re.sub(r"^(?:[\W_]|\d+(?:\.\d+)*[.)]?\s)+|[\W_]+$", "", text)


_LABELS: Final = {
    _key(name): label for label, names in _NAMES.items() for name in re.split(r"[;\n]", names) if name.strip()
}
_PARENTHESISED: Final = re.compile(r"(?P<outer>.*?)[(（](?P<inner>[^()（）]*)[)）]\s*")
_LONGEST: Final = 48


def label_of(text: str) -> Label | None:
    """Return the field that a name means: `**Status**`, `2. Status`, `ステータス (Status)`; null for any other."""
    if len(text) > _LONGEST * 2:
        return None
    words = without_markup(text)
    if found := _LABELS.get(_key(words)):
        return found
    # `name (the same in another language)` names it twice.
    twice = _PARENTHESISED.fullmatch(words)
    return (_LABELS.get(_key(twice["outer"])) or _LABELS.get(_key(twice["inner"]))) if twice else None
