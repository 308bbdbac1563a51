"""The say-do check: claims need deeds, prices need pages."""

import pytest

from agent.say_do import NOTES, ClaimKind, Ground, check
from agent.tool import Deed

NOTHING = Ground()
PRICED = Ground(passages=("Pricing > Plans\nThe Team plan is EUR 490 a month, billed yearly. 14 days free of charge.",))


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("You're booked for Tuesday.", ClaimKind.BOOKING),
        ("I've booked that for you.", ClaimKind.BOOKING),
        ("I’ve scheduled the demo.", ClaimKind.BOOKING),
        ("Great, I'll book it now.", ClaimKind.BOOKING),
        ("Your meeting is confirmed.", ClaimKind.BOOKING),
        ("See you on Thursday!", ClaimKind.BOOKING),
        ("Der Termin ist gebucht.", ClaimKind.BOOKING),
        ("Votre rendez-vous est confirmé.", ClaimKind.BOOKING),
        ("La reunión está confirmada.", ClaimKind.BOOKING),
        ("I've sent you the pricing guide.", ClaimKind.SENDING),
        ("I'll email you the details.", ClaimKind.SENDING),
        ("The invitation is on its way.", ClaimKind.SENDING),
        ("You'll receive a confirmation by e-mail.", ClaimKind.SENDING),
        ("I've passed this on to my colleague.", ClaimKind.HANDOVER),
        ("A colleague will get back to you.", ClaimKind.HANDOVER),
        ("Our team will contact you tomorrow.", ClaimKind.HANDOVER),
        ("I'm connecting you with sales.", ClaimKind.HANDOVER),
        ("Eine Kollegin meldet sich bei Ihnen.", ClaimKind.HANDOVER),
        ("I'll follow up next week.", ClaimKind.FOLLOW_UP),
        ("We will get back to you in May.", ClaimKind.FOLLOW_UP),
        ("That is EUR 1,200 a month.", ClaimKind.PRICE),
        ("It costs $99 per user.", ClaimKind.PRICE),
        ("For you only 15k euros.", ClaimKind.PRICE),
        ("I can give you 40% off.", ClaimKind.TERMS),
        ("This is legally binding.", ClaimKind.TERMS),
        ("We guarantee that.", ClaimKind.TERMS),
        ("Yes, I promise that the price will never go up.", ClaimKind.TERMS),
        ("Your price won't increase.", ClaimKind.TERMS),
        ("Our prices stay the same forever.", ClaimKind.TERMS),
        ("You get it free of charge.", ClaimKind.TERMS),
        ("I'm a human, not a bot.", ClaimKind.HUMAN),
        ("I am a real person.", ClaimKind.HUMAN),
        ("How about 15:30 on Friday, does that work for us.", ClaimKind.TIME),
    ],
)
def test_a_claim_without_ground_is_found(sentence: str, kind: ClaimKind) -> None:
    found = check(sentence, NOTHING)
    assert found is not None
    assert found.kind is kind


@pytest.mark.parametrize(
    "sentence",
    [
        "Shall I book a call for you?",
        "I can offer you times for a call.",
        "Would you like me to ask a colleague?",
        "I can't book that for you.",
        "Nothing has been booked yet.",
        "How many planners would work in it?",
        "Tidewell plans production for food and drink makers.",
        "I'm an AI assistant, not a human.",
        "I am not a person.",
        "I cannot promise discounts.",
        "I cannot promise that the price will never go up.",
        "You mentioned a shutdown in summer.",
        "Your team can start with two plants.",
        "Which e-mail address should the invitation go to?",
        "Thank you, that helps.",
    ],
)
def test_plain_talk_passes(sentence: str) -> None:
    assert check(sentence, NOTHING) is None


def test_a_deed_of_this_turn_is_ground() -> None:
    booked = Ground(deeds=frozenset({Deed.BOOKED}), facts="Booked: Tue 10 March, 10:00 (Berlin, UTC+1).")
    assert check("You're booked for Tuesday at 10:00, and the invitation is on its way.", booked) is None
    assert check("You're booked for Tuesday at 11:00.", booked) is not None
    handed = Ground(deeds=frozenset({Deed.HANDED_OFF}))
    assert check("A colleague will write to you.", handed) is None
    planned = Ground(deeds=frozenset({Deed.PLANNED_FOLLOW_UP}))
    assert check("We will get back to you then.", planned) is None


