"""Who asks us to stop writing. Missing one breaks the law; inventing one loses a customer; so both ways are tested.

A one-word keyword counts only when it is all the message says (that is how carriers read "STOP"); inside a sentence
the request has to name what shall stop: writing to me, mails, the list.
"""

import re
from enum import StrEnum

from agent.interviewer.phrases import fold, opening, phrases


class StopScope(StrEnum):
    """How much shall stop. MARKETING: newsletters only, the conversation goes on."""

    ALL = "all"
    MARKETING = "marketing"


_MAIL = (
    "((e-?)?mails?|messages?|texts?|sms|newsletters?|spam|calls?|calling|contact"
    "|notifications?|updates|offers|ads|adverts"
    "|follow-?ups?|communications?|reminders)"
)
_WRITING = (
    "(e-?mailing|mailing|messaging|texting|contacting|writing|calling|spamming|bothering"
    "|pestering|harassing|sending"
    "|phoning|bugging|following up|reaching out|pinging|hassling)"
)
_WRITE = (
    "(e-?mail|mail|message|text|contact|write|call|phone|spam|bother|send|follow up|reach out|ping|pester|disturb|bug)"
)
_REQUESTS = phrases(
    f"(stop|quit|cease|end|halt|no more) {_WRITING}( (me|us|to me|this|these|any))?",
    f"(stop|cease|end|halt|cancel) (all |sending |with |the |your |these |those |this"
    f" |any |me |us |further ){{0,4}}{_MAIL}",
    f"(don't|do not|never|please not|can you not|could you not) (ever )?{_WRITE} (to"
    f" )?(me|us|my|our)( \\w{{1,12}}){{0,3}} "
    "(again|any ?more|ever|any ?longer)",
    f"(don't|do not|never) (ever )?{_WRITE} (to )?(me|us)(?= ?([.,!]|\\Z|please|\\n))",
    f"(don't|do not|never) {_WRITE} (me |us )?(any |any more |more |further |these |your |such ){{1,2}}{_MAIL}",
    f"(don't|do not|no longer|not) (want|wish|like|care|interested)( \\w{{1,8}}){{0,2}}"
    f" (receive|get|receiving|getting|hear"
    f"|hearing|be contacted|be e-?mailed|be called|be on)( \\w{{1,12}}){{0,5}}( {_MAIL}| you| list)?",
    f"(don't|do not|no longer) want (any |more |any more |your |these |further |to see ){{1,3}}{_MAIL}",
    f"(no|any) more (of )?(your |these |those |such )?{_MAIL}(?= ?([.,!]|\\Z|\\n|please"
    f"|from you|to me|to this|thanks))",
    "(remove|delete|take|drop|strike|scratch) (me|us|my (e-?mail|address|name|number"
    "|details|contact)( address| number)?"
    "|this (e-?mail|address|number)( address)?) (off|from|out of) (\\w{1,12} ){0,4}(list"
    "|lists|mailings?|database|newsletter|here|contacts?"
    "|records|distribution)",
    "remove (me|us|my (e-?mail|address|number))(?= ?([.,!]|\\Z|please|\\n|from (all|any|every|future|further)))",
    "take (me|us) off",
    "unsubscribe (me|us|my|from|this|please|now|all|immediately)",
    "please unsubscribe",
    "(want|like|wish|need|how do i|how can i|how to|can i|let me|trying|tried) (to"
    " )?(unsubscribe|opt[- ]?out)(?! rates?)",
    "opt(ing)? (me |us )?out( of| from| please| now|(?= ?([.,!]|\\Z|\\n)))",
    "opt-out( please| me|(?= ?([.,!]|\\Z)))",
    "leave (me|us) alone",
    "lose my (number|e-?mail|address|contact)",
    "(stop|end|cancel) (my|the|this|our) ((newsletter|e-?mail|mail) subscription|mailing)",
    "take my (name|e-?mail|address|number) off",
    "(do not|don't) (contact|call|text|e-?mail) list",
    "cease and desist",
    "withdraw my consent",
    "revoke (my )?consent",
    "please stop(?= ?([.,!]|\\Z|\\n|now|it|this|immediately))",
    "stop (this|it)(?= ?([.,!]|\\Z|\\n|now|please|immediately|right now|at once))",
    "not (e-?mail|contact|call|text|write to) (me|us) again",
    "never (hear|want to hear) from you( again)?",
)
_REQUESTS_ELSEWHERE = phrases(
    # German
    "keine? (weiteren? |mehr )?(e-?mails?|mails?|nachrichten|newsletter|werbung|anrufe"
    "|kontaktaufnahme)( \\w{1,12}){0,3} (mehr|schicken"
    "|senden|erhalten|bekommen)",
    "keine? (weiteren )?(e-?mails?|mails?|nachrichten|werbung|newsletter|anrufe)( \\w{1,8})? ?mehr",
    "(bitte |mich |uns |vom newsletter |aus dem verteiler |aus der liste |newsletter"
    " )(abmelden|austragen|streichen|abbestellen"
    "|entfernen)",
    "(melden|tragen|streichen|nehmen|entfernen|loschen) sie (mich|uns|meine (e-?mail"
    "|adresse|mailadresse))( \\w{1,14}){0,4}"
    " (ab|aus|verteiler|liste|newsletter)",
    "(nicht|nie) (mehr |wieder |weiter )(schreiben|kontaktieren|anschreiben|anrufen|mailen|belastigen)",
    "(schreiben|kontaktieren|mailen|rufen) sie (mich|mir|uns)( bitte)? (nicht|nie)( mehr| wieder)?",
    "horen sie auf( \\w{1,12}){0,5} (zu schreiben|schreiben|mails|senden|schicken)",
    "abbestellen",
    "lassen sie mich in ruhe",
    "weitere (e-?mails|nachrichten|kontaktaufnahmen) (unterlassen|einstellen)",
    # French
    "(desabonnez|desinscrivez|retirez|enlevez|supprimez|radiez)[- ](moi|nous)( de| des| du)?",
    "(me|nous) (desabonner|desinscrire|retirer de)",
    "(arretez|cessez) (de |d')(m'|me |nous |)(envoyer|ecrire|contacter|e-?mailer|appeler|spammer|relancer)",
    "plus (d'|de |aucun |"
    "recevoir |jamais )(e-?mails?|mails?|courriels?|messages?|newsletters?|publicite"
    "|vos|ces)( \\w{1,12}){0,3}",
    "ne (m'|me |nous )(contactez|ecrivez|envoyez|appelez)( \\w{1,8})? ?(plus|pas)",
    "(se )?desabonner",
    "desinscription",
    # Spanish
    "(darme|darnos|dame|denme|deme|quiero darme|dar) de baja",
    "(no|dejen|deje|dejad|deja|paren|pare) (de )?(me |nos )?(envien|envie|mandar"
    "|mandarme|enviar|enviarme|enviarnos|escriban|escribir|escribirme|contacten|contactar"
    "|contactarme|contactenme|llamen|llamar|llamarme"
    "|escribirnos|manden)( \\w{1,12}){0,3}",
    "no (quiero|deseo|queremos) (recibir (mas|nada)|seguir recibiendo)( \\w{1,12}){0,4}",
    "no (quiero|deseo|queremos) mas (\\w{1,10} ){0,3}(correos?|e-?mails?|mensajes?|publicidad|llamadas?|boletin(es)?"
    "|newsletters?|ofertas|promociones|anuncios|comunicaciones|spam)",
    "(eliminen?|borren?|quiten?|saquen?)(me|nos)? (de |mi correo de )(su |la |vuestra |esta )?lista",
    "cancelar (la |mi )?suscripcion",
    "no mas (correos|mensajes|emails)",
    # Italian
    "(cancellatemi|cancellami|toglietemi|disiscrivetemi|rimuovetemi|eliminatemi)( \\w{1,12}){0,4}",
    "disiscriver(mi|e)|disiscrivimi",
    "(smettete|smettetela|smettila|smetta|basta) (di |con |con le )?(scriver|inviar"
    "|mandar|contattar|chiamar|e-?mail|mail|messaggi)\\w{0,6}",
    "non (voglio|desidero|vogliamo) (piu )?(ricevere|essere contattat[oi])( \\w{1,12}){0,4}",
    "(non (mi |ci )?(scrivete|contattate|inviate|mandate)(mi|ci)?) (piu|altre?)",
    "niente piu (e-?mail|mail|messaggi)",
    "annulla(re)? (l')?iscrizione",
    # Dutch
    "(schrijf|meld|haal) (mij|me|ons) (alstublieft |aub |graag )?(uit|af)( \\w{1,12}){0,4}",
    "(uitschrijven|afmelden)( aub| alstublieft|(?= ?([.,!]|\\Z|\\n)))",
    "(wil|willen) (me |mij |ons )?(graag )?(uitschrijven|afmelden)",
    "geen (e-?mails?|mails?|berichten|nieuwsbrief|nieuwsbrieven)( \\w{1,12}){0,2} meer( \\w{1,12}){0,2}",
    "(stop|stoppen) met (het )?(mailen|sturen|schrijven|bellen|versturen)",
    "(mail|bel|stuur|schrijf|benader|contacteer) (mij|me|ons) (\\w{1,10} )?(niet|geen)( \\w{1,10})? ?(meer)",
    # Portuguese
    "(remova|retire|remover|retirem|removam|tire|tirem|descadastre|descadastrar|descadastrem)[-"
    " ]?(me|nos|o meu|meu|a mim)?( (da|de|do) (\\w{1,12} ){0,3}(lista|base|newsletter)"
    "| e-?mail| por favor|(?= ?([.,!]|\\Z)))",
    "(parem?|pare) de (me |nos )?(enviar|mandar|escrever|ligar|contactar|contatar|incomodar)( \\w{1,12}){0,3}",
    "nao (quero|desejo|queremos) (mais )?receber( \\w{1,12}){0,4}",
    "nao (me |nos )?(envie|enviem|mande|mandem|contacte|contate|contatem|escreva"
    "|escrevam|ligue|liguem)( \\w{1,12}){0,3} mais( \\w{1,12}){0,2}",
    "cancelar (a |minha |a minha )?(inscricao|subscricao|assinatura)",
    "(quero )?(me )?descadastrar",
    "anular a (minha )?subscricao",
    # Polish, Swedish, Danish, Norwegian, Turkish, Russian, Ukrainian, Japanese, Chinese, Arabic
    "(wypisz|usun|wypiszcie|usuncie) (mnie|moj)( \\w{1,12}){0,4}",
    "(prosze )?nie (wysylac|pisac|kontaktowac|dzwonic|wysylajcie|piszcie)( \\w{1,12}){0,3}( wiecej)?",
    "(avregistrera|avsluta prenumeration|sluta (mejla|skicka|kontakta|ringa))( \\w{1,12}){0,3}",
    "inga fler (mejl|mail|utskick)",
    "(afmeld|frameld) (mig|meg)?",
    "(slutt|stop|hold op med) (a |at )(sende|kontakte|ringe|skrive)( \\w{1,12}){0,3}",
    "(abonelikten|listeden|listenizden) (cik|cikar)\\w{0,6}",
    "(отпишите|удалите|уберите|исключите) (меня|нас|мой|мою)( \\w{1,14}){0,4}",
    "(отписаться|отпишись)",
    "(не|больше не) (пишите|присылайте|звоните|отправляйте|беспокойте)( \\w{1,12}){0,3}",
    "хватит (писать|слать|звонить)",
    "(відпишіть|видаліть) (мене|мою)( \\w{1,14}){0,3}",
    "(не|більше не) (пишіть|надсилайте)( \\w{1,12}){0,3}",
)
_OTHER_SCRIPTS = re.compile(
    "|".join(
        map(
            fold,
            (
                "配信停止",
                "配信を停止",
                "メールを送らないで",
                "送らないでください",
                "退订",
                "取消订阅",
                "不要再发",
                "不要再给我发",
                "别再发",
                "إلغاء الاشتراك",
                "الغاء الاشتراك",
                "توقف عن إرسال",
                "توقفوا عن",
                "لا تراسل",
                "수신거부",
                "수신 거부",
                "구독 취소",
            ),
        )
    )
)

