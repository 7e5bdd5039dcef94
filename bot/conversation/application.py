"""The application form as a person walks through it: takes an answer, says how it was understood, asks on.

Works on the turn alone; `actions.py` tells Rasa what came of it.
"""

from __future__ import annotations

import re

from bot.applications import leads, routing_texts, verdict_texts
from bot.applications.words import LABELS, answered
from bot.conversation import consent, contacts, corrections, form_texts, forms, registration, resuming
from bot.conversation.forms import Accepted, Checked, Refused
from bot.conversation.remarks import remarks
from bot.conversation.turn import Turn
from bot.conversation.volunteered import take_mentioned, volunteered
from bot.i18n import N_
from bot.model import APPLICATION_FORM, ENQUIRY_FORM, FORM_SLOTS, Button, Lead, LeadKind, Reply
from nlu.components.extract import named_fields
from nlu.components.lexicon import Lexicons
from nlu.components.text import fold_text

#: Kinds of entities that tell which slot they belong to.
_TELLING = ("duration", "date", "role")
#: Questions about the company and the stay whose answers are no free text: a sentence may answer several at once.
_OPEN_SLOTS = frozenset(
    {"side", "country", "city", "employees", "sector", "role", "participants", "destinations", "duration", "start"}
)
_WORDS_OF_A_SENTENCE = 5
#: Characters of a message that is still read at a glance on a phone.
LONGEST_VERDICT = 900
#: Slots that decide who receives the data: consent given for another receiver does not count.
_ROUTING_SLOTS = frozenset({"country", "destinations", "partner"})


def begin(turn: Turn, lexicons: Lexicons) -> list[Reply]:
    """Start an application, or go on with the draft that was kept."""
    kept = resuming.answered_slots(turn)
    noted = take_mentioned(turn, lexicons)
    turn.requested_slot = forms.next_slot(turn)
    turn.draft_changed = True
    begun = resuming.go_on(turn, kept) if kept else _introduction(turn)
    return [begun, *([_noted(turn, noted)] if noted else [])]


def _introduction(turn: Turn) -> Reply:
    facts = turn.programme.facts
    intro = turn.say(
        N_(
            "Good, let us prepare your application: about 15 short questions, five minutes. You can ask me something "
            "in between, correct an answer, or say “cancel” at any time."
        )
    )
    if facts.applications == "interest_only":
        note = turn.say(N_("At the moment only expressions of interest are taken; your contact point tells you more."))
    else:
        note = turn.say(N_("Your contact point confirms whether a call is open today."))
    return Reply(f"{intro}\n{note}")


def _noted(turn: Turn, slots: list[str]) -> Reply:
    """What was taken from the person's own sentences, to be confirmed."""
    lines = [turn.say(N_("I have noted from your message:"))]
    lines += [f"✓ {answered(turn, slot)}" for slot in slots]
    lines += remarks(turn, slots)
    lines.append(turn.say(N_("If something is wrong, tell me now or change it in the summary before you send it.")))
    return Reply("\n".join(lines), (Button(turn.say(N_("Change something")), "/correct"),))


def restart(turn: Turn) -> None:
    """Forget the draft's answers and files."""
    turn.slots.clear()
    turn.files.forget()


def take_answer(turn: Turn, lexicons: Lexicons) -> list[Reply]:
    """Take the message as the answer to the question that was asked."""
    slot = turn.requested_slot or forms.next_slot(turn) or "confirm"
    payload = turn.parse.payload
    if payload is not None:
        pressed = next((name for name in payload if name in FORM_SLOTS[turn.form]), None)
        checked = forms.check_value(turn, pressed, payload[pressed], lexicons) if pressed else Refused()
        if pressed != slot and not _still_counts(pressed, checked):
            turn.requested_slot = slot  # asked again
            return []
        slot = pressed or slot
    else:
        if told := registration.told_beside(turn, slot, lexicons):
            noted = store(turn, registration.SLOT, registration.stored(turn, told.number, lexicons))
            if told.is_all:
                turn.requested_slot = slot  # asked again
                return noted
            return [*noted, *store(turn, slot, forms.check(turn, slot, registration.rest(turn, slot, told), lexicons))]
        checked = forms.check(turn, slot, turn.parse.text, lexicons)
        if isinstance(checked, Refused) and (elsewhere := _answers_another(turn, slot, lexicons)):
            replies = store(turn, *elsewhere)
            turn.requested_slot = slot  # asked again
            return replies
    replies = store(turn, slot, checked)
    return [*replies, *_told_besides(turn, slot, lexicons)] if isinstance(checked, Accepted) else replies


