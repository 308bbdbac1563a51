"""Which language a message is in: by script where the script decides, by frequent small words where it does not.

Made for chat: a few words must do, and a wrong guess must be harmless, so without evidence the answer is the fallback.
"""

import re
from collections import Counter

from agent.interviewer.phrases import fold

# ISO 15924-like ranges: (first, last code point, ISO 639-1 code of the language most often written in that script)
_SCRIPTS = (
    (0x0370, 0x03FF, "el"),
    (0x0400, 0x052F, "ru"),
    (0x0530, 0x058F, "hy"),
    (0x0590, 0x05FF, "he"),
    (0x0600, 0x06FF, "ar"),
    (0x0750, 0x077F, "ar"),
    (0x0900, 0x097F, "hi"),
    (0x0980, 0x09FF, "bn"),
    (0x0A80, 0x0AFF, "gu"),
    (0x0B80, 0x0BFF, "ta"),
    (0x0C00, 0x0C7F, "te"),
    (0x0E00, 0x0E7F, "th"),
    (0x10A0, 0x10FF, "ka"),
    (0x1100, 0x11FF, "ko"),
    (0x3040, 0x30FF, "ja"),
    (0x3400, 0x4DBF, "zh"),
    (0x4E00, 0x9FFF, "zh"),
    (0xAC00, 0xD7AF, "ko"),
)
_TELLTALE = (  # letters that only one of the languages of a script uses
    ("ru", "uk", "іїєґ"),
    ("ru", "sr", "ђћџљњј"),
    ("ar", "fa", "پچژگ"),
    ("ar", "ur", "ٹڈڑے"),
)

# The commonest function words and chat words. Words shared by two languages are listed in both and so cancel out.
_SMALL_WORDS = {
    "en": "the and is are you we i my our your of to in for with it that this have has"
    " do does can what how when not "
    "be would please thanks hello hi hey yes about from need want know no or an a"
    " as by just don't i'm we're it's me at on if so but "
    "there who will should could us they was why any",
    "de": "der die das und ist sind sie wir ich mein unser ihr nicht ein eine einen mit"
    " fur auf zu haben hat kann "
    "konnen was wie wann bitte danke hallo ja nein uber von brauchen wollen mir uns"
    " den dem im auch noch keine mehr es "
    "oder wenn aber bist gibt guten tag kostet meine unsere ihre sich bei nach",
    "fr": "le la les et est sont vous nous je mon ma notre votre pas un une des avec pour"
    " sur dans avons avez peut que "
    "quoi comment quand merci bonjour salut oui non de du au aux il elle ce cette"
    " mais ou si plus plait besoin "
    "voudrais quel quelle combien mes nos vos ne n'est c'est j'ai",
    "es": "el la los las y es son usted nosotros yo mi nuestro su no un una con para por"
    " en tenemos tengo necesito tiene puede que "
    "como cuando gracias hola si de del al lo pero o mas favor necesitamos quiero"
    " cual cuanto mis sus estamos esta "
    "ustedes hay me nos buenos dias muy quien eres",
    "it": "il lo la gli le e sono siete noi io mio nostro vostro non un una con per su"
    " in abbiamo avete puo che cosa "
    "come quando grazie ciao si di del della al ma o piu favore vorrei quanto mi"
    " ci questo questa buongiorno c'e nel "
    "vorremmo abbiamo bisogno ho ha",
    "nl": "de het een en is zijn u wij ik mijn ons onze uw niet met voor op te hebben heeft"
    " kan wat hoe wanneer "
    "bedankt dank hallo hoi ja nee over van nodig willen mij naar ook maar of als"
    " geen meer er dit dat graag kunnen "
    "jullie we je aan bij wil",
    "pt": "o a os as e sao voce nos eu meu nosso seu nao um uma com para por em temos tem"
    " pode que como quando "
    "obrigado obrigada ola sim de do da ao mas ou mais favor precisamos quero qual"
    " quanto esta estamos bom dia isso "
    "voces me gostaria muito quem",
    "pl": "i jest sa pan pani my ja moj nasz nie z na do w mamy macie moze co jak kiedy"
    " dziekuje czesc tak o ale lub "
    "prosze potrzebujemy chce ile ze sie dla to czy dzien dobry jestem",
    "sv": "och ar ni vi jag min var inte en ett med for pa att har kan vad hur nar tack"
    " hej ja nej om fran behover "
    "vill det som till av eller men den",
    "da": "og er i vi jeg min vores ikke en et med for pa at har kan hvad hvordan hvornar"
    " tak hej ja nej om fra "
    "behover vil det som til af eller men den",
    "no": "og er dere vi jeg min var ikke en et med for pa a har kan hva hvordan nar takk"
    " hei ja nei om fra trenger "
    "vil det som til av eller men den",
    "fi": "ja on ovat te me mina minun ei kanssa voi mita miten milloin kiitos hei kylla"
    " tarvitsemme haluan se tai "
    "mutta etta ole olemme",
    "cs": "a je jsou vy my ja muj nas ne s na do v mame muze co jak kdy dekuji ahoj ano"
    " o ale nebo prosim potrebujeme "
    "chci kolik ze se pro to dobry den jsem",
    "ro": "si este sunt dumneavoastra noi eu meu nostru nu un o cu pentru pe in avem aveti"
    " poate ce cum cand multumesc "
    "buna da de la dar sau mai rog avem nevoie vreau cat",
    "tr": "ve bir bu su biz ben benim bizim degil ile icin mi ne nasil zaman tesekkurler"
    " merhaba evet hayir var yok "
    "istiyoruz ama veya daha lutfen kadar gerekiyor",
    "hu": "es a az egy mi en nem van vagyunk hogy mit hogyan mikor koszonom szia igen szeretnenk"
    " de vagy ha mennyi "
    "kell nekunk",
    "id": "dan yang di kami saya anda tidak dengan untuk ada bisa apa bagaimana kapan terima"
    " kasih halo ya dari ini "
    "itu atau ingin berapa butuh",
    "vi": "va la cua chung toi ban khong voi cho co the gi nao khi cam on xin chao vang tu nay do hoac muon bao nhieu",
}
_LANGUAGES_OF = {
    word: tuple(code for code, words in _SMALL_WORDS.items() if word in words.split())
    for words in _SMALL_WORDS.values()
    for word in words.split()
}
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_ADDRESS = re.compile(r"\S{1,80}@\S{1,80}|https?://\S{1,300}|www\.\S{1,300}")
_SHORT = 3  # words; in so short a message one small word is enough
_READ_AT_MOST = 2000  # characters; more does not change the guess


