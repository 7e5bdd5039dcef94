"""Where an application stands: told in its own conversation, elsewhere for a code sent to the application's e-mail.

A reference number says nothing about who types it. So the answer to one of another conversation is the same whether
such an application exists or not, and so is everything that follows, but for the right code.
"""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot import i18n
from bot.applications import codes
from bot.conversation import contacts, forms
from bot.conversation.forms import Accepted
from bot.conversation.interpretation import SURE
from bot.conversation.turn import Parse, StatusQuestion, Turn
from bot.i18n import N_
from bot.model import Button, Lead, Reply
from bot.storage import LeadEvent, Storage, UnitOfWork
from nlu.components.lexicon import Lexicons

INTENT = "ask_application_status"

STATES: dict[str, str] = {
    "new": N_("received, not yet looked at"),
    "in_review": N_("being looked at"),
    "needs_information": N_("waiting for information from you"),
    "accepted": N_("accepted"),
    "declined": N_("declined"),
    "forwarded": N_("passed on to another partner organisation"),
    "closed": N_("closed"),
}

#: Requests that may name an application, and are about something else than where it stands.
OTHER_REQUESTS = frozenset({"delete_data", "export_data", "talk_to_human", "change_language"})
#: A message with at most so many words beside a reference is about that application, whatever the classifier says.
FEW_WORDS = 3
#: How many of the own applications are told of at once.
MOST_TOLD = 5

_REFERENCE = re.compile(r"(?<![^\W_])MSME(?P<join>\s?[-‐-―−_]\s?|\s?)(?P<rest>[A-Z0-9]{8})(?![^\W_])", re.IGNORECASE)
_SPACED_DIGITS = re.compile(rf"(?:[0-9]\s*){{{codes.DIGITS}}}\.?")


def reference_in(text: str) -> str | None:
    """The first reference number of a text, as it is stored; the hyphen may be missing, or another kind of dash."""
    for found in _REFERENCE.finditer(unicodedata.normalize("NFKC", text)):
        # Without any sign between, eight letters might be a word.
        if found["join"].strip() or any(character.isdigit() for character in found["rest"]):
            return f"MSME-{found['rest'].upper()}"
    return None


