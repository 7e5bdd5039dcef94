"""The letters: written in their reader's language at the moment they leave, with no more about people than needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from bot import i18n
from bot.applications import codes, notifications
from bot.applications.words import SIDES
from bot.delivery.base import lead_address, lead_of, tells_of_gone_lead
from bot.delivery.wordings import WORDINGS, Wording
from bot.errors import DeliveryError
from bot.i18n import N_
from bot.model import Lead
from bot.programme import Programme
from bot.storage import OutboxMessage, Storage

#: Why a lead comes to an organisation, by the destination of the routing rule that decided.
_REASONS = {
    "partner_of_country": N_("It comes to you because your organisation takes care of companies in that country."),
    "chosen": N_(
        "It comes to you because no partner organisation takes care of companies in that country "
        "and the applicant chose yours."
    ),
    "lead": N_("It comes to you because the lead partner takes care of companies in that country."),
}
_COUNTRY_UNKNOWN = N_("It comes to you because the company’s country is not known: the lead partner takes care of it.")
_BY_RULE = N_("It comes to you by the routing rule “{rule}”.")
_PASSED_ON = N_("It comes to you because it was passed on to your organisation.")


@dataclass(frozen=True)
class Letter:
    """A letter before it is laid out: an opening, facts of a line each, paragraphs, and a link."""

    language: str
    subject: str
    opening: str
    facts: tuple[str, ...]
    paragraphs: tuple[str, ...] = ()
    link: str | None = None
    #: What stands before the link.
    link_text: str = ""
    reply_to: str | None = None
    #: What stands at the end; that a program wrote the letter, where nothing else is said.
    footer: str = ""

    @property
    def text(self) -> str:
        """The letter as plain text."""
        return self._laid_out("letter.txt")

    @property
    def html(self) -> str:
        """The letter as a page."""
        return self._laid_out("letter.html")

    def _laid_out(self, template: str) -> str:
        say = partial(i18n.translate, self.language)
        return (
            _templates()
            .get_template(template)
            .render(
                letter=self,
                language=i18n.languages()[self.language],
                greeting=say(N_("Good day,")),
                link_text=self.link_text,
                footer=self.footer or say(N_("This e-mail was written automatically by the MobiliseSME assistant.")),
            )
        )


@lru_cache(maxsize=1)
def _templates() -> Environment:
    folder = Path(__file__).resolve().parent / "templates"
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@dataclass(frozen=True)
class _Subject:
    """What a letter is about, and the language to write it in."""

    lead: Lead
    programme: Programme
    language: str
    link: str
    code: str = ""
    #: The ISO day on which an erasure was asked for.
    requested_on: str = ""
    #: What staff have written.
    text: str = ""

    def say(self, text: str, **values: str) -> str:
        """A text in the reader's language."""
        return i18n.translate(self.language, text, **values)

    @property
    def wording(self) -> Wording:
        """What the letter calls the lead."""
        return WORDINGS[self.lead.kind]

    def subject(self, text: str) -> str:
        """A subject, with the reference number in it."""
        return self.say(text, reference=self.lead.reference)

    @property
    def reference(self) -> str:
        """The line with the reference number."""
        return self.say(N_("Reference number: {reference}"), reference=self.lead.reference)

    @property
    def received(self) -> str:
        """The line with the day on which the lead came in."""
        day = i18n.format_date(self.language, self.lead.created_at.date())
        return self.say(N_("Received on: {date}"), date=day)

    @property
    def organisation(self) -> str:
        """The line with the organisation that has the lead."""
        partner = self.programme.partners.get(self.lead.partner)
        name = partner.name_for(self.language) if partner else self.lead.partner
        return self.say(N_("Organisation that has it: {partner}"), partner=name)


