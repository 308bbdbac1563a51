"""What visitors say that has a fixed answer: erase me, are you human, secrets, abuse, small talk."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from agent.interviewer.act import Act
from agent.interviewer.phrases import phrases

BOUNDARIES: Mapping[Act, re.Pattern[str]] = MappingProxyType(
    {
        Act.ERASE_ME: phrases(
            "(delete|erase|remove|wipe|purge|destroy|forget)( \\w{1,10}){0,4} (my|our|personal"
            "|all|me and|this) (\\w{1,10} ){0,2}(data|information|details|record|records"
            "|account|profile|conversation|chat|history|info|e-?mail address from your systems?)"
            "(?!( \\w{1,10}){0,2} (after|at the end of|when|once) (the |our |my |a )?(we |it |\\w{1,12} )?(trial|pilot"
            "|test|contract|subscription|term|cancel|leave|quit|ends?|expires?)(?!\\w))",
            "(delete|erase|forget) me",
            "right to (be forgotten|erasure)",
            "(gdpr|dsgvo|ccpa|rgpd) (deletion|erasure|delete|request)",
            "article 17",
            "(loschen|losche|loscht) (sie )?(bitte )?(alle )?(meine|unsere|all meine|samtliche)"
            " (\\w{1,16} )?(daten|angaben|informationen)",
            "(meine|alle meine|unsere) (\\w{1,16} )?daten( \\w{1,10}){0,3} (loschen|geloscht|entfernen)",
            "(supprim|effac)(ez|er|e)( toutes)? (mes|nos) (donnees|informations)",
            "(borr|elimin|suprim)(ar|en|e|ad|a|an)( todos)? (mis|nuestros) datos",
            "(cancell|elimin)(are|ate|a|i|ino)( tutti)? (i )?(miei|nostri|mie) dati",
            "(verwijder|wis)( alstublieft| aub| graag| al){0,3} (mijn|onze|al mijn) (gegevens|data)",
            "(apag|elimin|exclu)(ar|ue|uem|uir|am|a|em|e)( todos)? (os )?(meus|nossos) dados",
            "(usun|usuncie) (moje|wszystkie moje) dane",
            "(удалите|сотрите) (\\w{1,6} )?(мои|все мои) (\\w{1,14} )?данные",
        ),
        Act.ARE_YOU_HUMAN: phrases(
            "(are|r) (you|u) (a |an |really |actually |even |some |human or |real or |the"
            " |talking |just ){0,3}(human|bot|robot|ai|a\\.i|machine|chatbot|real|person"
            "|computer|llm|gpt|chatgpt|program|people|automated|software)",
            "(is this|is it|are you) (a real (person|human)|a bot|an ai|a human|automated"
            "|ai|a chatbot|a person|a robot|chatgpt)(?= ?([?,.!]|\\Z|or))",
            "(is|am) (this|there|i)( \\w{1,10}){0,3} (with|to|a|an) (a |an |real |actual"
            " ){0,2}(human|bot|robot|machine|ai|person|computer)( or| on| behind|(?= ?(\\?"
            "|\\Z)))",
            "who (am i|are we) (really |actually )?(talking|speaking|writing|chatting) (to|with)",
            "(sind|bist) (sie|du) (ein(e)? )?(echter? )?(mensch|bot|roboter|ki|maschine|person)",
            "(etes-vous|es-tu|vous etes|tu es) (un|une)( \\w{1,8})? ?(humain|robot|bot|ia|personne)",
            "(eres|es usted) (un|una) (humano|robot|bot|persona|ia)",
            "(sei|e) (un|una) (umano|robot|bot|persona|ia)",
            "(ben je|bent u) (een )?(mens|robot|bot|ai|echt)",
            "voce e (um|uma)? ?(humano|robo|bot|pessoa|ia)",
        ),
        Act.ASKS_SECRETS: phrases(
            "(your|the|that|system|hidden|initial|original|secret|internal)( \\w{1,8}){0,2}"
            " (system )?(prompt|instructions|configuration|system message|guidelines|rules"
            " you (follow|have|were given))",
            "(show|tell|reveal|print|repeat|output|give|display|leak|share|dump)( \\w{1,8}){0,3}"
            " (prompt|instructions|system message|api keys?|passwords?|secrets?|source code"
            "|other (customers|leads|visitors|people)|customer list)",
            "(what|how|which)( \\w{1,10}){0,4} (lead )?(score|threshold|points)( \\w{1,8}){0,5}"
            " (need|have|get|i|me|qualify|required|demo|is|do)",
            "(my|our) (lead )?(score|rating|points)",
            "(what|which) (criteria|threshold|thresholds|rules)( \\w{1,8}){0,4} (qualify"
            "|qualified|use|score|scoring|decide|need)",
            "how (do|am|are) (you|i|we|leads) (being )?(scor(e|ed|ing)|rat(e|ed|ing)|rank(ed)?"
            "|qualif(y|ied))( \\w{1,8}){0,3}",
            "what (does|do|is|are|did) (?!(it|this|that|the|your|you|we|i|opener|a|an|everything"
            "|training|support|implementation|pricing)\\b)\\w{1,16}( \\w{1,12})? (pay|paying"
            "|spend|spending)( you| with you)?",
            "(other|another|your) (customers?|clients?)( \\w{1,8}){0,2} (pay|paid|paying"
            "|spend|contract|data|e-?mails?|names? and)",
            "(list|names?|e-?mails?|data|phone numbers?) of (your|other|all|the) (\\w{1,8}"
            " )?(customers|clients|leads|users|visitors)",
            "how (do i|can i|to) (get|reach|raise|increase)( \\w{1,8}){0,3} score",
            "what (model|llm) (are you|do you|is this|runs)",
            "(give|send|tell|show)( me| us)? (?!(it|that|what|there|here|today|tonight|tomorrow|\\w{3,6}day)'s)"
            "[^\\W\\d_]{2,20}'s"
            " (\\w{1,8} )?(e-?mail|address|phone|number|budget|data|details)",
            "who else( (from|at|of)( \\w{1,14}){1,3})? (has|have) (written|asked (you|here)|contacted|chatted"
            "|talked|spoken|been (here|in touch))",
            "repeat (everything|the text|the words|all) (above|before)",
        ),
        Act.HOSTILE: phrases(
            "fuck\\w{0,5}",
            "f\\*+k?",
            "bullshit",
            "shit(ty)? (company|bot|product|service|software)",
            "piece of (shit|crap|garbage|junk)",
            "asshole",
            "idiots?",
            "stupid (bot|machine|thing|company|ai|question|robot)",
            "you (are|'re|suck|stupid|idiot|moron|useless|scum) ?(so )?(an? )?(suck|stupid"
            "|idiot|moron|useless|scum|scammers?|liars?|pathetic|dumb|garbage|worthless)?(?<=suck"
            "|upid|diot|oron|less|scum|mers|mmer|iars|liar|etic|dumb|bage)",
            "screw you",
            "go to hell",
            "shut up",
            "scammers?",
            "this is (a scam|harassment|bullshit|garbage|crap|ridiculous|a joke)",
            "(waste|wasting) (of )?(my )?time (with|on) (you|this bot)",
            "i('ll| will) (sue|report) you",
            "sue you",
            "hate (you|this bot|your)",
            "wtf",
            "stfu",
            "bastards?",
            "bitch(es)?",
            "crap (bot|product|company)",
            "verpiss\\w{0,3}",
            "arschloch",
            "scheiss\\w{0,6}",
            "idiot(en|a|e)?",
            "ta gueule",
            "connard",
            "merde",
            "gilipollas",
            "mierda",
            "cazzo",
            "stronz[oi]",
            "klootzak",
            "caralho",
            "kurwa",
            "блять",
            "идиот\\w{0,2}",
        ),
        Act.OFF_TOPIC: phrases(
            "(tell|know|give|say|write|sing|compose|make)( me| us| up| you)? (a |an |me "
            "|any |some ){0,2}(joke|jokes|poem|song|story|riddle|haiku|essay|limerick|recipe"
            "|rap)",
            "(what's|what is|how's|how is|hows) the weather",
            "weather (like|today|tomorrow)",
            "(who|what) (won|wins|will win) the( \\w{1,12}){0,4}",
            "meaning of life",
            "(write|code|debug|fix)( \\w{1,8}){0,3} (python|javascript|java|c\\+\\+|homework|sql query|regex)",
            "(capital|president|prime minister|population) of \\w{2,14}",
            "(bitcoin|crypto|stock market|horoscope|lottery|football score)",
            "(favou?rite) (colou?r|movie|food|song|team|book)",
            "(are you|you) (single|married|hot)",
            "(marry|date|love) me",
            "recipe for",
            "(solve|calculate|compute|what is|what's) \\d{1,9} ?[+*x/^] ?\\d{1,9}",
            "translate( \\w{1,12}){0,4} (in)?to \\w{4,12}",
            "play a game",
            "do you (believe in|like|eat|sleep|dream|have feelings)",
            "(help me with my|do my) homework",
        ),
    }
)