def language_of(text: str, *, fallback: str = "en") -> str:
    """ISO 639-1 code of the language a text is most likely in; `fallback` when it gives nothing to go by."""
    sample = text[:_READ_AT_MOST]
    script = _by_script(sample)
    return script or _by_small_words(fold(sample)) or fallback


def _by_script(text: str) -> str | None:
    found = Counter(code for code in map(_script_of, text) if code)
    letters = sum(c.isalpha() for c in text)
    if not found or sum(found.values()) * 3 < letters:
        return None
    if found["ja"]:  # kana between Chinese characters is Japanese
        return "ja"
    code = found.most_common(1)[0][0]
    for script, language, letters_of_it in _TELLTALE:
        if code == script and any(letter in text.lower() for letter in letters_of_it):
            return language
    return code


def _script_of(character: str) -> str | None:
    point = ord(character)
    if point < _SCRIPTS[0][0]:
        return None
    return next((code for first, last, code in _SCRIPTS if first <= point <= last), None)


def _by_small_words(folded: str) -> str | None:
    votes: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    telling: Counter[str] = Counter()
    words = _WORD.findall(_ADDRESS.sub(" ", folded))
    for word in words:
        languages = _LANGUAGES_OF.get(word, ())
        for code in languages:
            hits[code] += 1
            telling[code] += len(languages) == 1
            votes[code] += 12 // len(languages) + 1  # a word only one language has says more
    if not votes:
        return None
    best, count = votes.most_common(1)[0]
    alone = list(votes.values()).count(count) == 1
    enough = hits[best] > 1 or len(words) <= _SHORT or (telling[best] > 0 and not hits["en"])
    return best if alone and enough else None
