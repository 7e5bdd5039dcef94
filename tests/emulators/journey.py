"""One person's way through the bot on Telegram: asks in German, applies in Greek, looks how it stands, is forgotten."""

from __future__ import annotations

from datetime import date

from bot import i18n
from bot.conversation.form_texts import add_months
from bot.programme import load_programme
from bot.storage import Storage

from .person import CHAT_ID, Person

CONVERSATION = f"telegram:{CHAT_ID}"
EMAIL = "anna.p@ilios.example"
COMPANY = "Φούρνος Ήλιος"


async def of_an_applicant(anna: Person, storage: Storage) -> None:
    """Walk through it, with a look into the database after each part."""
    start = add_months(date.today().replace(day=1), 3)  # noqa: DTZ011  # one of the six months that the bot offers
    await asks_in_german_and_changes_to_greek(anna)
    await applies(anna, start)
    reference = await corrects_and_sends(anna)

    async with storage.unit_of_work(read_only=True) as uow:
        [lead] = await uow.leads.list()
    assert (lead.reference, lead.language, lead.channel) == (reference, "el", "telegram")
    assert load_programme().partners[lead.partner].country == "GR"
    assert lead.eligibility and lead.eligibility.verdict == "eligible"
    told = {
        "side": "sending",
        "company_name": COMPANY,
        "country": "GR",
        "employees": 14,
        "sector": "C",
        "role": "manager",
        "participants": 2,
        "destinations": ["ES"],
        "duration": {"min_months": 2.0, "max_months": 4.0},
        "start": f"{start:%Y-%m}",
        "objectives": ["skills"],
        "counterpart": "search",
        "consent": True,
        "contact_name": "Άννα Παππά",
        "email": EMAIL,
    }
    assert lead.application | told == lead.application

    await looks_how_it_stands(anna, reference)
    await has_everything_erased(anna)
    async with storage.unit_of_work(read_only=True) as uow:
        assert await uow.conversations.get(CONVERSATION) is None
        [kept] = await uow.leads.list()
    assert kept.reference == reference


async def asks_in_german_and_changes_to_greek(anna: Person) -> None:
    """Her app speaks German; she would rather go on in Greek."""
    await anna.say("/start")
    await anna.read("Hello! I am the automatic assistant")
    await anna.say("Wie lange dauert ein Aufenthalt?")
    assert await anna.read("A stay lasts from **{min} to {max} months**.") == {"min": "1", "max": "6"}
    await anna.say("/language")
    await anna.read("Which language would you like?")
    await anna.press(shown="Ελληνικά")
    anna.language = "el"
    await anna.read("We now go on in English. How")


async def applies(anna: Person, start: date) -> None:
    """She presses what she can and types the rest."""
    await anna.press("Apply")
    await anna.read("Would your company like to send someone abroad")
    await anna.press("Send someone abroad")
    await anna.read("What is the name of your company?")
    await anna.say(COMPANY)
    await anna.read("In which country is your company registered?")
    await anna.press(shown=i18n.country_name("el", "GR"))
    await anna.read("In which city or town?")
    await anna.say("Θεσσαλονίκη")
    await anna.read("How many people work in your company?")
    await anna.say("14")
    await anna.read("In which sector does your company work?")
    await anna.press("Manufacturing, food production, crafts")
    await anna.read("Who would go: an employee")
    await anna.press("Manager")
    await anna.read("How many people would you like to send?")
    await anna.say("2")
    await anna.read("To which country or countries should the stay go?")
    await anna.press(shown=i18n.country_name("el", "ES"))
    await anna.read("How long should the stay be?")
    await anna.say("3 μήνες")
    await anna.read("When could it start at the earliest?")
    await anna.press(shown=i18n.format_month("el", start))
    await anna.read("What is the stay for?")
    await anna.press("Skills and learning")
    await anna.read("Do you already have a partner company abroad?")
    await anna.press("Please find one")
    await anna.read("Before I ask for your contact details")
    await anna.press("Yes, I agree")
    await anna.read("Who is the contact person?")
    await anna.say("Άννα Παππά")
    await anna.read("At which e-mail address can you be reached?")
    await anna.say(EMAIL)
    await anna.read("And a phone number, if you like?")
    await anna.say(i18n.translate("el", "Skip"))  # a key of the keyboard that shares the number
    await anna.read("Please check your application:")


async def corrects_and_sends(anna: Person) -> str:
    """The summary shows a length that she changes; gives the application's reference number."""
    assert COMPANY in anna.last.text
    await anna.press(shown=f"✎ {i18n.translate('el', 'Length of the stay')}")
    await anna.read("How long should the stay be?")
    await anna.say("2 έως 4 μήνες")
    await anna.read("Please check your application:")
    await anna.press("Send")
    return (await anna.read("Thank you, your application is sent."))["reference"]


async def looks_how_it_stands(anna: Person, reference: str) -> None:
    """A command tells it."""
    await anna.say("/status")
    assert (await anna.read("Application **{reference}** lies with"))["reference"] == reference


async def has_everything_erased(anna: Person) -> None:
    """She is asked once more before it is done."""
    await anna.say("/privacy")
    await anna.press("Delete my data")
    await anna.read("Shall I erase this conversation")
    await anna.press("Yes, erase everything", "Erase the chat only")
    await anna.read("Done: this conversation and any unfinished application are erased.")
