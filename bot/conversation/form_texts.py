"""Everything a person reads while applying: questions, labels, values in words, refusals, the summary."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date
from typing import Any

from bot import i18n
from bot.applications.leads import SKIPPED
from bot.applications.words import (
    ANY,
    LABELS,
    OBJECTIVE_NAMES,
    ROLES,
    SEARCH,
    SECTORS,
    SIDES,
    TURNOVERS,
    answered,
    duration_words,
)
from bot.conversation import attachment_texts, contacts
from bot.conversation.consent import receiver
from bot.conversation.turn import Turn
from bot.i18n import N_
from bot.model import APPLICATION_FORM, FORM_SLOTS, NACE_SECTIONS, OBJECTIVES, TURNOVER_BANDS, Button, Reply
from bot.programme import Partner
from bot.routing import partner_candidates
from nlu.components.text import fold_text

#: The sections offered first: those in which most small enterprises work.
COMMON_SECTORS = "CFGIKNHQRS"


def question(turn: Turn, slot: str) -> Reply:
    """The form's question for a slot, with what can be pressed."""
    if turn.choosing_field:
        return choose_field(turn)
    if slot == "confirm":
        return summary(turn)
    if slot == "consent":
        return _consent(turn)
    texts = _QUESTIONS[slot]
    text = texts if isinstance(texts, str) else texts[1 if turn.slots.get("side") == "host" else 0]
    return Reply(turn.say(text), buttons(turn, slot), expects=slot)


#: One text, or one for the sending side and one for a host.
_QUESTIONS: dict[str, str | tuple[str, str]] = {
    "side": N_("Would your company like to send someone abroad, to host someone, or both?"),
    "company_name": N_("What is the name of your company?"),
    "country": N_("In which country is your company registered?"),
    "city": N_("In which city or town?"),
    "employees": N_("How many people work in your company? A number is enough, yourself included."),
    "sector": N_("In which sector does your company work? Choose one or describe it in a few words."),
    "role": N_("Who would go: an employee, a manager or an owner of the company?"),
    "participants": (
        N_("How many people would you like to send?"),
        N_("How many people would you like to host?"),
    ),
    "destinations": (
        N_("To which country or countries should the stay go?"),
        N_("From which countries may your guests come? You can say “any”."),
    ),
    "duration": N_("How long should the stay be? For example “2 to 3 months”."),
    "start": N_("When could it start at the earliest? A month is enough."),
    "objectives": N_("What is the stay for? You can name several aims or describe them."),
    "counterpart": N_("Do you already have a partner company abroad? Type its name, or let the contact point search."),
    "partner": N_("There is no partner organisation in your country. Which one should take your application?"),
    "contact_name": N_("Who is the contact person? First name and surname, please."),
    "email": N_("At which e-mail address can you be reached?"),
    "phone": N_("And a phone number, if you like? You can skip this."),
    "registration_number": N_("What is your VAT or company number? You can skip this."),
    "turnover": N_("What is the annual turnover of your company? You can skip this."),
}


def buttons(turn: Turn, slot: str) -> tuple[Button, ...]:
    """The answers to a slot's question that can be pressed."""
    make = _BUTTONS.get(slot)
    return make(turn) if make else ()


def inform(title: str, slot: str, value: Any) -> Button:
    """A button that answers a slot."""
    return Button(title, "/inform" + json.dumps({slot: value}, ensure_ascii=False))


def skip_button(turn: Turn, slot: str) -> Button:
    """The button that leaves an optional slot empty."""
    return inform(turn.say(N_("Skip")), slot, SKIPPED)


def _choices(slot: str, names: dict[str, str]) -> Any:
    return lambda turn: tuple(inform(turn.say(text), slot, value) for value, text in names.items())


def _country_buttons(turn: Turn) -> tuple[Button, ...]:
    codes, more = _countries(turn, "country")
    return (*(inform(turn.country(code), "country", code) for code in codes), *more)


def _destination_buttons(turn: Turn) -> tuple[Button, ...]:
    codes, more = _countries(turn, "destinations")
    chosen = [inform(turn.country(code), "destinations", [code]) for code in codes if code != turn.slots.get("country")]
    return (*chosen, inform(turn.say(N_("Any country")), "destinations", ANY), *more)


