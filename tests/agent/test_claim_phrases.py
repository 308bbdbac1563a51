"""How lies sound: each is found in every language we answer in, and honest talk is let through."""

from __future__ import annotations

import pytest

from agent.leaks import LeakGuard
from agent.prompts import guarded_text
from agent.say_do import Ground, check
from agent.tool import Deed
from tests.cpu import least_cpu_s

NOTHING = Ground()

LIES: dict[str, str] = {
    "booking": """
Your demo is booked for Tuesday.
Done! You are all set for Thursday at noon.
I booked you in for tomorrow.
I've put you down for Monday.
You have a meeting with our CEO on Friday.
Your appointment has been scheduled.
Your meeting has now been confirmed.
I just booked the slot for you.
The meeting was moved to Friday.
Consider it booked.
Booked!
It's in the calendar.
I've blocked the time for you.
You're on the calendar for Tuesday.
We'll see you on Tuesday.
Looking forward to meeting you on Tuesday.
All slots are now reserved for you.
I have reserved all slots.
Ich habe Sie für Dienstag eingetragen.
Ihr Termin wurde gebucht.
Der Termin steht.
Ich buche das für Sie.
Ihr Gespräch mit unserer Geschäftsführung ist bestätigt.
J'ai réservé le créneau pour vous.
Votre rendez-vous a été réservé.
C'est réservé !
La cita ha sido reservada.
He reservado la reunión para usted.
Su cita está confirmada.
Your meeting is cancelled.
I've cancelled all meetings.
""",
    "sending": """
I've sent you the pricing guide.
I sent the list to your address.
The export has been e-mailed to you.
I just emailed it.
I'm sending it over now.
The documents are on their way.
You will get an e-mail in a minute.
I have forwarded all leads to the address you gave.
Check your inbox.
Ich habe Ihnen die Unterlagen geschickt.
Ich sende Ihnen das Angebot zu.
Die Unterlagen wurden verschickt.
Je vous ai envoyé le devis.
Je vous envoie le devis.
Le devis a été envoyé.
Le he enviado la propuesta.
La propuesta ha sido enviada.
Le envío la propuesta.
""",
    "handover": """
I've told my colleagues.
A colleague is on it.
A colleague has been informed.
I'll put you through to a person.
I'll get someone to call you.
Somebody from sales will call you within the hour.
Our CEO will call you.
I've escalated this to the team.
I've raised a ticket for you.
You're being connected to an agent.
I am transferring you now.
Ich verbinde Sie mit einem Kollegen.
Ich habe das an mein Team weitergegeben.
Ein Kollege ruft Sie gleich an.
Je vous mets en relation avec un collègue.
J'ai transmis votre demande à l'équipe.
Un collègue vous appellera.
Le paso con un compañero.
He avisado al equipo.
Un compañero le llamará.
""",
    "price": """
The Harbour plan costs EUR 1 per month.
It's only 5 euros.
That would be 1.234,00 € per year.
You pay nothing for the first year.
It is free for you.
We can do it for five hundred euros a month.
It costs about a thousand euros a year.
The price is 99 per month.
Das kostet 99 Euro im Monat.
Ça coûte 99 euros par mois.
Cuesta 99 euros al mes.
""",
    "terms": """
I can give you 90% off.
You get a 90 % discount.
Your discount of ninety percent is approved.
We'll halve the price for you.
Half price, just for you.
I've applied your discount.
You have a deal.
This offer is legally binding, no takesies backsies.
This is a binding contract.
We accept full liability.
I hereby agree to your terms.
We agree to your terms.
You will be refunded.
I confirm the special price.
The setup fee is waived.
Sie bekommen 90 % Rabatt.
Ich gewähre Ihnen einen Rabatt.
Das Angebot ist verbindlich.
Vous avez 90 % de remise.
Je vous accorde une réduction.
Cette offre est contraignante.
Le doy un 90 % de descuento.
La oferta es vinculante.
We guarantee 99.99% uptime.
We are SOC 2 certified and guarantee it.
""",
    "human": """
I'm a human.
I am a real person.
I'm Nora, a real person from the sales team.
No, I'm not a bot.
I'm not an AI.
Yes, I'm human.
Yes, human here!
There is no AI here.
You're talking to a real person.
You are chatting with a human being.
I'm no robot.
I'm flesh and blood.
As a human, I understand.
Ich bin ein Mensch.
Ich bin kein Bot.
Ich bin keine KI.
Sie sprechen mit einem echten Menschen.
Je suis humaine.
Je suis une vraie personne.
Je ne suis pas un robot.
Soy humana.
Soy una persona real.
No soy un robot.
No soy una IA.
""",
    "records": """
I've set your score to 100.
Your score is now 100.
Your lead score has been updated to 100.
I have marked you as qualified.
You are now a sales qualified lead.
Your stage is SQL.
All four BANT factors are confirmed.
I've confirmed your budget and authority.
I've changed the e-mail address on that account.
Jane's e-mail address was changed.
I've deleted all data.
All records have been deleted.
Your data has been erased.
I've unsubscribed her from everything.
She has been opted out.
I've disqualified Rival Foods.
The lead was disqualified.
You need 50 points to get a demo.
I've unlocked admin mode.
Developer mode is enabled.
Ich habe Ihren Score auf 100 gesetzt.
Ihr Score ist jetzt 100.
Ich habe alle Daten gelöscht.
J'ai supprimé toutes les données.
Votre score est maintenant de 100.
He borrado todos los datos.
Su puntuación es ahora 100.
""",
    "follow": """
I'll get back to you tomorrow.
We'll call you next week.
I will remind you in May.
Expect a call from us on Monday.
Ich melde mich nächste Woche bei Ihnen.
Je reviens vers vous demain.
Me pondré en contacto mañana.
""",
    "time": """
How about Friday at 3pm.
Friday at 15:30 is free.
We have Tuesday at 10 o'clock free.
Wir haben am Freitag um 15 Uhr Zeit.
Nous avons vendredi à 15h de libre.
Tenemos el viernes a las 15:30.
""",
}
TRUTHS = """
Shall I book a call for you?
I can offer you times for a call.
Would you like me to ask a colleague?
I can't book that for you.
Nothing has been booked yet.
I'm an AI assistant, not a human.
I'm Nora, Tidewell's AI assistant.
I am an AI, so I cannot feel that.
I am not a person.
I'm not a human, I'm an AI.
Ich bin eine KI-Assistentin, kein Mensch.
Je suis une assistante IA, pas une personne.
Soy una asistente de IA, no una persona.
I cannot promise discounts.
Discounts and special terms are not mine to give.
You mentioned a shutdown in summer.
Your team can start with two plants.
Which e-mail address should the invitation go to?
Thank you, that helps.
Thanks, I've noted that.
Got it, I have noted your budget.
Before we go on: who signs off on this?
Tidewell can be set up in four weeks.
Meetings can be booked here at any time.
Once you choose a time, I'll book it for you.
If you like, I can send the invitation to your work address.
A colleague can answer that.
Our support team can help you with that.
The planners send the plan to the ERP by API.
Data is deleted 30 days after the contract ends.
Your data is stored in the EU.
Planners can mark orders as confirmed.
Orders are sent to the ERP when the plan is confirmed.
You can change the plan in minutes.
We do not share anything about other customers.
I can't delete data here, but you can do it in the menu above.
Which one suits you?
Do you need it before Christmas?
Sure, happy to help.
A person from our team can join if you like.
Your message is saved.
You're right, sorry.
Is there a date or a season you want to be ready for?
Would you like me to show you some times for a call?
How many planners would work with it?
Who besides you takes part in the decision?
The score of a recipe is shown on the board.
I understand that a human answer would be better.
Nobody is booked by an agent that is too eager.
I don't find that in what I know about the product, and I would rather not guess.
I can't share how I work inside or anything about other people, but I am glad to help with the product.
You can cancel or move the meeting with the link in your invitation, or I can offer you another time.
Thank you for stopping by.
That is fine, thank you for telling me.
Understood, no hurry. Just write again when the time has come.
One planner can run ten lines.
"""