class LetterWriter:
    """Writes the letter that a message in the outbox promises."""

    def __init__(
        self, storage: Storage, programme: Programme, address: str, new_code: codes.NewCode = codes.new_code
    ) -> None:
        """Prepare the writer.

        Args:
            storage: where the leads lie.
            programme: the organisations and their contacts.
            address: the bot's public address, without a final slash.
            new_code: draws the one-time code of a letter that carries one.
        """
        self._storage, self._programme, self._address = storage, programme, address
        self._new_code = new_code

    async def write(self, message: OutboxMessage) -> Letter:
        """The letter, from the lead as it is now.

        Raises:
            DeliveryError: the lead or the letter's template does not exist, or nobody waits for its code any more.
        """
        language = message.payload.get("language", "")
        if language not in i18n.languages():
            language = i18n.FALLBACK
        if tells_of_gone_lead(message):
            return _withdrawn(language, str(message.payload["reference"]))
        write = _LETTERS.get(message.payload.get("template", ""))
        if write is None:
            raise DeliveryError("there is no such letter", permanent=True)
        lead = await lead_of(self._storage, message)
        code = await self._code(message) if write is _status_code else ""
        link = lead_address(self._address, lead)
        requested_on = str(message.payload.get("requested_on", ""))
        text = str(message.payload.get("text", ""))
        return write(_Subject(lead, self._programme, language, link, code, requested_on, text))

    async def _code(self, message: OutboxMessage) -> str:
        code = await codes.issue(self._storage, int(message.payload.get("code_id", 0)), self._new_code)
        if code is None:
            raise DeliveryError("the code of this letter has expired, or a later one was asked for", permanent=True)
        return code


def _new_lead(about: _Subject) -> Letter:
    """To the organisation that has the lead: neither name nor address nor company of the applicant."""
    application = about.lead.application
    facts = [about.reference]
    if country := application.get("country"):
        name = i18n.country_name(about.language, str(country))
        facts.append(about.say(N_("Country of the company: {country}"), country=name))
    if side := SIDES.get(application.get("side", "")):
        facts.append(about.say(N_("What the company wants: {side}"), side=about.say(side)))
    language = i18n.language_name(about.language, about.lead.language)
    facts.append(about.say(about.wording.language, language=language))
    return Letter(
        language=about.language,
        subject=about.subject(about.wording.new),
        opening=about.say(about.wording.came_in),
        facts=tuple(facts),
        paragraphs=(
            _reason(about),
            about.say(about.wording.names_nobody),
        ),
        link=about.link,
        link_text=about.say(about.wording.link),
    )


def _reason(about: _Subject) -> str:
    """Why the lead is theirs, in a sentence."""
    lead = about.lead
    if lead.partner != lead.routing.partner:
        return about.say(_PASSED_ON)
    to = next((rule.to for rule in about.programme.routing.rules if rule.name == lead.routing.rule), "")
    if to == "lead" and not lead.application.get("country"):
        return about.say(_COUNTRY_UNKNOWN)
    return about.say(_REASONS[to]) if to in _REASONS else about.say(_BY_RULE, rule=lead.routing.rule)


def _application_received(about: _Subject) -> Letter:
    """To the applicant: which organisation has the application, and that the answer comes from there."""
    support = about.programme.facts.support_email
    partner = about.programme.partners.get(about.lead.partner)
    contact = partner and (partner.contact or partner.phone or partner.website)
    if contact:
        contacts = [
            about.say(N_("Contact: {contact}"), contact=contact),
            about.say(N_("Programme support: {email}"), email=support),
        ]
    else:
        contacts = [about.say(N_("No direct contact is published; programme support: {email}"), email=support)]
    return Letter(
        language=about.language,
        subject=about.subject(about.wording.yours),
        opening=about.say(about.wording.received),
        facts=(about.reference, about.organisation, *contacts),
        paragraphs=(
            about.say(N_("As published; the contacts may have changed.")),
            about.say(about.wording.answered),
            about.say(about.wording.by_mistake),
        ),
        reply_to=(partner and partner.contact) or support,
    )


def _reminder(about: _Subject) -> Letter:
    """To the organisation that has the lead and has not taken it up."""
    return Letter(
        language=about.language,
        subject=about.subject(about.wording.waiting),
        opening=about.say(about.wording.nobody_took_it),
        facts=(about.reference, about.received),
        link=about.link,
        link_text=about.say(about.wording.link),
    )


def _escalation(about: _Subject) -> Letter:
    """To the lead partner: another organisation has not taken up a lead; or they themselves have not."""
    if about.lead.partner == about.programme.lead.code:
        return _reminder(about)
    partner = about.programme.partners.get(about.lead.partner)
    told = about.wording.reminded if partner and partner.notify_email else about.wording.nobody_told
    return Letter(
        language=about.language,
        subject=about.subject(about.wording.waiting),
        opening=about.say(about.wording.waiting_elsewhere),
        facts=(about.reference, about.received, about.organisation),
        paragraphs=(about.say(told),),
        link=about.link,
        link_text=about.say(about.wording.link),
    )


