"""The words everybody uses: plain data that imports nothing of ours."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Side = Literal["sending", "host", "both"]
Verdict = Literal["eligible", "not_eligible", "to_confirm"]
LeadKind = Literal["application", "enquiry"]
LeadState = Literal["new", "in_review", "needs_information", "accepted", "declined", "forwarded", "closed"]

#: The form's slots, in the order of asking (design: `intents.md`).
APPLICATION_SLOTS: tuple[str, ...] = (
    "side",
    "company_name",
    "country",
    "city",
    "employees",
    "sector",
    "role",
    "participants",
    "destinations",
    "duration",
    "start",
    "objectives",
    "counterpart",
    "partner",
    "consent",
    "contact_name",
    "email",
    "phone",
    "registration_number",
    "turnover",
    "confirm",
)

#: The slots of the short form that passes a question on to a person, in the order of asking.
ENQUIRY_SLOTS: tuple[str, ...] = ("question", "country", "consent", "contact_name", "email")

#: The intent of a message that belongs in a private chat: the channel shows the way there.
IN_PRIVATE = "in_private"

APPLICATION_FORM = "application_form"
ENQUIRY_FORM = "enquiry_form"
FORM_SLOTS: dict[str, tuple[str, ...]] = {APPLICATION_FORM: APPLICATION_SLOTS, ENQUIRY_FORM: ENQUIRY_SLOTS}

#: NACE Rev. 2.1 sections (Regulation (EU) 2023/137).
NACE_SECTIONS = "ABCDEFGHIJKLMNOPQRSTUV"

#: Values of the `turnover` slot: the annual turnover is at most that many million euro.
TURNOVER_BANDS: tuple[str, ...] = ("up_to_2", "up_to_10", "up_to_50", "over_50")

OBJECTIVES: tuple[str, ...] = (
    "skills",
    "market",
    "partnership",
    "technology",
    "research",
    "other",
)


@dataclass(frozen=True)
class Entity:
    """A piece found in a message: its kind, its normalised value, and where it stands in the text."""

    entity: str
    value: Any
    start: int
    end: int


@dataclass(frozen=True)
class Button:
    """A choice offered under a reply; the payload is Rasa's `/intent{json}`."""

    title: str
    payload: str


@dataclass(frozen=True)
class Link:
    """A page to open beside a reply, such as a map."""

    title: str
    url: str


@dataclass(frozen=True)
class Document:
    """A file that the bot gives a person with a reply, such as a copy of their data.

    In what is stored of a turn the text is empty: the file is made anew when it is given.
    """

    name: str
    media_type: str
    text: str


@dataclass(frozen=True)
class Reply:
    """One message of the bot; the text holds all that matters, for channels that show nothing else.

    `fields`: a button for each line of a summary, to change it. `expects`: the slot that the reply asks for, for
    channels that have a keyboard of their own for it.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    document: Document | None = None
    links: tuple[Link, ...] = ()
    fields: tuple[Button, ...] = ()
    expects: str | None = None


@dataclass(frozen=True)
class ReceivedFile:
    """A file that a person sent, whole; nothing about it has been checked but that it was not too large to read."""

    name: str
    content: bytes


@dataclass(frozen=True)
class IncomingMessage:
    """What a channel received from a person, in our words.

    `conversation` is unique within the channel; `message_id` is the channel's own id of the message, by which a
    repeated delivery is recognised. `text` (typed), `payload` (a pressed button, in Rasa's `/intent{json}`), `files`
    or `location` (degrees of latitude and longitude) is set; `text` may stand beside `files`. `ref` is the channel's
    own id of what the person sees, the same for its later versions, which come with `edited`; `in_reply_to` is the
    ref of the bot's message that the person answers expressly. `public` where others read along, as in a group.
    `locale` is what the channel knows of the person's language (a BCP 47 tag such as Telegram's `language_code` or
    the browser's), `site` the partner site's code in `sites.yml`.
    """

    channel: str
    conversation: str
    message_id: str
    text: str | None = None
    payload: str | None = None
    locale: str | None = None
    site: str | None = None
    files: tuple[ReceivedFile, ...] = ()
    location: tuple[float, float] | None = None
    ref: str | None = None
    edited: bool = False
    in_reply_to: str | None = None
    public: bool = False


@dataclass(frozen=True)
class Pushed:
    """How a message went out that nobody's message led to.

    `ref` is the channel's own id of it, where it has one; `seen_now`: False where the person gets it when they come back.
    """

    ref: str | None = None
    seen_now: bool = True


@dataclass(frozen=True)
class FormState:
    """The active form, the slot it asks for now, and what it holds so far."""

    name: str
    next: str | None
    slots: dict[str, Any]


@dataclass(frozen=True)
class TurnResult:
    """What one message of a person led to."""

    conversation: str
    language: str
    intents: tuple[str, ...] = ()
    replies: tuple[Reply, ...] = ()
    form: FormState | None = None
    lead: str | None = None
    #: The conversation was erased: a channel that remembers something of it forgets it.
    erased: bool = False


@dataclass(frozen=True)
class Reason:
    """Why an application is eligible, is not, or has to be confirmed: one checked field."""

    field: str
    rule: str
    verdict: Verdict
    source: str
    values: dict[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class Eligibility:
    """The verdict on an application, with a reason for each field that was checked."""

    verdict: Verdict
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class RoutingDecision:
    """Which partner organisation takes a lead, by which rule of `routing.yml`, and why.

    `inputs` holds what the rules looked at, `version` the version of the file (0: not recorded).
    """

    partner: str
    rule: str
    reason: str
    inputs: dict[str, Any] = dataclasses.field(default_factory=dict)
    version: int = 0


@dataclass(frozen=True)
class Lead:
    """An application (or enquiry) complete enough to pass on to a partner organisation."""

    reference: str
    kind: LeadKind
    partner: str
    state: LeadState
    language: str
    channel: str
    conversation: str
    created_at: datetime
    application: dict[str, Any]
    eligibility: Eligibility | None
    routing: RoutingDecision
    #: Since when it is in its state; not part of what a lead is.
    updated_at: datetime | None = dataclasses.field(default=None, compare=False)
