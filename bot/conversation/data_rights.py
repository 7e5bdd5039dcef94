"""A person's rights in the chat: a copy of their data, and their erasure after a confirmation."""

from __future__ import annotations

from bot.applications import erasure, leads
from bot.conversation import attachment_texts, contacts, status
from bot.conversation.data_file import named_file
from bot.conversation.turn import Turn
from bot.i18n import N_
from bot.model import Button, Lead, Reply


def export_data(turn: Turn) -> list[Reply]:
    """What is stored of this conversation in a few lines, and all of it in a file."""
    days = turn.programme.privacy.retention.chats_days
    lines = [turn.say(N_("Here is a file with everything that is stored about this conversation:"))]
    lines.append("• " + turn.say(N_("the messages of this chat, for {days} days"), days=days))
    if any(draft.slots for draft in turn.drafts().values()):
        lines.append("• " + turn.say(N_("an unfinished application")))
    lines += attachment_texts.listed(turn)
    lines += ["• " + status.line(turn, lead) for lead in turn.leads]
    delete = Button(turn.say(N_("Delete my data")), "/delete_data")
    return [Reply("\n".join(lines), (delete,), named_file(turn.now))]


def delete_data(turn: Turn) -> list[Reply]:
    """Erase this conversation's data, after a confirmation that says what goes, what stays and why."""
    pressed = turn.parse.payload or {}
    if pressed.get("confirmed") is True:
        return [Reply(_erase(turn, with_leads=pressed.get("applications") is True))]
    paragraphs = [
        turn.say(
            N_(
                "Shall I erase this conversation, what I noted from it, and any unfinished application with its files? "
                "They go at once and for good."
            )
        ),
        *_about_leads(turn),
    ]
    keep = Button(turn.say(N_("No, keep it")), "/deny")
    return [Reply("\n\n".join(paragraphs), (*_erase_buttons(turn), keep))]


def undisturbed(turn: Turn, replies: list[Reply]) -> list[Reply]:
    """The replies of a turn; after a word about erasure the form does not ask on.

    Its question would take the buttons away, or ask for what is erased.
    """
    if turn.parse.intent != "delete_data":
        return replies
    if turn.erase:
        turn.requested_slot = None
    return replies[:1]


def _erase_buttons(turn: Turn) -> tuple[Button, ...]:
    confirmed = '/delete_data{"confirmed": true}'
    if not turn.leads:
        return (Button(turn.say(N_("Yes, erase everything")), confirmed),)
    also = turn.say(N_("Erase also my applications ({count})"), count=len(turn.leads))
    return (
        Button(turn.say(N_("Erase the chat only")), confirmed),
        Button(also, '/delete_data{"confirmed": true, "applications": true}'),
    )


def _about_leads(turn: Turn) -> list[str]:
    """What may happen to the applications that were sent."""
    told = []
    if undecided := erasure.undecided(turn.leads):
        told.append(
            turn.say(
                N_("Sent and not decided on yet; I can withdraw and erase them too: {references}."),
                references=_references(turn, undecided),
            )
        )
    for lead in erasure.decided(turn.leads):
        told.append(
            turn.say(
                N_(
                    "{reference} has been decided on or passed on, so I may not erase it: {partner} has to account for "
                    "it. I can put your request on record there; an answer is due within one month (Article 12(3) "
                    "GDPR). In any case it is erased {months} months after it was closed."
                ),
                reference=lead.reference,
                partner=_organisation(turn, lead),
                months=turn.programme.privacy.retention.closed_leads_months,
            )
        )
    if waiting := [lead for lead in turn.leads if leads.answer_awaited([lead])]:
        told.append(
            turn.say(
                N_("An answer that was to come here in the chat can then no longer reach you: {references}."),
                references=_references(turn, waiting),
            )
        )
    return told


def _erase(turn: Turn, *, with_leads: bool) -> str:
    turn.erase = True
    told = [turn.say(N_("Done: this conversation and any unfinished application are erased."))]
    if not turn.leads:
        return told[0]
    if not with_leads:
        kept = N_(
            "The applications you sent stay with their organisations, and this chat no longer knows them. Please keep "
            "their reference numbers: {references}."
        )
        return f"{told[0]} {turn.say(kept, references=_references(turn, turn.leads))}"
    turn.withdraw, turn.ask_erasure = erasure.undecided(turn.leads), erasure.decided(turn.leads)
    if turn.withdraw:
        told.append(turn.say(N_("Withdrawn and erased: {references}."), references=_references(turn, turn.withdraw)))
    for lead in turn.ask_erasure:
        told.append(
            turn.say(
                N_(
                    "{reference}: your request for erasure is on record. The answer of {partner} is due within one "
                    "month. Please keep the reference number."
                ),
                reference=lead.reference,
                partner=_organisation(turn, lead),
            )
        )
    if turn.ask_erasure:
        told.append(contacts.line(turn))
    return "\n\n".join(told)


def _references(turn: Turn, named: list[Lead]) -> str:
    return turn.listed([lead.reference for lead in named])


def _organisation(turn: Turn, lead: Lead) -> str:
    return contacts.name(turn, turn.programme.partners.get(lead.partner, turn.programme.lead))
