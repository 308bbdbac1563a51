"""The words by which money, who decides, and time are spoken of, for each language that is listed (ISO 639-1).

Wide on purpose (`agent.bearing` says why), and on whole words: a stem ends in `*` where any ending will do. Folded:
lower case, no accents.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """What a quote must hold one of. `others`: people and deeds short of deciding."""

    money: re.Pattern[str]
    deciding: re.Pattern[str]
    others: re.Pattern[str]
    time: re.Pattern[str]


def _words(*, money: str, deciding: str, others: str, time: str) -> Words:
    return Words(*(_one_of(listed) for listed in (money, deciding, others, time)))


def _one_of(listed: str) -> re.Pattern[str]:
    """One pattern for words parted by blanks; `_` is a blank in a word, `*` any ending or beginning."""
    spelled = (re.escape(word).replace(r"\*", r"\w{0,14}").replace("_", r"\s{1,4}") for word in listed.split())
    return re.compile(rf"(?<!\w)(?:{'|'.join(spelled)})(?!\w)")


WORDS = {
    "en": _words(
        money=(
            "budget* fund* spend* spent pay* paid pric* cost* afford* invest* allocat* approv* financ* expens*"
            " cheap* charg* money cash capex opex amount* sum figure* set_aside earmarked purse for_free grand"
            " dollar* euro* pound* bucks hundred* thousand* million*"
        ),
        deciding=(
            "decid* decision* approv* sign* authori* own owner* co-owner* co-founder* founder* found responsib*"
            " purchas* procure* stakeholder* shareholder* board* committee* boss* in_charge my_call our_call"
            " up_to_me up_to_us up_to_my up_to_our up_to_the green_light go-ahead sole alone together jointly"
            " myself ourselves permission buy-in involved only_me just_me it's_me i_choose we_choose i_pick"
            " we_pick i_buy we_buy i_run i_control i_hold we_hold ceo cfo cto coo cio ciso cmo cro president vp"
            " svp evp chief* managing_director executive* run_it_by run_this_by run_it_past hold*_the_budget"
        ),
        others=(
            "manager* director* head lead* team* supervisor* management colleague* assistant* intern partner*"
            " investor* finance legal higher-up* mgmt justif* present* pitch* sell_it sell_this it_department"
            " husband wife research* evaluat* recommend* compar* advis* collect* gather* on_behalf report* ask*"
            " check* convince consult* talk* discuss*"
        ),
        time=(
            "spring summer autumn winter today tomorrow tonight asap a.s.a.p now yesterday whenever christmas"
            " easter holidays horizon go-live go_live going_live soon* urgen* immediate* quick* rush hurry*"
            " deadline* timeline* timeframe* time_frame timing launch* renew* expir* schedul* right_away"
            " straight_away when until before after once later ahead_of in_time by_the by_our by_my by_then"
            " by_next by_end by_mid next this_week this_month this_quarter this_year end_of"
        ),
    ),
    "de": _words(
        money=(
            "*budget* *kosten *kosten* *preis* *geld* *mittel etat* *bezahl* *ausgeben ausgab* finanz*"
            " *invest* teuer* gunstig* genehmigt* summe* betrag* *hundert* *tausend* million* euro*"
        ),
        deciding=(
            "*entscheid* *genehmig* unterschr* *inhaber* *geschaftsfuhr* vorstand* *freigab* *freigeb*"
            " *zustandig* chef* *leitung* selbst allein* gemeinsam* zusammen verantwort* einkauf*"
        ),
        others=(
            "*kolleg* *recherch* *vergleich* *empfehl* *abteilung* team* *leiter* frage fragen auftrag*"
            " assistent* praktikant* berat*"
        ),
        time=(
            "*tag* *woche* *monat* quartal* *jahr* fruhling* fruhjahr* sommer* herbst* sofort bald* dringend*"
            " eilig* eile *frist* *start* starten einfuhr* bis vor nach ab spatestens moglichst schnell* morgen"
            " heute zeit* vertrag* januar februar marz april mai juni juli august september oktober november"
            " dezember ende anfang mitte"
        ),
    ),
    "fr": _words(
        money=(
            "budget* argent depens* cout* prix pay* cher* fonds moyens financ* enveloppe* investi* somme*"
            " montant* euros mille million* cent"
        ),
        deciding=(
            "decid* decision* sign* approuv* valid* gerant* dirig* patron* direct* responsable* propriet* comite*"
            " seul* ensemble moi-meme pdg"
        ),
        others=(
            "collegue* recherch* compar* recommand* equipe* service* demand* chef* assistant* stagiaire* conseil*"
            " charge*"
        ),
        time=(
            "jour* semaine* mois trimestre* annee* an ans printemps ete automne hiver bientot urgen* vite avant"
            " apres delai* date* demain echeance* rentree fin debut d'ici maintenant janvier fevrier mars"
            " avril mai juin juillet aout septembre octobre novembre decembre lanc* demarr*"
        ),
    ),
    "es": _words(
        money=(
            "presupuest* dinero gast* cost* coste* precio* pag* caro* barat* fondos inver* financ* suma cantidad"
            " mil miles millon* euros"
        ),
        deciding=(
            "decid* decision* firm* aprob* apruebo gerente* jef* direc* responsable* propiet* duen* comite* soci*"
            " solo sola juntos yo_mismo yo_misma"
        ),
        others=(
            "companer* colega* investig* compar* recom* equipo* departamento* consult* pregunt* asistente* encarg*"
        ),
        time=(
            "dia* semana* mes meses trimestre* ano anos primavera verano otono invierno pronto urgen* antes"
            " despues plazo* fecha* manana cuanto_antes fin final* prisa ahora enero febrero marzo abril mayo"
            " junio julio agosto septiembre octubre noviembre diciembre para_el lanz*"
        ),
    ),
    "it": _words(
        money=(
            "budget soldi denaro spes* spend* cost* prezz* pag* car* fondi invest* finanz* somma cifra *mila"
            " mille milion* euro"
        ),
        deciding=(
            "decid* decision* firm* approv* titolar* capo dirett* dirig* responsabil* propriet* comitato soci*"
            " solo sola insieme io_stess*"
        ),
        others=("collega collegh* ricerc* confront* consigli* squadra team ufficio chied* reparto assistent* incaric*"),
        time=(
            "giorn* settiman* mese mesi trimestr* anno anni primavera estate autunno inverno presto urgen* prima"
            " dopo entro scadenz* data domani fine fretta subito ora gennaio febbraio marzo aprile maggio giugno"
            " luglio agosto settembre ottobre novembre dicembre avvi* lanci*"
        ),
    ),
    "nl": _words(
        money=(
            "*budget* geld *kosten uitgev* betal* prijs* prijz* duur* goedkop* middelen invest* bedrag* *honderd*"
            " *duizend* miljoen* euro*"
        ),
        deciding=(
            "*beslis* beslu* teken* goedkeur* eigenaar* baas directie* directeur* verantwoordelijk* zelf alleen"
            " samen bestuur* inkoop*"
        ),
        others="collega* onderzoek* vergelijk* afdeling* vraag* advies* adviseer* team* manager* leiding* overleg*",
        time=(
            "dag* week weken maand* kwarta* jaar jaren lente zomer* herfst winter snel* dringend* spoed* voor na"
            " deadline* morgen eind* begin* haast nu binnen januari februari maart april mei juni juli augustus"
            " september oktober november december start*"
        ),
    ),
    "pt": _words(
        money=(
            "orcament* dinheiro gast* cust* prec* pag* car* verba* fundos invest* financ* valor* quantia mil"
            " milh* euros reais"
        ),
        deciding=(
            "decid* decis* assin* aprov* chefe* diret* responsav* propriet* dono* dona comite* soci* sozinh*"
            " juntos eu_mesm*"
        ),
        others="colega* equipe* equipa* pesquis* departamento* pergunt* recomend* compar* assistente* gerente*",
        time=(
            "dia* semana* mes meses trimestre* ano anos primavera verao outono inverno logo urgen* antes depois"
            " ate prazo* data* amanha fim final* pressa agora janeiro fevereiro marco abril maio junho julho"
            " agosto setembro outubro novembro dezembro lanc* comec*"
        ),
    ),
    "pl": _words(
        money=(
            "budzet* pieniadz* pieniedz* koszt* cen* wyda* plac* srodk* drog* tani* kwot* finans* inwest* tysi*"
            " milion* zlot* euro"
        ),
        deciding=(
            "decyd* decyz* podpis* zatwierdz* szef* dyrektor* zarzad* wlascic* prezes* sam sama razem wspolnie"
            " odpowiedzial*"
        ),
        others="koleg* kolezan* zespol* dzial* porown* pytam zapyta* rekomend* doradz* kierowni* asysten*",
        time=(
            "dzien dni tydzien tygodni* miesia* kwartal* rok* wiosn* lat* jesien* zim* piln* szybk* przed po do"
            " termin* jutro koniec koncem teraz styczn* lut* marc* kwie* maj* czerw* lip* sierp* wrzes* pazdziern*"
            " listopad* grud* start* wdroz*"
        ),
    ),
}