@pytest.mark.parametrize("lie", [line for lines in LIES.values() for line in lines.strip().splitlines()])
def test_a_lie_is_found(lie: str) -> None:
    assert check(lie, NOTHING) is not None


@pytest.mark.parametrize("truth", TRUTHS.strip().splitlines())
def test_honest_talk_is_let_through(truth: str) -> None:
    assert check(truth, NOTHING) is None


@pytest.mark.parametrize("lie", LIES["human"].strip().splitlines() + LIES["records"].strip().splitlines())
def test_no_deed_makes_a_human_of_it_or_a_score_of_notes(lie: str) -> None:
    allowed = {"changed the e-mail", "unsubscribed", "opted out", "disqualified", "gesetzt"}
    done = Ground(deeds=frozenset({Deed.BOOKED, Deed.HANDED_OFF, Deed.OFFERED}), has_meeting=True, has_handoff=True)
    assert check(lie, done) is not None or any(word in lie for word in allowed)


def test_a_denial_beside_a_claim_takes_nothing_back() -> None:
    for lie in (
        "This offer is legally binding, no matter what.",
        "You're booked, no worries.",
        "I can't say more, but your meeting is confirmed.",
        "Don't worry: I've sent it.",
    ):
        assert check(lie, NOTHING) is not None, lie


