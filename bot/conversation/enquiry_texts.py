"""What a person reads while a question is passed on: the short form's questions, and how it ends."""

from __future__ import annotations

from collections.abc import Callable

from bot.applications.leads import SKIPPED
from bot.conversation import consent, contacts, form_texts, forms, resuming
from bot.conversation.turn import Turn
from bot.i18n import N_
from bot.model import Button, Lead, Reply

START = '/talk_to_human{"enquiry": "start"}'


def pass_on_button(turn: Turn) -> Button:
    """The button that passes on what was asked before, or else asks for the question."""
    if turn.state.unanswered:
        return Button(turn.say(N_("Pass my question on to a person")), START)
    return Button(turn.say(N_("Pass on my question")), START)


def question(turn: Turn, slot: str) -> Reply:
    """The form's question for a slot, with what can be pressed."""
    return form_texts.choose_field(turn) if turn.choosing_field else _QUESTIONS[slot](turn)


def _question(turn: Turn) -> Reply:
    return Reply(turn.say(N_("What would you like to ask? Please write it as you would write it to a person.")))


def _country(turn: Turn) -> Reply:
    unknown = form_texts.inform(turn.say(N_("I don't know / another one")), "country", SKIPPED)
    return Reply(turn.say(N_("In which country is your company?")), (*form_texts.buttons(turn, "country"), unknown))


def _consent(turn: Turn) -> Reply:
    partner = turn.programme.partners[consent.receiver(turn)]
    text = turn.say(
        N_(
            "May I pass your question, your name and your e-mail address, if you give them, to {partner} ({country}) "
            "and to the lead partner {lead}, so that they can answer you? You can withdraw this at any time. If you "
            "say no, nothing is sent."
        ),
        partner=contacts.name(turn, partner),
        country=turn.country(partner.country),
        lead=contacts.name(turn, turn.programme.lead),
    )
    return form_texts.consent(turn, text, partner)


def _contact_name(turn: Turn) -> Reply:
    return Reply(turn.say(N_("What is your name? You can skip this.")), (form_texts.skip_button(turn, "contact_name"),))


def _email(turn: Turn) -> Reply:
    if "email" not in forms.optional(turn):
        return Reply(turn.say(N_("At which e-mail address can you be reached?")))
    here = form_texts.inform(turn.say(N_("Answer here in the chat")), "email", SKIPPED)
    return Reply(
        turn.say(N_("At which e-mail address would you like the answer? It can also come here in the chat.")), (here,)
    )


_QUESTIONS: dict[str, Callable[[Turn], Reply]] = {
    "question": _question,
    "country": _country,
    "consent": _consent,
    "contact_name": _contact_name,
    "email": _email,
}


def introduction(turn: Turn, noted: list[str]) -> Reply:
    """What happens now, and what was taken from before."""
    told = turn.say(
        N_(
            "I pass your question on to the responsible organisation and ask only what it needs to answer you. Say "
            "“cancel” at any time."
        )
    )
    lines = [told, *(form_texts.echo(turn, slot) for slot in noted), *resuming.unnoted(turn)]
    change = (Button(turn.say(N_("Change something")), "/correct"),) if noted else ()
    return Reply("\n".join(lines), change)


def sent(turn: Turn, lead: Lead) -> Reply:
    """The reference number, who has the question, and where the answer will come."""
    told = turn.say(
        N_("Thank you, your question has been sent. Reference number: **{reference}**. It lies with {partner}."),
        reference=lead.reference,
        partner=contacts.name(turn, turn.programme.partners[lead.partner]),
    )
    answer = (
        N_("The organisation answers you here in this chat. Please look in again and keep the reference number.")
        if lead.application["reply_in_chat"]
        else N_("The organisation answers you by e-mail. Please keep the reference number.")
    )
    return Reply(f"{told}\n{turn.say(answer)}")


def cancelled(turn: Turn) -> Reply:
    """Nothing was passed on."""
    return Reply(turn.say(N_("I have stopped: your question was not passed on, and nothing was sent.")))


def refused(turn: Turn) -> Reply:
    """Nothing was passed on, and what of it is still kept."""
    text = turn.say(N_("Without your consent I cannot pass your question on. Nothing was sent."))
    if turn.erase:
        return Reply(text + " " + turn.say(N_("I have erased it together with this conversation.")))
    days = turn.programme.privacy.retention.chats_days
    kept = N_("I have erased the enquiry; the messages of this chat are kept for {days} days.")
    return Reply(text + " " + turn.say(kept, days=days))