def _countries(turn: Turn, slot: str) -> tuple[list[str], list[Button]]:
    """The countries with a partner organisation and the button for more, or all that take part once it was pressed."""
    if (turn.parse.payload or {}).get("more"):
        return sorted(turn.programme.facts.countries.eligible, key=turn.country), []
    codes = {partner.country for partner in turn.programme.partners.values()}
    more = Button(turn.say(N_("More countries")), f'/correct{{"slot": "{slot}", "more": true}}')
    return sorted(codes, key=turn.country), [more]


def _start_buttons(turn: Turn) -> tuple[Button, ...]:
    first = turn.now.date().replace(day=1)
    months = [add_months(first, ahead) for ahead in range(1, 7)]
    return tuple(inform(i18n.format_month(turn.language, month), "start", f"{month:%Y-%m}") for month in months)


def add_months(month: date, count: int) -> date:
    """The first day of the month that is `count` months later."""
    year, index = divmod(month.year * 12 + month.month - 1 + count, 12)
    return date(year, index + 1, 1)


def _sector_buttons(turn: Turn) -> tuple[Button, ...]:
    shown = NACE_SECTIONS if turn.state.failures else COMMON_SECTORS
    return tuple(inform(turn.say(SECTORS[letter]), "sector", letter) for letter in shown)


def sectors_called(turn: Turn, text: str) -> list[str]:
    """The sections whose name, as it is offered, holds what was typed ("γεωργία", which is a country, too)."""
    typed = fold_text(text).strip(" .!")
    names = {letter: fold_text(turn.say(SECTORS[letter])) for letter in NACE_SECTIONS}
    return [letter for letter, name in names.items() if typed in [part.strip() for part in name.split(",")]]


def _partner_buttons(turn: Turn) -> tuple[Button, ...]:
    candidates = partner_candidates(turn.slots, turn.language, turn.programme)
    return tuple(
        inform(turn.labelled(turn.country(partner.country), contacts.name(turn, partner)), "partner", partner.code)
        for partner in candidates
    )


_BUTTONS: dict[str, Any] = {
    "side": _choices("side", SIDES),
    "country": _country_buttons,
    "sector": _sector_buttons,
    "role": _choices("role", ROLES),
    "destinations": _destination_buttons,
    "duration": lambda turn: tuple(
        inform(duration_words(turn, {"min_months": n, "max_months": n}), "duration", {"min_months": n, "max_months": n})
        for n in range(1, 7)
    ),
    "start": _start_buttons,
    "objectives": _choices("objectives", {key: OBJECTIVE_NAMES[key] for key in OBJECTIVES if key != "other"}),
    "counterpart": lambda turn: (inform(turn.say(N_("Please find one")), "counterpart", SEARCH),),
    "partner": _partner_buttons,
    "phone": lambda turn: (skip_button(turn, "phone"),),
    "registration_number": lambda turn: (skip_button(turn, "registration_number"),),
    "turnover": lambda turn: (
        *(inform(turn.say(TURNOVERS[band]), "turnover", band) for band in TURNOVER_BANDS),
        skip_button(turn, "turnover"),
    ),
}


def _consent(turn: Turn) -> Reply:
    partner = turn.programme.partners[receiver(turn)]
    text = turn.say(
        N_(
            "Before I ask for your contact details: may I pass your answers and contact details to {partner} "
            "({country}) and to the lead partner {lead}, so that they can work on your application? You can "
            "withdraw this at any time. If you say no, I erase your answers."
        ),
        partner=contacts.name(turn, partner),
        country=turn.country(partner.country),
        lead=contacts.name(turn, turn.programme.lead),
    )
    return consent(turn, text, partner)


def consent(turn: Turn, text: str, partner: Partner) -> Reply:
    """The wish for consent, with the basis of a transfer where its receiver lies outside the EEA, and yes or no."""
    if partner.country not in turn.programme.facts.countries.eea:
        text += "\n\n" + turn.say(
            N_(
                "{country} lies outside the European Economic Area. Your data go there on the basis of your explicit "
                "consent (Article 49(1)(a) GDPR)."
            ),
            country=turn.country(partner.country),
        )
    return Reply(
        text,
        (inform(turn.say(N_("Yes, I agree")), "consent", True), inform(turn.say(N_("No")), "consent", False)),
    )


def echo(turn: Turn, slot: str) -> str:
    """The accepted answer as it was understood."""
    return f"✓ {answered(turn, slot)}"


