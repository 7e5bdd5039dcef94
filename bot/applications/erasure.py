"""Erasure on request (Article 17 GDPR): what goes at once, and what an organisation has to decide on first.

A chat goes with its drafts, and with what is left of them in the chat that they came from. An application that nobody has decided on is withdrawn: it goes, and its organisation is
told by its reference. One that was decided on, or passed on, stays with its organisation, which needs it to account
for what it did: the request is put on record, and the organisation is told to answer it in time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.applications.leads import answer_awaited
from bot.applications.notifications import erasure_requested, withdrawn
from bot.model import Lead, LeadState
from bot.programme import Programme
from bot.storage import LeadEvent, UnitOfWork

#: States in which nothing has been decided on a lead: its sender may take it back.
UNDECIDED: frozenset[LeadState] = frozenset({"new", "in_review", "needs_information"})
#: The audit record of a request that the organisation has to answer.
REQUESTED = "erasure_requested"
#: What names, in the state of a conversation, those that its application came from before there was consent.
CAME_FROM = "came_from"


@dataclass(frozen=True)
class Erasure:
    """What a request erases, and for which leads it is passed on to their organisations."""

    conversations: tuple[str, ...] = ()
    withdraw: tuple[Lead, ...] = ()
    ask: tuple[Lead, ...] = ()
    #: Whether answers to the conversations' leads still have to find them.
    keep_address: bool = False


def undecided(leads: Iterable[Lead]) -> list[Lead]:
    """The leads that nobody has decided on."""
    return [lead for lead in leads if lead.state in UNDECIDED]


def decided(leads: Iterable[Lead]) -> list[Lead]:
    """The leads that were decided on or passed on."""
    return [lead for lead in leads if lead.state not in UNDECIDED]


def planned(conversations: Sequence[str], leads: Sequence[Lead], *, also_decided: bool = False) -> Erasure:
    """The erasure of conversations and leads; `also_decided` where the organisations have agreed to lose theirs."""
    stay = [] if also_decided else decided(leads)
    return Erasure(tuple(conversations), tuple(lead for lead in leads if lead not in stay), tuple(stay))


async def erase(
    uow: UnitOfWork, programme: Programme, erasure: Erasure, now: datetime, *, actor: str = "applicant"
) -> Counter[str]:
    """Erase, and promise the organisations what they have to be told; says how many rows of which table went.

    Raises:
        NotFoundError: a lead is gone.
        LeadStateError: a lead has another state by now: do not commit.
    """
    erased: Counter[str] = Counter()
    for lead in erasure.withdraw:
        erased.update(await uow.leads.erase(lead.reference, expected=lead.state))
        for message in withdrawn(lead, programme):
            await uow.outbox.add(message)
    for lead in erasure.ask:
        if any(event.action == REQUESTED for event in await uow.leads.events(lead.reference)):
            continue
        await uow.leads.record(lead.reference, LeadEvent(now, actor, REQUESTED))
        for message in erasure_requested(lead, programme, now):
            await uow.outbox.add(message)
    for conversation in erasure.conversations:
        erased.update(await _erase_origins(uow, conversation))
        keep_address = erasure.keep_address
        erased.update(await uow.conversations.erase(conversation, keep_leads=True, keep_address=keep_address))
    return erased


async def _erase_origins(uow: UnitOfWork, conversation: str) -> Counter[str]:
    """Erase the conversations in which an unfinished application was begun, as they hold its answers too.

    One in which something else is under way by now stays until that is sent or forgotten; and one in which an enquiry
    waits for its answer can still be found by it.
    """
    erased: Counter[str] = Counter()
    record = await uow.conversations.get(conversation)
    for origin in record.state.get(CAME_FROM, ()) if record else ():
        drafts = await uow.drafts.for_conversation(origin)
        if any(draft.slots or draft.requested_slot for draft in drafts):
            continue
        keep_address = answer_awaited(await uow.leads.for_conversation(origin))
        erased.update(await uow.conversations.erase(origin, keep_leads=True, keep_address=keep_address))
    return erased
