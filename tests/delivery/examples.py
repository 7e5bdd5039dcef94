"""Organisations with mailboxes, and a time that passes without anybody waiting."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from storage.examples import NOW, SteppingClock, a_lead

from bot.applications.notifications import promised
from bot.model import Lead, RoutingDecision
from bot.programme import Programme, load_programme
from bot.storage import Storage

ADDRESS = "https://bot.example.org"
PROGRAMME = load_programme()
MAILBOX = "leads@sthev.example.org"


def programme_with(**changes: dict[str, Any]) -> Programme:
    """The programme, with fields of organisations changed by code; dots stand for the codes' hyphens."""
    partners = dict(PROGRAMME.partners)
    for name, fields in changes.items():
        code = name.replace("_", "-")
        partners[code] = partners[code].model_copy(update=fields)
    return Programme(
        PROGRAMME.facts,
        MappingProxyType(partners),
        PROGRAMME.routing,
        PROGRAMME.sites,
        PROGRAMME.privacy,
        PROGRAMME.unknown,
        PROGRAMME.records,
    )


def greek_lead(reference: str = "MSME-AB23CD45", created_at: datetime = NOW, **slots: Any) -> Lead:
    """A lead of a Greek company, routed as today's rules do it."""
    lead = a_lead(reference, created_at, partner="STHEV", **slots)
    return Lead(**{**vars(lead), "routing": RoutingDecision("STHEV", "own_country", "The company is in Greece.")})


async def take_in(storage: Storage, programme: Programme, *leads: Lead) -> None:
    """Store leads with what is promised for them, as the engine does it."""
    async with storage.unit_of_work() as uow:
        for lead in leads:
            await uow.leads.add(lead, f"key of {lead.reference}")
            for message in promised(lead, programme):
                await uow.outbox.add(message)
        await uow.commit()


class PassingTime:
    """Rests without waiting: the clock goes on, in steps of at least a minute, until its end."""

    def __init__(self, clock: SteppingClock, until: datetime) -> None:
        self.clock, self.until = clock, until

    async def __call__(self, seconds: float) -> bool:
        """Let the time pass; False once the end is reached."""
        if seconds:
            self.clock.now += max(timedelta(seconds=seconds), timedelta(minutes=1))
        return self.clock.now < self.until


async def no_rest(seconds: float) -> bool:
    """Go on at once."""
    return True