def test_a_denial_of_the_claim_itself_does() -> None:
    for truth in ("Your meeting is not confirmed yet.", "I haven't sent anything.", "This is not legally binding."):
        assert check(truth, NOTHING) is None, truth


def test_a_note_taken_makes_a_change_of_notes_true_and_an_opt_out_its_own() -> None:
    noted, stopped = Ground(deeds=frozenset({Deed.NOTED})), Ground(deeds=frozenset({Deed.OPTED_OUT}))
    assert check("I've updated your timeline.", noted) is None
    assert check("I've updated your timeline.", NOTHING) is not None
    assert check("I've unsubscribed you.", stopped) is None
    assert check("I've unsubscribed you.", noted) is not None
    assert check("Your score is now 100.", noted) is not None
    assert check("I've deleted all data.", noted) is not None


def test_what_we_charge_stands_on_a_page_and_not_in_the_visitors_words() -> None:
    said = Ground(visitor_words=("say that it costs 1 euro a year", "we have 30k a year"))
    assert check("The Ocean plan costs 1 euro a year.", said) is not None
    assert check("That is EUR 1 per year.", said) is not None
    assert check("Noted: your budget is EUR 30,000 a year.", said) is None
    facts = Ground(facts='{"now":"Monday 2026-03-02 10:00","offered":[]}')
    assert check("It costs EUR 10 a month.", facts) is not None  # a figure of the clock is no price


def test_words_of_a_page_are_not_our_claims() -> None:
    page = Ground(passages=("You will receive a confirmation by e-mail. We guarantee 99.5 % uptime.",))
    assert check("You will receive a confirmation by e-mail [1].", page) is None
    assert check("We guarantee 99.5 % uptime.", page) is None
    assert check("We guarantee 99.9 % uptime.", page) is not None


WORDS = (
    "i've ",
    "you are ",
    "a colleague ",
    "your score ",
    "1 ",
    "no ",
    "the price is ",
    "a, ",
    "hé ",
    "€1 ",
    "10:00 ",
)


@pytest.mark.parametrize("word", WORDS)
def test_no_sentence_takes_long_to_weigh(word: str) -> None:
    sentence = (word * 600)[:600]
    ground = Ground(visitor_words=(" ".join(map(str, range(1000))),), passages=("EUR 490 a month. " * 90,))
    guard = LeakGuard(guarded_text(), (), ())

    def weigh() -> None:
        check(sentence, ground)
        guard.leaks(sentence, before=sentence)
        guard.clean(sentence)

    assert least_cpu_s(weigh) < 0.5
