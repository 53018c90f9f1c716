"""What the status of a decision record means, in the languages they are written in."""

import re
from collections.abc import Iterator
from typing import Final, Literal, get_args

from envkb.exchange.adr.markdown import spell_out_badges, without_accents, without_markup

Status = Literal["superseded", "rejected", "proposed", "deprecated", "accepted", "draft"]

# Beginnings of words, as regular expressions. Where two fit at one place, the status that is named first above wins.
_WORDS: Final[dict[Status, str]] = {
    "superseded": r"""
        (partially |partly |largely |mostly )?(super[sc]e+d|replaced|overridden|overruled); obsoleted by
        deprecated by; (teilweise )?(ersetzt|abgelöst); überholt durch; (partiellement )?remplacé; supplanté
        (parcialmente )?(reemplazad|sustituid|substitu[ií]d|supersedid); (parzialmente )?(sostituit|superat)
        rimpiazzat; vervangen; zastąpion; nahrazen; korvattu; ersatt\b; ersätts; erstattet; được thay thế
        bị thay thế; đã thay thế; (частично )?замен[её]н; замещ[её]н; замінен; вытеснен
        (部分)?已?被?(取代|替代|替换|替換|代替); 置き換え; 置換; 差し替え; 上書き; 대체
    """,
    "rejected": r"""
        reject; declin; denied; withdrawn; withdrew; abandon; cancel+ed; dropped; won'?t (do|fix); discarded
        vetoed; abgelehnt; verworfen; zurückgezogen; zurückgewiesen; rejeté; refusé; abandonné; retiré; annulé
        rechazad; descartad; retirad; cancelad; abandonad; rejeitad; recusad; rifiutat; respint; scartat
        ritirat; afgewezen; verworpen; ingetrokken; odrzucon; wycofan; zamítnut; hylätty; avvisa; förkasta
        forkast; afvist; reddedildi; iptal; từ chối; bị loại; отклон; отверг; отмен[её]н; отозван; відхилен
        скасован; 已?拒[绝絕]; 已?否[决決]; [驳駁]回; 已?放[弃棄]; 已?撤回; 已?取消; 却下; 不採用; 棄却
        取り下げ; 見送り; 거부; 거절; 기각; 반려; 철회; 취소
    """,
    "proposed": r"""
        propos; pending; awaiting; (under|in|for) (review|discussion|consideration); open\b; rfc\b
        request for comment; not yet (accepted|decided|approved|ratified|agreed)
        to be (decided|approved|discussed|agreed); tbd\b; undecided; deferred; postponed; on hold; candidate
        suggested; submitted; review; considering; vorgeschlagen; vorschlag; offen\b
        zur (diskussion|entscheidung); in (diskussion|prüfung|abstimmung); zurückgestellt
        en (discussion|attente|revue|étude); à (valider|discuter); soumis; pendiente; en (revisión|discusión)
        em (discussão|revisão|análise); pendente; in (discussione|revisione|attesa); voorgesteld; in overleg
        zaproponowan; propozycja; navržen; návrh; ehdotettu; föreslag; foreslått; foreslået; öneri; đề xuất
        предлож; предлага; на (рассмотрении|обсуждении|согласовании); обсуждается; запропонован; 提[议議]; 提案
        建[议議]; 待定; 待[审審批]; [讨討][论論]中; [评評][审審]中; 検討中; 審議中; レビュー中; 承認待ち; 未決
        保留; 제안; 검토; 논의; 대기
    """,
    "deprecated": r"""
        deprecat; obsolet; retired; sunset; outdated; archived; inactive; expired; stale\b; legacy\b; no longer
        histori; removed\b; revoked; invalid; veraltet; überholt; außer kraft; aufgehoben; ungültig; nicht mehr
        obsolète; périmé; déprécié; caduc; archivé; en desuso; archivad; descontinuad; depreciad; dismess
        verouderd; vervallen; przestarzał; nieaktualn; zastaral; vanhentunut; föråldra; foreldet; forældet
        kullanım dışı; lỗi thời; ngừng sử dụng; устар; не ?актуал; застаріл; 已?[弃棄]用; 已?[废廢][弃棄除]
        已?[过過][时時]; 已?失效; 已?作[废廢]; 非推奨; 廃止; 廃棄; 無効; 失効; 期限切れ; 폐기; 사용 ?중단
        더 이상
    """,
    "accepted": r"""
        accept; approv; active\b; adopted; agreed; decided; implemented; in (force|effect|use)\b; enacted
        ratified; final\b; finali[sz]ed; current\b; completed?\b; done\b; effective\b; confirmed; committed
        resolved; signed[ -]off; live\b; valid\b; in production; released; akzeptiert; angenommen; genehmigt
        beschlossen; entschieden; freigegeben; umgesetzt; gültig; in kraft; aktiv\b; verabschiedet; bestätigt
        approuvé; adopté; validé; actif; active\b; en vigueur; décidé; retenu; acté\b; appliqué; aceptad
        aprobad; adoptad; vigente; activ[oa]\b; implementad; decidid; confirmad; aceit; aprovad; adotad
        ativ[oa]\b; em vigor; accettat; approvat; adottat; attiv[oa]\b; in vigore; decis[oa]\b; implementat
        applicat; confermat; geaccepteerd; aanvaard; goedgekeurd; aangenomen; zaakceptowan; zatwierdzon; przyjęt
        přijat; schválen; hyväksytty; godkän; akseptert; godkjent; vedtatt; godkendt; vedtaget; kabul edildi
        onaylandı; chấp nhận; đã duyệt; phê duyệt; được chấp thuận; принят; прийнят; утвержд; одобрен
        согласован; схвален; затвердж; действу; реализован; 已?接受; 已?采[纳納]; 已?採[纳納]; 已?批准
        已?[通过過]{2}; 已?[采採]用; 已?[确確][认認]; 已?[决決]定; 生效; 有效; 已?[实實]施; 已?完成; 承認; 採択
        確定; 受理; 受け入れ; 合意; 有効; 完了; 実装済; 승인; 채택; 수락; 확정; 결정; 적용; 완료
    """,
    "draft": r"""
        draft; incomplete; unfinished; wip\b; work[ -]in[ -]progress; in progress; todo\b; in development; entwurf
        in arbeit; brouillon
        ébauche; en cours; borrador; en progreso; rascunho; em andamento; bozza; in corso; concept\b; szkic
        koncept; luonnos; utkast; udkast; taslak; bản nháp; nháp; черновик; чернетка; в работе; 草案; 草稿
        起草; ドラフト; 下書き; 작성; 초안
    """,
}