def _told_besides(turn: Turn, slot: str, lexicons: Lexicons) -> list[Reply]:
    """What a sentence tells beyond the answer to the question: "we are in Nantes and would like to send our cook"."""
    is_sentence = turn.parse.payload is None and len(turn.parse.text.split()) >= _WORDS_OF_A_SENTENCE
    if turn.form != APPLICATION_FORM or slot not in _OPEN_SLOTS or not is_sentence:
        return []
    open_ones = {name: value for name, value in volunteered(turn, lexicons).items() if name in _OPEN_SLOTS}
    if not turn.parse.values("role"):
        open_ones.pop("role", None)  # "to send somebody" tells no role
    noted = []
    for name, value in open_ones.items():
        if turn.slots.get(name) is None and forms.applicable(name, turn):
            turn.slots[name] = value
            noted.append(name)
    turn.requested_slot = forms.next_slot(turn)
    return [_noted(turn, noted)] if noted else []


def _still_counts(slot: str | None, checked: Checked) -> bool:
    """Whether a button of an earlier question, perhaps of the other form, changes an answer.

    Nobody consents by one: what it said then may not be what would be asked now.
    """
    return isinstance(checked, Accepted) and (slot != "consent" or not checked.value)


def _answers_another(turn: Turn, slot: str, lexicons: Lexicons) -> tuple[str, Accepted] | None:
    """The slot that a message answers which does not fit the question: one not answered yet ("from May on"), else one
    whose answer it changes ("6 months").
    """
    fits: dict[bool, list[tuple[str, Accepted]]] = {False: [], True: []}
    for kind in _TELLING:
        name = forms.CORRECTABLE[kind][0]
        if name != slot and turn.parse.values(kind) and forms.applicable(name, turn):
            checked = forms.check(turn, name, turn.parse.text, lexicons)
            if isinstance(checked, Accepted):
                fits[turn.slots.get(name) is not None].append((name, checked))
    found = fits[False] or fits[True]
    return found[0] if len(found) == 1 else None


def store(turn: Turn, slot: str, checked: Checked) -> list[Reply]:
    """Store an accepted value and say how it was understood, or say why it could not be taken."""
    if isinstance(checked, Refused):
        turn.state.failures += 1
        turn.requested_slot = slot
        return [_refused(turn, slot, checked)]
    turn.state.failures = 0
    missing = forms.next_slot(turn)
    if slot == "confirm" and checked.value == "send" and missing != "confirm":  # an old summary's button
        turn.requested_slot = missing
        return []
    turn.slots[slot] = checked.value
    turn.slots.update(checked.also)
    turn.draft_changed = True
    silent = slot in ("confirm", "consent") or (turn.form == ENQUIRY_FORM and checked.value == forms.SKIPPED)
    replies = [] if silent else [_echo(turn, slot, checked)]
    _drop_outdated(turn, slot)
    turn.requested_slot = forms.next_slot(turn)
    return replies


def _refused(turn: Turn, slot: str, refused: Refused) -> Reply:
    """Why an answer could not be taken; after some tries the question can be left to the contact point."""
    reply = form_texts.refusal(turn, slot, refused.text)
    if slot in forms.LEAVABLE and turn.state.failures >= forms.TRIES_BEFORE_LEAVING:
        leave = form_texts.inform(turn.say(N_("Leave it to the contact point")), slot, forms.SKIPPED)
        return Reply(reply.text, (*reply.buttons, leave))
    return reply


def _echo(turn: Turn, slot: str, accepted: Accepted) -> Reply:
    lines = [form_texts.echo(turn, slot)]
    if accepted.remark:
        lines.append(form_texts.refusal(turn, slot, accepted.remark).text)
    else:
        lines += remarks(turn, [slot])
    return Reply("\n".join(lines))


def _drop_outdated(turn: Turn, slot: str) -> None:
    """Forget answers that the change of another one has made void."""
    for name in ("role", "partner", "turnover"):
        if name in turn.slots and not forms.applicable(name, turn):
            del turn.slots[name]
    if slot in _ROUTING_SLOTS:
        consent.renew(turn)
    if slot == "consent":
        turn.agreed = consent.record(turn) if turn.slots["consent"] else {}


def correct(turn: Turn, slot: str | None, lexicons: Lexicons) -> list[Reply]:
    """Change an earlier answer: the named one is asked again, or changed at once where the message holds its value."""
    if slot in FORM_SLOTS[turn.form] and slot in LABELS and slot != "consent":
        turn.requested_slot = slot
        return []
    named, typed = _field_named(turn, lexicons), turn.parse
    turn.parse = corrections.undenied(turn, lexicons)
    changed = _change_told(turn, named, lexicons)
    turn.parse = typed  # what was typed is what the transcript keeps
    if changed:
        return store(turn, *changed)
    if not named and (replaced := corrections.replaced_number(turn, lexicons)):
        return store(turn, *replaced)
    if named and (number := corrections.named_number(turn, named, lexicons)):
        return store(turn, named, number)
    if named:
        turn.requested_slot = named
        return []
    turn.choosing_field = True
    return []


