"""Fixed words: what the visitor reads when no model may speak, in the languages we know; English otherwise."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Words(StrEnum):
    """Keys of the fixed words. The first three are what a turn's ending may call for (`agent.finish.Copy`)."""

    UNAVAILABLE = "unavailable"
    CANNOT_HELP = "cannot_help"
    NEEDS_PERSON = "needs_person"
    NOT_SURE = "not_sure"
    PERSON_NOW = "person_now"
    PERSON_LATER = "person_later"
    OWNER_NOW = "owner_now"
    OWNER_LATER = "owner_later"
    OPTED_OUT = "opted_out"
    ERASURE_ASKED = "erasure_asked"
    I_AM_AI = "i_am_ai"


_WORDS: Mapping[str, Mapping[Words, str]] = MappingProxyType(
    {
        "en": {
            Words.UNAVAILABLE: "I can't answer right now, but your message is saved and a colleague has been asked to look at it. You can also leave your e-mail address here.",
            Words.CANNOT_HELP: "I can't help with that here. A colleague has been asked to take a look.",
            Words.NEEDS_PERSON: "Something went wrong on our side, sorry. Your message is saved and a colleague has been asked to take over.",
            Words.NOT_SURE: "I'd rather not say anything I can't back up, so I have asked a colleague to answer that properly.",
            Words.PERSON_NOW: "I've asked a colleague to join. They are at work now and see this conversation.",
            Words.PERSON_LATER: "I've asked a colleague to get in touch. Nobody is at work right now; our hours are {hours}. Everything you wrote is saved for them.",
            Words.OWNER_NOW: "I've asked {owner}, who looks after you here, to join. The team is at work now.",
            Words.OWNER_LATER: "I've asked {owner}, who looks after you here, to get in touch. Nobody is at work right now; our hours are {hours}. Everything you wrote is saved.",
            Words.OPTED_OUT: "Understood: we will not send you any marketing mail. Your wish is recorded.",
            Words.ERASURE_ASKED: "I've passed your wish to have your data deleted to a colleague. You can also delete this conversation and what we noted yourself: open the menu above and choose “Delete my data”.",
            Words.I_AM_AI: "I'm {agent}, an AI assistant, not a person.",
        },
        "de": {
            Words.UNAVAILABLE: "Ich kann gerade nicht antworten, aber Ihre Nachricht ist gespeichert, und eine Kollegin oder ein Kollege wurde gebeten, sie anzusehen. Sie können auch Ihre E-Mail-Adresse hinterlassen.",
            Words.CANNOT_HELP: "Dabei kann ich hier nicht helfen. Jemand aus dem Team wurde gebeten, sich das anzusehen.",
            Words.NEEDS_PERSON: "Bei uns ist etwas schiefgegangen, Entschuldigung. Ihre Nachricht ist gespeichert, und jemand aus dem Team wurde gebeten zu übernehmen.",
            Words.NOT_SURE: "Ich möchte nichts sagen, was ich nicht belegen kann. Deshalb habe ich jemanden aus dem Team gebeten, das richtig zu beantworten.",
            Words.PERSON_NOW: "Ich habe jemanden aus dem Team dazugebeten. Das Team ist gerade im Büro und sieht dieses Gespräch.",
            Words.PERSON_LATER: "Ich habe jemanden aus dem Team gebeten, sich zu melden. Gerade ist niemand im Büro; unsere Zeiten: {hours}. Alles, was Sie geschrieben haben, ist gespeichert.",
            Words.OWNER_NOW: "Ich habe {owner} dazugebeten; dort liegt Ihre Anfrage. Das Team ist gerade im Büro.",
            Words.OWNER_LATER: "Ich habe {owner} gebeten, sich zu melden; dort liegt Ihre Anfrage. Gerade ist niemand im Büro; unsere Zeiten: {hours}. Alles ist gespeichert.",
            Words.OPTED_OUT: "Verstanden: Wir schicken Ihnen keine Werbe-Mails. Ihr Wunsch ist festgehalten.",
            Words.ERASURE_ASKED: "Ich habe Ihren Wunsch auf Löschung weitergegeben. Sie können dieses Gespräch und unsere Notizen auch selbst löschen: oben im Menü unter „Meine Daten löschen“.",
            Words.I_AM_AI: "Ich bin {agent}, eine KI-Assistentin, kein Mensch.",
        },
        "fr": {
            Words.UNAVAILABLE: "Je ne peux pas répondre pour le moment, mais votre message est enregistré et un collègue a été prié de le lire. Vous pouvez aussi laisser votre adresse e-mail.",
            Words.CANNOT_HELP: "Je ne peux pas vous aider sur ce point ici. Un collègue a été prié de regarder.",
            Words.NEEDS_PERSON: "Un problème est survenu chez nous, désolé. Votre message est enregistré et un collègue a été prié de prendre le relais.",
            Words.NOT_SURE: "Je préfère ne rien affirmer sans source : j'ai demandé à un collègue de vous répondre.",
            Words.PERSON_NOW: "J'ai demandé à un collègue de nous rejoindre. L'équipe est présente et voit cette conversation.",
            Words.PERSON_LATER: "J'ai demandé à un collègue de vous contacter. Personne n'est présent en ce moment ; nos horaires : {hours}. Tout ce que vous avez écrit est enregistré.",
            Words.OWNER_NOW: "J'ai demandé à {owner}, qui s'occupe de votre demande, de nous rejoindre. L'équipe est présente.",
            Words.OWNER_LATER: "J'ai demandé à {owner}, qui s'occupe de votre demande, de vous contacter. Personne n'est présent en ce moment ; nos horaires : {hours}. Tout est enregistré.",
            Words.OPTED_OUT: "C'est noté : nous ne vous enverrons pas d'e-mails publicitaires.",
            Words.ERASURE_ASKED: "J'ai transmis votre demande de suppression à un collègue. Vous pouvez aussi supprimer cette conversation vous-même dans le menu ci-dessus.",
            Words.I_AM_AI: "Je suis {agent}, une assistante IA, pas une personne.",
        },
        "es": {
            Words.UNAVAILABLE: "Ahora mismo no puedo responder, pero su mensaje está guardado y se ha pedido a un compañero que lo mire. También puede dejar su correo.",
            Words.CANNOT_HELP: "No puedo ayudarle con eso aquí. Se ha pedido a un compañero que lo mire.",
            Words.NEEDS_PERSON: "Algo ha fallado por nuestra parte, disculpe. Su mensaje está guardado y se ha pedido a un compañero que se ocupe.",
            Words.NOT_SURE: "Prefiero no afirmar nada sin respaldo: he pedido a un compañero que le responda bien.",
            Words.PERSON_NOW: "He pedido a un compañero que se una. El equipo está trabajando y ve esta conversación.",
            Words.PERSON_LATER: "He pedido a un compañero que se ponga en contacto. Ahora no hay nadie; nuestro horario: {hours}. Todo lo que ha escrito está guardado.",
            Words.OWNER_NOW: "He pedido a {owner}, que lleva su consulta, que se una. El equipo está trabajando.",
            Words.OWNER_LATER: "He pedido a {owner}, que lleva su consulta, que se ponga en contacto. Ahora no hay nadie; nuestro horario: {hours}. Todo está guardado.",
            Words.OPTED_OUT: "Entendido: no le enviaremos correos publicitarios.",
            Words.ERASURE_ASKED: "He pasado su solicitud de borrado a un compañero. También puede borrar esta conversación usted mismo en el menú de arriba.",
            Words.I_AM_AI: "Soy {agent}, una asistente de IA, no una persona.",
        },
        "it": {
            Words.UNAVAILABLE: "In questo momento non posso rispondere, ma il Suo messaggio è salvato e ho chiesto a un collega di leggerlo. Può anche lasciare qui il Suo indirizzo e-mail.",
            Words.CANNOT_HELP: "Qui non posso aiutarLa su questo punto. È stato chiesto a un collega di occuparsene.",
            Words.NEEDS_PERSON: "Qualcosa è andato storto da parte nostra, ci scusi. Il Suo messaggio è salvato ed è stato chiesto a un collega di subentrare.",
            Words.NOT_SURE: "Preferisco non affermare nulla che non posso documentare: ho chiesto a un collega di risponderLe.",
            Words.PERSON_NOW: "Ho chiesto a un collega di unirsi. Il team è al lavoro e vede questa conversazione.",
            Words.PERSON_LATER: "Ho chiesto a un collega di contattarLa. Ora non c'è nessuno; i nostri orari: {hours}. Tutto quello che ha scritto è salvato.",
            Words.OWNER_NOW: "Ho chiesto a {owner}, che segue la Sua richiesta, di unirsi. Il team è al lavoro.",
            Words.OWNER_LATER: "Ho chiesto a {owner}, che segue la Sua richiesta, di contattarLa. Ora non c'è nessuno; i nostri orari: {hours}. Tutto è salvato.",
            Words.OPTED_OUT: "Va bene: non Le invieremo messaggi pubblicitari. La Sua richiesta è registrata.",
            Words.ERASURE_ASKED: "Ho trasmesso la Sua richiesta di cancellazione a un collega. Può anche cancellare Lei questa conversazione dal menu in alto.",
            Words.I_AM_AI: "Sono {agent}, un'assistente IA, non una persona.",
        },
        "nl": {
            Words.UNAVAILABLE: "Ik kan nu niet antwoorden, maar uw bericht is bewaard en een collega is gevraagd het te lezen. U kunt hier ook uw e-mailadres achterlaten.",
            Words.CANNOT_HELP: "Daar kan ik u hier niet mee helpen. Een collega is gevraagd ernaar te kijken.",
            Words.NEEDS_PERSON: "Er ging iets mis aan onze kant, excuses. Uw bericht is bewaard en een collega is gevraagd het over te nemen.",
            Words.NOT_SURE: "Ik zeg liever niets wat ik niet kan staven: ik heb een collega gevraagd u goed te antwoorden.",
            Words.PERSON_NOW: "Ik heb een collega gevraagd erbij te komen. Het team is aan het werk en ziet dit gesprek.",
            Words.PERSON_LATER: "Ik heb een collega gevraagd contact met u op te nemen. Er is nu niemand; onze tijden: {hours}. Alles wat u schreef is bewaard.",
            Words.OWNER_NOW: "Ik heb {owner}, die uw vraag behandelt, gevraagd erbij te komen. Het team is aan het werk.",
            Words.OWNER_LATER: "Ik heb {owner}, die uw vraag behandelt, gevraagd contact met u op te nemen. Er is nu niemand; onze tijden: {hours}. Alles is bewaard.",
            Words.OPTED_OUT: "Begrepen: wij sturen u geen reclamemails. Uw wens is vastgelegd.",
            Words.ERASURE_ASKED: "Ik heb uw verzoek om verwijdering aan een collega doorgegeven. U kunt dit gesprek ook zelf verwijderen in het menu hierboven.",
            Words.I_AM_AI: "Ik ben {agent}, een AI-assistent, geen mens.",
        },
        "pt": {
            Words.UNAVAILABLE: "Neste momento não consigo responder, mas a sua mensagem está guardada e foi pedido a um colega que a leia. Também pode deixar aqui o seu e-mail.",
            Words.CANNOT_HELP: "Não posso ajudar com isso aqui. Foi pedido a um colega que veja o assunto.",
            Words.NEEDS_PERSON: "Algo correu mal do nosso lado, pedimos desculpa. A sua mensagem está guardada e foi pedido a um colega que continue.",
            Words.NOT_SURE: "Prefiro não afirmar nada que não possa comprovar: pedi a um colega que lhe responda.",
            Words.PERSON_NOW: "Pedi a um colega que se junte a nós. A equipa está a trabalhar e vê esta conversa.",
            Words.PERSON_LATER: "Pedi a um colega que entre em contacto. Agora não está ninguém; o nosso horário: {hours}. Tudo o que escreveu está guardado.",
            Words.OWNER_NOW: "Pedi a {owner}, que trata do seu pedido, que se junte a nós. A equipa está a trabalhar.",
            Words.OWNER_LATER: "Pedi a {owner}, que trata do seu pedido, que entre em contacto. Agora não está ninguém; o nosso horário: {hours}. Tudo está guardado.",
            Words.OPTED_OUT: "Entendido: não lhe enviaremos e-mails publicitários. O seu pedido está registado.",
            Words.ERASURE_ASKED: "Passei o seu pedido de eliminação a um colega. Também pode eliminar esta conversa no menu acima.",
            Words.I_AM_AI: "Sou {agent}, uma assistente de IA, não uma pessoa.",
        },
    }
)


def words(key: Words, language: str | None, **values: str) -> str:
    """The fixed words in a language (`de`, `de-AT`), English where we have none."""
    of_language = _WORDS.get((language or "en").split("-")[0].lower(), _WORDS["en"])
    return of_language[key].format(**values)


def owner_words(owner: str, language: str | None, *, at_work: bool, hours: str) -> str:
    """The honest words when the person who is asked is known by name: who accepted the lead in this conversation."""
    key = Words.OWNER_NOW if at_work else Words.OWNER_LATER
    return words(key, language, owner=owner, hours=hours)
