"""One turn of a conversation: what came in, what is known, and what the turn leads to.

Actions run deep inside Rasa; they reach the turn they work on through `current_turn()`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar, Token
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Literal

from bot.applications.leads import SKIPPED
from bot.applications.words import Voice
from bot.errors import BotError
from bot.model import APPLICATION_FORM, ENQUIRY_FORM, Entity, IncomingMessage, Lead
from bot.programme import Programme
from bot.storage import Attachment, DraftRecord, OneTimeCode


@dataclass(frozen=True)
class Parse:
    """What the NLU made of a message: the intents to answer, the choices to offer, and the entities."""

    text: str
    language: str
    intent: str
    confidence: float
    asked: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    ranking: tuple[tuple[str, float], ...] = ()
    entities: tuple[Entity, ...] = ()
    payload: Mapping[str, Any] | None = None

    def values(self, entity: str) -> list[Any]:
        """The values of one kind of entity, in the order of the text."""
        return [found.value for found in self.entities if found.entity == entity]


@dataclass
class ConversationState:
    """What is remembered of a conversation beside Rasa's tracker; stored as JSON."""

    greeted: bool = False
    language_chosen: bool = False
    last_question: str | None = None
    offered: dict[str, str] = field(default_factory=dict)
    last_replies: list[dict[str, Any]] = field(default_factory=list)
    failures: int = 0
    #: What was agreed to: version of the text, language, ISO time, channel, receiving partner and its country.
    consent: dict[str, Any] = field(default_factory=dict)
    #: The same for the enquiry, which may go to another organisation.
    enquiry_consent: dict[str, Any] = field(default_factory=dict)
    #: What was asked and could not be answered, or not wholly: the enquiry's slots `question` and perhaps `country`.
    unanswered: dict[str, Any] = field(default_factory=dict)
    #: Which message filled a slot of the application under way, where the channel's messages can be edited.
    answered_from: dict[str, str] = field(default_factory=dict)
    #: Slots that messages outside the form told, and when the last of them came (ISO).
    mentioned: dict[str, Any] = field(default_factory=dict)
    mentioned_at: str | None = None
    #: Whether the last message of the bot offered to go on with the application.
    resume_offered: bool = False
    #: Whether the application went on in another conversation, and nobody here was told yet.
    moved_on: bool = False
    #: Conversations that its application came from before there was consent: they are erased with it.
    came_from: list[str] = field(default_factory=list)
    #: The lead about which staff were answered last: files go to it while they look at that.
    files_for: str | None = None
    #: When codes that could not be used were typed (ISO).
    wrong_codes: list[str] = field(default_factory=list)

    @classmethod
    def restored(cls, stored: Mapping[str, Any] | None) -> ConversationState:
        """The state as it was stored, also by a version that remembered other things."""
        known = {one.name for one in fields(cls)}
        return cls(**{name: value for name, value in (stored or {}).items() if name in known})


StatusOutcome = Literal["own", "asked", "too_many", "right", "wrong", "used_up", "expired"]


@dataclass(frozen=True)
class StatusQuestion:
    """A message that asks about an application by its number, or types a code for one.

    `own`: the application is of this conversation. `asked`: a code is promised, should there be such an application;
    `too_many`: none is, for now. The others say what came of a code; `lead` is set only where it was the right one.
    """

    reference: str
    outcome: StatusOutcome
    code: OneTimeCode | None = None
    lead: Lead | None = None


HandoverOutcome = Literal["offered", "nothing", "taken", "own", "occupied", "refused", "too_many"]


@dataclass(frozen=True)
class Handover:
    """A message that asks for a code to go on in another chat, or holds one.

    `offered`: the code is new. `nothing`: there is no draft for one. `taken`: `draft`, its `consent` and `language` come
    from another conversation; `own`: they are of this one. `occupied`: this one has a draft of its own. The others say
    why the code does nothing. `typed` is the code as it stands in the message.
    """

    outcome: HandoverOutcome
    code: str = ""
    typed: str = ""
    draft: DraftRecord | None = None
    consent: dict[str, Any] = field(default_factory=dict)
    language: str | None = None


@dataclass
class TurnFiles:
    """The files of the application, and what the turn makes of those that came with the message.

    `draft` are those kept with the draft, the new ones among them; `new` are to be stored, with `lead` where the
    application was sent already; `removed` and the files of an erased conversation leave the disk after the turn.
    """

    draft: list[Attachment] = field(default_factory=list)
    new: list[Attachment] = field(default_factory=list)
    removed: list[Attachment] = field(default_factory=list)
    lead: Lead | None = None
    #: What is said of each file of the message.
    receipts: list[str] = field(default_factory=list)

    def remove(self, attachment: Attachment) -> None:
        """Take a file away from the draft."""
        self.draft.remove(attachment)
        if attachment in self.new:
            self.new.remove(attachment)
        self.removed.append(attachment)

    def forget(self) -> None:
        """Take all earlier files away from the draft."""
        for attachment in [kept for kept in self.draft if kept not in self.new]:
            self.remove(attachment)


@dataclass
class FormDraft:
    """What a form holds, the slot that it asks for (none: it is not under way), and what the turn did to it."""

    slots: dict[str, Any] = field(default_factory=dict)
    requested_slot: str | None = None
    changed: bool = False
    ended: bool = False

    @property
    def is_begun(self) -> bool:
        """Whether it holds an answer, or asks for one."""
        return bool(self.slots) or self.requested_slot is not None


