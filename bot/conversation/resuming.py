"""Coming back to an unfinished application: after a pause it is offered to go on, before anything is taken for an answer.

What somebody types after hours or days need not be an answer to a question that they no longer see. So only what fits a
question where little else would is taken as its answer; all other words are met with the offer.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot import i18n
from bot.conversation import form_texts, forms
from bot.conversation.forms import Accepted
from bot.conversation.turn import Parse, Turn
from bot.i18n import N_
from bot.model import APPLICATION_SLOTS, ENQUIRY_FORM, Button, Reply
from nlu.components.extract import short_answer
from nlu.components.lexicon import Lexicons

#: Somebody who was silent for so long comes back.
PAUSE = timedelta(hours=6)
#: What is no answer to any question of the form: it is met with the offer.
_SMALL_TALK = frozenset({"greet", "thank", "goodbye", "affirm", "deny"})
#: Outside the form, these bring the offer; a farewell and a no do not.
_OPENINGS = frozenset({"greet", "thank", "affirm"})
#: Here a bare yes or no has consequences, so that it has to follow the question.
_WEIGHTY = frozenset({"consent", "confirm"})
#: What goes on with the form by itself.
_GOES_ON = frozenset({"inform", "correct", "cancel", "apply"})
#: The replies to small talk outside the form, in whose place the offer stands.
REPLACED = frozenset({"utter_greet", "utter_thank", "utter_affirm"})


def as_meant(turn: Turn, typed: Parse, lexicons: Lexicons, last_active_at: datetime) -> Parse:
    """The parse as it is to be acted on where the message follows a pause, or the offer to go on.

    Args:
        turn: the turn, its parse being what the message means where it stands.
        typed: what the NLU made of the message by itself.
        lexicons: the words of the languages.
        last_active_at: when the conversation's last message before this one came.
    """
    offered, turn.state.resume_offered = turn.state.resume_offered, False
    paused = turn.now - last_active_at >= PAUSE
    if turn.form == ENQUIRY_FORM:
        return _enquiry_after_pause(turn, typed, lexicons) if paused else turn.parse
    if turn.handover or answered_slots(turn) == []:
        return turn.parse
    if paused:
        return _after_pause(turn, typed, lexicons)
    return _after_offer(turn, typed, lexicons) if offered and turn.parse.payload is None else turn.parse


def _after_pause(turn: Turn, typed: Parse, lexicons: Lexicons) -> Parse:
    parse = turn.parse
    if turn.requested_slot is None:
        turn.offers_resume = parse.intent in _OPENINGS
        return parse
    turn.state.failures = 0  # with the question, the failed tries to answer it are forgotten
    if parse.payload is None and parse.intent == "inform" and not _is_answer(turn, typed, lexicons):
        turn.unnoted = typed.intent not in _SMALL_TALK
        parse = _as(parse, "greet")
    turn.offers_resume = parse.intent not in _GOES_ON
    return parse


def _enquiry_after_pause(turn: Turn, typed: Parse, lexicons: Lexicons) -> Parse:
    """An enquiry is short: where the words are not its answer, what it holds is told again, with the open question."""
    parse = turn.parse
    if parse.payload is not None or parse.intent != "inform" or _is_answer(turn, typed, lexicons):
        return parse
    turn.unnoted = typed.intent not in _SMALL_TALK
    turn.form_begins = True
    return _as(parse, "greet")


def _after_offer(turn: Turn, typed: Parse, lexicons: Lexicons) -> Parse:
    parse = turn.parse
    answer = _yes_or_no(turn, typed, lexicons)
    if answer == "yes":
        return _as(parse, "apply")
    if turn.requested_slot is None:
        return parse
    if answer == "no":
        return _as(parse, "cancel")
    if parse.intent == "inform" and not _is_answer(turn, typed, lexicons):
        turn.unnoted = typed.intent not in _SMALL_TALK
        return _as(parse, "apply")
    return parse


def _as(parse: Parse, intent: str) -> Parse:
    return replace(parse, intent=intent, asked=(intent,), choices=())


def _is_answer(turn: Turn, typed: Parse, lexicons: Lexicons) -> bool:
    """Whether words are clearly the answer to the form's question."""
    slot = str(turn.requested_slot)
    if slot in forms.FREE_TEXT or (slot == "question" and typed.intent in _SMALL_TALK):
        return False
    has_consequences = slot in _WEIGHTY or turn.form == ENQUIRY_FORM  # its last answer sends it
    if has_consequences and _yes_or_no(turn, typed, lexicons):
        return False
    return isinstance(forms.check(turn, slot, typed.text, lexicons), Accepted)


