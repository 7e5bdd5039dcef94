"""`bot leads show`: a lead as staff read it, with the verdict in the words that its author read."""

from __future__ import annotations

from bot import i18n
from bot.applications import routing_texts, verdict_texts
from bot.applications.words import LABELS, Reader, answered
from bot.bootstrap import open_storage
from bot.errors import BotError
from bot.model import Lead
from bot.programme import Programme, load_programme
from bot.settings import Settings


async def show(settings: Settings, reference: str, language: str) -> None:
    """Print a lead in a language.

    Raises:
        BotError: there is no such lead, or the bot does not speak the language.
    """
    if language not in i18n.languages():
        raise BotError(f"There is no language {language}: the bot speaks {', '.join(i18n.languages())}.")
    async with open_storage(settings) as storage, storage.unit_of_work(read_only=True) as uow:
        lead = await uow.leads.get(reference)
    if lead is None:
        raise BotError(f"There is no lead {reference}: `bot leads list` shows all of them.")
    print("\n".join(page(lead, language, load_programme(settings.programme_dir))))


def page(lead: Lead, language: str, programme: Programme) -> list[str]:
    """The lines of `bot leads show`: headings in English, what the applicant gave and read in the language."""
    voice = Reader(language, programme, lead.application)
    verdict = verdict_texts.for_lead(lead, language, programme)
    partner = programme.partners.get(lead.partner)
    lines = [
        f"{lead.reference}: {lead.kind}, {lead.state}, came in on {lead.created_at:%Y-%m-%d %H:%M} "
        f"by {lead.channel} in {i18n.language_name('en', lead.language)}",
        "",
        *(answered(voice, slot) for slot in LABELS if lead.application.get(slot) is not None),
        "",
        "Verdict, as the applicant read it:",
    ]
    lines += [*verdict.verdict, "", *verdict.sources] if verdict else ["Not judged."]
    return [
        *lines,
        "",
        f"It lies with {partner.name_for('en') if partner else lead.partner} ({lead.partner}).",
        f"Rule: {lead.routing.rule}",
        f"Because: {lead.routing.reason}",
        f"The applicant read: {routing_texts.why_there(voice, lead.routing)}",
    ]