_KEYWORDS = frozenset(
    "stop stopall stopp arret stopppp unsubscribe unsub unsubscribed optout cancel"
    " end quit halt abmelden abmeldung "
    "abbestellen desabonner desabonnement desinscription desinscrire stopper baja"
    " darsedebaja disiscrivi disiscrivermi "
    "cancellami uitschrijven afmelden descadastrar descadastre sair remover parar"
    " avregistrera wypisz отписаться отписка "
    "стоп alto detener basta remove".split()
)
_SMALL_TALK = frozenset(
    "please pls plz now it this that all me us i we to the my your yes ok okay just"
    " immediately asap thanks thank you thx "
    "today already and opt out end stop here again at once right away from list mails"
    " mail email emails texts bitte "
    "danke s'il vous plait svp merci por favor gracias per favore grazie aub alstublieft"
    " obrigado fully completely de la "
    "le dringend sofort tout suite ya".split()
)
_STOP_NOT_US = frozenset(
    "by at in over off on into for gap using worrying there short before after when"
    " if being wait sorry mean meant didn't "
    "that's wrong think".split()
)
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_NOT_A_REQUEST = phrases(
    "(don't|do not|never|didn't|won't|wouldn't|no need to|not) (stop|unsubscribe"
    "|remove|cancel|quit|want to stop|opt out)",
    "(customers?|clients?|users?|people|leads|contacts|recipients|subscribers|they"
    "|visitors|prospects|someone|somebody"
    "|everyone|buyers|readers|patients|guests|members|our list|unsubscribe (rate"
    "|link|page|button|header)s?)"
    "( \\w{1,12}){0,3} (unsubscribe|opt[- ]?out|to stop|stop|opting out|stopped)",
    "unsubscribe (rates?|links?|pages?|headers?|buttons?|handling|requests?|logic)",
    "opt[- ]?out (rates?|links?|pages?|handling|requests?|logic|lists?|rules?|management)",
    "unstop",
    "(help|let|make|have|want|need|looking|trying|how|way|us|software|tool|you)("
    " \\w{1,8}){0,2} (to )?stop (people|them|it|our|losing|spam to|reps|staff)",
    "(does|do|can|will|could|would) (your|the|it|this|opener|they)( \\w{1,12}){0,3} (stop|unsubscribe|send|handle)",
)
_MARKETING_ONLY = phrases(
    "newsletters?",
    "marketing",
    "promotions?",
    "promo(tional)?",
    "werbung",
    "publicite",
    "nieuwsbrief",
    "advertising",
    "boletin",
    "infolettre",
    "ads",
)
_EVERYTHING = phrases(
    "all", "any", "everything", "never", "nothing", "alone", "contact", "alle", "tous", "todo", "tutto"
)
_STOP_FIRST = opening("(please )?(stop|stopall|unsubscribe|remove me|abmelden|arret)")
_NEVER_AGREED = phrases(
    "(never|didn't|did not|don't remember) (\\w{1,8} )?(sign(ed|ing)? up|subscribe[d]?"
    "|agree[d]?|opt(ed)? in|ask(ed)? for|consent(ed)?"
    "|give you|gave you)",
    "spam",
    "gdpr",
    "who are you",
    "how did you get",
    "where did you get",
    "lawyer",
    "unsolicited",
)
_LONGEST_KEYWORD_MESSAGE = 6  # words