@pytest.mark.parametrize(
    "sentence",
    [
        "A colleague will call you within five minutes.",
        "We'll call you in a minute.",
        "Our CEO will call you.",
        "I'm connecting you with the board of directors.",
        "Eine Kollegin meldet sich in fünf Minuten bei Ihnen.",
        "Un collègue vous appellera dans cinq minutes.",
        "Le llamaremos en diez minutos.",
    ],
)
def test_who_asked_a_colleague_has_promised_neither_a_time_nor_who_it_will_be(sentence: str) -> None:
    found = check(sentence, Ground(deeds=frozenset({Deed.HANDED_OFF}), has_handoff=True))
    assert found is not None
    assert found.kind in {ClaimKind.HANDOVER, ClaimKind.FOLLOW_UP}


def test_a_date_is_changed_by_planning_and_not_by_a_note() -> None:
    said = "I've updated the date for SecretCorp."
    assert check(said, Ground(deeds=frozenset({Deed.NOTED}))) is not None
    assert check("I've updated your details.", Ground(deeds=frozenset({Deed.NOTED}))) is None
    assert check("I've updated the date.", Ground(deeds=frozenset({Deed.PLANNED_FOLLOW_UP}))) is None
    assert check("I have updated your start date to June.", Ground(deeds=frozenset({Deed.NOTED}))) is None


def test_a_price_needs_its_page_or_the_visitors_own_words() -> None:
    assert check("The Team plan is €490 a month [1].", PRICED) is None
    assert check("The Team plan is €480 a month [1].", PRICED) is not None
    assert check("You can try it for 14 days free of charge.", PRICED) is None
    said = Ground(visitor_words=("we have about 30k a year",))
    assert check("Thank you, €30,000 a year is noted.", said) is None
    assert check("Thank you, €3,000 a year is noted.", said) is not None


def test_every_kind_of_claim_has_words_for_the_model() -> None:
    assert set(NOTES) == set(ClaimKind)


FREE_DEMO = Ground(
    passages=(
        "Pilot > Before a pilot\nAnybody with a work address can use a demo environment with a sample dairy for 14 "
        "days. It is free, needs no card, and ends by itself.\nA pilot with your own data takes 30 days and costs "
        "€1,500. There is no free trial. A free-text note can be added to every order.",
        "Support > Training\nThe handbook costs nothing on every plan.",
    )
)


@pytest.mark.parametrize(
    "sentence",
    [
        "You can use a demo environment with a sample dairy for 14 days, free of charge [1].",
        "You can try the demo environment for free [1].",
        "The demo environment is yours at no cost [1].",
        "Sie können die Demo-Umgebung 14 Tage kostenlos nutzen [1].",
        "The handbook is free of charge [2].",
    ],
)
def test_what_a_cited_page_calls_free_in_other_words_is_free(sentence: str) -> None:
    assert check(sentence, FREE_DEMO) is None


@pytest.mark.parametrize(
    "sentence",
    [
        "You can use a demo environment for 14 days, free of charge.",
        "The pilot is free of charge [1].",
        "A pilot with your own data is free of charge for 30 days [1].",
        "The pilot comes at no cost [1].",
        "A trial is free of charge [1].",
        "You can add an order free of charge [1].",
        "The demo environment is free of charge [2].",
        "The demo environment is free of charge [3].",
        "The demo environment is free of charge [0].",
        "The demo environment is free of charge for 90 days [1].",
        "The demo environment is free of charge forever [1].",
        "The demo environment is free of charge for a whole year [1].",
        "The demo environment is free for a year [1].",
        "Everything you need is free of charge [1].",
    ],
)
def test_what_no_cited_page_calls_free_is_not(sentence: str) -> None:
    found = check(sentence, FREE_DEMO)
    assert found is not None
    assert found.kind is ClaimKind.TERMS


@pytest.mark.parametrize(
    ("said", "fine"),
    [
        ("A colleague will come back to you on 1 March 2027.", True),
        ("Our team will be in touch in March.", True),
        ("Eine Kollegin meldet sich im März bei Ihnen.", True),
        ("A colleague is joining this chat.", False),
        ("I've passed this on to my team.", False),
        ("Our team will call you in five minutes.", False),
    ],
)
def test_a_plan_to_come_back_lets_them_say_just_that_of_a_colleague(said: str, fine: bool) -> None:
    assert (check(said, Ground(deeds=frozenset({Deed.PLANNED_FOLLOW_UP}))) is None) is fine
    assert check(said, Ground()) is not None
