"""Words that speak of a factor, in each listed language, and words that do not."""

from datetime import UTC, datetime

import pytest

from agent.bearing import bears_on
from agent.bearing_words import WORDS
from leads.bant import Factor

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)

SPEAKING = [
    ("en", Factor.BUDGET, "nothing set aside so far"),
    ("en", Factor.BUDGET, "we could go to 25k"),
    ("en", Factor.BUDGET, "around 20 thousand would be fine"),
    ("en", Factor.AUTHORITY, "that's entirely up to me"),
    ("en", Factor.AUTHORITY, "I run the place with my sister"),
    ("en", Factor.TIMELINE, "in three months at the latest"),
    ("en", Factor.TIMELINE, "Q3 works for us"),
    ("en", Factor.TIMELINE, "the sooner the better, it's urgent"),
    ("de", Factor.BUDGET, "dafür haben wir dreißigtausend eingeplant"),
    ("de", Factor.BUDGET, "Geld ist noch keines da"),
    ("de", Factor.AUTHORITY, "das entscheide ich mit der Geschäftsführerin"),
    ("de", Factor.TIMELINE, "wir wollen bis Ende Juni fertig sein"),
    ("fr", Factor.BUDGET, "nous n'avons pas encore de budget pour cela"),
    ("fr", Factor.AUTHORITY, "c'est moi qui décide avec le directeur"),
    ("fr", Factor.TIMELINE, "nous voulons démarrer avant la rentrée"),
    ("es", Factor.BUDGET, "todavía no hay dinero para esto"),
    ("es", Factor.AUTHORITY, "lo decido yo con la dueña de la empresa"),
    ("es", Factor.TIMELINE, "lo necesitamos para septiembre"),
    ("it", Factor.BUDGET, "possiamo spendere trentamila euro"),
    ("it", Factor.AUTHORITY, "decido io insieme al titolare"),
    ("it", Factor.TIMELINE, "vogliamo partire entro la fine di giugno"),
    ("nl", Factor.BUDGET, "daar hebben we nog geen geld voor"),
    ("nl", Factor.AUTHORITY, "de directeur beslist daarover"),
    ("nl", Factor.TIMELINE, "we willen het voor de zomer hebben"),
    ("pt", Factor.BUDGET, "ainda não temos orçamento para isso"),
    ("pt", Factor.AUTHORITY, "quem decide sou eu com a diretora"),
    ("pt", Factor.TIMELINE, "precisamos disso até o fim de junho"),
    ("pl", Factor.BUDGET, "nie mamy jeszcze budżetu na ten cel"),
    ("pl", Factor.AUTHORITY, "o tym decyduje nasz prezes"),
    ("pl", Factor.TIMELINE, "chcemy to mieć przed końcem roku"),
]
SILENT = [
    ("en", "We make furniture in Leeds and count pallets by hand"),
    ("en", "Good morning, I have a question about your product"),
    ("de", "Wir bauen Möbel in Leeds und zählen die Paletten mit der Hand"),
    ("fr", "Nous fabriquons des meubles et nous comptons les palettes"),
    ("es", "Hacemos muebles y contamos los palets uno por uno"),
    ("it", "Facciamo mobili e contiamo i pallet a mano"),
    ("nl", "Wij maken meubels en tellen de pallets met de hand"),
    ("pt", "Fazemos móveis e contamos os paletes um a um"),
    ("pl", "Robimy meble i liczymy palety w magazynie"),
]
JUDGED = (Factor.BUDGET, Factor.AUTHORITY, Factor.TIMELINE)


@pytest.mark.parametrize(("language", "factor", "quote"), SPEAKING)
def test_words_that_speak_of_it(language: str, factor: Factor, quote: str) -> None:
    assert bears_on(factor, "decision_maker", quote, now=NOW, language=language)


@pytest.mark.parametrize("factor", JUDGED)
@pytest.mark.parametrize(("language", "quote"), SILENT)
def test_words_that_do_not(language: str, quote: str, factor: Factor) -> None:
    assert not bears_on(factor, "decision_maker", quote, now=NOW, language=language)


def test_a_role_shows_less_than_a_decision_maker_and_no_decision_maker() -> None:
    said = "my team lead would like this"
    assert bears_on(Factor.AUTHORITY, "influencer; decision maker: team lead", said, now=NOW, language="en")
    assert not bears_on(Factor.AUTHORITY, "decision_maker", said, now=NOW, language="en")


def test_a_need_can_be_put_in_any_words() -> None:
    assert bears_on(Factor.NEED, "planning", "two lines want the same kettle", now=NOW, language="en")


@pytest.mark.parametrize("factor", JUDGED)
def test_a_language_without_lists_is_not_judged(factor: Factor) -> None:
    assert "ja" not in WORDS
    assert bears_on(factor, "decision_maker", "私が決めます", now=NOW, language="ja")


@pytest.mark.parametrize("language", sorted(WORDS))
def test_each_language_is_tried(language: str) -> None:
    assert {factor for code, factor, _ in SPEAKING if code == language} == set(JUDGED)
    assert language in {code for code, _ in SILENT}


@pytest.mark.parametrize(
    "quote",
    ["I have the final say", "I make the call", "I'm the proprietor", "it's my company", "I am the managing partner"],
)
def test_what_the_rules_hear_speaks_of_it_without_a_word_of_the_lists(quote: str) -> None:
    assert bears_on(Factor.AUTHORITY, "decision_maker", quote, now=NOW, language="en")