def _change_told(turn: Turn, named: str | None, lexicons: Lexicons) -> tuple[str, Checked] | None:
    """The one answered slot that a value of the message belongs to, with that value."""
    for entity, slots in forms.CORRECTABLE.items():
        possible = [name for name in slots if name in turn.slots and named in (name, None)]
        if turn.parse.values(entity) and len(possible) == 1:
            return possible[0], forms.check(turn, possible[0], turn.parse.text, lexicons)
    return None


def _field_named(turn: Turn, lexicons: Lexicons) -> str | None:
    """The answered slot that the message names, by its label or as people call it; the longest name where several are."""
    words = fold_text(turn.parse.text)
    labels = {slot: fold_text(turn.say(label)) for slot, label in LABELS.items() if slot in FORM_SLOTS[turn.form]}
    labelled = [slot for slot, label in labels.items() if re.search(rf"(?<!\w){re.escape(label)}(?!\w)", words)]
    labelled.sort(key=lambda slot: -len(labels[slot]))
    named = [*labelled, *named_fields(turn.parse.text, turn.parse.language, lexicons)]
    # The company's number, which is never asked for, may be given in this way.
    numbers = {registration.SLOT}.intersection(FORM_SLOTS[turn.form])
    return next((slot for slot in named if slot != "consent" and (slot in turn.slots or slot in numbers)), None)


def cancelled(turn: Turn) -> list[Reply]:
    """Stop the form; the answers stay for a while."""
    turn.requested_slot = None
    turn.draft_changed = True
    retention = turn.programme.privacy.retention
    kept = (
        turn.say(N_("Your answers are kept for {days} days."), days=retention.unfinished_applications_days)
        if turn.slots.get("consent")
        else turn.say(N_("Your answers are kept for {hours} hours."), hours=retention.before_consent_hours)
    )
    text = turn.say(N_("I have stopped the application; nothing was sent."))
    go_on = Button(turn.say(N_("Go on with the application")), "/apply")
    elsewhere = (resuming.elsewhere(turn),) if resuming.answered_slots(turn) else ()
    return [Reply(f"{text} {kept}", (go_on, *elsewhere, resuming.erase(turn)))]


def send(turn: Turn, kind: LeadKind) -> Lead:
    """Make a lead of the present form's slots, to be stored with the turn."""
    lead = leads.from_form(
        kind,
        turn.slots,
        reference=turn.new_reference(),
        language=turn.language,
        channel=turn.message.channel,
        site=turn.message.site,
        conversation=turn.conversation,
        programme=turn.programme,
        now=turn.now,
    )
    turn.lead = lead
    turn.leads.append(lead)
    return lead


def submit(turn: Turn) -> list[Reply]:
    """Send the application: it becomes a lead, once, and the person reads where it went and how it stands."""
    lead = send(turn, "application")
    turn.draft_ended = True
    turn.state.came_from = []
    partner = turn.programme.partners[lead.partner]
    sent = turn.say(
        N_("Thank you, your application is sent. Reference number: **{reference}**. It lies with {partner}."),
        reference=lead.reference,
        partner=contacts.name(turn, partner),
    )
    assert lead.eligibility is not None
    told = f"{sent} {routing_texts.why_there(turn, lead.routing)}"
    if turn.same_company:
        told += " " + turn.say(
            N_("An earlier application of your company is there already; staff see both, and nothing was merged.")
        )
    return [
        Reply(told),
        *_verdict(turn, verdict_texts.in_words(turn, lead.eligibility, partner)),
        Reply(
            turn.say(N_("The partner organisation looks at it and answers you. Keep the reference number."))
            + "\n"
            + contacts.receiver_line(turn, partner)
        ),
    ]


def _verdict(turn: Turn, words: verdict_texts.Words) -> list[Reply]:
    """The verdict and its sources: one message, or two where one would be too long to read on a phone."""
    parts = ["\n".join(words.verdict), "\n".join(words.sources)]
    whole = "\n\n".join(part for part in parts if part)
    return [Reply(whole)] if len(whole) <= LONGEST_VERDICT else [Reply(part) for part in parts]


def consent_refused(turn: Turn) -> list[Reply]:
    """Without consent the form ends; the draft goes, and the conversation with it, as its transcript holds the answers."""
    restart(turn)
    turn.requested_slot = None
    turn.draft_ended = True
    turn.erase, turn.keep_address = True, leads.answer_awaited(turn.leads)
    return [
        Reply(
            turn.say(
                N_(
                    "Without your consent I cannot pass on an application. I have erased your answers; nothing was sent."
                )
            )
        )
    ]