@dataclass
class Turn(Voice):
    """The message being answered, everything its answer may use, and what the answer changes."""

    message: IncomingMessage
    language: str
    programme: Programme
    parse: Parse
    state: ConversationState
    now: datetime
    #: The form that the slots belong to; the drafts of the others are put aside.
    form: str = APPLICATION_FORM
    slots: dict[str, Any] = field(default_factory=dict)
    requested_slot: str | None = None
    put_aside: dict[str, FormDraft] = field(default_factory=dict)
    leads: list[Lead] = field(default_factory=list)
    #: References of leads of the same company, whoever sent them.
    same_company: list[str] = field(default_factory=list)
    #: What the message asks about an application by its number, or tries by a code.
    status: StatusQuestion | None = None
    #: The lead about which the message answers staff.
    answers_about: Lead | None = None
    files: TurnFiles = field(default_factory=TurnFiles)
    #: What the message does to go on in another chat.
    handover: Handover | None = None
    #: The drafts as they were read.
    read_drafts: list[DraftRecord] = field(default_factory=list)
    new_reference: Callable[[], str] = field(default=lambda: "")
    new_handover_code: Callable[[], str] = field(default=lambda: "")
    #: Whether it is offered to go on, in place of the form's question or of small talk.
    offers_resume: bool = False
    #: Whether words were not taken for the answer that they might be.
    unnoted: bool = False
    #: Whether the form's question is left out, as something else is asked.
    unasked: bool = False
    #: The slots as they were before the message.
    slots_before: dict[str, Any] = field(default_factory=dict)
    #: The slots that an earlier version of the message filled.
    edited_slots: list[str] = field(default_factory=list)
    form_begins: bool = False
    follow_up: bool = False
    taken: bool = False
    choosing_field: bool = False
    draft_changed: bool = False
    draft_ended: bool = False
    lead: Lead | None = None
    erase: bool = False
    #: Leads that go with the erased conversation, and those whose organisations are asked to erase them.
    withdraw: list[Lead] = field(default_factory=list)
    ask_erasure: list[Lead] = field(default_factory=list)
    #: Set beside `erase`: the leads' answers still have to find the conversation.
    keep_address: bool = False
    known_events: int = 0
    events: list[dict[str, Any]] = field(default_factory=list)

    def drafts(self) -> dict[str, FormDraft]:
        """The drafts of all forms, by the form's name."""
        present = FormDraft(self.slots, self.requested_slot, self.draft_changed, self.draft_ended)
        return {self.form: present, **self.put_aside}

    def switch_to(self, form: str) -> None:
        """Put the present form aside as it is, and go on with another one's draft."""
        drafts = self.drafts()
        draft = drafts.pop(form, FormDraft())
        self.form, self.put_aside = form, drafts
        self.slots, self.requested_slot = draft.slots, draft.requested_slot
        self.draft_changed, self.draft_ended = draft.changed, draft.ended

    def set_enquiry_aside(self) -> None:
        """Leave the enquiry, where one is under way, for the application."""
        if self.form == ENQUIRY_FORM:
            self.requested_slot, self.draft_changed = None, True
            self.switch_to(APPLICATION_FORM)

    @property
    def agreed(self) -> dict[str, Any]:
        """The record of the consent that was given in the present form; empty where none was."""
        return self.state.enquiry_consent if self.form == ENQUIRY_FORM else self.state.consent

    @agreed.setter
    def agreed(self, record: dict[str, Any]) -> None:
        if self.form == ENQUIRY_FORM:
            self.state.enquiry_consent = record
        else:
            self.state.consent = record

    @property
    def conversation(self) -> str:
        """The conversation's id over all channels."""
        return f"{self.message.channel}:{self.message.conversation}"

    @property
    def countries(self) -> list[str]:
        """The countries that the message names, directly or by a city, without repeats."""
        named = [
            found.value if found.entity == "country" else found.value["country"]
            for found in self.parse.entities
            if found.entity in ("country", "city")
        ]
        return list(dict.fromkeys(named))

    @property
    def stay_countries(self) -> list[str]:
        """The countries of the stay as far as they are known from the form, or from what was mentioned before it."""
        told = self.slots.get("destinations") or self.state.mentioned.get("destinations")
        return list(told) if isinstance(told, list) else []

    @property
    def home_country(self) -> str | None:
        """The writer's company's country as far as it is known: from the form, what was told or sent, the partner site."""
        sent = self.leads[-1].application.get("country") if self.leads else None
        for country in (self.slots.get("country"), self.state.mentioned.get("country"), sent):
            if country and country != SKIPPED:
                return str(country)
        site = self.programme.sites.get(self.message.site or "")
        partner = self.programme.partners.get(site.partner) if site and site.partner else None
        return partner.country if partner else None


_current: ContextVar[Turn] = ContextVar("turn")


def begin(turn: Turn) -> Token[Turn]:
    """Make a turn the current one of this task; give the token back to `end`."""
    return _current.set(turn)


def end(token: Token[Turn]) -> None:
    """Leave the current turn."""
    _current.reset(token)


def current_turn() -> Turn:
    """The turn that the running action works on.

    Raises:
        BotError: there is none, as when Rasa's own server runs the actions.
    """
    try:
        return _current.get()
    except LookupError as error:
        raise BotError("No turn is running: actions run inside the bot's own engine only.") from error