def code_in(text: str) -> str | None:
    """The code that a text is: its digits and nothing else, spaces aside."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return re.sub(r"[\s.]", "", plain) if _SPACED_DIGITS.fullmatch(plain) else None


async def look_up(turn: Turn, storage: Storage, lexicons: Lexicons) -> StatusQuestion | None:
    """What a message asks about an application by its number, or tries by a code; None where it does neither."""
    if code := code_in(turn.parse.text):
        return await _tried(turn, code, storage, lexicons)
    payload = turn.parse.payload
    reference = _pressed(turn, payload) if payload is not None else reference_in(turn.parse.text)
    if reference is None or (payload is None and _is_about_something_else(turn)):
        return None
    if any(lead.reference == reference for lead in turn.leads):
        return StatusQuestion(reference, "own")
    async with storage.unit_of_work(read_only=True) as uow:
        stop = await codes.too_many(uow, reference, turn.conversation, turn.now)
    return StatusQuestion(reference, "too_many" if stop else "asked")


def _pressed(turn: Turn, payload: Mapping[str, Any]) -> str | None:
    return reference_in(str(payload.get("reference", ""))) if turn.parse.intent == INTENT else None


def _is_about_something_else(turn: Turn) -> bool:
    """Whether a message that holds a reference number is none about where the application stands."""
    parse = turn.parse
    words = len(re.findall(r"\w+", _REFERENCE.sub(" ", parse.text)))
    if words and parse.asked and parse.intent in OTHER_REQUESTS and parse.confidence >= SURE:
        return True
    # In the form, a longer message is an answer that happens to name another application.
    return turn.requested_slot is not None and words > FEW_WORDS and INTENT not in parse.asked


async def _tried(turn: Turn, typed: str, storage: Storage, lexicons: Lexicons) -> StatusQuestion | None:
    """What comes of six digits: nothing where no code is waited for."""
    async with storage.unit_of_work(read_only=True) as uow:
        code = await uow.codes.latest(turn.conversation, codes.APPLICATION_STATUS)
        lead = await uow.leads.get(code.lead_reference) if code else None
    if code is None or code.used_at or code.created_at <= turn.now - codes.IN_TIME:
        return None
    expired, used_up = code.expires_at <= turn.now, code.attempts >= codes.MOST_ATTEMPTS
    if expired or used_up:
        # The form may have gone on to a question to which such digits are an answer.
        slot = turn.requested_slot
        if slot and isinstance(forms.check(turn, slot, turn.parse.text, lexicons), Accepted):
            return None
        return StatusQuestion(code.lead_reference, "expired" if expired else "used_up", code)
    right = await asyncio.to_thread(codes.matches, typed, code.hash)
    if right and lead:
        return StatusQuestion(code.lead_reference, "right", code, lead)
    return StatusQuestion(code.lead_reference, "wrong", code)


def as_parse(parse: Parse) -> Parse:
    """The parse of a message that asks about an application by number or tries a code, whatever the NLU made of it."""
    return replace(parse, intent=INTENT, asked=(INTENT,), choices=())


async def store(uow: UnitOfWork, turn: Turn) -> None:
    """Keep what the question leads to, in the transaction of its turn.

    Raises:
        ClaimLostError: another message tried a code at the same time: do not commit.
    """
    question = turn.status
    if question is None:
        return
    if question.outcome == "asked":
        await codes.ask(uow, question.reference, turn.conversation, turn.now)
    elif question.code and question.outcome == "wrong":
        await uow.codes.count_attempt(question.code)
    elif question.code and question.outcome == "right":
        await uow.codes.use(question.code, turn.now)
        shown = LeadEvent(turn.now, "applicant", "status_shown", details={"channel": turn.message.channel})
        await uow.leads.record(question.reference, shown)


def replies(turn: Turn) -> list[Reply]:
    """Where the application stands that was asked for, or the applications of this conversation."""
    question = turn.status
    if question is None:
        return [_of_conversation(turn)]
    if question.outcome == "own":
        return [Reply(line(turn, lead)) for lead in turn.leads if lead.reference == question.reference]
    if question.outcome == "right" and question.lead:
        return [Reply(line(turn, question.lead))]
    if question.outcome == "asked":
        return [_code_sent(turn, question.reference)]
    if question.outcome == "too_many":
        return [Reply(f"{turn.say(TOO_MANY)}\n\n{contacts.line(turn)}")]
    return [_no_proof(turn, question)]


def line(turn: Turn, lead: Lead) -> str:
    """Where an application stands: its organisation, its state, and since when."""
    partner = turn.programme.partners.get(lead.partner, turn.programme.lead)
    told = {
        "application": N_("Application **{reference}** lies with {partner}. State: {state}. Since: {date}."),
        "enquiry": N_("Enquiry **{reference}** lies with {partner}. State: {state}. Since: {date}."),
    }
    return turn.say(
        told[lead.kind],
        reference=lead.reference,
        partner=contacts.name(turn, partner),
        state=turn.say(STATES[lead.state]),
        date=i18n.format_date(turn.language, (lead.updated_at or lead.created_at).date()),
    )


TOO_MANY = N_(
    "You have asked for as many codes as are sent within an hour. Please try again later, or ask the partner "
    "organisation that has the application."
)


def _of_conversation(turn: Turn) -> Reply:
    if turn.leads:
        return Reply("\n\n".join(line(turn, lead) for lead in turn.leads[-MOST_TOLD:]))
    text = turn.say(
        N_(
            "In this conversation no application has been sent. If you applied elsewhere, please type the reference "
            "number here (MSME- and eight characters): a code is then sent to the e-mail address given in the "
            "application. Or ask the partner organisation that has it."
        )
    )
    return Reply(f"{text}\n\n{contacts.line(turn)}")


def _code_sent(turn: Turn, reference: str) -> Reply:
    text = turn.say(
        N_(
            "If there is an application with the number {reference}, a six-digit code has been sent to the e-mail "
            "address given in it. Please type the code here within {minutes} minutes, only the digits. For each "
            "application at most {count} codes are sent within an hour."
        ),
        reference=reference,
        minutes=codes.VALID_FOR.seconds // 60,
        count=codes.MOST_CODES,
    )
    otherwise = turn.say(N_("If no code arrives, please ask the partner organisation that has the application."))
    return Reply(f"{text}\n\n{otherwise}\n{contacts.line(turn)}")


def _no_proof(turn: Turn, question: StatusQuestion) -> Reply:
    """A code that was refused: how many tries are left, or a new code."""
    if question.outcome == "expired":
        return Reply(turn.say(N_("That code has expired. Shall I have a new one sent?")), (_new_code(turn, question),))
    tried = question.code.attempts + 1 if question.code and question.outcome == "wrong" else codes.MOST_ATTEMPTS
    left = codes.MOST_ATTEMPTS - tried
    if left:
        return Reply(turn.say(N_("That is not the code that was sent. Tries left: {count}."), count=left))
    text = turn.say(N_("That is not the code that was sent, and no tries are left. Shall I have a new one sent?"))
    return Reply(text, (_new_code(turn, question),))


def _new_code(turn: Turn, question: StatusQuestion) -> Button:
    return Button(turn.say(N_("Send a new code")), f'/{INTENT}{{"reference": "{question.reference}"}}')
