"""What a message means where it stands: an answer to the form's question, a question, a command, or a follow-up."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.conversation import forms, registration
from bot.conversation.answers import ANSWERS
from bot.conversation.forms import Accepted
from bot.conversation.turn import Parse, Turn
from bot.conversation.volunteered import mention
from bot.model import ENQUIRY_FORM
from nlu.components.extract import named_fields, short_answer
from nlu.components.lexicon import Lexicons

#: Intents that, within the form, are about the conversation and not an answer to the question asked.
COMMANDS = frozenset(
    {
        "cancel",
        "correct",
        "repeat",
        "change_language",
        "talk_to_human",
        "delete_data",
        "export_data",
        "help",
        "bot_challenge",
        "ask_application_status",
    }
)
#: What is about a person's own application or data, and so is not spoken of where others read along.
PRIVATE = frozenset({"apply", "ask_application_status", "cancel", "correct", "delete_data", "export_data", "inform"})
#: How sure the classifier has to be before words typed at a free-text question are not taken as its answer.
SURE = 0.75
#: What interrupts the question that is to be passed on, and in how many words at most: longer, it is the question.
QUESTION_COMMANDS = {
    "cancel": 4,
    "repeat": 5,
    "help": 5,
    "bot_challenge": 5,
    "change_language": 8,
    "delete_data": 6,
    "export_data": 6,
}
#: What the few words of a follow-up are taken for where they stand alone: no question or request of their own.
NO_REQUEST = frozenset({"ask_countries", "inform", "out_of_scope"})
#: A follow-up such as "and in Greece?" holds at most this many words beside the place.
FOLLOW_UP_WORDS = 4

#: "Could you please change the length of the stay" has so many words; longer messages say something else.
LONGEST_CHANGE = 9

#: Short answers that leave a question open, whatever else their words may mean.
_LEAVES_OPEN = ("skip", "dont_know", "search", "any")

_PAYLOAD = re.compile(r"^/(?P<intent>[a-z_]+)(?P<values>\{.*\})?$", re.DOTALL)


def read_payload(payload: str) -> tuple[str, Mapping[str, Any]] | None:
    """The intent and values of a button's payload, or None where it is none."""
    match = _PAYLOAD.match(payload.strip())
    if not match:
        return None
    try:
        values = json.loads(match["values"]) if match["values"] else {}
    except json.JSONDecodeError:
        return None
    return (match["intent"], values) if isinstance(values, dict) else None


def interpret(turn: Turn, lexicons: Lexicons) -> Parse:
    """The parse as it is to be acted on, given what was asked before."""
    if turn.message.location and turn.requested_slot == "country" and turn.parse.payload:
        return _as(turn.parse, "inform")
    if turn.parse.payload is not None or turn.parse.intent == "nothing_readable":
        return turn.parse
    if turn.requested_slot:
        return _in_form(turn, lexicons)
    if not turn.message.public:
        mention(turn, lexicons)
    return _short(turn, lexicons) or _follow_up(turn)


def in_private(turn: Turn) -> bool:
    """Whether the message is about something that others must not read along."""
    return turn.message.public and (turn.parse.intent in PRIVATE or bool((turn.parse.payload or {}).get("enquiry")))


def _short(turn: Turn, lexicons: Lexicons) -> Parse | None:
    """A short answer where nothing is asked: going on with what was stopped, or the yes or no that it is."""
    parse = turn.parse
    answer = short_answer(parse.text, parse.language, lexicons) or short_answer(parse.text, turn.language, lexicons)
    if answer == "go_on" or (answer == "skip" and parse.intent == "nlu_fallback"):  # "weiter", "dalje"
        return _as(parse, "apply") if turn.slots else None
    meant = {"yes": "affirm", "no": "deny"}.get(answer or "")
    return _as(parse, meant) if meant and parse.intent in ("affirm", "deny") else None


def _as(parse: Parse, intent: str) -> Parse:
    return replace(parse, intent=intent, asked=(intent,), choices=())


