"""Words that stand where a name or a company could and are neither, and the places people come from."""

from __future__ import annotations

from functools import cache
from typing import Final

from agent.interviewer.phrases import fold
from agent.interviewer.zones import known_places

TITLES: Final = frozenset(
    "ceo cto cfo coo cmo cio cro ciso cpo vp svp evp avp gm md head director manager lead chief president "
    "founder cofounder "
    "co-founder owner partner principal senior junior engineer developer designer analyst consultant recruiter student "
    "teacher professor doctor lawyer accountant buyer planner sales marketing finance operations "
    "procurement purchasing "
    "it hr legal product customer support admin administrator executive assistant coordinator specialist architect "
    "supervisor officer secretary treasurer intern freelancer contractor regional global national group technical "
    "business project program programme general managing supply production plant quality".split()
)
_LANGUAGES: Final = (
    "english german french spanish italian dutch american british indian chinese japanese korean canadian australian "
    "irish scottish welsh polish portuguese brazilian mexican swedish norwegian danish finnish swiss austrian belgian "
    "european african asian turkish greek russian ukrainian israeli arab muslim christian jewish catholic hindu"
)
_STATES: Final = (
    "not no yes ok okay sure sorry glad happy interested looking trying wondering curious ready done good "
    "fine great well "
    "just also still only really very so too here there back new busy free available afraid aware able "
    "unable a an the in "
    "on at from with by for of to and or but if as my your our their his her its this that these those what who when "
    "where why how which all any some more most about after before currently actually honestly basically probably "
    "definitely thinking going getting working using having doing being coming calling writing reaching responsible "
    "leading running managing evaluating comparing considering planning hoping excited concerned worried frustrated "
    "stuck confused tired impressed sold out up down over under between part one two three four five six seven eight "
    "nine ten thanks thank hello hi hey dear please bye we i you he she it they me us them is are was were be been am "
    "hereby however maybe perhaps because since while until now today tomorrow yesterday later soon again always never "
    "ai bot human robot agent spam test great nice interesting important urgent possible true false "
    "correct right wrong "
    "mostly completely totally absolutely quite pretty super somewhat slightly open following per re fwd regarding "
    "concerning sent yours sincerely regards best cheers kind team everyone everybody anyone anybody somebody someone "
    "nobody people guys folks all sir madam ma'am mate friend man dude quick question hoping asking requesting based "
    "located overwhelmed intrigued skeptical sceptical cool awesome amazing perfect excellent wow oh ah "
    "um uh well like "
    "bit kinda sorta lol haha tbh imo fyi asap monday tuesday wednesday thursday friday saturday sunday "
    "january february "
    "april june july august september october november december cto's ceo's first last next i'm im i've "
    "i'd we're we've it's far away fresh remote apart different"
)
NEVER_NAMES: Final = frozenset(_STATES.split()) | frozenset(_LANGUAGES.split())
NEVER_COMPANIES: Final = (
    NEVER_NAMES
    - {"first", "best", "open", "test", "human", "perfect", "right", "next", "american", "german", "british", "general"}
) | frozenset(
    "home scratch work least once lunch noon night midnight scale hand heart first risk cost costs price pricing peace "
    "large school university college capacity all moment time times present what's linkedin google youtube twitter x "
    "facebook instagram reddit g2 capterra email e-mail mail sales support marketing finance phone excel spreadsheets "
    "spreadsheet q1 q2 q3 q4 h1 h2 crm erp api sso gdpr zoom teams slack experience europe asia africa "
    "america emea apac "
    "us usa uk eu".split()
)


def is_place(folded: str) -> bool:
    """Whether a folded name is a city or a country: people come from there, they do not work for it."""
    return folded in known_places() or folded in _countries()


@cache
def _countries() -> frozenset[str]:
    # 20 ms and some memory; only reached once a name stands after "from" or "I'm".
    from babel import Locale  # noqa: PLC0415

    return frozenset(fold(name) for name in Locale.parse("en").territories.values())