def _status_code(about: _Subject) -> Letter:
    """To the applicant: the code by which the chat knows that the application is theirs."""
    minutes = str(codes.VALID_FOR.seconds // 60)
    return Letter(
        language=about.language,
        subject=about.subject(about.wording.code),
        opening=about.say(about.wording.asked_where),
        facts=(about.reference, about.say(N_("Code: {code}"), code=about.code)),
        paragraphs=(
            about.say(
                N_(
                    "If it was you, type this code in the same chat. It can be used once, within {minutes} minutes of "
                    "your request."
                ),
                minutes=minutes,
            ),
            about.say(about.wording.not_you),
        ),
        reply_to=about.programme.facts.support_email,
    )


def _withdrawn(language: str, reference: str) -> Letter:
    """To the organisation that had a lead which its sender has taken back; nothing else of it is left."""
    say = partial(i18n.translate, language)
    return Letter(
        language=language,
        subject=say(N_("{reference} was withdrawn"), reference=reference),
        opening=say(N_("The sender has taken this back and had the data erased. You need not answer it.")),
        facts=(say(N_("Reference number: {reference}"), reference=reference),),
        paragraphs=(say(N_("Please delete copies that your organisation has made of it.")),),
    )


def _erasure_requested(about: _Subject) -> Letter:
    """To the organisation that has decided on a lead whose data its sender wants erased."""
    day = i18n.format_date(about.language, date.fromisoformat(about.requested_on))
    return Letter(
        language=about.language,
        subject=about.say(N_("Request for erasure: {reference}"), reference=about.lead.reference),
        opening=about.say(N_("The sender of this application asks for the erasure of their personal data.")),
        facts=(about.reference, about.organisation, about.say(N_("Requested on: {date}"), date=day)),
        paragraphs=(
            about.say(
                N_(
                    "Your organisation has decided on it or passed it on, so the assistant has not erased it. Please "
                    "decide on the request and answer the sender within one month (Article 12(3) GDPR)."
                )
            ),
        ),
        link=about.link,
    )


def _staff_answer(about: _Subject) -> Letter:
    """To the applicant: what the organisation's staff have written, in their own words."""
    partner = about.programme.partners.get(about.lead.partner)
    reply_to = (partner and partner.contact) or about.programme.facts.support_email
    return Letter(
        language=about.language,
        subject=about.subject(about.wording.yours),
        opening=about.say(about.wording.staff_write),
        facts=(about.reference, about.organisation),
        paragraphs=(
            *(line for line in about.text.splitlines() if line.strip()),
            about.say(
                N_(
                    "You can answer by replying to this e-mail: your reply goes to {email}. Please quote the reference number."
                ),
                email=reply_to,
            ),
        ),
        reply_to=reply_to,
        footer=about.say(N_("This e-mail was sent by the MobiliseSME assistant on behalf of the organisation.")),
    )


def _applicant_replied(about: _Subject) -> Letter:
    """To the organisation that asked an applicant something: there is an answer, which the letter does not hold."""
    return Letter(
        language=about.language,
        subject=about.subject(N_("Answer to your question: {reference}")),
        opening=about.say(N_("The person to whom your organisation wrote has answered in the chat.")),
        facts=(about.reference,),
        paragraphs=(about.say(N_("For data protection this e-mail does not hold the answer.")),),
        link=about.link,
        link_text=about.say(N_("The answer is here:")),
    )


_LETTERS: dict[str, Callable[[_Subject], Letter]] = {
    notifications.NEW_LEAD: _new_lead,
    notifications.APPLICATION_RECEIVED: _application_received,
    notifications.REMINDER: _reminder,
    notifications.ESCALATION: _escalation,
    notifications.STATUS_CODE: _status_code,
    notifications.ERASURE_REQUESTED: _erasure_requested,
    notifications.STAFF_ANSWER: _staff_answer,
    notifications.APPLICANT_REPLIED: _applicant_replied,
}
