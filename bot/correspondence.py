"""`bot leads answer` and `bot leads transcript`: staff write to an applicant, and read what was said."""

from __future__ import annotations

from bot.applications.correspondence import answer, transcript_of
from bot.applications.personal_data import ORGANISATION, sender
from bot.bootstrap import Clock, open_storage, utc_now
from bot.errors import NotFoundError
from bot.i18n import FALLBACK
from bot.settings import Settings
from bot.storage import TranscriptRow

#: Who writes by the command, for the lead's audit record.
ACTOR = "operator"
_WAYS = {
    "chat": "It goes to the chat as soon as `bot serve` runs.",
    "email": "It goes by e-mail, as the chat takes no messages.",
}
_WHO = {"you": "applicant", "assistant": "assistant", ORGANISATION: "STAFF"}


async def answer_lead(
    settings: Settings,
    reference: str,
    text: str,
    language: str | None,
    partner: str | None,
    *,
    needs_information: bool,
    clock: Clock = utc_now,
) -> None:
    """Promise a message to whoever sent a lead, and print by which way it goes.

    Args:
        settings: where the database lies.
        reference: the lead's reference number.
        text: what to write.
        language: the language of the text; the lead's where None.
        partner: the organisation that has to have the lead; None for the programme's admins.
        needs_information: whether the lead waits for an answer from then on.
        clock: gives the present time.

    Raises:
        NotFoundError: there is no such lead, or it lies with another organisation than `partner`.
        BotError: the text or the language cannot be used, or the person cannot be written to.
    """
    async with open_storage(settings, clock) as storage, storage.unit_of_work() as uow:
        lead = await uow.leads.get(reference)
        if lead is None or partner not in (None, lead.partner):
            raise NotFoundError(f"There is no lead {reference}.")
        written_in = language or lead.language or FALLBACK
        way = await answer(uow, lead, text, written_in, ACTOR, clock(), needs_information=needs_information)
        await uow.commit()
    print(_WAYS[way])


async def show_transcript(settings: Settings, reference: str, partner: str | None) -> None:
    """Print what was said in the conversation of a lead, as far as its organisation may read it.

    Raises:
        NotFoundError: there is no such lead, or it lies with another organisation than `partner`.
    """
    async with open_storage(settings) as storage, storage.unit_of_work(read_only=True) as uow:
        _, rows = await transcript_of(uow, reference, partner)
    for row in rows:
        print(_block(row))
    if not rows:
        print("Nothing is kept of that conversation.")


def _block(row: TranscriptRow) -> str:
    """A message: when, who and in which language, then what was said, set in."""
    about = f" about {row.lead_reference}" if row.lead_reference else ""
    waits = ", not delivered yet" if row.author == "staff" and row.delivered_at is None else ""
    head = f"{row.created_at:%Y-%m-%d %H:%M}  {_WHO[sender(row)]}{about} ({row.language or '-'}{waits})"
    return "\n".join([head, *(f"    {line}" for line in row.text.splitlines())])
