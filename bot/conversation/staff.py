"""A message that answers staff: it is passed on to the organisation that asked, and nothing else is made of it.

While a lead waits for information, whatever the person writes outside of a form is the answer, but for a clear question
about the programme, a command, and a mere greeting or thanks. An express reply to staff's message is one always.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.applications import correspondence
from bot.applications.correspondence import Awaited
from bot.conversation import contacts, enquiry_texts, form_texts, status
from bot.conversation.answers import ANSWERS
from bot.conversation.interpretation import COMMANDS, SURE
from bot.conversation.turn import Parse, Turn
from bot.i18n import N_
from bot.model import ENQUIRY_FORM, Lead, Reply
from bot.storage import UnitOfWork

#: What is told to the channel and the transcript of such a message.
INTENT = "reply_to_staff"
_SMALL_TALK = frozenset({"greet", "thank", "goodbye"})
#: A greeting or thanks of more words says something else, too.
MOST_WORDS = 4
#: What the bot's last message asked, where "yes" or "no" answers that.
_ASKS = ("/deny", "/talk_to_human")


def answers_expressly(turn: Turn, awaited: Awaited | None) -> bool:
    """Take the message for an answer where the person replied to staff's very message; whether it is one."""
    if awaited is None or not awaited.expressly or not (turn.message.text or turn.message.files):
        return False
    return _take(turn, awaited.lead)


def answers(turn: Turn, awaited: Awaited | None) -> bool:
    """Take the message for the answer that staff wait for, where it is nothing else; whether it is one."""
    if awaited is None or turn.message.public or turn.message.edited or turn.parse.payload is not None:
        return False
    if any(draft.requested_slot for draft in turn.drafts().values()):
        return False
    if turn.status and (turn.status.outcome != "own" or _words_beside_reference(turn.parse) <= status.FEW_WORDS):
        return False
    if _says_something_else(turn) or not (turn.parse.text or turn.message.files):
        return False
    return _take(turn, awaited.lead)


def _take(turn: Turn, lead: Lead) -> bool:
    turn.answers_about, turn.status = lead, None
    turn.state.files_for = lead.reference
    turn.parse = replace(turn.parse, intent=INTENT, asked=(INTENT,), choices=())
    return True


def _words_beside_reference(parse: Parse) -> int:
    return len(re.findall(r"\w+", parse.text)) - 2  # a reference has two parts


def _says_something_else(turn: Turn) -> bool:
    parse = turn.parse
    if parse.asked and parse.confidence >= SURE and set(parse.asked) & (ANSWERS.keys() | COMMANDS | {"apply"}):
        return True
    if parse.intent in ("affirm", "deny"):
        offered = [button["payload"] for reply in turn.state.last_replies for button in reply.get("buttons", ())]
        return any(payload.startswith(_ASKS) for payload in offered)
    few = len(parse.text.split()) <= MOST_WORDS and not any(character.isdigit() for character in parse.text)
    return few and parse.intent in _SMALL_TALK and not parse.entities and not turn.message.files


def lead_for_files(turn: Turn) -> Lead | None:
    """The lead that files belong to for which staff asked: also those that follow the answer one by one."""
    asked = [lead for lead in turn.leads if lead.reference == turn.state.files_for and lead.state == "in_review"]
    return turn.answers_about or next(iter(asked), None)


def replies(turn: Turn) -> list[Reply]:
    """Word that the answer is passed on, and the question of the form under way once more; none where nothing came."""
    lead = turn.answers_about
    if lead is None:
        return []
    if not turn.parse.text and not turn.files.new:  # only files, of which none was taken
        turn.answers_about = None
        turn.parse = replace(turn.parse, intent="nothing_readable", asked=("nothing_readable",))
        return []
    partner = turn.programme.partners.get(lead.partner, turn.programme.lead)
    name = contacts.name(turn, partner)
    told = Reply(turn.say(N_("Passed on to {partner} ({reference})."), partner=name, reference=lead.reference))
    if turn.requested_slot is None:
        return [told]
    asks = enquiry_texts if turn.form == ENQUIRY_FORM else form_texts
    return [told, asks.question(turn, turn.requested_slot)]


async def store(uow: UnitOfWork, turn: Turn, transcript_id: int) -> None:
    """Keep the answer with its lead and tell the organisation, in the transaction of the turn."""
    if turn.answers_about:
        await correspondence.take_reply(uow, turn.answers_about.reference, transcript_id, turn.programme, turn.now)