def _yes_or_no(turn: Turn, typed: Parse, lexicons: Lexicons) -> str | None:
    answer = short_answer(typed.text, typed.language, lexicons) or short_answer(typed.text, turn.language, lexicons)
    answer = answer or {"affirm": "yes", "deny": "no"}.get(typed.intent)
    return answer if answer in ("yes", "no") else None


def answered_slots(turn: Turn) -> list[str]:
    """The slots that hold an answer, in the order of the form's questions."""
    return [slot for slot in form_texts.LABELS if turn.slots.get(slot) is not None]


def offer(turn: Turn) -> Reply:
    """How far the application has come, until when it is kept, and the question whether to go on."""
    turn.state.resume_offered = True
    steps = [slot for slot in APPLICATION_SLOTS if slot != "confirm" and forms.applicable(slot, turn)]
    done = [slot for slot in steps if turn.slots.get(slot) is not None]
    lines = [
        turn.say(
            N_("Welcome back: your application is kept until {date}. Questions answered: {done} of {total}."),
            date=i18n.format_date(turn.language, kept_until(turn).date()),
            done=len(done),
            total=len(steps),
        )
    ]
    last = forms.slot_before(turn, turn.requested_slot or forms.next_slot(turn) or "confirm")
    if last:
        lines.append(turn.say(N_("The last answer was “{answer}”."), answer=form_texts.answered(turn, last)))
    lines += unnoted(turn)
    lines.append(turn.say(N_("Shall we go on?")))
    go_on_button = Button(turn.say(N_("Go on")), "/apply")
    return Reply(" ".join(lines), (go_on_button, _again(turn), elsewhere(turn), erase(turn)))


def kept_until(turn: Turn) -> datetime:
    """Until when the draft is kept where nothing more is written."""
    retention = turn.programme.privacy.retention
    if turn.slots.get("consent"):
        return turn.now + timedelta(days=retention.unfinished_applications_days)
    return turn.now + timedelta(hours=retention.before_consent_hours)


def go_on(turn: Turn, slots: list[str]) -> Reply:
    """What was answered so far; the open question follows."""
    kept = turn.say(N_("Welcome back: your earlier answers are kept, and we go on where you stopped."))
    return Reply("\n".join([kept, *listed(turn, slots), *unnoted(turn)]), (_again(turn),))


def listed(turn: Turn, slots: list[str]) -> list[str]:
    """A line for each answer; consent, which is no answer to check, has none."""
    return [form_texts.echo(turn, slot) for slot in slots if slot != "consent"]


def unnoted(turn: Turn) -> list[str]:
    """That the message was not taken for an answer, where it was not."""
    return [turn.say(N_("I have not taken your last message as an answer."))] if turn.unnoted else []


def _again(turn: Turn) -> Button:
    return Button(turn.say(N_("Start again from the beginning")), '/apply{"restart": true}')


def erase(turn: Turn) -> Button:
    """The button that erases the conversation with its draft."""
    return Button(turn.say(N_("Erase my answers")), "/delete_data")


def elsewhere(turn: Turn) -> Button:
    """The button that asks for a code to go on with in another chat."""
    return Button(turn.say(N_("Go on on another device")), '/apply{"handover": true}')