def _alternatives(words: str) -> Iterator[str]:
    for word in filter(None, (word.strip() for word in re.split(r"[;\n]", words))):
        # Chinese, Japanese and Korean put no space before a word.
        boundary = "" if re.search("[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]", word) else r"(?<![^\W\d_])"
        yield boundary + word.replace("(", "(?:")


_PATTERN: Final = re.compile(
    without_accents(
        "|".join(f"(?P<{status}>{'|'.join(_alternatives(_WORDS[status]))})" for status in get_args(Status))
    ),
    re.IGNORECASE,
)
_NEGATED: Final = re.compile(
    r"(?:\b(?:not|non|no|nicht|não|nu|не|niet|ikke|inte|nie|pas)\s+|[未不非미])$", re.IGNORECASE
)
_SEPARATOR: Final = re.compile(r"\s*[|｜]\s*|\s+[/·]\s+|(?<=[^\W\d_])/(?=[^\W\d_])")
_EMPHASIS: Final = re.compile(r"\*\*.+?\*\*|__.+?__|<(?:b|strong)>.+?</|\[[xX✓✔]\]\s*[^|\n]+|[✅☑✔]\ufe0f?\s*[^|\n]+")
_UNTICKED: Final = re.compile(r"(?m)\[ \][^\n|]*|~~.+?~~|[☐⬜]\ufe0f?[^\n|]*")
_MIN_CHOICES: Final = 2


def read_status(text: str) -> Status | None:
    """Return what the text of a status means; null where it says nothing that is known, or is a template's choice."""
    text = spell_out_badges(text)
    if is_choice(text):
        marked = {status for part in _EMPHASIS.findall(text) if (status := _first(part))}
        return marked.pop() if len(marked) == 1 else None
    return _first(_UNTICKED.sub(" ", text))


def is_choice(text: str) -> bool:
    """Say whether a text offers several statuses to choose from, as templates do: `proposed | accepted | …`."""
    line = _UNTICKED.sub(lambda item: item[0].strip("~") + "|", text)
    parts = [part for part in _SEPARATOR.split(line) if part.strip()]
    return len(parts) >= _MIN_CHOICES and len({status for part in parts if (status := _first(part))}) >= _MIN_CHOICES


def _first(text: str) -> Status | None:
    words = without_accents(without_markup(text))
    found = _PATTERN.search(words)
    if not found or _NEGATED.search(words[: found.start()]):
        return None
    return next(status for status in get_args(Status) if status == found.lastgroup)