def summary(turn: Turn) -> Reply:
    """All answers, and what can be done with them."""
    lines = [f"• {answered(turn, slot)}" for slot in LABELS if turn.slots.get(slot) is not None and slot != "consent"]
    lines += attachment_texts.listed(turn)
    text = turn.say(N_("Please check your application:")) + "\n" + "\n".join(lines)
    choices = [
        inform(turn.say(N_("Send")), "confirm", "send"),
        inform(turn.say(N_("Change something")), "confirm", "change"),
        *_offered_number(turn),
        inform(turn.say(N_("Cancel")), "confirm", "cancel"),
    ]
    return Reply(text, tuple(choices), fields=tuple(_field_buttons(turn, turn.slots)))


def _offered_number(turn: Turn) -> list[Button]:
    """The button for the company's number, which no question of the form asks for; none once it was given or skipped."""
    if turn.slots.get("registration_number") is not None:
        return []
    return [Button(turn.say(N_("Add VAT or company number")), '/correct{"slot": "registration_number"}')]


def choose_field(turn: Turn) -> Reply:
    """Which answer to change: a button for each."""
    offered = _field_buttons(turn, {*turn.slots, "registration_number"})
    return Reply(
        turn.say(N_("Which answer would you like to change?")),
        (*offered, *(attachment_texts.remove_buttons(turn) if turn.form == APPLICATION_FORM else ())),
    )


def _field_buttons(turn: Turn, slots: Collection[str]) -> list[Button]:
    """A button for each of these slots that can be changed."""
    changeable = [slot for slot in LABELS if slot in slots and slot in FORM_SLOTS[turn.form] and slot != "consent"]
    answered = [slot for slot in changeable if turn.slots.get(slot) is not None or slot == "registration_number"]
    return [Button(turn.say(LABELS[slot]), f'/correct{{"slot": "{slot}"}}') for slot in answered]


REFUSALS: dict[str, str] = {
    "side": N_("Please choose whether your company wants to send someone, to host someone, or both."),
    "company_name": N_("Please type the company's name, with 2 to 200 characters."),
    "country": N_("I did not recognise a country there. Please type its name, for example “Austria”."),
    "city": N_("Please type the name of the city or town in letters."),
    "employees": N_("Please give a whole number, for example “12”."),
    "sector": N_("I could not match that to a sector. Please choose one, or describe your work in other words."),
    "role": N_("Please choose: employee, manager, or owner."),
    "participants": N_("Please give a whole number of people, from 1 to 100."),
    "destinations": N_("I did not recognise a country there. Please name one or more countries, for example “Italy”."),
    "duration": N_("I did not recognise a length there. Please write for example “3 months” or “6 weeks”."),
    "start": N_("I did not recognise a month there. Please write for example “March” or “03/2027”, not in the past."),
    "objectives": N_("Please describe the aim of the stay in a few words, or choose one."),
    "counterpart": N_("Please type the partner company's name, or choose that one should be found."),
    "partner": N_("Please choose one of these partner organisations."),
    "consent": N_("Please answer yes or no: without your clear consent I cannot go on."),
    "contact_name": N_("Please type the contact person's first name and surname, in letters."),
    "email": N_("That does not look like an e-mail address. Please check it; it should look like name@company.eu."),
    "phone": N_("That does not look like a phone number. Please write it with the country code, or skip it."),
    "registration_number": N_("Please type the number with 4 to 30 letters and digits, or skip it."),
    "turnover": N_("Please choose one of the bands, or skip this question."),
    "confirm": N_("Please choose: send, change something, or cancel."),
    "question": N_("Please write your question in a few words."),
}
START_PAST = N_("That month has already passed. Please name a coming month.")
START_FAR = N_("That is more than three years ahead. Please name an earlier month.")
DURATION_IMPOSSIBLE = N_(
    "A stay of that length is not possible: it lasts from {min} to {max} months. How long should it be?"
)
NUMBER_UNSURE = N_(
    "This number does not pass the check for VAT numbers of {country}. I have kept it as you typed it: please look at it "
    "once more."
)
DURATION_OUTSIDE = N_(
    "Note: stays last from {min} to {max} months. I have noted your answer, but you may want to change it before sending."
)


def refusal(turn: Turn, slot: str, text: str | None = None) -> Reply:
    """Why an answer could not be taken."""
    limits = turn.programme.facts.duration
    if text in (DURATION_IMPOSSIBLE, DURATION_OUTSIDE):
        return Reply(turn.say(text, min=limits.min_months, max=limits.max_months))
    if text == NUMBER_UNSURE:
        return Reply(turn.say(text, country=turn.country(str(turn.slots.get("country")))))
    return Reply(turn.say(text or REFUSALS[slot]))