def _in_form(turn: Turn, lexicons: Lexicons) -> Parse:
    parse = turn.parse
    slot = str(turn.requested_slot)
    answer = short_answer(parse.text, parse.language, lexicons) or short_answer(parse.text, turn.language, lexicons)
    if answer == "cancel" and slot != "confirm":
        return _as(parse, "cancel")
    if slot == "question":
        return parse if _is_clear_command(parse) else _as(parse, "inform")
    if answer == "change" and slot != "confirm":
        return _as(parse, "correct")
    if answer == "back":
        return replace(_as(parse, "correct"), payload={"slot": forms.slot_before(turn, slot)})
    if _corrects(turn, slot, lexicons):
        return _as(parse, "correct")
    if answer in _LEAVES_OPEN and (slot in forms.optional(turn) or slot == "counterpart"):
        return _as(parse, "inform")
    if _is_question(turn):
        return parse
    if registration.told_beside(turn, slot, lexicons):
        return _as(parse, "inform")
    fits = isinstance(forms.check(turn, slot, parse.text, lexicons), Accepted)
    if parse.intent in COMMANDS and parse.asked and _beats_answer(turn, slot, fits):
        return parse
    if not fits and parse.intent in ANSWERS and parse.asked:
        return parse
    if parse.intent == "apply" and parse.asked and slot == "company_name" and parse.confidence >= SURE:
        return parse  # "we want to apply now" is nobody's name
    if parse.intent == "apply" and parse.asked and turn.form == ENQUIRY_FORM and _beats_answer(turn, slot, fits):
        return parse
    return _as(parse, "inform")


def _is_clear_command(parse: Parse) -> bool:
    """Whether words typed where a question is waited for are a request about the conversation instead."""
    longest = QUESTION_COMMANDS.get(parse.intent, 0)
    return bool(parse.asked) and parse.confidence >= SURE and len(parse.text.split()) <= longest


def _corrects(turn: Turn, slot: str, lexicons: Lexicons) -> bool:
    """Whether a message takes back an earlier answer ("no, rather 3 months") instead of answering the question asked.

    It begins with a no, or was understood as a correction, and holds a value of an answered slot and none of the slot
    that is asked for.
    """
    parse = turn.parse
    if _names_field_to_change(turn, slot, lexicons):
        return True
    told = {found.entity for found in parse.entities} & forms.CORRECTABLE.keys()
    earlier = [kind for kind in told if any(turn.slots.get(name) is not None for name in forms.CORRECTABLE[kind])]
    asked = [kind for kind in told if slot in forms.CORRECTABLE[kind]]
    if not earlier or asked:
        return False
    first = re.split(r"[\s,;.!]+", parse.text.strip(), maxsplit=1)[0]
    denies = short_answer(first, parse.language, lexicons) == "no" and len(parse.text.split()) > 1
    return denies or (parse.intent == "correct" and bool(parse.asked))


def _names_field_to_change(turn: Turn, slot: str, lexicons: Lexicons) -> bool:
    """Whether a short message names an answered field beside a word for changing ("change the e-mail"), or alone at the
    summary. Where anything may be an answer, it has to begin with that word.
    """
    text, language = turn.parse.text, turn.parse.language
    words = re.findall(r"[^\s,;.!?]+", text)
    named = [name for name in named_fields(text, language, lexicons) if turn.slots.get(name) is not None]
    if not named or len(words) > LONGEST_CHANGE:
        return False
    if slot == "confirm" and not set(turn.parse.asked) & ANSWERS.keys():  # "how long is a stay?" changes nothing
        return True
    changing = words[:1] if slot in forms.FREE_TEXT else words
    return any(short_answer(word, language, lexicons) == "change" for word in changing)


def _is_question(turn: Turn) -> bool:
    """A question about the programme, typed where an answer was expected."""
    parse = turn.parse
    if not parse.asked or not set(parse.asked) & ANSWERS.keys():
        return False
    marked = parse.text.rstrip().endswith(("?", ";", ";"))
    wordy = len(parse.text.split()) >= 3
    return marked or (wordy and parse.confidence >= SURE and turn.requested_slot in forms.FREE_TEXT)


def _beats_answer(turn: Turn, slot: str, fits: bool) -> bool:
    if not fits:
        return True
    return slot in forms.FREE_TEXT and turn.parse.confidence >= SURE


def _follow_up(turn: Turn) -> Parse:
    """A message that only names a country asks the last question again for it."""
    parse = turn.parse
    last = turn.state.last_question
    places = [found for found in parse.entities if found.entity in ("country", "city")]
    if last not in ANSWERS or not places:
        return parse
    rest = parse.text
    for found in sorted(places, key=lambda entity: -entity.start):
        rest = rest[: found.start] + " " + rest[found.end :]
    if len(re.findall(r"\w+", rest)) > FOLLOW_UP_WORDS:
        return parse
    if parse.asked and parse.intent not in NO_REQUEST and parse.confidence >= SURE:
        return parse
    turn.follow_up = True
    return _as(parse, str(last))
