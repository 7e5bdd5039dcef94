"""What letters call a lead: an application or an enquiry."""

from __future__ import annotations

from dataclasses import dataclass

from bot.i18n import N_
from bot.model import LeadKind


@dataclass(frozen=True)
class Wording:
    """The sentences of the letters that name the kind of lead."""

    #: To the organisation that has it.
    new: str
    came_in: str
    language: str
    names_nobody: str
    link: str
    #: To the person who sent it.
    yours: str
    received: str
    answered: str
    by_mistake: str
    staff_write: str
    #: When nobody takes it up.
    waiting: str
    nobody_took_it: str
    waiting_elsewhere: str
    reminded: str
    nobody_told: str
    #: With the code that shows where it stands.
    code: str
    asked_where: str
    not_you: str


_APPLICATION = Wording(
    new=N_("New application {reference}"),
    came_in=N_("A new application has come in and lies with your organisation."),
    language=N_("Language of the applicant: {language}"),
    names_nobody=N_("For data protection this e-mail names neither the applicant nor the company."),
    link=N_("The application, with the applicant’s contact details, is here:"),
    yours=N_("MobiliseSME: your application {reference}"),
    received=N_("Thank you for your application to MobiliseSME. It has been received."),
    answered=N_(
        "The organisation looks at your application and answers you: answers come from there, not from "
        "the automatic assistant. Keep the reference number and quote it when you write."
    ),
    by_mistake=N_(
        "If you did not apply, somebody gave your e-mail address by mistake. Please reply to this e-mail "
        "and quote the reference number, so that the application can be deleted."
    ),
    staff_write=N_("The organisation that has your application writes to you:"),
    waiting=N_("Reminder: application {reference} is waiting"),
    nobody_took_it=N_("An application is waiting for your organisation, and nobody has taken it up yet."),
    waiting_elsewhere=N_("An application is waiting at a partner organisation, which has not taken it up yet."),
    reminded=N_("The organisation was reminded by e-mail. Please ask there, or pass the application on."),
    nobody_told=N_(
        "No e-mail address for notices is set for the organisation, so nobody there was told. "
        "Please tell them, or pass the application on."
    ),
    code=N_("MobiliseSME: code for your application {reference}"),
    asked_where=N_("Somebody has asked in the chat of MobiliseSME where your application stands."),
    not_you=N_(
        "If it was not you, there is nothing to do. Do not tell the code to anybody: without it, nobody "
        "learns anything about your application."
    ),
)
_ENQUIRY = Wording(
    new=N_("New enquiry {reference}"),
    came_in=N_("A new enquiry has come in and lies with your organisation: somebody asks a question."),
    language=N_("Language of the enquiry: {language}"),
    names_nobody=N_("For data protection this e-mail holds neither the question nor the name of who asks it."),
    link=N_("The enquiry, and where to answer it, is here:"),
    yours=N_("MobiliseSME: your enquiry {reference}"),
    received=N_("Thank you for your question about MobiliseSME. It has been received."),
    answered=N_(
        "The organisation reads your question and answers you: the answer comes from there, not from the automatic "
        "assistant. Keep the reference number and quote it when you write."
    ),
    by_mistake=N_(
        "If you did not ask anything, somebody gave your e-mail address by mistake. Please reply to this e-mail and "
        "quote the reference number, so that the enquiry can be deleted."
    ),
    staff_write=N_("The organisation that has your enquiry writes to you:"),
    waiting=N_("Reminder: enquiry {reference} is waiting"),
    nobody_took_it=N_("An enquiry is waiting for your organisation, and nobody has taken it up yet."),
    waiting_elsewhere=N_("An enquiry is waiting at a partner organisation, which has not taken it up yet."),
    reminded=N_("The organisation was reminded by e-mail. Please ask there, or pass the enquiry on."),
    nobody_told=N_(
        "No e-mail address for notices is set for the organisation, so nobody there was told. "
        "Please tell them, or pass the enquiry on."
    ),
    code=N_("MobiliseSME: code for your enquiry {reference}"),
    asked_where=N_("Somebody has asked in the chat of MobiliseSME where your enquiry stands."),
    not_you=N_(
        "If it was not you, there is nothing to do. Do not tell the code to anybody: without it, nobody "
        "learns anything about your enquiry."
    ),
)
WORDINGS: dict[LeadKind, Wording] = {"application": _APPLICATION, "enquiry": _ENQUIRY}