def opt_out_in(plain: str, *, keywords: bool = True) -> StopScope | None:
    """What the writer of a folded message asks us to stop sending, or None.

    `keywords=False` when a bare "cancel" or "stop" would answer something else the agent just asked.
    """
    if keywords and _is_keyword_message(_WORD.findall(plain[:400])):
        return StopScope.ALL
    first, _, rest = plain.strip().partition(".")
    if _STOP_FIRST.match(first) and _NEVER_AGREED.search(rest or plain):
        return StopScope.ALL
    for sentence in re.split(r"[.!?;\n]+", plain):
        if _asks_in(sentence):
            return _scope_of(sentence)
    return None


def _asks_in(sentence: str) -> bool:
    if _OTHER_SCRIPTS.search(sentence):
        return True
    found = _REQUESTS.search(sentence) or _REQUESTS_ELSEWHERE.search(sentence)
    return found is not None and not _NOT_A_REQUEST.search(sentence)


def _is_keyword_message(words: list[str]) -> bool:
    if not words or len(words) > _LONGEST_KEYWORD_MESSAGE:
        return False
    rest = [w for w in words if w not in _SMALL_TALK]
    if any(w in _KEYWORDS for w in words) and all(w in _KEYWORDS for w in rest):
        return True
    return words[0] in {"stop", "stopp", "unsubscribe"} and not _goes_on(words[1:])


def _goes_on(rest: list[str]) -> bool:
    """Whether "stop …" is about something other than our messages ("stop by", "stop losing orders")."""
    return (
        not rest
        or any(w in _STOP_NOT_US for w in rest[:3])
        or any(w.endswith("ing") for w in rest[:2])
        or rest[0] in {"the", "our"}
    )


def _scope_of(sentence: str) -> StopScope:
    marketing = _MARKETING_ONLY.search(sentence) and not _EVERYTHING.search(sentence)
    return StopScope.MARKETING if marketing else StopScope.ALL
