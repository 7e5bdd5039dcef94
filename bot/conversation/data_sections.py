"""What the copy of a person's data says, section by section, in the person's language."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot import i18n
from bot.applications import correspondence, notifications, verdict_texts
from bot.applications.personal_data import (
    ORGANISATION,
    PersonalData,
    StoredConversation,
    StoredLead,
    sender,
)
from bot.applications.routing_texts import why_there
from bot.applications.words import LABELS, value_words
from bot.conversation import attachment_texts, contacts
from bot.conversation.answers import TOPICS
from bot.conversation.data_periods import Section, Table, retention, rights
from bot.conversation.handover import MASK
from bot.conversation.status import STATES
from bot.conversation.turn import Turn
from bot.i18n import N_
from bot.model import Lead
from bot.storage import Attachment, LeadEvent, TranscriptRow

TITLE = N_("Your data at MobiliseSME")

_HISTORY = {
    "consented": N_("Consent to the processing of the data"),
    "same_company": N_("Another application of the same company was found"),
    "status_shown": N_("The state was told in the chat"),
    "erasure_requested": N_("Erasure requested"),
    correspondence.ANSWERED: N_("The organisation wrote to you"),
    correspondence.BY_EMAIL: N_("What the organisation wrote was sent by e-mail, as the chat could not be reached"),
    correspondence.REPLIED: N_("You answered the organisation in the chat"),
}
_LETTERS = {
    notifications.APPLICATION_RECEIVED: N_("Confirmation of receipt"),
    notifications.STATUS_CODE: N_("Code for asking where the application stands"),
}
_ACTORS = {"applicant": N_("You"), "bot": N_("Assistant")}
_SENDERS = {"you": N_("You"), "assistant": N_("Assistant"), ORGANISATION: LABELS["partner"]}
#: What is remembered of a conversation and stands elsewhere on the page, or tells nothing about the person.
_NOT_TOLD = frozenset(
    {"consent", "enquiry_consent", "mentioned", "mentioned_at", "greeted", "language_chosen", "failures"}
)
#: Slots without a label of their own, and the one that they belong to.
_BELONGS_TO = {"objectives_text": "objectives"}


def introduction(turn: Turn, data: PersonalData) -> tuple[str, ...]:
    """The paragraphs under the title."""
    made = i18n.format_moment(turn.language, data.made_at)
    return (
        turn.say(
            N_(
                "This is a copy of everything that the assistant has stored about you. The same data are contained in "
                "this file in machine-readable form (JSON)."
            )
        ),
        turn.say(N_("Made on: {date}. All times are in UTC."), date=made),
    )


def sections(turn: Turn, data: PersonalData) -> list[Section]:
    """Everything in the order in which it came about, and how long it is kept."""
    found: list[Section] = []
    for conversation in data.conversations:
        found += _conversation(turn, conversation)
    for stored in data.leads:
        found += _lead(turn, stored)
    found += _letters(turn, data)
    return [*found, retention(turn), rights(turn)]


def _conversation(turn: Turn, one: StoredConversation) -> Iterator[Section]:
    record = one.record
    facts = [
        (turn.say(N_("Conversation")), record.id),
        (turn.say(N_("Channel")), record.channel),
        (turn.say(N_("Website")), record.site or ""),
        (turn.say(N_("Language")), _language(record.language)),
        (turn.say(N_("Begun on")), i18n.format_moment(turn.language, record.created_at)),
        (turn.say(N_("Last message")), i18n.format_moment(turn.language, record.last_active_at)),
        *_remembered(turn, one.remembered),
    ]
    yield Section(turn.say(N_("Conversation")), _set(facts))
    if mentioned := one.remembered.get("mentioned"):
        yield Section(turn.say(N_("Noted from your messages")), _answers(turn, mentioned))
    for draft in one.drafts:
        yield Section(turn.say(N_("Unfinished application")), _answers(turn, draft.slots))
    yield from _files(turn, one.files)
    if codes := [
        *((code.created_at, code.lead_reference) for code in one.codes),
        *((code.created_at, MASK) for code in one.handovers),
    ]:
        columns = (turn.say(N_("Time")), turn.say(N_("Reference number")))
        rows = tuple((i18n.format_moment(turn.language, asked_at), what) for asked_at, what in sorted(codes))
        yield Section(turn.say(N_("Codes that were asked for")), table=Table(columns, rows))
    if one.messages:
        yield Section(turn.say(N_("Messages")), table=_transcript(turn, one.messages))


def _files(turn: Turn, files: tuple[Attachment, ...]) -> Iterator[Section]:
    if files:
        columns = (turn.say(N_("Time")), turn.say(N_("File")))
        rows = tuple(
            (i18n.format_moment(turn.language, one.created_at), attachment_texts.described(turn, one)) for one in files
        )
        yield Section(turn.say(N_("Files you sent")), table=Table(columns, rows))


def _remembered(turn: Turn, state: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for consent in (state.get("consent"), state.get("enquiry_consent")):
        if consent:
            yield turn.say(LABELS["consent"]), _consent(turn, consent)
    rest = {name: value for name, value in state.items() if name not in _NOT_TOLD and value}
    topic = TOPICS.get(str(rest.pop("last_question", "")))
    told = [turn.say(topic)] if topic else []  # in words, as its button says it
    told += [f"{name}: {_plain(value)}" for name, value in rest.items()]
    if told:
        yield turn.say(N_("Remembered to go on")), "\n".join(told)


def _consent(turn: Turn, consent: Mapping[str, Any]) -> str:
    """To whom a consent was given, when, and to which version of the text."""
    partner = turn.programme.partners.get(str(consent.get("partner")))
    given_at = consent.get("at")
    told = [
        turn.say(N_("given")),
        i18n.format_moment(turn.language, datetime.fromisoformat(given_at)) if given_at else "",
        contacts.name(turn, partner) if partner else str(consent.get("partner", "")),
        turn.say(N_("version {number} of the text"), number=consent.get("version", "")),
    ]
    return ", ".join(part for part in told if part)


def _transcript(turn: Turn, messages: tuple[TranscriptRow, ...]) -> Table:
    columns = (turn.say(N_("Time")), turn.say(N_("Who")), turn.say(N_("Text")))
    titles: dict[str, str] = {}
    rows = []
    for row in messages:
        titles.update({button.payload: button.title for button in row.buttons})
        text = titles.get(row.text, row.text) if row.direction == "in" else row.text.replace("**", "")
        who = turn.say(_SENDERS[sender(row)])
        rows.append((i18n.format_moment(turn.language, row.created_at), who, text))
    return Table(columns, tuple(rows), tuple(row.direction for row in messages))


def _lead(turn: Turn, stored: StoredLead) -> Iterator[Section]:
    lead = stored.lead
    partner = turn.programme.partners.get(lead.partner)
    title = N_("Application {reference}") if lead.kind == "application" else N_("Enquiry {reference}")
    facts = [
        (turn.say(LABELS["partner"]), contacts.name(turn, partner) if partner else lead.partner),
        (turn.say(N_("Why it lies there")), why_there(turn, lead.routing)),
        (turn.say(N_("State")), turn.say(STATES[lead.state])),
        (turn.say(N_("State since")), _day(turn, lead)),
        (turn.say(N_("Sent on")), i18n.format_moment(turn.language, lead.created_at)),
        (turn.say(N_("Channel")), lead.channel),
        (turn.say(N_("Language")), _language(lead.language)),
    ]
    yield Section(
        turn.say(title, reference=lead.reference),
        (*_set(facts), *_answers(turn, lead.application)),
        tuple(_assessment(turn, lead)),
    )
    yield from _files(turn, stored.files)
    if stored.history:
        columns = (turn.say(N_("Time")), turn.say(N_("Who")), turn.say(N_("What happened")))
        rows = tuple(_event(turn, event) for event in stored.history)
        yield Section(turn.say(N_("History of {reference}"), reference=lead.reference), table=Table(columns, rows))


def _assessment(turn: Turn, lead: Lead) -> Iterator[str]:
    """The verdict and its reasons, as they were told."""
    if words := verdict_texts.for_lead(lead, turn.language, turn.programme):
        yield from (line.replace("**", "") for line in (*words.verdict, *words.sources))


def _event(turn: Turn, event: LeadEvent) -> tuple[str, str, str]:
    who = turn.say(_ACTORS.get(event.actor, LABELS["partner"]))
    if event.to_state:
        what = turn.labelled(turn.say(N_("State")), turn.say(STATES[event.to_state]))
    else:
        what = turn.say(_HISTORY[event.action]) if event.action in _HISTORY else event.action
    if event.action == "consented" and event.details:
        what = turn.labelled(what, _consent(turn, event.details))
    return i18n.format_moment(turn.language, event.at), who, what


def _letters(turn: Turn, data: PersonalData) -> Iterator[Section]:
    if not data.letters:
        return
    columns = (turn.say(N_("Time")), turn.say(N_("Reference number")), turn.say(N_("Address")), turn.say(N_("Text")))
    rows = []
    for letter in data.letters:
        if letter.kind == "message" and letter.payload.get("template") == notifications.STAFF_ANSWER:
            continue  # it stands among the messages
        made = letter.delivered_at or letter.created_at
        template = str(letter.payload.get("template", ""))
        what = turn.say(_LETTERS[template]) if template in _LETTERS else str(letter.payload.get("text", letter.kind))
        if letter.delivered_at is None:
            what = f"{what} ({turn.say(N_('not sent yet'))})"
        when = i18n.format_moment(turn.language, made) if made else ""
        rows.append((when, letter.lead_reference or "", letter.destination, what))
    yield Section(turn.say(N_("Letters to you")), table=Table(columns, tuple(rows)))


def _answers(turn: Turn, slots: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Answers with their labels and in words; what has no label stands under its name."""
    reader = replace(turn, slots=dict(slots))
    given = {slot: slots[slot] for slot in (*LABELS, *slots) if slots.get(slot) is not None}
    return _set([(_label(turn, slot), _words(reader, slot, value)) for slot, value in given.items()])


def _label(turn: Turn, slot: str) -> str:
    label = LABELS.get(_BELONGS_TO.get(slot, slot))
    return turn.say(label) if label else slot


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _words(turn: Turn, slot: str, value: Any) -> str:
    if slot not in LABELS:
        return _plain(value)
    try:
        return value_words(turn, slot, value)
    except (KeyError, TypeError, ValueError):  # an organisation or sector that is no longer known
        return str(value)


def _set(facts: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((label, value) for label, value in facts if value)


def _day(turn: Turn, lead: Lead) -> str:
    return i18n.format_date(turn.language, (lead.updated_at or lead.created_at).date())


def _language(code: str | None) -> str:
    language = i18n.languages().get(code or "")
    return language.name if language else code or ""
