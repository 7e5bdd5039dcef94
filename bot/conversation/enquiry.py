"""A question that the bot cannot answer, or that is meant for a person, is passed on: how its short form begins and ends.

The answers are taken as those of the application are (`application.take_answer`). An application under way is put aside
meanwhile, as it is, and goes on afterwards.
"""

from __future__ import annotations

from bot.conversation import application, enquiry_texts, form_texts, forms
from bot.conversation.answers import ANSWERS, PARTLY_UNKNOWN
from bot.conversation.forms import Accepted
from bot.conversation.turn import FormDraft, Turn
from bot.conversation.volunteered import volunteered
from bot.i18n import N_
from bot.model import APPLICATION_FORM, ENQUIRY_FORM, FORM_SLOTS, Button, Reply
from nlu.components.lexicon import Lexicons

_QUESTION_MARKS = ("?", ";", "\u037e")  # Greek asks with a semicolon
_WORDS_OF_A_QUESTION = 3
#: Intents of messages that nothing was found to answer.
NOT_ANSWERED = frozenset({"nlu_fallback", "choose"})


def choose_form(turn: Turn, lexicons: Lexicons) -> None:
    """Begin an enquiry where its button was pressed, or leave it for the application; remember what is not answered."""
    if is_start(turn):
        if turn.form != ENQUIRY_FORM:
            turn.switch_to(ENQUIRY_FORM)
            turn.requested_slot, turn.form_begins = None, True
            turn.offers_resume = False  # the application waits
            _fill_in(turn, lexicons)
    elif turn.form == ENQUIRY_FORM:
        if turn.parse.intent == "apply":
            turn.set_enquiry_aside()
    elif turn.parse.text:
        _remember(turn, lexicons)


def is_start(turn: Turn) -> bool:
    """Whether the button was pressed that passes a question on."""
    return turn.parse.intent == "talk_to_human" and (turn.parse.payload or {}).get("enquiry") == "start"


def _remember(turn: Turn, lexicons: Lexicons) -> None:
    """Keep a question that has no answer, or none that is whole; a later question of its own takes its place."""
    parse = turn.parse
    if parse.intent in NOT_ANSWERED or PARTLY_UNKNOWN.intersection(parse.asked):
        country = volunteered(turn, lexicons).get("country")
        turn.state.unanswered = {"question": parse.text, **({"country": country} if country else {})}
    elif parse.intent in (*ANSWERS, "inform", "apply", "out_of_scope"):
        turn.state.unanswered = {}


def is_remembered(turn: Turn) -> bool:
    """Whether the message of this turn is kept as a question to be passed on."""
    return bool(turn.parse.text) and turn.state.unanswered.get("question") == turn.parse.text


def offered_under(turn: Turn, replies: list[Reply]) -> list[Reply]:
    """The replies, with the button that passes the question on under the last."""
    *first, last = replies
    return [*first, Reply(last.text, (*last.buttons, enquiry_texts.pass_on_button(turn)), last.document)]


def offered_where_asked(turn: Turn, replies: list[Reply]) -> list[Reply]:
    """The replies to an answer of the form; where it was refused and is a question, with the button to pass it on."""
    text = turn.parse.text.rstrip()
    is_question = text.endswith(_QUESTION_MARKS) and len(text.split()) >= _WORDS_OF_A_QUESTION
    if not (is_question and turn.state.failures and replies and turn.form == APPLICATION_FORM):
        return replies
    turn.state.unanswered = {"question": text}
    return offered_under(turn, replies)


def _fill_in(turn: Turn, lexicons: Lexicons) -> None:
    """Fill the slots that are known: the question that was not answered, and the company's country."""
    told = turn.state.unanswered
    turn.state.unanswered = {}
    question = forms.check_question(turn, str(told.get("question", "")), lexicons)
    if isinstance(question, Accepted):
        turn.slots["question"] = question.value
    applying = turn.put_aside.get(APPLICATION_FORM, FormDraft()).slots.get("country")
    country = applying or turn.slots.get("country") or told.get("country") or turn.home_country
    if country:
        turn.slots["country"] = country


def begin(turn: Turn) -> list[Reply]:
    """Say what follows, and what is noted already."""
    turn.requested_slot = forms.next_slot(turn)
    turn.draft_changed = True
    noted = [slot for slot in FORM_SLOTS[ENQUIRY_FORM] if turn.slots.get(slot) is not None and slot != "consent"]
    return [enquiry_texts.introduction(turn, noted)]


def finish(turn: Turn) -> list[Reply]:
    """What follows the form: the question is sent, or not; then an application that was interrupted goes on."""
    turn.draft_ended = True
    if turn.slots.get("consent") is False:
        reply = _refused(turn)
    elif turn.requested_slot is None and forms.next_slot(turn) is None:
        reply = _send(turn)
    else:
        reply = enquiry_texts.cancelled(turn)
    turn.slots, turn.requested_slot = {}, None
    return _with_application(turn, reply)


def _send(turn: Turn) -> Reply:
    """The enquiry becomes a lead, once."""
    return enquiry_texts.sent(turn, application.send(turn, "enquiry"))


def _refused(turn: Turn) -> Reply:
    """The draft goes. So does the conversation, whose transcript holds the question, unless more hangs on it: another
    draft, or a lead whose answer may come here. Then the transcript stays as long as that of any chat: before consent
    only the question and a country were told.
    """
    turn.agreed = {}
    turn.erase = not turn.leads and not any(draft.is_begun for draft in turn.put_aside.values())
    return enquiry_texts.refused(turn)


def _with_application(turn: Turn, reply: Reply) -> list[Reply]:
    """The question of an application under way once more; for one that was stopped earlier, the button to go on."""
    waiting = turn.put_aside.get(APPLICATION_FORM, FormDraft())
    if waiting.requested_slot:
        turn.switch_to(APPLICATION_FORM)
        turn.choosing_field = False
        told = turn.say(N_("Your application goes on where it was interrupted."))
        return [reply, Reply(told), form_texts.question(turn, waiting.requested_slot)]
    if waiting.slots:
        go_on = Button(turn.say(N_("Go on with the application")), "/apply")
        return [Reply(reply.text, (*reply.buttons, go_on))]
    return [reply]
